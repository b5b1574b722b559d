//! What JSON and CBOR have in common: values, lists and maps, one event after the other.

use std::borrow::Cow;

use serde_json::Number;

use super::AnswerError;
use crate::cbor;

/// What comes next in a body.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Event<'b> {
    Null,
    Boolean(bool),
    Number(Number),
    /// A whole number no 64 bits hold, in digits.
    Wide(String),
    Text(Cow<'b, str>),
    Bytes(Cow<'b, [u8]>),
    /// A list begins; its values follow, then [`Event::End`].
    List,
    /// A map begins; keys follow as texts, each before its value, then [`Event::End`].
    Map,
    /// The innermost list or map ends.
    End,
}

impl Event<'_> {
    /// What it is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) | Self::Wide(_) => "a number",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::List => "a list",
            Self::Map => "an object",
            Self::End => "an end",
        }
    }
}

/// A reader of one value, event by event.
///
/// It can be put aside for its state and gone on with later over the same bytes, which is how items are
/// handed out without a borrow of the body.
pub(super) trait Events<'b>: Sized {
    /// What it knows besides the bytes.
    type State: Default + std::fmt::Debug + Send;

    fn resume(bytes: &'b [u8], state: Self::State) -> Self;

    fn suspend(self) -> Self::State;

    /// The next event. The end of the body is an error as long as the value is not at its end.
    fn next(&mut self) -> Result<Event<'b>, AnswerError>;

    /// How many lists and maps the next event is inside of.
    fn depth(&self) -> usize;

    /// After the value's last event: that nothing follows.
    fn finish(&mut self) -> Result<(), AnswerError>;

    /// Passes over the rest of a value of which this event is the first.
    fn pass_over(&mut self, event: &Event<'b>) -> Result<(), AnswerError> {
        if matches!(event, Event::List | Event::Map) {
            let depth = self.depth();
            while self.depth() >= depth {
                self.next()?;
            }
        }
        Ok(())
    }

    /// The next key of the innermost map, or none at its end.
    fn key(&mut self) -> Result<Option<Cow<'b, str>>, AnswerError> {
        match self.next()? {
            Event::Text(key) => Ok(Some(key)),
            Event::End => Ok(None),
            other => Err(super::scalar::wrong("a key", other.kind())),
        }
    }
}

impl<'b> Events<'b> for cbor::Reader<'b> {
    type State = cbor::State;

    fn resume(bytes: &'b [u8], state: Self::State) -> Self {
        cbor::Reader::resume(bytes, state)
    }

    fn suspend(self) -> Self::State {
        cbor::Reader::suspend(self)
    }

    fn next(&mut self) -> Result<Event<'b>, AnswerError> {
        let length = self.length();
        let event = match cbor::Reader::next(self) {
            Ok(Some(event)) => event,
            Ok(None) => return Err(AnswerError::truncated(length)),
            Err(error) => return Err(broken(error)),
        };
        Ok(match event {
            cbor::Event::Null => Event::Null,
            cbor::Event::Boolean(boolean) => Event::Boolean(boolean),
            cbor::Event::Integer(integer) => match (i64::try_from(integer), u64::try_from(integer)) {
                (Ok(number), _) => Event::Number(number.into()),
                (_, Ok(number)) => Event::Number(number.into()),
                _ => Event::Wide(integer.to_string()),
            },
            cbor::Event::Float(float) => match super::scalar::float(float) {
                serde_json::Value::Number(number) => Event::Number(number),
                special => Event::Text(Cow::Owned(special.as_str().unwrap_or_default().to_owned())),
            },
            cbor::Event::Text(text) => Event::Text(text),
            cbor::Event::Bytes(bytes) => Event::Bytes(bytes),
            cbor::Event::List => Event::List,
            cbor::Event::Map => Event::Map,
            cbor::Event::End => Event::End,
        })
    }

    fn depth(&self) -> usize {
        cbor::Reader::depth(self)
    }

    fn finish(&mut self) -> Result<(), AnswerError> {
        match cbor::Reader::next(self) {
            Ok(None) => Ok(()),
            Ok(Some(_)) => Err(AnswerError::malformed(self.position(), "something follows the value")),
            Err(error) => Err(broken(error)),
        }
    }
}

fn broken(error: cbor::CborError) -> AnswerError {
    use super::error::Problem;
    match error.problem() {
        cbor::CborProblem::Truncated => AnswerError::truncated(error.position()),
        cbor::CborProblem::TooDeep => AnswerError::new(Problem::TooDeep),
        cbor::CborProblem::Other => AnswerError::malformed(error.position(), error.what()),
    }
}
