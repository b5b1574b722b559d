use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::str::FromStr;

/// The bytes before a position that tell whether a file is the one that was written.
const TAIL: usize = 4096;

/// How long a file was, and what stood last in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) length: u64,
    /// Checksum of the last bytes before it.
    tail: u32,
}

/// What a file has where a position is looked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// What was written, and maybe more.
    Same(Tail),
    /// Less than was written, or nothing.
    Less,
    /// Something else.
    Other,
}

/// The last bytes of a file, kept while it grows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tail(Vec<u8>);

impl Tail {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let kept = &bytes[bytes.len().saturating_sub(TAIL)..];
        let over = (self.0.len() + kept.len()).saturating_sub(TAIL);
        self.0.drain(..over);
        self.0.extend_from_slice(kept);
    }

    pub(super) fn at(&self, length: u64) -> Position {
        Position { length, tail: crc32fast::hash(&self.0) }
    }
}

impl Position {
    /// Looks for this position in a file.
    pub(super) fn find_in(self, path: &Path) -> io::Result<Found> {
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Less),
            file => file?,
        };
        if file.metadata()?.len() < self.length {
            return Ok(Found::Less);
        }
        let kept = self.length.min(TAIL as u64);
        file.seek(SeekFrom::Start(self.length - kept))?;
        let mut tail = Vec::new();
        file.take(kept).read_to_end(&mut tail)?;
        let tail = Tail(tail);
        Ok(if tail.at(self.length) == self { Found::Same(tail) } else { Found::Other })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:08x}", self.length, self.tail)
    }
}

impl FromStr for Position {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (length, tail) = text.split_once(' ').ok_or(())?;
        let tail = u32::from_str_radix(tail, 16).map_err(drop)?;
        Ok(Self { length: length.parse().map_err(drop)?, tail })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_the_same_however_the_bytes_came() {
        let bytes: Vec<u8> = (0..10_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let at = |piece: usize| {
            let mut tail = Tail::default();
            bytes.chunks(piece).for_each(|bytes| tail.push(bytes));
            tail.at(10_000)
        };
        let whole = Position { length: 10_000, tail: crc32fast::hash(&bytes[10_000 - TAIL..]) };
        assert_eq!([at(1), at(7), at(4096), at(4097), at(10_000)], [whole; 5]);
        assert_eq!(whole.to_string().parse(), Ok(whole));
    }

    #[test]
    fn what_is_no_position_is_none() {
        for text in ["", "12", "12 xyz", "x 00000000", "12 00000000 1"] {
            assert_eq!(text.parse::<Position>(), Err(()), "{text:?}");
        }
    }
}
