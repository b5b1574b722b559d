use orgwide_models::{Kind, Member, TimestampFormat};
use serde_json::Value;

use super::context::{Context, Field};
use super::validate::special;
use crate::cbor::Writer;

/// The fields of a structure as a map, under their names on the wire.
pub(super) fn fields<'a>(
    context: Context<'a>,
    fields: impl IntoIterator<Item = Field<'a>, IntoIter: Clone>,
    to: &mut Writer,
) {
    let fields = fields.into_iter();
    to.map(fields.clone().count());
    for (member, value) in fields {
        to.text(context.wire(member));
        self::value(context, member, value, to);
    }
}

fn value<'a>(context: Context<'a>, member: &'a Member, value: &'a Value, to: &mut Writer) {
    let shape = context.shape(member);
    if shape.is_document {
        return document(value, to);
    }
    match (shape.kind, value) {
        (_, Value::Null) => to.null(),
        (Kind::Structure, _) => fields(context, context.fields(shape, value), to),
        (Kind::List, _) => {
            let elements = context.elements(value);
            to.list(elements.len());
            for element in elements {
                if let Some(member) = shape.members.first() {
                    self::value(context, member, element, to);
                }
            }
        }
        (Kind::Map, _) => {
            let Some(entries) = context.entries(shape, value) else { return to.map(0) };
            to.map(entries.object.len());
            for (key, value) in entries.object {
                to.text(key);
                self::value(context, entries.value, value, to);
            }
        }
        (Kind::Timestamp, _) => match context.moment(member, value, TimestampFormat::Unix) {
            Some((moment, _)) => {
                to.epoch();
                number(&moment.number(), to);
            }
            None => to.null(),
        },
        (Kind::Blob, Value::String(text)) => to.bytes(&context.bytes(text).unwrap_or_default()),
        (Kind::Float, _) => to.float(float(value) as f32),
        (Kind::Double, _) => to.double(float(value)),
        _ => document(value, to),
    }
}

fn float(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str().and_then(special)).unwrap_or_default()
}

/// Any JSON.
fn document(value: &Value, to: &mut Writer) {
    match value {
        Value::Null => to.null(),
        Value::Bool(value) => to.boolean(*value),
        Value::Number(value) => number(value, to),
        Value::String(text) => to.text(text),
        Value::Array(elements) => {
            to.list(elements.len());
            elements.iter().for_each(|element| document(element, to));
        }
        Value::Object(entries) => {
            to.map(entries.len());
            for (key, value) in entries {
                to.text(key);
                document(value, to);
            }
        }
    }
}

fn number(number: &serde_json::Number, to: &mut Writer) {
    match (number.as_i64(), number.as_u64()) {
        (Some(number), _) => to.integer(number),
        (None, Some(number)) => to.unsigned(number),
        (None, None) => to.double(number.as_f64().unwrap_or_default()),
    }
}
