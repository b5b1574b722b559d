//! Tags, which every service lists in a way of its own.

use std::collections::BTreeMap;

use serde_json::Value;

/// What services call the key of a tag, and its value.
pub(crate) const NAMES: [(&str, &str); 5] =
    [("Key", "Value"), ("key", "value"), ("TagKey", "TagValue"), ("tagKey", "tagValue"), ("Name", "Value")];

/// Tags as a map, from a list of keys and values, or from a map. A service that tells tags leaves them out where there
/// are none.
pub(crate) fn normal(told: Option<&Value>) -> BTreeMap<String, String> {
    match told {
        Some(Value::Array(listed)) => listed.iter().filter_map(tag).collect(),
        Some(Value::Object(map)) => map.iter().map(|(key, value)| (key.clone(), text(Some(value)))).collect(),
        _ => BTreeMap::new(),
    }
}

fn tag(tag: &Value) -> Option<(String, String)> {
    NAMES.iter().find_map(|(key, value)| {
        let key = tag.get(key)?.as_str()?.to_owned();
        Some((key, text(tag.get(value))))
    })
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_tags_of_every_service_look_alike() {
        let expected =
            BTreeMap::from([("env".to_owned(), "prod".to_owned()), ("x".to_owned(), String::new())]);
        for told in [
            json!([{"Key": "env", "Value": "prod"}, {"Key": "x", "Value": ""}]),
            json!([{"key": "env", "value": "prod"}, {"key": "x"}]),
            json!([{"TagKey": "env", "TagValue": "prod"}, {"TagKey": "x", "TagValue": null}]),
            json!({"env": "prod", "x": ""}),
        ] {
            assert_eq!(normal(Some(&told)), expected, "{told}");
        }
        for none in [None, Some(json!(null)), Some(json!([])), Some(json!({}))] {
            assert_eq!(normal(none.as_ref()), BTreeMap::new());
        }
    }
}
