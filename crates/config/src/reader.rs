use std::borrow::Cow;
use std::num::NonZeroU32;
use std::rc::Rc;
use std::time::Duration;

use crate::duration;
use crate::environment::{Environment, fill_in};
use crate::keys::{ASIDE, Key};
use crate::node::{Node, Value};
use crate::problem::{Place, Problems, nearest, quoted};
use crate::tree::MOST_NODES;

/// Reads values out of the tree, and gathers what is wrong with them.
pub(crate) struct Reader<'a> {
    pub(crate) environment: Environment<'a>,
    pub(crate) problems: Problems,
    /// Values looked at; aliases make it more than there are nodes.
    visited: usize,
}

/// A text with its variables filled in.
pub(crate) struct Text {
    pub(crate) place: Place,
    pub(crate) value: String,
    /// As written, when variables were filled in: what they stand for is not repeated in messages.
    written: Option<Rc<str>>,
}

/// Why a text is not what it should be, and what to write instead.
pub(crate) struct Objection {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl<E: std::error::Error> From<E> for Objection {
    fn from(error: E) -> Self {
        Self { message: error.to_string(), hint: None }
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(environment: Environment<'a>, problems: Problems) -> Self {
        Self { environment, problems, visited: 0 }
    }

    /// Whether the node is a map; its keys are checked against those there are.
    pub(crate) fn is_map<'k>(&mut self, node: &Node, keys: impl Iterator<Item = &'k Key> + Clone) -> bool {
        if !self.visit(node) {
            return false;
        }
        let Value::Map(entries) = &node.value else {
            self.refuse_kind(node, "a map");
            return false;
        };
        for entry in entries.iter().filter(|entry| !entry.key.starts_with(ASIDE)) {
            if keys.clone().all(|key| key.name != &*entry.key) {
                let hint = if entry.key.contains("access_key") || entry.key.contains("session_token") {
                    Some(
                        "credentials do not belong into this file: use a profile or the environment"
                            .to_owned(),
                    )
                } else {
                    nearest(&entry.key, keys.clone().map(|key| key.name)).or_else(|| {
                        let known: Vec<_> = keys.clone().map(|key| key.name).collect();
                        Some(format!("there are {}", known.join(", ")))
                    })
                };
                self.problems.add(entry.place, format!("there is no key `{}`", quoted(&entry.key)), hint);
            }
        }
        true
    }

    /// The text of a single value.
    pub(crate) fn text(&mut self, node: &Node) -> Option<Text> {
        if !self.visit(node) {
            return None;
        }
        if node.is_null() {
            let hint = "give it one, or remove the key".to_owned();
            self.problems.add(node.place, "a value is missing", Some(hint));
            return None;
        }
        let Value::Scalar { text, .. } = &node.value else {
            self.refuse_kind(node, "a single value");
            return None;
        };
        match fill_in(text, self.environment) {
            Ok(Cow::Borrowed(text)) => {
                Some(Text { place: node.place, value: text.to_owned(), written: None })
            }
            Ok(Cow::Owned(value)) => {
                let written = (value != *text).then(|| text.as_str().into());
                Some(Text { place: node.place, value, written })
            }
            Err(message) => {
                self.problems.add(node.place, message, None);
                None
            }
        }
    }

    /// One text or a list of them; each may be several with commas between. Never none without a problem.
    pub(crate) fn texts(&mut self, node: &Node) -> Vec<Text> {
        let mut texts = Vec::new();
        for item in self.items(node) {
            let Some(text) = self.text(item) else { continue };
            for part in text.value.split(',').map(str::trim) {
                if part.is_empty() {
                    self.problems.add(text.place, "a value is missing", None);
                } else {
                    let (place, written) = (text.place, text.written.clone());
                    texts.push(Text { place, value: part.to_owned(), written });
                }
            }
        }
        texts
    }

    /// One file or a list of them, each as written.
    pub(crate) fn files(&mut self, node: &Node) -> Vec<String> {
        let items = self.items(node);
        items.into_iter().filter_map(|item| self.text(item)).map(|text| text.value).collect()
    }

    /// The items of a list, or the one value where a list of one is meant.
    pub(crate) fn items<'n>(&mut self, node: &'n Node) -> Vec<&'n Node> {
        match &node.value {
            Value::List(items) if items.is_empty() => {
                let hint = "put something in, or remove the key".to_owned();
                self.problems.add(node.place, "this list is empty", Some(hint));
                Vec::new()
            }
            Value::List(items) => items.iter().map(Rc::as_ref).collect(),
            _ => vec![node],
        }
    }

    /// A text that is parsed further. `what` says what it should be, for where it must not be repeated.
    pub(crate) fn parsed<T, E: Into<Objection>>(
        &mut self,
        node: &Node,
        what: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(node)?;
        self.parse(&text, what, parse)
    }

    /// All the texts that are parsed further.
    pub(crate) fn all_parsed<T, E: Into<Objection>>(
        &mut self,
        node: &Node,
        what: &str,
        mut parse: impl FnMut(&str) -> Result<T, E>,
    ) -> Vec<T> {
        self.texts(node).iter().filter_map(|text| self.parse(text, what, &mut parse)).collect()
    }

    fn parse<T, E: Into<Objection>>(
        &mut self,
        text: &Text,
        what: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(&text.value) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                let Objection { message, hint } = match &text.written {
                    None => error.into(),
                    Some(written) => {
                        let message = format!("what `{}` stands for is not {what}", quoted(written));
                        Objection { message, hint: None }
                    }
                };
                self.problems.add(text.place, message, hint);
                None
            }
        }
    }

    pub(crate) fn flag(&mut self, node: &Node) -> Option<bool> {
        self.parsed(node, "true or false", |text| match text {
            "true" | "True" | "TRUE" => Ok(true),
            "false" | "False" | "FALSE" => Ok(false),
            other => Err(Objection {
                message: format!("`{}` is neither true nor false", quoted(other)),
                hint: Some("write `true` or `false`".to_owned()),
            }),
        })
    }

    pub(crate) fn count(&mut self, node: &Node) -> Option<NonZeroU32> {
        self.parsed(node, "a whole number from 1", |text| {
            text.parse::<NonZeroU32>().map_err(|_| Objection {
                message: format!("`{}` is not a whole number from 1", quoted(text)),
                hint: None,
            })
        })
    }

    pub(crate) fn span(&mut self, node: &Node) -> Option<Duration> {
        self.parsed(node, "a span of time, such as 5m", duration::parse)
    }

    fn refuse_kind(&mut self, node: &Node, wanted: &str) {
        if !matches!(node.value, Value::Broken) {
            self.problems.add(
                node.place,
                format!("{wanted} is expected here, and this is {}", node.kind()),
                None,
            );
        }
    }

    fn visit(&mut self, node: &Node) -> bool {
        self.visited += 1;
        if self.visited > MOST_NODES {
            let message = format!("with its aliases filled in, the file has more than {MOST_NODES} values");
            // At one place, so that it is said once.
            if self.visited == MOST_NODES + 1 {
                self.problems.add(node.place, message, None);
            }
            return false;
        }
        true
    }
}
