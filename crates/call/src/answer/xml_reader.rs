//! XML, element by element, over bytes that stay where they are.

use std::borrow::Cow;

use quick_xml::errors::IllFormedError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error as XmlError, Reader};

use super::error::Problem;
use super::{AnswerError, DEEPEST};

/// Walks through an XML document: whoever is in an element asks for its next child, for its text, or goes
/// past it.
///
/// It can be made anew at the place where another was, which is how items are handed out without a borrow
/// of the body.
#[derive(Debug)]
pub(super) struct XmlReader<'b> {
    reader: Reader<&'b [u8]>,
    /// Where in the body the reader began.
    begin: usize,
    length: usize,
}

/// An element whose start has been read, and if it is empty its end as well.
#[derive(Debug, Clone)]
pub(super) struct Element<'b> {
    start: BytesStart<'b>,
    is_empty: bool,
}

impl Element<'_> {
    /// Its name without the prefix.
    pub(super) fn name(&self) -> &str {
        let name = self.full_name();
        name.bytes().position(|byte| byte == b':').and_then(|colon| name.get(colon + 1..)).unwrap_or(name)
    }

    /// Its name as it is written.
    pub(super) fn full_name(&self) -> &str {
        self.start.name().into_inner()
    }

    /// It is `<a/>`, so it has no end of its own.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The attribute of that name. Which prefix stands for a namespace is the sender's choice, so of a name
    /// with a prefix any will do.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let (prefix, local) =
            name.split_once(':').map_or((None, name), |(prefix, local)| (Some(prefix), local));
        self.start.attributes().with_checks(false).flatten().find_map(|attribute| {
            let (found, found_prefix) = attribute.key.decompose();
            if found.into_inner() != local || found_prefix.is_some() != prefix.is_some() {
                return None;
            }
            attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
        })
    }
}

impl<'b> XmlReader<'b> {
    /// From `begin` on: 0, or where another reader of the same body was between two elements.
    pub(super) fn new(body: &'b [u8], begin: usize) -> Self {
        let mut reader = Reader::from_reader(body.get(begin..).unwrap_or_default());
        let config = reader.config_mut();
        config.check_end_names = true;
        // Begun in the middle, it comes to ends whose starts it has not seen; `child` compares those.
        config.allow_unmatched_ends = true;
        Self { reader, begin, length: body.len() }
    }

    /// How many bytes have been read.
    pub(super) fn position(&self) -> usize {
        self.begin + usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The element that is the document.
    pub(super) fn root(&mut self) -> Result<Element<'b>, AnswerError> {
        loop {
            return match self.event()? {
                Event::Start(start) => root(start, false),
                Event::Empty(start) => root(start, true),
                Event::Text(text) if !is_space(&text) => {
                    Err(AnswerError::malformed(0, "text where an XML document should be"))
                }
                Event::DocType(name)
                    if name.trim().get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html")) =>
                {
                    Err(AnswerError::new(Problem::Html))
                }
                Event::DocType(_) => Err(AnswerError::new(Problem::DocumentType)),
                Event::Eof => Err(AnswerError::truncated(self.length)),
                Event::End(_) | Event::GeneralRef(_) | Event::CData(_) => {
                    Err(AnswerError::malformed(0, "no XML document"))
                }
                Event::Text(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            };
        }
    }

    /// After the end of the root: that no element follows.
    pub(super) fn finish(&mut self) -> Result<(), AnswerError> {
        loop {
            match self.event()? {
                Event::Eof => return Ok(()),
                Event::Comment(_) | Event::PI(_) => {}
                Event::Text(text) if is_space(&text) => {}
                _ => return Err(AnswerError::malformed(self.position(), "something follows the document")),
            }
        }
    }

    /// The next element inside the one of that full name, or none at its end.
    pub(super) fn child(&mut self, parent: &str) -> Result<Option<Element<'b>>, AnswerError> {
        // Space between elements is passed over without an event of its own.
        self.reader.config_mut().trim_text_start = true;
        loop {
            match self.event()? {
                Event::Start(start) => return Ok(Some(Element { start, is_empty: false })),
                Event::Empty(start) => return Ok(Some(Element { start, is_empty: true })),
                Event::End(end) if end.name().into_inner() == parent => return Ok(None),
                Event::End(_) => {
                    return Err(AnswerError::malformed(self.position(), "an end of another element"));
                }
                Event::Eof => return Err(AnswerError::truncated(self.length)),
                Event::DocType(_) => return Err(AnswerError::new(Problem::DocumentType)),
                _ => {}
            }
        }
    }

    /// The text of an element, to its end. Elements in it are passed over.
    pub(super) fn text(&mut self, element: &Element<'b>, depth: usize) -> Result<Cow<'b, str>, AnswerError> {
        let mut text = Cow::Borrowed("");
        if element.is_empty {
            return Ok(text);
        }
        self.reader.config_mut().trim_text_start = false;
        loop {
            let piece = match self.event()? {
                Event::Text(piece) => piece.xml10_content(),
                Event::CData(piece) => piece.xml10_content(),
                Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                    Ok(Some(c)) => Cow::Owned(c.to_string()),
                    Ok(None) => Cow::Borrowed(self.entity(&reference)?),
                    Err(_) => {
                        return Err(AnswerError::malformed(self.position(), "a reference to no character"));
                    }
                },
                Event::End(_) => return Ok(text),
                Event::Start(start) => {
                    self.pass_over(&Element { start, is_empty: false }, depth + 1)?;
                    self.reader.config_mut().trim_text_start = false;
                    continue;
                }
                Event::Eof => return Err(AnswerError::truncated(self.length)),
                Event::DocType(_) => return Err(AnswerError::new(Problem::DocumentType)),
                Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
            };
            if text.is_empty() {
                text = piece;
            } else {
                text.to_mut().push_str(&piece);
            }
        }
    }

    /// Goes to the end of an element.
    pub(super) fn pass_over(&mut self, element: &Element<'b>, depth: usize) -> Result<(), AnswerError> {
        let mut open = usize::from(!element.is_empty);
        self.reader.config_mut().trim_text_start = true;
        while open > 0 {
            match self.event()? {
                Event::Start(_) if depth + open >= DEEPEST => return Err(AnswerError::new(Problem::TooDeep)),
                Event::Start(_) => open += 1,
                Event::End(_) => open -= 1,
                Event::Eof => return Err(AnswerError::truncated(self.length)),
                Event::DocType(_) => return Err(AnswerError::new(Problem::DocumentType)),
                _ => {}
            }
        }
        Ok(())
    }

    /// The five that every document knows. Others would have to be defined, and definitions are refused.
    fn entity(&self, name: &str) -> Result<&'static str, AnswerError> {
        quick_xml::escape::resolve_predefined_entity(name)
            .ok_or_else(|| AnswerError::malformed(self.position(), "an entity that nobody knows"))
    }

    fn event(&mut self) -> Result<Event<'b>, AnswerError> {
        self.reader.read_event().map_err(|error| {
            let at = self.begin + usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
            match error {
                XmlError::Syntax(_) => AnswerError::truncated(self.length),
                XmlError::IllFormed(IllFormedError::UnclosedReference) => {
                    AnswerError::malformed(at, "a reference without its semicolon")
                }
                XmlError::IllFormed(IllFormedError::MismatchedEndTag { .. }) => {
                    AnswerError::malformed(at, "an end of another element")
                }
                XmlError::Encoding(_) => AnswerError::malformed(at, "bytes that are not UTF-8"),
                _ => AnswerError::malformed(at, "no XML"),
            }
        })
    }
}

fn root(start: BytesStart<'_>, is_empty: bool) -> Result<Element<'_>, AnswerError> {
    let element = Element { start, is_empty };
    if element.name().eq_ignore_ascii_case("html") {
        return Err(AnswerError::new(Problem::Html));
    }
    Ok(element)
}

fn is_space(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}
