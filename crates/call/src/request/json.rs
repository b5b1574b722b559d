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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::request::testing::Service;

    #[test]
    fn values_have_their_form_and_names_of_the_wire() {
        let members = json!({
            "At": { "shape": "timestamp" },
            "Day": { "shape": "timestamp", "timestampFormat": "iso8601" },
            "Data": { "shape": "blob", "locationName": "data" },
            "Anything": { "shape": "Document" },
            "Weights": { "shape": "Weights" },
        });
        let shapes = json!({
            "Document": { "type": "structure", "members": {}, "document": true },
            "Weights": { "type": "map", "key": { "shape": "string" }, "value": { "shape": "double" } },
        });
        let service = Service::new("json", members, shapes);
        let input = json!({
            "At": "2026-01-02T03:04:05.678Z", "Day": 0, "Data": "AAE", "Anything": { "Data": [1, null] },
            "Weights": { "a": "NaN", "b": 0.1 },
        });
        let expected = json!({
            "At": 1_767_323_045.678, "Day": "1970-01-01T00:00:00Z", "data": "AAE=",
            "Anything": { "Data": [1, null] }, "Weights": { "a": "NaN", "b": 0.1 },
        });
        assert_eq!(serde_json::from_str::<Value>(&service.body(input)).unwrap(), expected);
    }

    #[test]
    fn null_is_absent_but_where_it_is_a_value() {
        let members = json!({ "Name": { "shape": "string" }, "Sparse": { "shape": "Sparse" } });
        let sparse = json!({ "type": "list", "sparse": true, "member": { "shape": "string" } });
        let service = Service::new("json", members, json!({ "Sparse": sparse }));
        assert_eq!(service.body(json!({ "Name": null, "Sparse": ["a", null] })), r#"{"Sparse":["a",null]}"#);
        assert_eq!(service.body(json!({ "Name": null })), "{}");
        assert_eq!(service.body(Value::Null), "{}");
    }

    #[test]
    fn the_operation_is_in_a_header_and_old_error_codes_are_asked_for() {
        let service = Service::new("json", json!({}), json!({}));
        let parts = service.write(json!({}));
        assert_eq!((parts.method.as_str(), parts.target.as_str()), ("POST", "/"));
        assert_eq!(parts.header("X-Amz-Target"), Some("Service.Call"));
        assert_eq!(parts.header("Content-Type"), Some("application/x-amz-json-1.1"));
        assert_eq!(parts.header("x-amzn-query-mode"), None);
        let parts = service.with("/metadata/awsQueryCompatible", json!({})).write(json!({}));
        assert_eq!(parts.header("x-amzn-query-mode"), Some("true"));
    }
}
