//! XML bodies.

use orgwide_models::{Kind, Location as Place, Member, Model, ShapeId};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

use super::text;
use crate::refusal::Refusal;

/// A body may not nest deeper than this.
const DEEPEST: usize = 64;

/// An element: its name without a prefix, and what is in it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    text: String,
    inside: Vec<Element>,
}

/// Reads a body as a value of a structure.
pub(super) fn read(model: &Model, shape: ShapeId, body: &[u8]) -> Result<Value, Refusal> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let root = std::str::from_utf8(body)
        .ok()
        .and_then(element)
        .ok_or_else(|| Refusal::new(400, "MalformedXML", "The XML you provided was not well-formed."))?;
    Ok(structure(model, shape, &root))
}

fn element(xml: &str) -> Option<Element> {
    let mut reader = Reader::from_str(xml);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                if open.len() > DEEPEST {
                    return None;
                }
                let name = start.local_name().as_ref().to_owned();
                open.push(Element { name, ..Element::default() });
            }
            Event::Empty(start) => {
                let name = start.local_name().as_ref().to_owned();
                open.last_mut()?.inside.push(Element { name, ..Element::default() });
            }
            Event::End(_) => {
                let closed = open.pop()?;
                open.last_mut()?.inside.push(closed);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text),
            Event::GeneralRef(name) => {
                let entity = format!("&{};", &*name);
                open.last_mut()?.text.push_str(&quick_xml::escape::unescape(&entity).ok()?);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if open.len() != 1 {
        return None;
    }
    open.pop()?.inside.pop()
}

fn structure(model: &Model, shape: ShapeId, element: &Element) -> Value {
    let members = model.shape(shape).members.iter().filter(|member| member.location == Place::Body);
    let read = members.filter_map(|member| {
        let name = model.text(member.wire.unwrap_or(member.name));
        let mut found = element.inside.iter().filter(|inner| inner.name == name).peekable();
        found.peek()?;
        let is_flat = member.is_flattened || model.shape(member.shape).is_flattened;
        let value = match model.shape(member.shape).members.first() {
            Some(item) if is_flat && model.shape(member.shape).kind == Kind::List => {
                found.filter_map(|inner| value(model, item, inner)).collect()
            }
            _ => value(model, member, found.next()?)?,
        };
        Some((model.text(member.name).to_owned(), value))
    });
    Value::Object(read.collect())
}

fn value(model: &Model, member: &Member, element: &Element) -> Option<Value> {
    let shape = model.shape(member.shape);
    match shape.kind {
        Kind::Structure => Some(structure(model, member.shape, element)),
        Kind::List => {
            let item = shape.members.first()?;
            Some(element.inside.iter().filter_map(|inner| value(model, item, inner)).collect())
        }
        // No read of an XML service takes one.
        Kind::Map => None,
        kind => Some(text::value(kind, &element.text)),
    }
}

#[cfg(test)]
mod tests {
    use orgwide_models::Catalog;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_is_read_and_what_is_none_is_refused() {
        let model = Catalog::embedded().model("cloudfront").unwrap();
        let shape = model.operation("ListDistributionsByRealtimeLogConfig").unwrap().input.unwrap();
        let body = b"<?xml version=\"1.0\"?><X xmlns=\"urn:a\"><Marker>a&amp;b</Marker>\
                     <MaxItems>7</MaxItems><Other><A/></Other></X>";
        assert_eq!(read(&model, shape, body).unwrap(), json!({ "Marker": "a&b", "MaxItems": "7" }));
        for bad in [&b"no"[..], b"<a>", b"<a></b>", b"\xff"] {
            assert!(read(&model, shape, bad).is_err(), "{bad:?}");
        }
    }
}
