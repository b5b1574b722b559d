use std::borrow::Cow;
use std::time::Duration;

use orgwide_names::ServiceName;

use crate::codes::is_expired;
use crate::error_body::{code_in, code_in_cbor, request_id_in};
use crate::expired_answer::ExpiredAnswer;
use crate::throttle::is_throttle;

/// The longest beginning of an error's body that is looked at; AWS's error bodies are shorter.
const PEEK: usize = 4096;

/// Finds out whether an answer that is an error means that calls come too fast, or that its credentials have ended.
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
        let text = self.text();
        let service = self.service.as_ref().map(ServiceName::as_str);
        is_throttle(service, Some(self.status), self.code(&text), &text)
    }

    /// The answer, if it says that the credentials of the request have ended.
    pub(crate) fn finds_expired(&self) -> Option<ExpiredAnswer> {
        let text = self.text();
        let code = self.code(&text).filter(|code| is_expired(code))?;
        Some(ExpiredAnswer { code: code.to_owned(), request_id: request_id_in(&text).map(str::to_owned) })
    }

    fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.seen)
    }

    fn code<'a>(&'a self, text: &'a str) -> Option<&'a str> {
        let in_body = || code_in(text).or_else(|| code_in_cbor(&self.seen));
        self.code.as_deref().or_else(in_body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
