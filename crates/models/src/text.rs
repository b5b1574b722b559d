use std::collections::HashMap;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

/// A name in a [`Model`](crate::Model), which keeps each once; [`Model::text`](crate::Model::text) reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Text(Place);

impl Text {
    pub(crate) const FIRST: Self = Self(Place::MIN);
}

/// Counted from 1, so that an `Option<Text>` takes no more room than a `Text`.
type Place = NonZeroU32;

/// Every name of a model, end to end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub(crate) struct Texts {
    all: String,
    /// Where each ends.
    ends: Vec<u32>,
}

/// The same with lengths, which are small numbers and compress well.
#[derive(Serialize, Deserialize)]
struct Stored {
    all: String,
    lengths: Vec<u32>,
}

impl From<Texts> for Stored {
    fn from(texts: Texts) -> Self {
        let mut begin = 0;
        let lengths = texts.ends.iter().map(|end| end - std::mem::replace(&mut begin, *end)).collect();
        Self { all: texts.all, lengths }
    }
}

impl TryFrom<Stored> for Texts {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let mut end = 0_u32;
        let mut ends = stored.lengths;
        for length in &mut ends {
            end = end.checked_add(*length).ok_or("the names are too long")?;
            if !stored.all.is_char_boundary(end as usize) {
                return Err("a name ends outside the names or inside a character");
            }
            *length = end;
        }
        if end as usize != stored.all.len() {
            return Err("some of the names belong to none");
        }
        Ok(Self { all: stored.all, ends })
    }
}

impl Texts {
    /// Whether the name is one of these.
    pub(crate) fn has(&self, text: Text) -> bool {
        text.0.get() as usize <= self.ends.len()
    }

    /// Whether a name is that one: the same as to compare [`get`](Self::get), only that most differ in length.
    #[inline]
    pub(crate) fn is(&self, text: Text, name: &str) -> bool {
        let (begin, end) = self.range(text);
        end - begin == name.len() && self.all.as_bytes().get(begin..end) == Some(name.as_bytes())
    }

    /// The name; empty for one of another model that is not here.
    #[inline]
    pub(crate) fn get(&self, text: Text) -> &str {
        let (begin, end) = self.range(text);
        self.all.get(begin..end).unwrap_or_default()
    }

    /// Where a name begins and ends.
    #[inline]
    fn range(&self, text: Text) -> (usize, usize) {
        let place = text.0.get() as usize;
        let begin =
            place.checked_sub(2).and_then(|before| self.ends.get(before)).copied().unwrap_or(0) as usize;
        let end = self.ends.get(place - 1).map_or(begin, |end| *end as usize);
        (begin, end.max(begin))
    }
}

/// Collects names, each once.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    texts: Texts,
    known: HashMap<String, Text>,
}

impl Interner {
    pub(crate) fn text(&mut self, name: &str) -> Text {
        if let Some(text) = self.known.get(name) {
            return *text;
        }
        self.texts.all.push_str(name);
        self.texts.ends.push(self.texts.all.len() as u32);
        let text = Text(Place::MIN.saturating_add(self.texts.ends.len() as u32 - 1));
        self.known.insert(name.to_owned(), text);
        text
    }

    pub(crate) fn finish(self) -> Texts {
        self.texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(all: &str, lengths: &[u32]) -> Result<Texts, &'static str> {
        Texts::try_from(Stored { all: all.to_owned(), lengths: lengths.to_vec() })
    }

    #[test]
    fn each_name_is_kept_once_and_found_again() {
        let mut interner = Interner::default();
        let (a, empty, b) = (interner.text("Ä"), interner.text(""), interner.text("b"));
        assert_eq!((interner.text("Ä"), interner.text(""), interner.text("b")), (a, empty, b));
        let last = interner.text("last");
        let texts = interner.finish();
        assert_eq!([a, empty, b, last].map(|text| texts.get(text)), ["Ä", "", "b", "last"]);
        assert!(texts.has(last));

        let two = read("xy", &[1, 1]).unwrap();
        assert!(!two.has(last) && two.get(last).is_empty(), "a name of others is empty");
        assert_eq!(size_of::<Option<Text>>(), size_of::<Text>());
    }

    #[test]
    fn what_is_stored_comes_back_and_nothing_that_does_not_fit_is_taken() {
        let texts = read("aÄb", &[1, 0, 2, 1]).unwrap();
        let stored = Stored::from(texts.clone());
        assert_eq!((stored.all.as_str(), stored.lengths.as_slice()), ("aÄb", &[1, 0, 2, 1][..]));
        for lengths in [&[][..], &[1], &[2, 2], &[5], &[4, 1], &[u32::MAX, 5]] {
            assert!(read("aÄb", lengths).is_err(), "{lengths:?}");
        }
    }
}
