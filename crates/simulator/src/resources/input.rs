//! Reading what a request asks with.

use serde_json::Value;

/// A member that is text; empty where there is none.
pub(super) fn text<'a>(input: &'a Value, name: &str) -> &'a str {
    input.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The texts of a member: of a list all, of a text the one.
pub(super) fn texts<'a>(input: &'a Value, name: &str) -> Vec<&'a str> {
    match input.get(name) {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether a member is there.
pub(super) fn has(input: &Value, name: &str) -> bool {
    input.get(name).is_some_and(|value| !value.is_null())
}

/// A member that is true or false.
pub(super) fn flag(input: &Value, name: &str) -> Option<bool> {
    input.get(name).and_then(Value::as_bool)
}
