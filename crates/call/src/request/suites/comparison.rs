//! When two requests are the same, though not byte for byte.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use orgwide_models::Protocol;
use quick_xml::events::Event as XmlEvent;
use serde_json::{Number, Value};

use crate::cbor::{Event, Reader};

pub(super) fn is_same_body(ours: &[u8], theirs: &str, protocol: Protocol) -> bool {
    match protocol {
        Protocol::Query | Protocol::Ec2 => pairs(&String::from_utf8_lossy(ours)) == pairs(theirs),
        Protocol::Cbor => {
            let theirs = STANDARD.decode(theirs).unwrap();
            ours == theirs || value_of_cbor(ours) == value_of_cbor(&theirs)
        }
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => {
            let value = |bytes: &[u8]| serde_json::from_slice(bytes).map(as_floats).ok();
            ours == theirs.as_bytes()
                || value(ours).is_some_and(|ours| Some(ours) == value(theirs.as_bytes()))
        }
        Protocol::RestXml => {
            let ours = String::from_utf8_lossy(ours);
            ours == theirs || tree(&ours).is_some_and(|ours| Some(ours) == tree(theirs))
        }
    }
}

/// The order in a query means nothing.
pub(super) fn is_same_target(ours: &str, theirs: &str) -> bool {
    let parts = |target: &str| {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut query: Vec<_> = query.split('&').map(str::to_owned).collect();
        query.sort();
        (path.to_owned(), query)
    };
    parts(ours) == parts(theirs)
}

/// A header, without the space that some put behind the commas of lists.
pub(super) fn without_spaces(header: &str) -> String {
    header.replace(", ", ",").replace("; charset=utf-8", "")
}

fn pairs(body: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = form_urlencoded::parse(body.trim().as_bytes()).into_owned().collect();
    // The entries of a map have numbers, but no order.
    for index in 0..pairs.len() {
        let (name, key) = pairs[index].clone();
        if let Some(entry) = name.strip_suffix(".key").filter(|entry| entry.contains(".entry.")) {
            let by_key = format!("{}[{key}].", entry.rsplit_once('.').unwrap().0);
            for (name, _) in &mut pairs {
                if let Some(rest) = name.strip_prefix(&format!("{entry}.")) {
                    *name = format!("{by_key}{rest}");
                }
            }
        }
    }
    pairs.sort();
    pairs
}

fn as_floats(value: Value) -> Value {
    match value {
        Value::Number(number) => Number::from_f64(number.as_f64().unwrap()).unwrap().into(),
        Value::Array(elements) => elements.into_iter().map(as_floats).collect(),
        Value::Object(entries) => {
            Value::Object(entries.into_iter().map(|(key, value)| (key, as_floats(value))).collect())
        }
        other => other,
    }
}

/// As text that is the same if the value is: `{"a": [1, …], …}` with sorted keys.
fn value_of_cbor(bytes: &[u8]) -> String {
    let mut reader = Reader::new(bytes);
    let event = reader.next().unwrap().unwrap();
    let text = text_of_cbor(event, &mut reader);
    assert_eq!(reader.next().unwrap(), None);
    text
}

fn text_of_cbor<'b>(event: Event<'b>, reader: &mut Reader<'b>) -> String {
    let mut parts = Vec::new();
    match event {
        Event::List => loop {
            match reader.next().unwrap().unwrap() {
                Event::End => return format!("[{}]", parts.join(",")),
                event => parts.push(text_of_cbor(event, reader)),
            }
        },
        Event::Map => loop {
            match reader.next().unwrap().unwrap() {
                Event::End => {
                    parts.sort();
                    return format!("{{{}}}", parts.join(","));
                }
                key => {
                    let key = text_of_cbor(key, reader);
                    let event = reader.next().unwrap().unwrap();
                    parts.push(format!("{key}:{}", text_of_cbor(event, reader)));
                }
            }
        },
        Event::Integer(number) => (number as f64).to_string(),
        Event::Float(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

/// An XML element: name, attributes, text, elements in it; what has no order is sorted.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    inner: Vec<Element>,
}

fn tree(text: &str) -> Option<Element> {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            XmlEvent::Start(start) => {
                let mut element = Element { name: start.name().as_ref().to_owned(), ..Element::default() };
                for attribute in start.attributes() {
                    let attribute = attribute.ok()?;
                    let name = attribute.key.as_ref().to_owned();
                    let value = quick_xml::escape::unescape(&attribute.value).ok()?.into_owned();
                    element.attributes.push((name, value));
                }
                element.attributes.sort();
                open.push(element);
            }
            XmlEvent::Text(piece) => open.last_mut()?.text += &piece,
            XmlEvent::GeneralRef(entity) => {
                let reference = format!("&{};", &*entity);
                open.last_mut()?.text += &quick_xml::escape::unescape(&reference).ok()?;
            }
            XmlEvent::End(_) => {
                let mut element = open.pop()?;
                element.text = element.text.trim().to_owned();
                element.inner.sort();
                open.last_mut()?.inner.push(element);
            }
            XmlEvent::Eof => break,
            _ => {}
        }
    }
    let mut root = open.pop().filter(|_| open.is_empty())?;
    root.inner.pop()
}
