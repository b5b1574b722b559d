//! Bodies in XML.

use orgwide_models::{Kind, Member, Model, Operation, Shape, ShapeId, TimestampFormat, XmlNamespace};
use serde_json::Value;

use super::{in_body, time};
use crate::modelled::target::Target;
use crate::xml::Xml;

pub(super) fn query(target: &Target, operation: &Operation, output: &Value, request_id: &str) -> Xml {
    let model = &*target.model;
    let name = model.text(operation.name);
    let mut xml = Xml::new();
    let is_query = model.service().protocol == orgwide_models::Protocol::Query;
    let wrapper = match operation.result_wrapper {
        Some(wrapper) => Some(model.text(wrapper).to_owned()),
        // A service that prefers another protocol by now has no wrapper in its model.
        None => (!is_query).then(|| format!("{name}Result")),
    };
    root(&mut xml, &format!("{name}Response"), namespace(model), |xml| {
        if let Some(shape) = operation.output {
            match wrapper {
                Some(wrapper) => xml.element(&wrapper, |xml| structure(xml, model, shape, output)),
                None => structure(xml, model, shape, output),
            }
        }
        xml.element("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    });
    xml
}

pub(super) fn ec2(target: &Target, operation: &Operation, output: &Value, request_id: &str) -> Xml {
    let model = &*target.model;
    let mut xml = Xml::new();
    root(&mut xml, &format!("{}Response", model.text(operation.name)), namespace(model), |xml| {
        xml.text("requestId", request_id);
        if let Some(shape) = operation.output {
            structure(xml, model, shape, output);
        }
    });
    xml
}

/// The body of an answer without a payload.
pub(super) fn rest(target: &Target, operation: &Operation, shape: ShapeId, output: &Value) -> Xml {
    let model = &*target.model;
    let mut xml = Xml::new();
    let own = model.shape(shape);
    let name = model.text(own.wire.unwrap_or(own.name));
    // The one answer of S3 that is a text.
    if model.service().name == "s3" && model.is(operation.name, "GetBucketLocation") {
        let location = output.get("LocationConstraint").and_then(Value::as_str).unwrap_or_default();
        root(&mut xml, "LocationConstraint", namespace(model), |xml| xml.inner_text(location));
        return xml;
    }
    root(&mut xml, name, declared(model, own.namespace), |xml| structure(xml, model, shape, output));
    xml
}

/// The body that a member is all of.
pub(super) fn payload(target: &Target, member: &Member, value: &Value) -> Xml {
    let model = &*target.model;
    let shape = model.shape(member.shape);
    let name = model.text(member.wire.or(shape.wire).unwrap_or(shape.name));
    let mut xml = Xml::new();
    let namespace = declared(model, member.namespace.or(shape.namespace));
    root(&mut xml, name, namespace, |xml| structure(xml, model, member.shape, value));
    xml
}

fn namespace(model: &Model) -> Option<&str> {
    model.service().namespace.as_deref()
}

fn declared(model: &Model, own: Option<XmlNamespace>) -> Option<&str> {
    own.map(|own| model.text(own.uri)).or(namespace(model))
}

fn root(xml: &mut Xml, name: &str, namespace: Option<&str>, inside: impl FnOnce(&mut Xml)) {
    match namespace {
        Some(namespace) => xml.root(name, namespace, inside),
        None => xml.element(name, inside),
    }
}

fn structure(xml: &mut Xml, model: &Model, shape: ShapeId, value: &Value) {
    for member in in_body(model, shape).filter(|member| !member.is_attribute) {
        if let Some(held) = value.get(model.text(member.name)).filter(|held| !held.is_null()) {
            write(xml, model, member, model.text(member.wire.unwrap_or(member.name)), held);
        }
    }
}

/// Writes a member under a name; one that is flat is as many elements as it has items.
fn write(xml: &mut Xml, model: &Model, member: &Member, name: &str, value: &Value) {
    let shape = model.shape(member.shape);
    let is_flat = member.is_flattened || shape.is_flattened;
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(_)) => {
            let attributes = attributes(model, member, shape, value);
            let attributes: Vec<(&str, &str)> =
                attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            xml.element_with(name, &attributes, |xml| structure(xml, model, member.shape, value));
        }
        (Kind::List, Value::Array(items)) => {
            let Some(element) = shape.members.first() else { return };
            let wire = element.wire.map(|wire| model.text(wire));
            if is_flat {
                items.iter().for_each(|item| write(xml, model, element, wire.unwrap_or(name), item));
            } else {
                let wire = wire.unwrap_or("member");
                xml.element(name, |xml| items.iter().for_each(|item| write(xml, model, element, wire, item)));
            }
        }
        (Kind::Map, Value::Object(entries)) => {
            let [key, held] = shape.members.as_slice() else { return };
            let named = |member: &Member, usual| member.wire.map_or(usual, |wire| model.text(wire));
            let entry = |xml: &mut Xml, text: &str, value: &Value| {
                xml.text(named(key, "key"), text);
                write(xml, model, held, named(held, "value"), value);
            };
            if is_flat {
                entries.iter().for_each(|(text, value)| xml.element(name, |xml| entry(xml, text, value)));
            } else {
                xml.element(name, |xml| {
                    entries
                        .iter()
                        .for_each(|(text, value)| xml.element("entry", |xml| entry(xml, text, value)));
                });
            }
        }
        (Kind::Timestamp, _) => {
            xml.text(name, &time::text(value, time::format(model, member, TimestampFormat::Iso8601)));
        }
        (_, Value::String(text)) => xml.text(name, text),
        (_, value) => xml.text(name, &value.to_string()),
    }
}

/// The attributes of an element: the members that are some, and the namespace they are in.
fn attributes(model: &Model, member: &Member, shape: &Shape, value: &Value) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    for inner in shape.members.iter().filter(|inner| inner.is_attribute) {
        if let Some(text) = value.get(model.text(inner.name)).and_then(Value::as_str) {
            attributes.push((model.text(inner.wire.unwrap_or(inner.name)).to_owned(), text.to_owned()));
        }
    }
    if let (false, Some(XmlNamespace { uri, prefix: Some(prefix) })) =
        (attributes.is_empty(), member.namespace.or(shape.namespace))
    {
        let name = format!("xmlns:{}", model.text(prefix));
        attributes.insert(0, (name, model.text(uri).to_owned()));
    }
    attributes
}
