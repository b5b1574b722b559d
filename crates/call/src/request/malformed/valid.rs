//! Inputs that fit, by seed.

use fastrand::Rng;
use orgwide_models::{Kind, Location, Member, Model, Operation, Shape};
use serde_json::{Map, Value, json};

/// An input of the operation; none for one that takes nothing or a stream of events.
pub(super) fn valid(model: &Model, operation: &Operation, random: &mut Rng) -> Option<Value> {
    let shape = model.shape(operation.input?);
    let has_events = shape.members.iter().any(|member| model.shape(member.shape).is_event_stream);
    (!has_events).then(|| structure(model, shape, random, 0))
}

/// Any JSON, so many levels deep at most.
pub(super) fn any(random: &mut Rng, depth: usize) -> Value {
    match random.u8(..if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => json!(random.bool()),
        2 => json!(random.i64(..)),
        3 => json!(random.f64() * 1e6),
        4 => json!("2026-01-02"),
        5 => json!((0..random.usize(..12)).map(|_| random.char(..)).collect::<String>()),
        6 => (0..random.usize(..4)).map(|_| any(random, depth - 1)).collect(),
        _ => {
            let entry = |_| (random.alphabetic().to_string(), any(random, depth - 1));
            Value::Object((0..3).map(entry).collect())
        }
    }
}

fn structure(model: &Model, shape: &Shape, random: &mut Rng, depth: usize) -> Value {
    let mut object = Map::new();
    let is_label = |member: &Member| depth == 0 && (member.location == Location::Uri || member.is_host_label);
    if shape.is_union {
        // The first of its members that does not lead to the union itself is in front in all real unions.
        let count = shape.members.len();
        let index = if depth > 3 { 0 } else { random.usize(..count.max(1)) };
        if let Some(member) = shape.members.get(index) {
            object.insert(model.text(member.name).to_owned(), value(model, member, random, depth + 1));
        }
        return Value::Object(object);
    }
    for member in &shape.members {
        let chance = if depth > 2 { 0.0 } else { 0.5 };
        if member.is_required || is_label(member) || random.f64() < chance {
            object.insert(model.text(member.name).to_owned(), value(model, member, random, depth + 1));
        }
    }
    Value::Object(object)
}

fn value(model: &Model, member: &Member, random: &mut Rng, depth: usize) -> Value {
    let shape = model.shape(member.shape);
    if shape.is_document {
        return json!({ "any": ["thing", null, 1.5] });
    }
    let count = if depth > 4 { 0 } else { random.usize(1..3) };
    match shape.kind {
        Kind::Structure if depth > 40 => json!({}),
        Kind::Structure => structure(model, shape, random, depth),
        Kind::List => (0..count).map(|_| value(model, &shape.members[0], random, depth + 1)).collect(),
        Kind::Map => {
            let entry = |index| (format!("key-{index}"), value(model, &shape.members[1], random, depth + 1));
            Value::Object((0..count).map(entry).collect())
        }
        Kind::String => json!(["a", "1-2", "x.y", "z9"][random.usize(..4)]),
        Kind::Blob => json!(["", "AA==", "YWJj", "/+8="][random.usize(..4)]),
        Kind::Boolean => json!(random.bool()),
        Kind::Integer => json!(random.i32(..)),
        Kind::Long => json!(random.i64(..)),
        Kind::Float | Kind::Double => json!(random.f32()),
        Kind::Timestamp if random.bool() => json!(random.i64(0..4_000_000_000)),
        Kind::Timestamp => json!("2026-01-02T03:04:05.678+09:00"),
    }
}
