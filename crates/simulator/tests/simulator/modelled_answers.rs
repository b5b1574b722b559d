//! Answers of any operation, read by its model.

use minicbor::Decoder;
use minicbor::data::Type;
use orgwide_models::{Kind, Location, Member, Model, Operation, Protocol, ShapeId};
use quick_xml::events::Event;
use serde_json::{Map, Value};

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Came {
    pub(crate) status: u16,
    /// The header in which some protocols have the code of an error.
    pub(crate) error_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// An element of XML: its name, its attributes' names, what is in it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    text: String,
    inside: Vec<Element>,
}

/// The output under the API's names, read strictly: what does not parse as its format, or has a value of another kind
/// than its shape, panics.
pub(crate) fn output(model: &Model, operation: &Operation, came: &Came) -> Value {
    let Some(id) = operation.output else { return Value::Null };
    let shape = model.shape(id);
    let protocol = model.service().protocol;
    if let Some(payload) = shape.payload {
        let member = &shape.members[payload as usize];
        let name = model.text(member.name).to_owned();
        let kind = model.shape(member.shape).kind;
        if matches!(kind, Kind::Blob | Kind::String) || model.is(operation.method, "HEAD") {
            return Value::Object(Map::from_iter([(name, Value::Null)]));
        }
        let value = match protocol {
            Protocol::RestJson => json(model, member, &serde_json::from_slice(&came.body).unwrap()),
            _ => structure(model, member.shape, &root(&came.body)),
        };
        return Value::Object(Map::from_iter([(name, value)]));
    }
    if model.is(operation.method, "HEAD") {
        assert!(came.body.is_empty());
        return Value::Null;
    }
    match protocol {
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => {
            json_structure(model, id, &serde_json::from_slice(&came.body).unwrap())
        }
        Protocol::Cbor => json_structure(model, id, &cbor(&mut Decoder::new(&came.body))),
        Protocol::Query => {
            let root = root(&came.body);
            assert_eq!(root.name, format!("{}Response", model.text(operation.name)));
            match operation.result_wrapper {
                Some(wrapper) => {
                    let result = root.inside.iter().find(|inner| inner.name == model.text(wrapper)).unwrap();
                    structure(model, id, result)
                }
                None => structure(model, id, &root),
            }
        }
        Protocol::Ec2 | Protocol::RestXml => structure(model, id, &root(&came.body)),
    }
}

fn body_members(model: &Model, id: ShapeId) -> impl Iterator<Item = &Member> {
    model.shape(id).members.iter().filter(|member| member.location == Location::Body && !member.is_attribute)
}

fn json_structure(model: &Model, id: ShapeId, value: &Value) -> Value {
    let members = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    let is_cbor = model.service().protocol == Protocol::Cbor;
    let wire = |member: &Member| model.text(member.wire.filter(|_| !is_cbor).unwrap_or(member.name));
    let known = body_members(model, id).filter(|member| members.contains_key(wire(member))).count();
    assert_eq!(known, members.len(), "members that are not in the model: {value}");
    let read = body_members(model, id).filter_map(|member| {
        Some((model.text(member.name).to_owned(), json(model, member, members.get(wire(member))?)))
    });
    Value::Object(read.collect())
}

fn json(model: &Model, member: &Member, value: &Value) -> Value {
    let shape = model.shape(member.shape);
    match shape.kind {
        Kind::Structure if shape.is_document => value.clone(),
        Kind::Structure => json_structure(model, member.shape, value),
        Kind::List => {
            value.as_array().unwrap().iter().map(|item| json(model, &shape.members[0], item)).collect()
        }
        Kind::Map => {
            let entries = value.as_object().unwrap().iter();
            Value::Object(
                entries.map(|(key, value)| (key.clone(), json(model, &shape.members[1], value))).collect(),
            )
        }
        kind => {
            let fits = match kind {
                Kind::String | Kind::Blob => value.is_string(),
                Kind::Boolean => value.is_boolean(),
                Kind::Timestamp => value.is_number() || value.is_string(),
                _ => value.is_number(),
            };
            assert!(fits, "{kind:?} {}: {value}", model.text(member.name));
            value.clone()
        }
    }
}

fn cbor(decoder: &mut Decoder<'_>) -> Value {
    match decoder.datatype().unwrap() {
        Type::Map => {
            let length = decoder.map().unwrap().unwrap();
            Value::Object((0..length).map(|_| (decoder.str().unwrap().to_owned(), cbor(decoder))).collect())
        }
        Type::Array => {
            let length = decoder.array().unwrap().unwrap();
            (0..length).map(|_| cbor(decoder)).collect()
        }
        Type::String => decoder.str().unwrap().into(),
        Type::Bytes => format!("{:?}", decoder.bytes().unwrap()).into(),
        Type::Bool => decoder.bool().unwrap().into(),
        Type::Tag => {
            assert_eq!(decoder.tag().unwrap().as_u64(), 1);
            cbor(decoder)
        }
        Type::F16 | Type::F32 | Type::F64 => decoder.f64().unwrap().into(),
        _ => decoder.i64().unwrap().into(),
    }
}

fn root(body: &[u8]) -> Element {
    let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(body).unwrap());
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(body)))
        {
            Event::Start(start) => {
                open.push(Element { name: start.name().as_ref().to_owned(), ..Element::default() });
            }
            Event::End(_) => {
                let closed = open.pop().unwrap();
                open.last_mut().unwrap().inside.push(closed);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
            Event::GeneralRef(name) => open.last_mut().unwrap().text.push_str(&format!("&{};", &*name)),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open.len(), 1);
    open.pop().unwrap().inside.pop().unwrap()
}

fn structure(model: &Model, id: ShapeId, element: &Element) -> Value {
    let read = body_members(model, id).filter_map(|member| {
        let shape = model.shape(member.shape);
        let is_flat = member.is_flattened || shape.is_flattened;
        let mut name = model.text(member.wire.unwrap_or(member.name));
        if let (true, Kind::List, Some(item)) =
            (is_flat, shape.kind, shape.members.first().and_then(|item| item.wire))
        {
            name = model.text(item);
        }
        let found: Vec<&Element> = element.inside.iter().filter(|inner| inner.name == name).collect();
        let value = match shape.kind {
            Kind::List if is_flat => found.iter().map(|item| xml(model, &shape.members[0], item)).collect(),
            _ => xml(model, member, found.first()?),
        };
        Some((model.text(member.name).to_owned(), value))
    });
    Value::Object(read.collect())
}

fn xml(model: &Model, member: &Member, element: &Element) -> Value {
    let shape = model.shape(member.shape);
    match shape.kind {
        Kind::Structure => structure(model, member.shape, element),
        Kind::List => element.inside.iter().map(|item| xml(model, &shape.members[0], item)).collect(),
        Kind::Map => {
            let entries = element.inside.iter().filter(|entry| entry.name == "entry");
            let entries = entries
                .map(|entry| (entry.inside[0].text.clone(), xml(model, &shape.members[1], &entry.inside[1])));
            Value::Object(entries.collect())
        }
        Kind::Integer | Kind::Long => element.text.parse::<i64>().unwrap().into(),
        Kind::Float | Kind::Double => element.text.parse::<f64>().unwrap().into(),
        Kind::Boolean => element.text.parse::<bool>().unwrap().into(),
        _ => element.text.as_str().into(),
    }
}
