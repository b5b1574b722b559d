use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// What RFC 3986 does not call unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same, but slashes stay.
const IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// Text as one part of a path, or a name or value of a query.
pub(super) fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED)
}

/// Text as several parts of a path.
pub(super) fn encode_path(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, IN_PATH)
}
