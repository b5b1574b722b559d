//! From text to a tree of nodes: aliases resolved, maps merged, everything bounded.

use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, Marker, Parser, ScalarStyle, Tag, options};

use crate::node::{Entry, Node, Value};
use crate::problem::{Place, Problems, quoted};

/// The largest file that is read, in bytes.
pub const MOST_BYTES: usize = 8 << 20;
/// The most values in a file, those that merge keys and aliases bring in counted each time.
pub(crate) const MOST_NODES: usize = 250_000;
/// The longest single value, in bytes.
const MOST_TEXT: usize = 64 << 10;
/// How deep values may be nested.
const MOST_DEPTH: usize = 32;

/// What a key that is there twice means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Repeated {
    /// A problem.
    #[default]
    Refused,
    /// The later one counts, as most parsers have it.
    LastCounts,
}

/// Reads one document. Problems that do not keep the rest from being read are added to `problems`.
pub(crate) fn parse(bytes: &[u8], repeated: Repeated, problems: &mut Problems) -> Option<Rc<Node>> {
    let text = decode(bytes, problems)?;
    let options = options! {
        flow_nesting_limit: MOST_DEPTH,
        block_nesting_limit: MOST_DEPTH,
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
    };
    let mut builder = Builder { repeated, ..Builder::default() };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = match next {
            Ok(next) => next,
            Err(error) => {
                let hint = hint(text, error.marker());
                problems.add(place(error.marker()), format!("this is not YAML: {}", error.info()), hint);
                return None;
            }
        };
        builder.take(event, place(&span.start), problems)?;
    }
    if builder.root.is_none() {
        problems.add(Place { line: 1, column: 1 }, "the file is empty", None);
    }
    builder.root
}

fn decode<'a>(bytes: &'a [u8], problems: &mut Problems) -> Option<&'a str> {
    if bytes.len() > MOST_BYTES {
        let message = format!("the file is too long: at most {MOST_BYTES} bytes are read");
        problems.add(Place { line: 1, column: 1 }, message, None);
        return None;
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Some(text),
        Err(error) => error,
    };
    let good = bytes.split_at(error.valid_up_to()).0;
    let good = std::str::from_utf8(good).unwrap_or_default();
    let last = good.rsplit('\n').next().unwrap_or_default();
    let place = Place { line: good.matches('\n').count() + 1, column: last.chars().count() + 1 };
    problems.add(place, "this is not UTF-8", Some("save the file as UTF-8".to_owned()));
    None
}

fn place(marker: &Marker) -> Place {
    Place { line: marker.line().max(1), column: marker.col() + 1 }
}

/// What most likely was meant where the parser stumbled.
fn hint(text: &str, at: &Marker) -> Option<String> {
    let line = text.lines().nth(at.line().saturating_sub(1))?;
    if line.contains("${") && line.contains(['{', '[']) {
        Some("between brackets a variable needs quotes: '${NAME}'".to_owned())
    } else if line.contains('\t') {
        Some("indent with spaces".to_owned())
    } else if line.contains('*') {
        Some("a value that begins with `*` needs quotes: '*'".to_owned())
    } else {
        None
    }
}

#[derive(Default)]
struct Builder {
    stack: Vec<Open>,
    /// None while the node is not finished: an alias within it would make a circle.
    anchors: HashMap<usize, Option<Rc<Node>>>,
    names: HashMap<usize, String>,
    nodes: usize,
    root: Option<Rc<Node>>,
    repeated: Repeated,
}

/// A list or map whose end has not come.
struct Open {
    place: Place,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Rc<Node>>),
    Map(OpenMap),
}

#[derive(Default)]
struct OpenMap {
    entries: Vec<Entry>,
    by_key: HashMap<Rc<str>, usize>,
    merged: Vec<Rc<Node>>,
    merge_at: Option<Place>,
    key: Option<Key>,
}

enum Key {
    Named(Rc<str>, Place),
    Merge,
    /// Said to be wrong already.
    Bad,
}

impl Builder {
    /// None when reading cannot go on.
    fn take(&mut self, event: Event<'_>, at: Place, problems: &mut Problems) -> Option<()> {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                problems.add(at, "a second document begins here: a file holds one", None);
                return None;
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), at, problems);
                let value = if text.len() > MOST_TEXT {
                    let message = format!("a value of {} bytes; at most {MOST_TEXT} are read", text.len());
                    problems.add(at, message, None);
                    Value::Broken
                } else {
                    Value::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain }
                };
                // Its name comes with the next event, and is of no use on a value without parts.
                self.add(self.node(at, value, 0), anchor, at, problems)?;
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), at, problems);
                self.open(at, anchor, Content::List(Vec::new()));
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), at, problems);
                self.open(at, anchor, Content::Map(OpenMap::default()));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let open = self.stack.pop()?;
                let value = match open.content {
                    Content::List(items) => Value::List(items),
                    Content::Map(map) => Value::Map(self.merge(map, problems)?),
                };
                let mut node = self.node(open.place, value, open.anchor);
                if node.height > MOST_DEPTH {
                    let message =
                        format!("with its aliases filled in, this is more than {MOST_DEPTH} levels deep");
                    problems.add(open.place, message, None);
                    node = self.node(open.place, Value::Broken, 0);
                }
                self.add(node, open.anchor, open.place, problems)?;
            }
            Event::Anchor(id, name) => {
                self.names.insert(id, name.chars().take(64).collect());
            }
            Event::Alias(id) => {
                let node = self.anchors.get(&id).cloned().flatten().unwrap_or_else(|| {
                    problems.add(at, "this alias stands within what it stands for: a circle", None);
                    self.node(at, Value::Broken, 0)
                });
                self.add(node, 0, at, problems)?;
            }
            Event::UnresolvedAlias(name) => {
                let hint = format!(
                    "define it further up with `&{}`, or quote a value that begins with `*`",
                    quoted(&name)
                );
                problems.add(at, format!("nothing is called `&{}` up to here", quoted(&name)), Some(hint));
                self.add(self.node(at, Value::Broken, 0), 0, at, problems)?;
            }
            _ => {}
        }
        Some(())
    }

    fn node(&self, place: Place, value: Value, anchor: usize) -> Rc<Node> {
        let height = Node::height_of(&value);
        Rc::new(Node { place, value, anchor: self.names.get(&anchor).cloned(), height })
    }

    fn refuse_tag(&self, tag: Option<&Tag>, at: Place, problems: &mut Problems) {
        let known = |tag: &Tag| ["str", "map", "seq"].iter().any(|kind| tag.is_yaml_core_schema_tag(kind));
        if let Some(tag) = tag.filter(|tag| !known(tag)) {
            let message = format!("the tag `{}` means nothing here", quoted(&tag.original()));
            problems.add(at, message, Some("remove it: values are taken as they are written".to_owned()));
        }
    }

    fn open(&mut self, place: Place, anchor: usize, content: Content) {
        if anchor != 0 {
            self.anchors.insert(anchor, None);
        }
        self.stack.push(Open { place, anchor, content });
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, node: Rc<Node>, anchor: usize, at: Place, problems: &mut Problems) -> Option<()> {
        self.count(1, at, problems)?;
        if anchor != 0 {
            self.anchors.insert(anchor, Some(Rc::clone(&node)));
        }
        let repeated = self.repeated;
        match self.stack.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map(map)) => map.add(node, at, repeated, problems),
        }
        Some(())
    }

    fn count(&mut self, more: usize, at: Place, problems: &mut Problems) -> Option<()> {
        self.nodes += more;
        if self.nodes <= MOST_NODES {
            return Some(());
        }
        problems.add(at, format!("the file has more than {MOST_NODES} values; no more are read"), None);
        None
    }

    /// The map with what its merge keys bring in: its own keys win, then the earlier of those merged.
    fn merge(&mut self, map: OpenMap, problems: &mut Problems) -> Option<Vec<Entry>> {
        let OpenMap { mut entries, mut by_key, merged, .. } = map;
        for source in merged {
            let sources: Vec<&Rc<Node>> = match &source.value {
                Value::List(items) => items.iter().collect(),
                _ => vec![&source],
            };
            for source in sources {
                match &source.value {
                    Value::Map(more) => {
                        self.count(more.len(), source.place, problems)?;
                        for entry in more {
                            if !by_key.contains_key(&entry.key) {
                                by_key.insert(Rc::clone(&entry.key), entries.len());
                                entries.push(entry.clone());
                            }
                        }
                    }
                    Value::Broken => {}
                    _ => {
                        let message = format!("`<<` merges maps, and this is {}", source.kind());
                        problems.add(
                            source.place,
                            message,
                            Some("write `<<: *NAME` or `<<: [*ONE, *OTHER]`".to_owned()),
                        );
                    }
                }
            }
        }
        Some(entries)
    }
}

impl OpenMap {
    /// The next key, or the value of the last one.
    fn add(&mut self, node: Rc<Node>, at: Place, repeated: Repeated, problems: &mut Problems) {
        match self.key.take() {
            None => self.key = Some(self.read_key(&node, at, problems)),
            Some(Key::Bad) => {}
            Some(Key::Merge) => self.merged.push(node),
            Some(Key::Named(key, place)) => match self.by_key.get(&key) {
                Some(&earlier) if repeated == Repeated::LastCounts => {
                    if let Some(entry) = self.entries.get_mut(earlier) {
                        *entry = Entry { key, place, node };
                    }
                }
                Some(&earlier) => {
                    let first = self.entries.get(earlier).map_or(place, |entry| entry.place);
                    let message = format!("`{}` is here a second time; first at {first}", quoted(&key));
                    problems.add(place, message, Some("remove one of them".to_owned()));
                }
                None => {
                    self.by_key.insert(Rc::clone(&key), self.entries.len());
                    self.entries.push(Entry { key, place, node });
                }
            },
        }
    }

    fn read_key(&mut self, node: &Node, at: Place, problems: &mut Problems) -> Key {
        match &node.value {
            Value::Scalar { text, plain: true } if text == "<<" => {
                if let Some(first) = self.merge_at.replace(at) {
                    let message = format!("`<<` is here a second time; first at {first}");
                    problems.add(
                        at,
                        message,
                        Some("merge several as a list: `<<: [*ONE, *OTHER]`".to_owned()),
                    );
                }
                Key::Merge
            }
            Value::Scalar { text, .. } => Key::Named(text.as_str().into(), at),
            Value::Broken => Key::Bad,
            Value::List(_) | Value::Map(_) => {
                let hint = "quote a value with braces, such as '${NAME}'".to_owned();
                problems.add(at, format!("a key is a name, and this is {}", node.kind()), Some(hint));
                Key::Bad
            }
        }
    }
}
