//! Names with wildcards.

/// The pattern that every text fits.
pub(crate) fn anything() -> String {
    "*".to_owned()
}

/// Whether `text` is of the form `pattern`, in which `*` is any run of bytes and `?` any one.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    bytes_fit(pattern.as_bytes(), text.as_bytes())
}

fn bytes_fit(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=text.len()).any(|taken| bytes_fit(rest, &text[taken..])),
        ([b'?', rest @ ..], [_, text @ ..]) => bytes_fit(rest, text),
        ([letter, rest @ ..], [first, text @ ..]) => letter == first && bytes_fit(rest, text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_know_stars_and_question_marks() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abcd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("**", "x", true),
            ("", "x", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
