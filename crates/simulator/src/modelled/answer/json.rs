//! Bodies in JSON.

use orgwide_models::{Kind, Member, Model, ShapeId, TimestampFormat};
use serde_json::Value;

use super::{in_body, time};

/// A structure, of its members those that are in the body.
pub(super) fn body(model: &Model, shape: ShapeId, value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    structure(&mut out, model, shape, value);
    out
}

/// What a member is.
pub(super) fn value(model: &Model, member: &Member, value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, model, member, value);
    out
}

fn structure(out: &mut Vec<u8>, model: &Model, shape: ShapeId, value: &Value) {
    let members = in_body(model, shape).filter_map(|member| {
        let held = value.get(model.text(member.name)).filter(|held| !held.is_null())?;
        Some((model.text(member.wire.unwrap_or(member.name)), member, held))
    });
    object(out, members, |out, member, held| write(out, model, member, held));
}

fn object<'a, M>(
    out: &mut Vec<u8>,
    members: impl Iterator<Item = (&'a str, M, &'a Value)>,
    write: impl Fn(&mut Vec<u8>, M, &'a Value),
) {
    out.push(b'{');
    for (place, (name, member, held)) in members.enumerate() {
        if place > 0 {
            out.push(b',');
        }
        plain(out, name);
        out.push(b':');
        write(out, member, held);
    }
    out.push(b'}');
}

/// Writes a value under the names and in the formats of the wire.
fn write(out: &mut Vec<u8>, model: &Model, member: &Member, value: &Value) {
    let shape = model.shape(member.shape);
    match (shape.kind, value, shape.members.as_slice()) {
        (Kind::Structure, Value::Object(_), _) if !shape.is_document => {
            structure(out, model, member.shape, value);
        }
        (Kind::List, Value::Array(items), [element]) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(out, model, element, item);
            }
            out.push(b']');
        }
        (Kind::Map, Value::Object(entries), [_, held]) => {
            let entries = entries.iter().map(|(key, value)| (key.as_str(), held, value));
            object(out, entries, |out, held, value| write(out, model, held, value));
        }
        (Kind::Timestamp, ..) => match time::format(model, member, TimestampFormat::Unix) {
            TimestampFormat::Unix => plain(out, &time::number(value)),
            format => plain(out, &time::text(value, format)),
        },
        _ => plain(out, value),
    }
}

fn plain(out: &mut Vec<u8>, value: &(impl serde::Serialize + ?Sized)) {
    // Writing into memory cannot fail.
    let _ = serde_json::to_writer(out, value);
}
