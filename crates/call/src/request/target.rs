use std::borrow::Cow;

use orgwide_models::{Kind, Location, Member, Operation, TimestampFormat};
use serde_json::Value;

use super::context::{Context, Field};
use super::percent::{encode, encode_path};

/// The path and query of a request of a REST protocol.
pub(super) fn target(
    context: Context<'_>,
    operation: &Operation,
    fields: &[Field<'_>],
    without_bucket: bool,
) -> String {
    let mut template = context.model.text(operation.uri);
    if without_bucket {
        template = template.strip_prefix("/{Bucket}").unwrap_or(template);
    }
    let mut target = path(context, template, fields);
    if !target.starts_with('/') {
        target.insert(0, '/');
    }
    let mut separator = if target.contains('?') { '&' } else { '?' };
    for (name, value) in query(context, fields) {
        target.push(separator);
        target.extend(encode(&name));
        target.push('=');
        target.extend(encode(&value));
        separator = '&';
    }
    target
}

/// The template with its labels, `{Bucket}` and the greedy `{Key+}`, filled in.
fn path(context: Context<'_>, template: &str, fields: &[Field<'_>]) -> String {
    let mut target = String::new();
    let mut rest = template;
    while let Some((before, label, after)) = next_label(rest) {
        target.push_str(before);
        let (name, is_greedy) = label.strip_suffix('+').map_or((label, false), |name| (name, true));
        let field = fields.iter().find(|(m, _)| m.location == Location::Uri && context.wire(m) == name);
        if let Some((member, value)) = field {
            let text = context.text(member, value, TimestampFormat::Iso8601);
            if is_greedy {
                target.extend(encode_path(&text));
            } else {
                target.extend(encode(&text));
            }
        }
        rest = after;
    }
    target.push_str(rest);
    target
}

fn next_label(template: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = template.split_once('{')?;
    let (label, after) = rest.split_once('}')?;
    Some((before, label, after))
}

/// The names and values of the query. A map's entry gives way to a member of the same name.
fn query<'a>(context: Context<'a>, fields: &[Field<'a>]) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
    let in_query = || fields.iter().copied().filter(|(member, _)| member.location == Location::Query);
    let is_map = |member: &Member| context.shape(member).kind == Kind::Map;
    let mut pairs = Vec::new();
    for (member, value) in in_query().filter(|(member, _)| !is_map(member)) {
        add(context, context.wire(member), member, value, &mut pairs);
    }
    let named = pairs.len();
    for (member, value) in in_query() {
        let Some(entries) = context.entries(context.shape(member), value).filter(|_| is_map(member)) else {
            continue;
        };
        for (key, value) in entries.object {
            if !pairs.iter().take(named).any(|(name, _)| name == key) {
                add(context, key, entries.value, value, &mut pairs);
            }
        }
    }
    pairs
}

fn add<'a>(
    context: Context<'a>,
    name: &'a str,
    member: &'a Member,
    value: &'a Value,
    pairs: &mut Vec<(Cow<'a, str>, Cow<'a, str>)>,
) {
    let shape = context.shape(member);
    match (shape.kind, shape.members.first()) {
        (Kind::List, Some(element)) => {
            for value in context.elements(value).iter().filter(|value| !value.is_null()) {
                pairs.push((name.into(), context.text(element, value, TimestampFormat::Iso8601)));
            }
        }
        _ => pairs.push((name.into(), context.text(member, value, TimestampFormat::Iso8601))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::request::WriteOptions;
    use crate::request::testing::Service;

    fn bucket_and_key() -> Service {
        let members = json!({
            "Bucket": { "shape": "string", "location": "uri", "locationName": "Bucket" },
            "Key": { "shape": "string", "location": "uri", "locationName": "Key" },
            "Part": { "shape": "integer", "location": "querystring", "locationName": "partNumber" },
        });
        Service::new("rest-xml", members, json!({})).at("/{Bucket}/{Key+}?x-id=Call")
    }

    #[test]
    fn labels_are_encoded_and_greedy_ones_keep_their_slashes() {
        let parts = bucket_and_key().write(json!({ "Bucket": "a/b", "Key": "/c//../d e+ü~'*", "Part": 7 }));
        assert_eq!(parts.target, "/a%2Fb//c//../d%20e%2B%C3%BC~%27%2A?x-id=Call&partNumber=7");
    }

    #[test]
    fn a_bucket_that_the_endpoint_has_is_left_out() {
        let options = WriteOptions { without_bucket: true, ..WriteOptions::default() };
        let parts = bucket_and_key().try_write(&json!({ "Bucket": "b", "Key": "k" }), &options).unwrap();
        assert_eq!(parts.target, "/k?x-id=Call");
        let parts = bucket_and_key().at("/{Bucket}?acl");
        let parts = parts.try_write(&json!({ "Bucket": "b", "Key": "k" }), &options).unwrap();
        assert_eq!(parts.target, "/?acl");
    }

    #[test]
    fn a_label_inside_a_value_is_text() {
        let parts = bucket_and_key().write(json!({ "Bucket": "{Key+}", "Key": "{Bucket}" }));
        assert_eq!(parts.target, "/%7BKey%2B%7D/%7BBucket%7D?x-id=Call");
    }

    #[test]
    fn lists_repeat_their_name_and_members_go_before_entries_of_maps() {
        let members = json!({
            "All": { "shape": "All", "location": "querystring" },
            "Ids": { "shape": "strings", "location": "querystring", "locationName": "id" },
            "Since": { "shape": "timestamp", "location": "querystring" },
            "Deep": { "shape": "boolean", "location": "querystring" },
        });
        let all = json!({ "type": "map", "key": { "shape": "string" }, "value": { "shape": "strings" } });
        let service = Service::new("rest-json", members, json!({ "All": all }));
        let parts = service.write(json!({
            "All": { "id": ["lost"], "z z": ["1", "2"] }, "Ids": ["a", "b"], "Since": 0.5, "Deep": true,
        }));
        assert_eq!(
            parts.target,
            "/?Deep=true&id=a&id=b&Since=1970-01-01T00%3A00%3A00.500000Z&z%20z=1&z%20z=2"
        );
    }
}
