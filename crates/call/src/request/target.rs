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
