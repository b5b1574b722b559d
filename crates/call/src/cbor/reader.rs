use std::borrow::Cow;

use minicbor::data::Type;
use minicbor::decode::Decoder;

/// How many lists and maps may be inside one another.
const MAX_DEPTH: usize = 128;

/// What comes next in a CBOR text.
///
/// Tags are passed over: the model says what a number is. Only the two of big integers change what follows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event<'b> {
    /// Null, or undefined.
    Null,
    Boolean(bool),
    Integer(i128),
    /// A number of any width, half ones too.
    Float(f64),
    Text(Cow<'b, str>),
    Bytes(Cow<'b, [u8]>),
    /// A list begins; its values follow, then [`Event::End`].
    List,
    /// A map begins; keys follow, each before its value, then [`Event::End`].
    Map,
    /// The innermost list or map ends.
    End,
}

/// Why bytes are no CBOR, or none that is read here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}, at byte {position}")]
pub(crate) struct CborError {
    what: &'static str,
    position: usize,
    problem: CborProblem,
}

/// Which kind of thing is wrong with bytes that are no CBOR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CborProblem {
    /// They end too early.
    Truncated,
    TooDeep,
    Other,
}

impl CborError {
    pub(crate) fn what(&self) -> &'static str {
        self.what
    }

    /// After how many bytes it was noticed.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn problem(&self) -> CborProblem {
        self.problem
    }
}

/// Reads one CBOR value, event by event.
///
/// Its memory is the nesting's, which is bounded, and text or bytes that come in pieces.
#[derive(Debug)]
pub(crate) struct Reader<'b> {
    decoder: Decoder<'b>,
    open: Vec<Open>,
    is_begun: bool,
}

/// Where a [`Reader`] is, without the bytes: another can go on from there.
#[derive(Debug, Default)]
pub(crate) struct State {
    position: usize,
    open: Vec<Open>,
    is_begun: bool,
}

/// A list or map of which the end has not been read.
#[derive(Debug)]
struct Open {
    /// How many values are still to come, of a map keys and values; none where a break tells the end.
    left: Option<u64>,
    is_map: bool,
    /// In a map: the next value is a key's.
    after_key: bool,
}

impl<'b> Reader<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self::resume(bytes, State::default())
    }

    /// A reader that goes on where another of the same bytes was.
    pub(crate) fn resume(bytes: &'b [u8], state: State) -> Self {
        let mut decoder = Decoder::new(bytes);
        decoder.set_position(state.position);
        Self { decoder, open: state.open, is_begun: state.is_begun }
    }

    /// Where it is.
    pub(crate) fn suspend(self) -> State {
        State { position: self.decoder.position(), open: self.open, is_begun: self.is_begun }
    }

    /// How many bytes there are.
    pub(crate) fn length(&self) -> usize {
        self.decoder.input().len()
    }

    /// How many lists and maps the next event is inside of.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// How many bytes have been read.
    pub(crate) fn position(&self) -> usize {
        self.decoder.position()
    }

    /// The next event; none after the value's last one.
    ///
    /// # Errors
    /// If the bytes end too early, go on after the value, break a rule of CBOR or nest deeper than 128. What is
    /// asked of a reader after an error means nothing.
    pub(crate) fn next(&mut self) -> Result<Option<Event<'b>>, CborError> {
        if let Some(open) = self.open.last_mut() {
            let is_over = match open.left {
                Some(left) => left == 0,
                None => {
                    self.decoder.datatype().map_err(|error| failed(&error, self.decoder.position()))?
                        == Type::Break
                }
            };
            if is_over {
                if open.after_key {
                    return Err(self.error("a key without a value"));
                }
                if open.left.is_none() {
                    self.decoder.set_position(self.decoder.position() + 1);
                }
                self.open.pop();
                return Ok(Some(Event::End));
            }
            if let Some(left) = &mut open.left {
                *left -= 1;
            }
            open.after_key = open.is_map && !open.after_key;
        } else if self.is_begun {
            if self.decoder.position() < self.decoder.input().len() {
                return Err(self.error("something after the value"));
            }
            return Ok(None);
        }
        self.is_begun = true;
        self.value().map(Some)
    }

    fn value(&mut self) -> Result<Event<'b>, CborError> {
        loop {
            let datatype =
                self.decoder.datatype().map_err(|error| failed(&error, self.decoder.position()))?;
            return match datatype {
                Type::Tag => {
                    match self.read(Decoder::tag)?.as_u64() {
                        2 => return self.big(false),
                        3 => return self.big(true),
                        _ => continue,
                    };
                }
                Type::Null => self.read(Decoder::null).map(|()| Event::Null),
                Type::Undefined => self.read(Decoder::undefined).map(|()| Event::Null),
                Type::Bool => self.read(Decoder::bool).map(Event::Boolean),
                Type::U8
                | Type::U16
                | Type::U32
                | Type::U64
                | Type::I8
                | Type::I16
                | Type::I32
                | Type::I64
                | Type::Int => self.read(Decoder::int).map(|int| Event::Integer(int.into())),
                Type::F16 | Type::F32 | Type::F64 => self.read(Decoder::f64).map(Event::Float),
                Type::String => self.read(Decoder::str).map(|text| Event::Text(Cow::Borrowed(text))),
                Type::StringIndef => self.pieces().map(|text| Event::Text(Cow::Owned(text))),
                Type::Bytes | Type::BytesIndef => self.bytes().map(Event::Bytes),
                Type::Array | Type::ArrayIndef => {
                    let length = self.read(Decoder::array)?;
                    self.begin(length, false)
                }
                Type::Map | Type::MapIndef => {
                    let length = self.read(Decoder::map)?;
                    self.begin(length, true)
                }
                Type::Break => Err(self.error("a break outside of a list or map")),
                Type::Simple | Type::Unknown(_) => Err(self.error("a value of no known kind")),
            };
        }
    }

    fn begin(&mut self, length: Option<u64>, is_map: bool) -> Result<Event<'b>, CborError> {
        if self.open.len() >= MAX_DEPTH {
            let error = self.error("lists and maps nested deeper than 128");
            return Err(CborError { problem: CborProblem::TooDeep, ..error });
        }
        let left = length.map(|length| if is_map { length.saturating_mul(2) } else { length });
        let remaining = self.decoder.input().len().saturating_sub(self.decoder.position());
        if left.is_some_and(|left| left > remaining as u64) {
            let error = self.error("a length beyond the end");
            return Err(CborError { problem: CborProblem::Truncated, ..error });
        }
        self.open.push(Open { left, is_map, after_key: false });
        Ok(if is_map { Event::Map } else { Event::List })
    }

    fn pieces(&mut self) -> Result<String, CborError> {
        let begin = self.position();
        let mut text = String::new();
        for piece in self.decoder.str_iter().map_err(|error| failed(&error, begin))? {
            text.push_str(piece.map_err(|error| failed(&error, begin))?);
        }
        Ok(text)
    }

    fn bytes(&mut self) -> Result<Cow<'b, [u8]>, CborError> {
        let begin = self.position();
        let mut bytes = Cow::Borrowed(&[][..]);
        for piece in self.decoder.bytes_iter().map_err(|error| failed(&error, begin))? {
            let piece = piece.map_err(|error| failed(&error, begin))?;
            if bytes.is_empty() {
                bytes = Cow::Borrowed(piece);
            } else {
                bytes.to_mut().extend_from_slice(piece);
            }
        }
        Ok(bytes)
    }

    /// An integer whose bytes follow.
    fn big(&mut self, is_negative: bool) -> Result<Event<'b>, CborError> {
        let bytes = self.bytes()?;
        let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
        let significant = bytes.get(first..).unwrap_or_default();
        let mut wide = [0; 16];
        let at = 16_usize
            .checked_sub(significant.len())
            .ok_or_else(|| self.error("an integer of more than 128 bits"))?;
        wide[at..].copy_from_slice(significant);
        let value = i128::try_from(u128::from_be_bytes(wide))
            .map_err(|_| self.error("an integer of more than 128 bits"))?;
        Ok(Event::Integer(if is_negative { !value } else { value }))
    }

    fn read<T>(
        &mut self,
        read: impl FnOnce(&mut Decoder<'b>) -> Result<T, minicbor::decode::Error>,
    ) -> Result<T, CborError> {
        read(&mut self.decoder).map_err(|error| failed(&error, self.decoder.position()))
    }

    fn error(&self, what: &'static str) -> CborError {
        CborError { what, position: self.decoder.position(), problem: CborProblem::Other }
    }
}

fn failed(error: &minicbor::decode::Error, position: usize) -> CborError {
    let (what, problem) = if error.is_end_of_input() {
        ("CBOR that ends too early", CborProblem::Truncated)
    } else {
        ("no CBOR", CborProblem::Other)
    };
    CborError { what, position: error.position().unwrap_or(position), problem }
}

#[cfg(test)]
mod tests {
    use super::{Event, Reader};

    fn events(bytes: &[u8]) -> Result<Vec<Event<'_>>, String> {
        let mut reader = Reader::new(bytes);
        let mut events = Vec::new();
        while let Some(event) = reader.next().map_err(|error| error.to_string())? {
            events.push(event);
        }
        Ok(events)
    }

    fn text(value: &str) -> Event<'_> {
        Event::Text(value.into())
    }

    // The bytes are those of RFC 8949, appendix A.
    #[test]
    fn values_are_those_of_the_standard() {
        let cases: [(&[u8], Event<'_>); 15] = [
            (&[0x17], Event::Integer(23)),
            (&[0x1b, 255, 255, 255, 255, 255, 255, 255, 255], Event::Integer(18_446_744_073_709_551_615)),
            (&[0x3b, 255, 255, 255, 255, 255, 255, 255, 255], Event::Integer(-18_446_744_073_709_551_616)),
            (&[0xc2, 0x49, 1, 0, 0, 0, 0, 0, 0, 0, 0], Event::Integer(18_446_744_073_709_551_616)),
            (&[0xc3, 0x49, 1, 0, 0, 0, 0, 0, 0, 0, 0], Event::Integer(-18_446_744_073_709_551_617)),
            (&[0xf9, 0x3c, 0x00], Event::Float(1.0)),
            (&[0xf9, 0x00, 0x01], Event::Float(5.960_464_477_539_063e-8)),
            (&[0xf9, 0x7c, 0x00], Event::Float(f64::INFINITY)),
            (&[0xfa, 0x47, 0xc3, 0x50, 0x00], Event::Float(100_000.0)),
            (&[0xfb, 0xc0, 0x10, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66], Event::Float(-4.1)),
            (&[0xf7], Event::Null),
            (&[0xc1, 0x1a, 0x51, 0x4b, 0x67, 0xb0], Event::Integer(1_363_896_240)),
            (&[0x62, 0xc3, 0xbc], text("\u{fc}")),
            (
                &[0x7f, 0x65, 0x73, 0x74, 0x72, 0x65, 0x61, 0x64, 0x6d, 0x69, 0x6e, 0x67, 0xff],
                text("streaming"),
            ),
            (&[0x5f, 0x42, 1, 2, 0x43, 3, 4, 5, 0xff], Event::Bytes(vec![1, 2, 3, 4, 5].into())),
        ];
        for (bytes, event) in cases {
            assert_eq!(events(bytes), Ok(vec![event]), "{bytes:x?}");
        }
    }

    #[test]
    fn definite_and_indefinite_lengths_give_the_same_events() {
        let definite = [0xa2, 0x61, 0x61, 0x01, 0x61, 0x62, 0x82, 0x02, 0x03];
        let indefinite = [0xbf, 0x61, 0x61, 0x01, 0x61, 0x62, 0x9f, 0x02, 0x03, 0xff, 0xff];
        let expected = vec![
            Event::Map,
            text("a"),
            Event::Integer(1),
            text("b"),
            Event::List,
            Event::Integer(2),
            Event::Integer(3),
            Event::End,
            Event::End,
        ];
        assert_eq!(events(&definite), Ok(expected.clone()));
        assert_eq!(events(&indefinite), Ok(expected));
    }

    #[test]
    fn nesting_is_bounded_whatever_nests() {
        let deep_lists = vec![0x81; 10_000];
        let deep_open_maps = [0xbf, 0x61, 0x61].repeat(10_000);
        for bytes in [deep_lists, deep_open_maps] {
            assert!(
                events(&bytes).is_err_and(|error| error.starts_with("lists and maps nested deeper than 128"))
            );
        }
        let mut just_deep_enough = vec![0x81; 127];
        just_deep_enough.push(0x80);
        assert_eq!(events(&just_deep_enough).map(|events| events.len()), Ok(256));
    }

    #[test]
    fn broken_texts_are_errors() {
        let cases: [(&str, &[u8]); 12] = [
            ("CBOR that ends too early", &[]),
            ("CBOR that ends too early", &[0x19, 0x01]),
            ("CBOR that ends too early", &[0x62, 0x61]),
            ("CBOR that ends too early", &[0x9f, 0x01]),
            ("CBOR that ends too early", &[0xc1]),
            ("something after the value", &[0x01, 0x01]),
            ("a length beyond the end", &[0x9b, 0x7f, 255, 255, 255, 255, 255, 255, 255]),
            ("a length beyond the end", &[0xbb, 255, 255, 255, 255, 255, 255, 255, 255]),
            ("a key without a value", &[0xbf, 0x61, 0x61, 0xff]),
            ("a break outside", &[0x81, 0xff]),
            ("no CBOR", &[0x61, 0xff]),
            (
                "an integer of more than 128 bits",
                &[0xc2, 0x51, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            ),
        ];
        for (what, bytes) in cases {
            let error = events(bytes).unwrap_err();
            assert!(error.starts_with(what), "{bytes:x?}: {error}");
        }
    }

    #[test]
    fn any_bytes_end_in_events_or_an_error() {
        let mut random = fastrand::Rng::with_seed(8949);
        let mut read = 0;
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..random.usize(0..64)).map(|_| random.u8(..)).collect();
            read += usize::from(events(&bytes).is_ok());
        }
        assert!(read > 0, "no seed gave a value");
    }
}
