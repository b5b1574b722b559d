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
    /// The name; empty for one of another model that is not here.
    pub(crate) fn get(&self, text: Text) -> &str {
        let index = text.0 as usize;
        let begin = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(begin);
        self.all.get(begin as usize..end as usize).unwrap_or_default()
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

    pub(crate) fn get(&self, text: Text) -> &str {
        self.texts.get(text)
    }

    pub(crate) fn finish(self) -> Texts {
        self.texts
    }
}
