use std::rc::Rc;

use crate::problem::Place;

/// A value of the file and where it stands. Aliases share their target, so the tree is never larger than the
/// file, but walking it may be.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) value: Value,
    /// What it is called, if it has an anchor.
    pub(crate) anchor: Option<String>,
    /// Levels of lists and maps in it, those behind aliases as well: walks and drops go no deeper.
    pub(crate) height: usize,
}

#[derive(Debug)]
pub(crate) enum Value {
    /// The text as written: `012` is not the number ten, `no` is not false.
    Scalar {
        text: String,
        /// Not between quotes, nor a block.
        plain: bool,
    },
    List(Vec<Rc<Node>>),
    Map(Vec<Entry>),
    /// Something was wrong with it, which has been said.
    Broken,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: Rc<str>,
    pub(crate) place: Place,
    pub(crate) node: Rc<Node>,
}

impl Node {
    /// Whether nothing is written, or only that it is nothing.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// The levels a value has.
    pub(crate) fn height_of(value: &Value) -> usize {
        match value {
            Value::List(items) => 1 + items.iter().map(|item| item.height).max().unwrap_or_default(),
            Value::Map(entries) => {
                1 + entries.iter().map(|entry| entry.node.height).max().unwrap_or_default()
            }
            Value::Scalar { .. } | Value::Broken => 0,
        }
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| &*entry.key == key),
            _ => None,
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Rc<Node>> {
        self.entry(key).map(|entry| &entry.node)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    pub(crate) fn items(&self) -> &[Rc<Node>] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// In words, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Scalar { .. } => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Broken => "broken",
        }
    }
}
