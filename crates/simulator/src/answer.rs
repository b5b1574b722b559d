use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde::Deserialize;

use crate::body::Delivery;
use crate::fault_error::FaultProblem;
use crate::page::Twist;
use crate::seconds::seconds;

/// What is done to a call that a [`Fault`](crate::Fault) meets: it is answered with something else, or with the right
/// answer in a way that hurts.
///
/// In JSON the name in lower case (`"throttling"`, `"access_denied"`); those that hold something are objects of one
/// key: `{"throttling_after": 3}`, `{"late": 1.5}`, `{"error": {"status": 400, "code": "…", "message": "…"}}`.
/// Times are seconds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Answer {
    /// The right answer after all.
    Ok,
    /// 503 with a web page in place of an error code, as a load balancer answers.
    Unavailable,
    /// The service's own way to say that it is called too often.
    Throttling,
    /// The same, with a `Retry-After` header of this many seconds.
    ThrottlingAfter(u32),
    /// The same, with a header of one's own: `x-amz-retry-after` counts milliseconds, and neither need be a number.
    ThrottlingWith {
        /// The name of the header.
        header: String,
        /// Its value.
        value: String,
    },
    /// The service's own way to say that it failed, status 500.
    Internal,
    /// No answer: the connection is closed. In process, an I/O error of the connector.
    Reset,
    /// The service's own way to say that no policy allows the call.
    AccessDenied,
    /// The service's own way to say that the session has ended; and so it has: whoever signs with the same key from
    /// here on is told the same.
    Expired,
    /// What a service says when the account has been suspended: to those who ask for a role in it, that they are not
    /// allowed to; to its own sessions, that the account is blocked or has no subscription.
    Suspended,
    /// Status 200 with a web page, as a captive portal answers.
    Html,
    /// No answer, ever, until the client leaves.
    Hang,
    /// Any error, written in the protocol of the service.
    Error {
        /// The HTTP status, 200 to 599.
        status: u16,
        /// The error code.
        code: String,
        /// The message.
        #[serde(default)]
        message: String,
    },
    /// The right answer, this much later than the others.
    Late(#[serde(deserialize_with = "seconds")] Duration),
    /// The first half of the right answer, as if it were all.
    CutOff,
    /// The first half of the right answer, and then the connection is closed.
    ResetInBody,
    /// The right answer byte by byte, each after so long.
    Drip(#[serde(deserialize_with = "seconds")] Duration),
    /// The right answer with blanks behind it that make it this many bytes long.
    Oversized(u64),
    /// The right answer to a listing, but the token in it leads back to the page it came with: the first page is
    /// followed by the second without an end. Give it to every call.
    SameToken,
    /// The first page of a listing again and again, with two tokens in turn. Give it to every call.
    TokenCycle,
    /// So many empty pages before the first of a listing, 1,000,000 at most. Give it to every call.
    EmptyPages(u32),
    /// The right answer to a listing, but where it has no token there is one without text.
    EmptyToken,
    /// The right answer to a listing, but the last page comes a second time, with a token of its own. Give it to
    /// every call.
    RepeatedPage,
}

impl Answer {
    /// What it does to a listing.
    pub(crate) fn twist(&self) -> Option<Twist> {
        match self {
            Self::SameToken => Some(Twist::SameToken),
            Self::TokenCycle => Some(Twist::TokenCycle),
            Self::EmptyPages(pages) => Some(Twist::EmptyPages(*pages)),
            Self::EmptyToken => Some(Twist::EmptyToken),
            Self::RepeatedPage => Some(Twist::RepeatedPage),
            _ => None,
        }
    }

    /// How the body comes.
    pub(crate) fn delivery(&self) -> Delivery {
        match self {
            Self::CutOff => Delivery::CutOff,
            Self::ResetInBody => Delivery::Reset,
            Self::Drip(pause) => Delivery::Drip(*pause),
            Self::Oversized(length) => Delivery::Oversized(*length),
            _ => Delivery::Whole,
        }
    }

    /// Why it cannot be given, if it cannot.
    pub(crate) fn problem(&self) -> Option<FaultProblem> {
        match self {
            Self::Error { status, .. } if !(200..600).contains(status) => Some(FaultProblem::Status(*status)),
            Self::ThrottlingWith { header, value }
                if HeaderName::try_from(header).is_err() || HeaderValue::try_from(value).is_err() =>
            {
                Some(FaultProblem::Header(header.clone()))
            }
            Self::EmptyPages(pages @ 1_000_001..) => Some(FaultProblem::Pages(*pages)),
            _ => None,
        }
    }

    /// How much longer than others it takes.
    pub(crate) fn delay(&self) -> Duration {
        match self {
            Self::Late(delay) => *delay,
            _ => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Answer, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn every_answer_is_read_from_json() {
        let header = Answer::ThrottlingWith { header: "x-amz-retry-after".into(), value: "abc".into() };
        let error = Answer::Error { status: 418, code: "Teapot".into(), message: String::new() };
        for (json, answer) in [
            (r#""ok""#, Answer::Ok),
            (r#""access_denied""#, Answer::AccessDenied),
            (r#"{"throttling_after": 3}"#, Answer::ThrottlingAfter(3)),
            (r#"{"throttling_with": {"header": "x-amz-retry-after", "value": "abc"}}"#, header),
            (r#""expired""#, Answer::Expired),
            (r#""suspended""#, Answer::Suspended),
            (r#"{"error": {"status": 418, "code": "Teapot"}}"#, error),
            (r#"{"late": 0.25}"#, Answer::Late(Duration::from_millis(250))),
            (r#""cut_off""#, Answer::CutOff),
            (r#""reset_in_body""#, Answer::ResetInBody),
            (r#"{"drip": 10}"#, Answer::Drip(Duration::from_secs(10))),
            (r#"{"oversized": 104857600}"#, Answer::Oversized(100 << 20)),
            (r#""same_token""#, Answer::SameToken),
            (r#""token_cycle""#, Answer::TokenCycle),
            (r#"{"empty_pages": 500}"#, Answer::EmptyPages(500)),
            (r#""empty_token""#, Answer::EmptyToken),
            (r#""repeated_page""#, Answer::RepeatedPage),
        ] {
            assert_eq!(read(json), Ok(answer), "{json}");
        }
    }

    #[test]
    fn what_is_no_answer_is_refused_by_its_name() {
        for (json, said) in [
            (r#""no_such""#, "unknown variant `no_such`"),
            (r#"{"error": {"status": 400, "code": "X", "mesage": "y"}}"#, "unknown field `mesage`"),
            (r#"{"throttling_with": {"header": "a", "value": "b", "also": 1}}"#, "unknown field `also`"),
            (r#"{"late": -1}"#, "cannot be a time"),
            (r#"{"late": 1e300}"#, "cannot be a time"),
            (r#"{"late": "1s"}"#, "invalid type"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(said), "{json}: {error}");
        }
    }
}
