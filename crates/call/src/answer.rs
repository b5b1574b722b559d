//! Answers as JSON: whole, or item by item in flat memory, and errors.
//!
//! What may come is wider than what should. A member that is not in the model is dropped, null is absent
//! (but kept in lists, in sparse maps and in documents), and of a member that comes twice the first counts.
//! A text that is no timestamp stays as it came where one should be, and so does a number or boolean where
//! text, a number or a boolean should be. Everything else that is not as the model says is an error.

mod error;
mod event;
mod headers;
mod items;
mod json;
mod paths;
mod scalar;
mod service_error;
mod timestamp;
mod tree;
mod xml;
mod xml_reader;

#[cfg(test)]
mod suites;
#[cfg(test)]
mod tests;

use orgwide_models::{Kind, Model, Operation, Protocol, ShapeId};
use serde_json::{Map, Value};

pub use self::error::AnswerError;
pub(crate) use self::items::ItemReader;
pub(crate) use self::paths::ItemPaths;
pub use self::paths::PathError;
pub(crate) use self::service_error::read_error;

use self::error::Problem;
use self::event::{Event, Events};
use self::json::JsonReader;
use self::tree::Tree;
use self::xml::XmlTree;
use self::xml_reader::{Element, XmlReader};
use crate::cbor;

/// How many values may be inside one another.
pub(crate) const DEEPEST: usize = 128;

/// What an answer has before its body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'a> {
    pub status: u16,
    pub headers: &'a [(&'a str, &'a str)],
}

impl<'a> Head<'a> {
    /// The first header of that name, in whatever case.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// How answers are read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ReadOptions {
    /// Blobs are told as text and not as base64, as the protocol suites have them.
    pub raw_blobs: bool,
}

/// The answer of a call that succeeded.
///
/// # Errors
///
/// If it is not what the operation answers, or breaks off.
pub(crate) fn read(
    model: &Model,
    operation: &Operation,
    head: &Head<'_>,
    body: &[u8],
    options: ReadOptions,
) -> Result<Value, AnswerError> {
    let (mut answer, rest) = outside(model, operation, head, body, options)?;
    if let Some(part) = rest {
        let value = body_value(model, operation, part.shape, body, options);
        let value = match part.member {
            Some(member) => value.map_err(|error| error.within(member))?,
            None => value?,
        };
        part.put(&mut answer, value);
    }
    Ok(Value::Object(answer))
}

/// What of an output is in the body, and has to be read from its text.
struct BodyPart<'m> {
    /// The member that is the whole body; none if the members are in it.
    member: Option<&'m str>,
    shape: ShapeId,
}

impl BodyPart<'_> {
    fn put(&self, answer: &mut Map<String, Value>, value: Value) {
        match (self.member, value) {
            (Some(member), value) if !value.is_null() => {
                answer.insert(member.to_owned(), value);
            }
            (None, Value::Object(members)) => answer.extend(members),
            _ => {}
        }
    }
}

/// What is told without reading the body's text, and what remains to be read.
fn outside<'m>(
    model: &'m Model,
    operation: &Operation,
    head: &Head<'_>,
    body: &[u8],
    options: ReadOptions,
) -> Result<(Map<String, Value>, Option<BodyPart<'m>>), AnswerError> {
    let protocol = model.service().protocol;
    let is_blank = body.iter().all(u8::is_ascii_whitespace);
    let Some(output) = operation.output else {
        if !is_blank {
            refuse(protocol, body)?;
        }
        return Ok((Map::new(), None));
    };
    let shape = model.shape(output);
    let is_rest = matches!(protocol, Protocol::RestJson | Protocol::RestXml);
    let mut answer = if is_rest { headers::read(model, shape, head, options)? } else { Map::new() };
    let payload = shape.payload.filter(|_| is_rest).and_then(|index| shape.members.get(index as usize));
    if let Some(member) = payload {
        let name = model.text(member.name);
        let inner = model.shape(member.shape);
        let is_streaming = member.is_streaming || inner.is_streaming;
        match inner.kind {
            Kind::Blob if !body.is_empty() || is_streaming => {
                answer.insert(name.to_owned(), scalar::bytes(body, options));
            }
            Kind::String if !body.is_empty() => {
                let text = str::from_utf8(body)
                    .map_err(|error| AnswerError::malformed(error.valid_up_to(), "text that is not UTF-8"))?;
                answer.insert(name.to_owned(), Value::String(text.to_owned()));
            }
            Kind::Blob | Kind::String => {}
            _ if is_blank => {}
            _ => return Ok((answer, Some(BodyPart { member: Some(name), shape: member.shape }))),
        }
        return Ok((answer, None));
    }
    // The XML protocols without paths answer with a document whatever there is to say.
    if is_blank && !matches!(protocol, Protocol::Query | Protocol::Ec2) {
        return Ok((answer, None));
    }
    Ok((answer, Some(BodyPart { member: None, shape: output })))
}

/// The body, or the part of it that has that shape.
fn body_value(
    model: &Model,
    operation: &Operation,
    shape: ShapeId,
    body: &[u8],
    options: ReadOptions,
) -> Result<Value, AnswerError> {
    match model.service().protocol {
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => {
            refuse_page(body)?;
            whole(Tree { model, options }, JsonReader::new(body), shape)
        }
        Protocol::Cbor => {
            refuse_page(body)?;
            whole(Tree { model, options }, cbor::Reader::new(body), shape)
        }
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => {
            let tree = XmlTree { model, options };
            let mut xml = XmlReader::new(body, 0);
            let root = document(model, &mut xml)?;
            let Some(wrapper) = operation.result_wrapper.map(|wrapper| model.text(wrapper)) else {
                let value = tree.value(&mut xml, &root, shape, 0)?;
                xml.finish()?;
                return Ok(value);
            };
            let mut found = None;
            while let Some(child) = xml::next(&mut xml, &root)? {
                if child.name() == wrapper && found.is_none() {
                    found = Some(tree.value(&mut xml, &child, shape, 1)?);
                } else {
                    xml.pass_over(&child, 1)?;
                }
            }
            xml.finish()?;
            found_or_missing(model, shape, found, wrapper)
        }
    }
}

/// The root of an answer in XML. That of an error is refused.
fn document<'b>(model: &Model, xml: &mut XmlReader<'b>) -> Result<Element<'b>, AnswerError> {
    let root = xml.root()?;
    let is_error = match root.name() {
        "Error" | "ErrorResponse" => true,
        "Response" => model.service().protocol == Protocol::Ec2,
        _ => false,
    };
    if is_error { Err(AnswerError::new(Problem::ErrorDocument)) } else { Ok(root) }
}

/// Without its wrapper an output that has members is not there; one that has none need not be.
fn found_or_missing(
    model: &Model,
    shape: ShapeId,
    found: Option<Value>,
    wrapper: &str,
) -> Result<Value, AnswerError> {
    match found {
        Some(found) => Ok(found),
        None if model.shape(shape).members.is_empty() => Ok(Value::Object(Map::new())),
        None => Err(AnswerError::new(Problem::Missing { element: format!("<{wrapper}>") })),
    }
}

fn whole<'b, E: Events<'b>>(tree: Tree<'_>, mut events: E, shape: ShapeId) -> Result<Value, AnswerError> {
    let event = events.next()?;
    let value = match event {
        Event::Null => Value::Null,
        event => tree.value(&mut events, shape, event)?,
    };
    events.finish()?;
    Ok(value)
}

/// Of an answer with nothing to be read from its body: that it is one at all.
fn refuse(protocol: Protocol, body: &[u8]) -> Result<(), AnswerError> {
    match protocol {
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => XmlReader::new(body, 0).root().map(drop),
        _ => refuse_page(body),
    }
}

/// JSON and CBOR begin with no `<`, web pages do.
fn refuse_page(body: &[u8]) -> Result<(), AnswerError> {
    if body.trim_ascii_start().first() == Some(&b'<') { Err(AnswerError::new(Problem::Html)) } else { Ok(()) }
}

/// The text of the element that is the document, of answers that are nothing else.
///
/// # Errors
///
/// If the body is no XML document.
pub(crate) fn root_text(body: &[u8]) -> Result<String, AnswerError> {
    let mut xml = XmlReader::new(body, 0);
    let root = xml.root()?;
    let text = xml.text(&root, 0)?.into_owned();
    xml.finish()?;
    Ok(text)
}
