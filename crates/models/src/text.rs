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
