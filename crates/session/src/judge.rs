use std::time::Duration;

use orgwide_names::ServiceName;

use crate::throttle::{bare, code_in, is_throttle};

/// The longest beginning of an error's body that is looked at; AWS's error bodies are shorter.
const PEEK: usize = 4096;

/// Finds out whether an answer that is an error means that calls come too fast.
pub(crate) struct Judge {
    service: Option<ServiceName>,
    status: u16,
    /// The code, where a header has it.
    code: Option<String>,
    retry_after: Option<Duration>,
    /// The beginning of the body.
    seen: Vec<u8>,
}

impl Judge {
    pub(crate) fn new(
        service: Option<ServiceName>,
        status: u16,
        code: Option<String>,
        retry_after: Option<Duration>,
    ) -> Self {
        Self { service, status, code, retry_after, seen: Vec::new() }
    }

    /// How long AWS asks not to be asked again.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// More of the body.
    pub(crate) fn see(&mut self, data: &[u8]) {
        let room = PEEK - self.seen.len();
        self.seen.extend_from_slice(&data[..data.len().min(room)]);
    }

    pub(crate) fn finds_throttle(&self) -> bool {
        let text = String::from_utf8_lossy(&self.seen);
        let in_body = || code_in(&text).or_else(|| code_in_cbor(&self.seen));
        let code = self.code.as_deref().or_else(in_body);
        is_throttle(self.service.as_ref().map(ServiceName::as_str), Some(self.status), code, &text)
    }
}

/// The error code in the first bytes of a body in CBOR: the text that follows the text `__type`.
fn code_in_cbor(body: &[u8]) -> Option<&str> {
    // Six bytes of text; so are codes, whose length stands in the first byte or, from 24 on, in a second.
    const KEY: &[u8] = b"\x66__type";
    let at = body.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let (length, text) = match body.get(at..)? {
        [short @ 0x60..=0x77, text @ ..] => (short - 0x60, text),
        [0x78, length, text @ ..] => (*length, text),
        _ => return None,
    };
    std::str::from_utf8(text.get(..usize::from(length))?).ok().map(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_in_cbor_are_found_whatever_their_length_and_nothing_is_made_up() {
        let short = b"\xbf\x66__type\x71aws.sns#Throttled\xff";
        assert_eq!(code_in_cbor(short), Some("Throttled"));
        let long = b"\xa2\x66__type\x78\x26com.amazonaws.logs#ThrottlingException\x67message\x61x";
        assert_eq!(code_in_cbor(long), Some("ThrottlingException"));
        for bad in
            [&b""[..], b"\x66__type", b"\x66__type\x78", b"\x66__type\x65Thr", b"\x66__type\x01Throttled"]
        {
            assert_eq!(code_in_cbor(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_code_of_a_used_up_quota_is_a_throttle_only_where_it_means_the_rate() {
        let finds = |service: Option<&str>| {
            let service = service.map(|name| name.parse().unwrap());
            let mut judge = Judge::new(service, 400, None, None);
            judge.see(br#"{"__type":"LimitExceeded"#);
            judge.see(br#"Exception","message":"x"}"#);
            judge.finds_throttle()
        };
        assert_eq!([Some("Kinesis"), Some("iam"), None].map(finds), [true, false, false]);
    }
}
