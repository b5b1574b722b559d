use orgwide_models::{Kind, Location, Member};
use serde_json::Value;

use super::context::Context;

/// What keeps a member of an input, of the right type, from being sent in the place where it belongs.
pub(super) fn problem(context: Context<'_>, member: &Member, value: &Value) -> Option<&'static str> {
    if member.is_host_label && !value.as_str().is_some_and(is_host_part) {
        return Some("is a part of the host name: letters, digits, hyphens and dots, 1 to 63 between dots");
    }
    match (member.location, value) {
        // An empty one would make it the path of another operation: of the bucket, not of an object in it.
        (Location::Uri, Value::String(text)) if text.is_empty() => Some("is a part of the path, and empty"),
        (Location::Header, _) if member.is_json => None,
        (Location::Header, Value::Array(elements)) => {
            let is_fine = |element: &Value| element.as_str().is_none_or(is_header_value);
            (!elements.iter().all(is_fine)).then_some(HEADER_VALUE)
        }
        (Location::Header, Value::String(text)) if context.shape(member).kind == Kind::String => {
            (!is_header_value(text)).then_some(HEADER_VALUE)
        }
        (Location::Headers, Value::Object(entries)) => {
            if !entries.keys().all(|key| is_header_name(key)) {
                return Some("has a key that cannot be part of a header's name");
            }
            let is_fine = |value: &Value| value.as_str().is_none_or(is_header_value);
            (!entries.values().all(is_fine)).then_some(HEADER_VALUE)
        }
        _ => None,
    }
}

const HEADER_VALUE: &str = "is a header, which has no line breaks or other control characters";

/// A value with a line break would be two headers.
fn is_header_value(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && c != '\t')
}

fn is_header_name(text: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_fine)
}

fn is_host_part(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::request::testing::Service;

    #[test]
    fn an_empty_label_would_be_another_operation() {
        let members = json!({
            "Bucket": { "shape": "string", "location": "uri", "locationName": "Bucket" },
            "Key": { "shape": "string", "location": "uri", "locationName": "Key" },
        });
        let service = Service::new("rest-xml", members, json!({})).at("/{Bucket}/{Key+}");
        assert_eq!(
            service.refusal(&json!({ "Bucket": "b", "Key": "" })),
            "Key is a part of the path, and empty"
        );
        // Whether the model calls it required or not.
        assert_eq!(service.refusal(&json!({ "Bucket": "b", "Key": null })), "Key is missing");
    }

    #[test]
    fn a_header_cannot_bring_another() {
        let members = json!({
            "Name": { "shape": "string", "location": "header" },
            "Names": { "shape": "strings", "location": "header" },
            "More": { "shape": "More", "location": "headers", "locationName": "x-" },
        });
        let map = json!({ "type": "map", "key": { "shape": "string" }, "value": { "shape": "string" } });
        let service = Service::new("rest-json", members, json!({ "More": map }));
        for (input, said) in [
            (json!({ "Name": "a\r\nHost: b" }), "Name is a header"),
            (json!({ "Names": ["a", "b\nc"] }), "Names is a header"),
            (json!({ "More": { "a": "b\u{0}" } }), "More is a header"),
            (json!({ "More": { "a: b": "c" } }), "More has a key that cannot be part of a header's name"),
            (json!({ "More": { "": "c" } }), "More has a key that cannot be part of a header's name"),
        ] {
            assert!(service.refusal(&input).starts_with(said), "{}", service.refusal(&input));
        }
    }
}
