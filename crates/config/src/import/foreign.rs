//! Reading what another tool's file says, and keeping note of what is not carried over.

use super::template::unmark;
use crate::node::Node;
use crate::problem::{Place, Problems, quoted};
use crate::yaml::Yaml;

#[derive(Default)]
pub(super) struct Foreign {
    pub(super) notes: Problems,
    /// Keys of which it has been said that they are not carried over.
    pub(super) said: Vec<&'static str>,
}

/// Entries of a map of ours.
pub(super) type Entries = Vec<(String, Yaml)>;

impl Foreign {
    pub(super) fn note(&mut self, place: Place, message: impl Into<String>, hint: Option<&str>) {
        self.notes.add(place, message, hint.map(str::to_owned));
    }

    /// Notes every key that is not among those that are read.
    pub(super) fn read_only(&mut self, node: &Node, read: &[&str]) {
        for entry in node.entries().iter().filter(|entry| !read.contains(&&*entry.key)) {
            self.note(entry.place, format!("`{}` is not carried over", quoted(&entry.key)), None);
        }
    }

    /// The text behind a key, as our file has it.
    pub(super) fn text(&mut self, node: &Node, key: &str) -> Option<String> {
        let value = node.get(key)?;
        if value.is_null() {
            return None;
        }
        let text = value.text().map(unmark);
        if text.is_none() {
            self.note(value.place, format!("`{key}` is {}, and is not carried over", value.kind()), None);
        }
        text
    }

    /// The texts of a list.
    pub(super) fn texts(&mut self, node: &Node) -> Vec<String> {
        let mut texts = Vec::new();
        for item in node.items() {
            match item.text() {
                Some(text) => texts.push(unmark(text)),
                None => self.note(item.place, format!("{} is not carried over", item.kind()), None),
            }
        }
        texts
    }

    pub(super) fn flag(&mut self, node: &Node, key: &str) -> Option<bool> {
        let value = node.get(key)?;
        match value.text().map(str::to_ascii_lowercase).as_deref() {
            Some("true" | "yes" | "on") => Some(true),
            Some("false" | "no" | "off") => Some(false),
            _ => {
                self.note(
                    value.place,
                    format!("`{key}` is neither true nor false, and is not carried over"),
                    None,
                );
                None
            }
        }
    }
}

pub(super) fn add(entries: &mut Entries, key: &str, value: Option<Yaml>) {
    entries.extend(value.map(|value| (key.to_owned(), value)));
}

pub(super) fn texts(values: &[String]) -> Option<Yaml> {
    (!values.is_empty()).then(|| Yaml::texts(values))
}
