//! The members of an answer that are headers.

use orgwide_models::{Kind, Location, Member, Model, TimestampFormat};
use serde_json::Value;

use super::time;

/// What says how the message itself is, and is not for a value made up to say: how long it is, in what it is packed,
/// what checksum its body has.
fn is_framing(name: &str) -> bool {
    const NAMES: [&str; 6] =
        ["content-length", "content-encoding", "transfer-encoding", "connection", "content-range", "date"];
    NAMES.contains(&name) || name.starts_with("x-amz-checksum-")
}

pub(super) fn of(model: &Model, members: &[Member], output: &Value) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for member in members {
        let wire = model.text(member.wire.unwrap_or(member.name)).to_ascii_lowercase();
        let Some(value) = output.get(model.text(member.name)).filter(|value| !value.is_null()) else {
            continue;
        };
        match (member.location, value) {
            (Location::Headers, Value::Object(entries)) => {
                let texts = entries.iter().filter_map(|(key, held)| Some((key, held.as_str()?)));
                headers.extend(texts.map(|(key, held)| (format!("{wire}{key}"), held.to_owned())));
            }
            (Location::Header, _) if !is_framing(&wire) => headers.push((wire, text(model, member, value))),
            _ => {}
        }
    }
    headers
}

fn text(model: &Model, member: &Member, value: &Value) -> String {
    if member.is_json {
        return aws_smithy_types::base64::encode(value.as_str().unwrap_or_default());
    }
    let shape = model.shape(member.shape);
    match (shape.kind, value) {
        (Kind::Timestamp, _) => time::text(value, time::format(model, member, TimestampFormat::Rfc822)),
        (Kind::List, Value::Array(items)) => {
            let element = shape.members.first();
            let texts = items.iter().filter_map(|item| Some(text(model, element?, item)));
            texts.collect::<Vec<_>>().join(", ")
        }
        (_, Value::String(text)) => text.clone(),
        (_, value) => value.to_string(),
    }
}
