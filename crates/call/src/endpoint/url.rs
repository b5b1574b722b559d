use std::net::{Ipv4Addr, Ipv6Addr};

/// The parts of a URL that requests can be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    /// `http` or `https`.
    pub(super) scheme: &'static str,
    /// The host, and the port where one is given.
    pub(super) authority: String,
    /// As given: empty, or beginning with `/`.
    pub(super) path: String,
    pub(super) is_ip: bool,
}

impl Url {
    /// None for what is not a URL of HTTP, and for one with a user, a query or a fragment.
    ///
    /// Names are not looked at closely: local ones do not always keep to the rules. What would end the host,
    /// the line or the request is not let through.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = ["https", "http"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known))?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if !path.bytes().all(|byte| byte.is_ascii_graphic() && !br##"?#"<>\^`{|}"##.contains(&byte)) {
            return None;
        }
        let is_ip = is_ip(authority)?;
        Some(Self { scheme, authority: authority.to_owned(), path: path.to_owned(), is_ip })
    }

    /// The path with a `/` at both ends.
    pub(super) fn normalized_path(&self) -> String {
        let mut path = self.path.clone();
        if !path.ends_with('/') {
            path.push('/');
        }
        path
    }
}

/// Whether the host is an address; none if it, or the port, is neither address nor name nor number.
fn is_ip(authority: &str) -> Option<bool> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let port = if port.is_empty() { None } else { Some(port.strip_prefix(':')?) };
        return (is_port(port) && address.parse::<Ipv6Addr>().is_ok()).then_some(true);
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    // A name may end in a dot, but nothing in it is empty.
    let labels = host.strip_suffix('.').unwrap_or(host);
    let is_host = host.bytes().all(is_name) && labels.split('.').all(|label| !label.is_empty());
    (is_host && is_port(port)).then(|| host.parse::<Ipv4Addr>().is_ok())
}

fn is_port(port: Option<&str>) -> bool {
    port.is_none_or(|port| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(&'static str, String, String, String, bool)> {
        Url::parse(text).map(|url| {
            (url.scheme, url.authority.clone(), url.path.clone(), url.normalized_path(), url.is_ip)
        })
    }

    #[test]
    fn the_examples_of_the_specification_come_apart() {
        let parts = |text| parts(text).unwrap();
        let part = |scheme, authority: &str, path: &str, normalized: &str, is_ip| {
            (scheme, authority.to_owned(), path.to_owned(), normalized.to_owned(), is_ip)
        };
        // The specification has `/` as the path of the first, the suites have none: so a bucket's URL ends.
        assert_eq!(parts("https://example.com"), part("https", "example.com", "", "/", false));
        assert_eq!(
            parts("http://example.com:80/foo/bar"),
            part("http", "example.com:80", "/foo/bar", "/foo/bar/", false)
        );
        assert_eq!(parts("https://127.0.0.1"), part("https", "127.0.0.1", "", "/", true));
        assert_eq!(parts("https://[fe80::1]"), part("https", "[fe80::1]", "", "/", true));
        assert_eq!(parts("HTTP://[::1]:8080/a/"), part("http", "[::1]:8080", "/a/", "/a/", true));
        assert!(parts("http://127.0.0.1:5000").4);
    }

    #[test]
    fn what_is_no_url_or_has_more_is_refused() {
        for odd in [
            "",
            "example.com",
            "ftp://example.com",
            "https:/example.com",
            "https://",
            "https://?",
            "https://:80",
            "https://example.com:8443?foo=bar&faz=baz",
            "https://example.com/path?query1=foo",
            "https://example.com?",
            "https://example.com#",
            "https://example.com/#f",
            "https://user@example.com",
            "https://user:secret@example.com",
            "http://abc.com:a/foo",
            "http://.abc.com",
            "http://abc..com",
            "http://.",
            "http://a%2eb",
            "http://abc.com:",
            "http://abc.com:70000",
            "http://abc.com:+80",
            "http://abc.com:80:80",
            "http://[::1",
            "http://[::1]x",
            "http://[1.2.3]",
            "http://a b",
            "http://a/b c",
            "http://a\r\nHost: b",
            "http://a/\r\n",
            "http://é.example",
            "http://a/é",
            "http://a\\b",
        ] {
            assert_eq!(parts(odd), None, "{odd:?}");
        }
    }
}
