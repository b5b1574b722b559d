//! Bodies in JSON.

use orgwide_models::{Kind, Member, Model, ShapeId, TimestampFormat};
use serde_json::{Map, Value};

use super::{in_body, time};

/// A structure, of its members those that are in the body.
pub(super) fn body(model: &Model, shape: ShapeId, value: &Value) -> Vec<u8> {
    structure(model, shape, value).to_string().into_bytes()
}

/// What a member is.
pub(super) fn value(model: &Model, member: &Member, value: &Value) -> Vec<u8> {
    wired(model, member, value).to_string().into_bytes()
}

fn structure(model: &Model, shape: ShapeId, value: &Value) -> Value {
    let members = in_body(model, shape).filter_map(|member| {
        let held = value.get(model.text(member.name)).filter(|held| !held.is_null())?;
        Some((model.text(member.wire.unwrap_or(member.name)).to_owned(), wired(model, member, held)))
    });
    Value::Object(members.collect::<Map<_, _>>())
}

/// A value under the names and in the formats of the wire.
fn wired(model: &Model, member: &Member, value: &Value) -> Value {
    let shape = model.shape(member.shape);
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(_)) if !shape.is_document => structure(model, member.shape, value),
        (Kind::List, Value::Array(items)) => match shape.members.first() {
            Some(element) => items.iter().map(|item| wired(model, element, item)).collect(),
            None => value.clone(),
        },
        (Kind::Map, Value::Object(entries)) => match shape.members.get(1) {
            Some(held) => Value::Object(
                entries.iter().map(|(key, value)| (key.clone(), wired(model, held, value))).collect(),
            ),
            None => value.clone(),
        },
        (Kind::Timestamp, _) => match time::format(model, member, TimestampFormat::Unix) {
            TimestampFormat::Unix => time::number(value),
            format => time::text(value, format).into(),
        },
        _ => value.clone(),
    }
}
