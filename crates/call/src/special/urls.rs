use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but what may stand in a path as it is.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A text as it stands in a path.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, IN_PATH).to_string()
}

/// What `%41` and the like stand for.
pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The same in a query, where `+` is a blank.
pub(super) fn decode_plus(text: &str) -> String {
    decode(&text.replace('+', " "))
}
