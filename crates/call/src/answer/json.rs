//! JSON, event by event.
//!
//! The punctuation is read here, because a reader that hands out items has to stop in the middle of a text
//! and go on later, which none of the usual ones can. What is inside texts with escapes is `serde_json`'s.

use std::borrow::Cow;

use serde_json::Number;

use super::event::{Event, Events};
use super::{AnswerError, DEEPEST, Problem};

/// Reads one JSON value, event by event.
#[derive(Debug)]
pub(super) struct JsonReader<'b> {
    bytes: &'b [u8],
    state: State,
}

/// Where a reader is.
#[derive(Debug, Default)]
pub(super) struct State {
    position: usize,
    /// The lists and maps that have begun and not ended.
    open: Vec<Open>,
    is_over: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// In a list; whether it has had an element.
    List(bool),
    /// In a map before a key; whether it has had an entry.
    Key(bool),
    /// In a map after a key.
    Value,
}

impl<'b> Events<'b> for JsonReader<'b> {
    type State = State;

    fn resume(bytes: &'b [u8], state: State) -> Self {
        Self { bytes, state }
    }

    fn suspend(self) -> State {
        self.state
    }

    fn depth(&self) -> usize {
        self.state.open.len()
    }

    fn next(&mut self) -> Result<Event<'b>, AnswerError> {
        if self.state.is_over {
            return Err(AnswerError::truncated(self.state.position));
        }
        let mut byte = self.byte()?;
        match self.state.open.last().copied() {
            None => {}
            Some(Open::List(has_elements)) => {
                if byte == b']' {
                    return self.end();
                }
                if has_elements {
                    byte = self.separator(byte, b',')?;
                }
                self.innermost(Open::List(true));
            }
            Some(Open::Key(has_entries)) => {
                if byte == b'}' {
                    return self.end();
                }
                if has_entries {
                    byte = self.separator(byte, b',')?;
                }
                if byte != b'"' {
                    return Err(self.unexpected("no key where one should be"));
                }
                let key = self.text()?;
                let colon = self.byte()?;
                if colon != b':' {
                    return Err(self.unexpected("no colon after a key"));
                }
                self.state.position += 1;
                self.innermost(Open::Value);
                return Ok(Event::Text(key));
            }
            Some(Open::Value) => self.innermost(Open::Key(true)),
        }
        let event = self.value(byte)?;
        if self.state.open.is_empty() {
            self.state.is_over = true;
        }
        Ok(event)
    }

    fn finish(&mut self) -> Result<(), AnswerError> {
        self.pass_over_space();
        match self.bytes.get(self.state.position) {
            None => Ok(()),
            Some(_) => Err(self.unexpected("something follows the value")),
        }
    }
}

impl<'b> JsonReader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self::resume(bytes, State::default())
    }

    fn value(&mut self, byte: u8) -> Result<Event<'b>, AnswerError> {
        match byte {
            b'"' => self.text().map(Event::Text),
            b'{' => self.begin(Open::Key(false), Event::Map),
            b'[' => self.begin(Open::List(false), Event::List),
            b't' => self.word(b"true", Event::Boolean(true)),
            b'f' => self.word(b"false", Event::Boolean(false)),
            b'n' => self.word(b"null", Event::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.unexpected("no value where one should be")),
        }
    }

    fn begin(&mut self, open: Open, event: Event<'b>) -> Result<Event<'b>, AnswerError> {
        if self.state.open.len() >= DEEPEST {
            return Err(AnswerError::new(Problem::TooDeep));
        }
        self.state.position += 1;
        self.state.open.push(open);
        Ok(event)
    }

    fn end(&mut self) -> Result<Event<'b>, AnswerError> {
        self.state.position += 1;
        self.state.open.pop();
        if self.state.open.is_empty() {
            self.state.is_over = true;
        }
        Ok(Event::End)
    }

    fn innermost(&mut self, now: Open) {
        if let Some(open) = self.state.open.last_mut() {
            *open = now;
        }
    }

    /// The next byte that is no space; it stays unread.
    fn byte(&mut self) -> Result<u8, AnswerError> {
        self.pass_over_space();
        self.bytes.get(self.state.position).copied().ok_or_else(|| AnswerError::truncated(self.bytes.len()))
    }

    fn pass_over_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.state.position) {
            self.state.position += 1;
        }
    }

    fn separator(&mut self, byte: u8, separator: u8) -> Result<u8, AnswerError> {
        if byte != separator {
            return Err(self.unexpected("no comma where one should be"));
        }
        self.state.position += 1;
        self.byte()
    }

    fn word(&mut self, word: &[u8], event: Event<'b>) -> Result<Event<'b>, AnswerError> {
        let rest = self.bytes.get(self.state.position..).unwrap_or_default();
        if rest.starts_with(word) {
            self.state.position += word.len();
            return Ok(event);
        }
        if word.starts_with(rest) {
            return Err(AnswerError::truncated(self.bytes.len()));
        }
        Err(AnswerError::malformed(self.state.position, "no value of JSON"))
    }

    fn number(&mut self) -> Result<Event<'b>, AnswerError> {
        let rest = self.bytes.get(self.state.position..).unwrap_or_default();
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let number = rest.get(..length).unwrap_or_default();
        if length == rest.len() && !self.state.open.is_empty() {
            return Err(AnswerError::truncated(self.bytes.len()));
        }
        let number = self.exact(number)?;
        self.state.position += length;
        Ok(number)
    }

    fn exact(&self, digits: &[u8]) -> Result<Event<'b>, AnswerError> {
        let text = str::from_utf8(digits).unwrap_or_default();
        let magnitude = text.strip_prefix('-').unwrap_or(text).as_bytes();
        let is_whole = magnitude.iter().all(u8::is_ascii_digit)
            && (magnitude.len() == 1 || magnitude.first() != Some(&b'0'));
        if is_whole && !magnitude.is_empty() {
            if let Ok(number) = text.parse::<i64>() {
                return Ok(Event::Number(number.into()));
            }
            if let Ok(number) = text.parse::<u64>() {
                return Ok(Event::Number(number.into()));
            }
            return Ok(Event::Wide(text.to_owned()));
        }
        match serde_json::from_slice::<Number>(digits) {
            Ok(number) => Ok(Event::Number(number)),
            Err(_) if text.parse::<f64>().is_ok_and(f64::is_infinite) => Ok(Event::Wide(text.to_owned())),
            Err(_) => Err(AnswerError::malformed(self.state.position, "no number of JSON")),
        }
    }

    /// The text whose opening quote is next.
    fn text(&mut self) -> Result<Cow<'b, str>, AnswerError> {
        let begin = self.state.position;
        let mut at = begin + 1;
        let mut has_escapes = false;
        loop {
            match self.bytes.get(at) {
                None => return Err(AnswerError::truncated(self.bytes.len())),
                Some(b'"') => break,
                Some(b'\\') => {
                    has_escapes = true;
                    at += 2;
                }
                Some(0..=0x1f) => {
                    return Err(AnswerError::malformed(at, "a control character inside a text"));
                }
                Some(_) => at += 1,
            }
        }
        self.state.position = at + 1;
        if has_escapes {
            let quoted = self.bytes.get(begin..=at).unwrap_or_default();
            let text: String = serde_json::from_slice(quoted)
                .map_err(|_| AnswerError::malformed(begin, "a text with a broken escape"))?;
            return Ok(Cow::Owned(text));
        }
        let plain = self.bytes.get(begin + 1..at).unwrap_or_default();
        str::from_utf8(plain).map(Cow::Borrowed).map_err(|error| {
            AnswerError::malformed(begin + 1 + error.valid_up_to(), "a text that is not UTF-8")
        })
    }

    fn unexpected(&self, what: &'static str) -> AnswerError {
        AnswerError::malformed(self.state.position, what)
    }
}
