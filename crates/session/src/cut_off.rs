//! What can be told of a body that is not an answer by a look at its two ends.

/// Whether it is a document in XML or JSON that ends before what it begins with is closed.
///
/// One that was cut off where something inside it closed may not be noticed. A web page is never one.
pub(crate) fn is_cut_off(body: &[u8]) -> bool {
    let body = trimmed(body);
    match body {
        [b'{', .., last] => *last != b'}',
        [b'[', .., last] => *last != b']',
        [b'{' | b'['] => true,
        [b'<', ..] => !is_web_page(body) && is_open_xml(body),
        _ => false,
    }
}

/// Whether it begins as web pages do.
pub(crate) fn is_web_page(body: &[u8]) -> bool {
    let body = trimmed(body);
    let begins =
        |with: &str| body.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()));
    begins("<!doctype html") || begins("<html")
}

fn trimmed(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii()
}

/// Whether the last tag is not the one that closes the first.
fn is_open_xml(body: &[u8]) -> bool {
    let mut rest = body;
    for (begin, end) in [("<?", "?>"), ("<!--", "-->")] {
        while rest.starts_with(begin.as_bytes()) {
            let Some(at) = rest.windows(end.len()).position(|window| window == end.as_bytes()) else {
                return true;
            };
            rest = rest.get(at + end.len()..).unwrap_or_default().trim_ascii_start();
        }
    }
    let Some(root) = rest.strip_prefix(b"<") else { return rest.is_empty() };
    let name = root
        .split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
        .next()
        .unwrap_or_default();
    let Some(tag) = rest.iter().rposition(|byte| *byte == b'<').and_then(|at| rest.get(at..)) else {
        return true;
    };
    let is_closing = tag
        .strip_prefix(b"</")
        .and_then(|tag| tag.strip_suffix(b">"))
        .is_some_and(|closed| closed.trim_ascii_end() == name);
    let is_empty_root = tag.len() == rest.len() && tag.ends_with(b"/>");
    // What may follow the document.
    let is_other = tag.ends_with(b"?>") || tag.ends_with(b"-->");
    !(is_closing || is_empty_root || is_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: [&str; 9] = [
        r#"{"TableNames": ["a"], "x": {"y": "<"}}"#,
        "[1, 2]\n",
        "\u{feff}<?xml version=\"1.0\"?>\n<!-- x -->\n<A xmlns=\"u\"><B><A/></B></A>\n",
        "<A/>",
        "<A b=\"c\" />",
        "<A></A >",
        "<A></A><!-- done -->",
        "",
        "text",
    ];

    #[test]
    fn whole_documents_and_what_is_no_document_are_not_cut_off() {
        for body in WHOLE {
            assert!(!is_cut_off(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn a_document_that_ends_anywhere_but_behind_something_that_closes_is_cut_off() {
        let json = r#"{"Reservations": [{"a": "}x"}, {"b": [1, 2]}]}"#;
        for end in (1..json.len()).filter(|end| !json[..*end].ends_with('}')) {
            assert!(is_cut_off(&json.as_bytes()[..end]), "{}", &json[..end]);
        }
        let xml = "<?xml version=\"1.0\"?><R x=\"1\"><set><item>a</item><item/></set></R>";
        for end in 1..xml.len() {
            assert!(is_cut_off(&xml.as_bytes()[..end]), "{}", &xml[..end]);
        }
    }

    #[test]
    fn a_web_page_is_one_whether_it_is_whole_or_not() {
        for page in ["<html><body>sign in", "\n <!DOCTYPE HTML PUBLIC", "<HTML></HTML>"] {
            assert!(is_web_page(page.as_bytes()) && !is_cut_off(page.as_bytes()), "{page}");
        }
        for other in ["<ListResponse>", "{}", "", "<htm"] {
            assert!(!is_web_page(other.as_bytes()), "{other}");
        }
    }
}
