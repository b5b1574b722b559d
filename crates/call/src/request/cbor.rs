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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::cbor::{Event, Reader};
    use crate::request::testing::Service;

    #[test]
    fn values_have_their_type_on_the_wire() {
        let members = json!({
            "A": { "shape": "timestamp" }, "B": { "shape": "timestamp" }, "C": { "shape": "blob" },
            "D": { "shape": "float" }, "E": { "shape": "double" }, "F": { "shape": "long" },
            "G": { "shape": "boolean" },
        });
        let service = Service::new("smithy-rpc-v2-cbor", members, json!({}));
        let parts = service.write(json!({
            "A": 1, "B": "1970-01-01T00:00:01.5Z", "C": "AAE=", "D": 1.5, "E": "-Infinity", "F": -500, "G": true,
        }));
        let expected = [
            [0xa7_u8].as_slice(),
            &[0x61, b'A', 0xc1, 0x01],
            &[0x61, b'B', 0xc1, 0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0],
            &[0x61, b'C', 0x42, 0x00, 0x01],
            &[0x61, b'D', 0xfa, 0x3f, 0xc0, 0, 0],
            &[0x61, b'E', 0xf9, 0xfc, 0x00],
            &[0x61, b'F', 0x39, 0x01, 0xf3],
            &[0x61, b'G', 0xf5],
        ];
        assert_eq!(parts.body, expected.concat());
        assert_eq!(parts.target, "/service/Service/operation/Call");
        assert_eq!(parts.header("Smithy-Protocol"), Some("rpc-v2-cbor"));
        assert_eq!(parts.header("Content-Type"), Some("application/cbor"));
    }

    #[test]
    fn what_takes_nothing_sends_nothing_and_an_empty_input_is_an_empty_map() {
        let service = Service::new("smithy-rpc-v2-cbor", json!({}), json!({}));
        let parts = service.write(json!({}));
        let mut reader = Reader::new(&parts.body);
        assert_eq!((reader.next(), reader.next()), (Ok(Some(Event::Map)), Ok(Some(Event::End))));
        let parts = service.with("/operations/Call/input", json!(null)).write(json!({}));
        assert_eq!((parts.body.as_slice(), parts.header("Content-Type")), ([].as_slice(), None));
    }
}
