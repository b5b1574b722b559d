//! Functions of the rules that work on texts alone.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// From start to stop, exclusive, counted from the end if reversed; none if the text is shorter than stop or
/// not ASCII.
pub(super) fn substring<'a>(
    text: &Cow<'a, str>,
    start: i32,
    stop: i32,
    reverse: bool,
) -> Option<Cow<'a, str>> {
    let (start, stop) = (usize::try_from(start).ok()?, usize::try_from(stop).ok()?);
    if start >= stop || stop > text.len() || !text.is_ascii() {
        return None;
    }
    let range = if reverse { text.len() - stop..text.len() - start } else { start..stop };
    match text {
        Cow::Borrowed(text) => text.get(range).map(Cow::Borrowed),
        Cow::Owned(text) => text.get(range).map(|part| Cow::Owned(part.to_owned())),
    }
}

/// Every character escaped that is not unreserved.
pub(super) fn uri_encode<'a>(text: &Cow<'a, str>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => utf8_percent_encode(text, ESCAPED).into(),
        Cow::Owned(text) => Cow::Owned(utf8_percent_encode(text, ESCAPED).to_string()),
    }
}

/// Whether it is a label of a host's name, or with dots several.
pub(super) fn is_valid_host_label(text: &str, allow_dots: bool) -> bool {
    if allow_dots { text.split('.').all(is_label) } else { is_label(text) }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Whether a bucket's name can be the beginning of a host's.
pub(super) fn is_virtual_hostable_s3_bucket(name: &str, allow_dots: bool) -> bool {
    (3..=63).contains(&name.len())
        && !name.bytes().any(|byte| byte.is_ascii_uppercase())
        && is_valid_host_label(name, allow_dots)
        && !has_form_of_ipv4(name)
}

/// Four groups of digits, whatever they amount to.
fn has_form_of_ipv4(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split('.').count() == 4 && text.split('.').all(is_number)
}

/// The parts between delimiters, at most so many; 0 sets no limit. None without a delimiter or with a negative
/// limit, which the specification rules out.
pub(super) fn split<'a>(text: &Cow<'a, str>, delimiter: &str, limit: i32) -> Option<Vec<Cow<'a, str>>> {
    let limit = match usize::try_from(limit).ok()? {
        0 => usize::MAX,
        limit => limit,
    };
    if delimiter.is_empty() {
        return None;
    }
    Some(match text {
        Cow::Borrowed(text) => text.splitn(limit, delimiter).map(Cow::Borrowed).collect(),
        Cow::Owned(text) => text.splitn(limit, delimiter).map(|part| Cow::Owned(part.to_owned())).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same of a borrowed and of an owned text.
    fn both<T: PartialEq + std::fmt::Debug>(text: &str, of: impl Fn(&Cow<'_, str>) -> T) -> T {
        let borrowed = of(&Cow::Borrowed(text));
        assert_eq!(borrowed, of(&Cow::Owned(text.to_owned())));
        borrowed
    }

    #[test]
    fn substrings_count_from_either_end_and_need_the_whole_length() {
        let part = |text, start, stop, reverse| {
            both(text, |text| substring(text, start, stop, reverse).map(Cow::into_owned))
        };
        assert_eq!(part("abcdefg", 0, 4, false).as_deref(), Some("abcd"));
        assert_eq!(part("abcd", 0, 4, false).as_deref(), Some("abcd"));
        assert_eq!(part("abc", 0, 4, false), None);
        assert_eq!(part("abcdefg", 0, 4, true).as_deref(), Some("defg"));
        assert_eq!(part("defg", 1, 3, true).as_deref(), Some("ef"));
        assert_eq!(part("", 0, 0, false), None);
        assert_eq!(part("abc", 2, 1, false), None);
        assert_eq!(part("abc", -1, 2, false), None);
        assert_eq!(part("\u{7f}abc", 0, 2, false).as_deref(), Some("\u{7f}a"));
        assert_eq!(part("abcdef\u{80}", 0, 4, false), None, "not ASCII");
        assert_eq!(part("\u{fdfd}", 0, 1, false), None, "not ASCII");
    }

    #[test]
    fn all_but_unreserved_characters_are_escaped_in_capitals() {
        let encoded = |text| both(text, |text| uri_encode(text).into_owned());
        assert_eq!(encoded("Az09-_.~"), "Az09-_.~");
        assert_eq!(encoded("a b/c+d%"), "a%20b%2Fc%2Bd%25");
        assert_eq!(encoded("ü\u{1f639}"), "%C3%BC%F0%9F%98%B9");
        assert_eq!(encoded(""), "");
    }

    #[test]
    fn labels_are_letters_digits_and_inner_hyphens() {
        let long = "a".repeat(63);
        for good in ["a", "us-east-1", "3aws4", "A", &long] {
            assert!(is_valid_host_label(good, false) && is_valid_host_label(good, true), "{good}");
        }
        let longer = "a".repeat(64);
        for bad in ["", "-a", "a-", "a b", "a_b", "é", "a/b", "a#", "a\n", &longer] {
            assert!(!is_valid_host_label(bad, false) && !is_valid_host_label(bad, true), "{bad:?}");
        }
        assert!(is_valid_host_label("part1.part2", true) && !is_valid_host_label("part1.part2", false));
        for bad in [".a", "a.", "a..b", "a.-b"] {
            assert!(!is_valid_host_label(bad, true), "{bad}");
        }
    }

    #[test]
    fn a_bucket_of_dns_form_can_be_a_host() {
        let long = "a".repeat(63);
        for good in ["abc", "bucket-with-number-1", "9bucket", &long] {
            assert!(is_virtual_hostable_s3_bucket(good, false), "{good}");
        }
        let longer = "a".repeat(64);
        for bad in [
            "",
            "aa",
            "BucketName",
            "bucket_name",
            "-bucket",
            "bucket-",
            "a.b.",
            "192.168.5.4",
            "999.1.1.1",
            &longer,
        ] {
            assert!(!is_virtual_hostable_s3_bucket(bad, true), "{bad}");
        }
        assert!(is_virtual_hostable_s3_bucket("a.bucket", true));
        assert!(!is_virtual_hostable_s3_bucket("a.bucket", false));
        assert!(is_virtual_hostable_s3_bucket("1.2.3", true), "no address has three parts");
    }

    #[test]
    fn the_specifications_splits() {
        let parts = |text, limit| both(text, |text| split(text, "--", limit).map(|parts| parts.join("|")));
        for (text, limit, expected) in [
            ("a--b--c", 0, "a|b|c"),
            ("a--b--c", 2, "a|b--c"),
            ("a--b--c", 1, "a--b--c"),
            ("", 0, ""),
            ("--", 0, "|"),
            ("----", 0, "||"),
            ("--b--", 0, "|b|"),
            ("--x-s3--azid--suffix", 0, "|x-s3|azid|suffix"),
            ("--x-s3--azid--suffix", 2, "|x-s3--azid--suffix"),
            ("abc", 0, "abc"),
        ] {
            assert_eq!(parts(text, limit).as_deref(), Some(expected), "{text} {limit}");
        }
        assert_eq!(parts("a", -1), None);
        assert_eq!(split(&"a".into(), "", 0), None);
    }
}
