use orgwide_models::{Kind, Member, TimestampFormat};
use serde_json::{Map, Value};

use super::context::{Context, Field};

/// The fields of a structure as a JSON object, under their names on the wire.
pub(super) fn object<'a>(context: Context<'a>, fields: impl IntoIterator<Item = Field<'a>>) -> Value {
    let entries = fields.into_iter().map(|(member, value)| {
        let name = context.wire(member).to_owned();
        (name, self::value(context, member, value))
    });
    Value::Object(entries.collect())
}

/// A value as it stands in a JSON body.
pub(super) fn value<'a>(context: Context<'a>, member: &'a Member, value: &'a Value) -> Value {
    let shape = context.shape(member);
    if shape.is_document {
        return value.clone();
    }
    match (shape.kind, value) {
        (_, Value::Null) => Value::Null,
        (Kind::Structure, _) => object(context, context.fields(shape, value)),
        (Kind::List, _) => {
            let Some(element) = shape.members.first() else { return Value::Array(Vec::new()) };
            context.elements(value).iter().map(|value| self::value(context, element, value)).collect()
        }
        (Kind::Map, _) => {
            let Some(entries) = context.entries(shape, value) else { return Value::Object(Map::new()) };
            let entry = |(key, value): (&String, &'a Value)| {
                (key.clone(), self::value(context, entries.value, value))
            };
            Value::Object(entries.object.iter().map(entry).collect())
        }
        (Kind::Timestamp, _) => match context.moment(member, value, TimestampFormat::Unix) {
            Some((moment, TimestampFormat::Unix)) => Value::Number(moment.number()),
            Some((moment, format)) => Value::String(moment.text(format)),
            None => Value::Null,
        },
        (Kind::Blob, Value::String(text)) => Value::String(context.base64(text)),
        _ => value.clone(),
    }
}
