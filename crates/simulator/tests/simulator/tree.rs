//! Answers as trees, whatever they are written in.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

/// An element of XML, or a member or item of JSON; items are called `member`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Node>,
}

impl Node {
    /// Reads a document; its root is the node.
    pub(crate) fn read(text: &str) -> Self {
        match text.trim_start().starts_with('<') {
            true => Self::xml(text),
            false => Self::json("", &serde_json::from_str(text).unwrap_or_else(|e| panic!("{e} in {text}"))),
        }
    }

    fn json(name: &str, value: &Value) -> Self {
        let (text, children) = match value {
            Value::Object(members) => {
                (String::new(), members.iter().map(|(name, value)| Self::json(name, value)).collect())
            }
            Value::Array(items) => {
                (String::new(), items.iter().map(|item| Self::json("member", item)).collect())
            }
            Value::String(text) => (text.clone(), Vec::new()),
            Value::Null => (String::new(), Vec::new()),
            other => (other.to_string(), Vec::new()),
        };
        Self { name: name.to_owned(), text, children }
    }

    fn xml(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{error} in {text}")) {
                Event::Start(start) => {
                    open.push(Self { name: start.name().as_ref().to_owned(), ..Self::default() });
                }
                Event::Empty(start) => {
                    let empty = Self { name: start.name().as_ref().to_owned(), ..Self::default() };
                    open.last_mut().unwrap().children.push(empty);
                }
                Event::End(_) => {
                    let closed = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(closed);
                }
                Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
                Event::GeneralRef(name) => {
                    let entity = format!("&{};", &*name);
                    let text = quick_xml::escape::unescape(&entity).unwrap().into_owned();
                    open.last_mut().unwrap().text.push_str(&text);
                }
                Event::Eof => return open.pop().unwrap().children.pop().unwrap(),
                _ => {}
            }
        }
    }

    /// All nodes at a path of names with slashes between them; this one for none.
    pub(crate) fn all(&self, path: &str) -> Vec<&Self> {
        path.split('/').filter(|name| !name.is_empty()).fold(vec![self], |nodes, name| {
            nodes.iter().flat_map(|node| node.children.iter().filter(|child| child.name == name)).collect()
        })
    }

    /// The text at a path, if there is one and it says anything.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        let found = self.all(path);
        assert!(found.len() < 2, "{path} is there {} times", found.len());
        found.first().map(|node| node.text.clone()).filter(|text| !text.is_empty())
    }

    pub(crate) fn texts(&self, path: &str) -> Vec<String> {
        self.all(path).into_iter().map(|node| node.text.clone()).collect()
    }
}
