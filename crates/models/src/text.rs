use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// A name in a [`Model`](crate::Model), which keeps each once; [`Model::text`](crate::Model::text) reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Text(pub(crate) u32);

/// Every name of a model, end to end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Texts {
    all: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Texts {
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
        let index = text.0 as usize;
        let begin =
            index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0) as usize;
        let end = self.ends.get(index).map_or(begin, |end| *end as usize);
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
        let text = Text(self.texts.ends.len() as u32);
        self.texts.all.push_str(name);
        self.texts.ends.push(self.texts.all.len() as u32);
        self.known.insert(name.to_owned(), text);
        text
    }

    #[inline]
    pub(crate) fn get(&self, text: Text) -> &str {
        self.texts.get(text)
    }

    pub(crate) fn finish(self) -> Texts {
        self.texts
    }
}
