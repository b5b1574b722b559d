//! Answers that are changed after they are read.

use aws_smithy_types::date_time::{DateTime, Format};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use orgwide_models::{Kind, Model, Operation, ShapeId};
use serde_json::{Map, Value};

use super::{Changed, names, urls};

/// Where names in a list of objects stand, as they are in URLs: at the top, and in the items of lists.
struct Encoded {
    top: &'static [&'static str],
    nested: &'static [(&'static str, &'static str)],
}

fn encoded(name: &str) -> Option<Encoded> {
    match name {
        "ListObjects" => Some(Encoded {
            top: &["Delimiter", "Marker", "NextMarker"],
            nested: &[("Contents", "Key"), ("CommonPrefixes", "Prefix")],
        }),
        "ListObjectsV2" => Some(Encoded {
            top: &["Delimiter", "Prefix", "StartAfter"],
            nested: &[("Contents", "Key"), ("CommonPrefixes", "Prefix")],
        }),
        "ListObjectVersions" => Some(Encoded {
            top: &["KeyMarker", "NextKeyMarker", "Prefix", "Delimiter"],
            nested: &[("Versions", "Key"), ("DeleteMarkers", "Key"), ("CommonPrefixes", "Prefix")],
        }),
        _ => None,
    }
}

/// Changes an answer, whole or without its items, into what users know.
pub(crate) fn fix_answer(model: &Model, operation: &Operation, changed: Changed, answer: &mut Value) {
    let (service, name) = names(model, operation);
    let Some(members) = answer.as_object_mut() else { return };
    match (service, name) {
        ("s3", name) => {
            if let Some(Encoded { top, nested }) = encoded(name).filter(|_| is_encoded(changed, members)) {
                top.iter().for_each(|member| decode(members, member));
                for (list, member) in nested {
                    let items = members.get_mut(*list).and_then(Value::as_array_mut);
                    for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
                        decode(item, member);
                    }
                }
            }
        }
        ("iam", _) => {
            if let Some(output) = operation.output {
                parse_policies(model, output, answer, 0);
            }
        }
        ("cloudformation", "GetTemplate") => parse_json(members, "TemplateBody", str::to_owned),
        ("ec2", "GetConsoleOutput") => decode_console(members),
        _ => {}
    }
}

/// Changes the items of an answer one by one, as [`fix_answer`] would all of them.
#[derive(Debug, Clone, Default)]
pub(crate) enum ItemFix {
    /// They are right as they are.
    #[default]
    None,
    /// This member of each stands as in URLs.
    Decode(&'static str),
    /// Policies are in them.
    Policies(ShapeId),
}

impl ItemFix {
    /// What the items at a path of an answer need, when their shape is `item`.
    pub(crate) fn new(
        model: &Model,
        operation: &Operation,
        changed: Changed,
        path: &str,
        item: Option<ShapeId>,
    ) -> Self {
        match names(model, operation) {
            ("s3", name) if changed.asked_for_url_encoding => encoded(name)
                .and_then(|encoded| encoded.nested.iter().find(|(list, _)| *list == path))
                .map_or(Self::None, |(_, member)| Self::Decode(member)),
            ("iam", _) => item.map_or(Self::None, Self::Policies),
            _ => Self::None,
        }
    }

    pub(crate) fn apply(&self, model: &Model, item: &mut Value) {
        match self {
            Self::None => {}
            Self::Decode(member) => {
                if let Some(members) = item.as_object_mut() {
                    decode(members, member);
                }
            }
            Self::Policies(shape) => parse_policies(model, *shape, item, 0),
        }
    }
}

/// S3 says in its answer that it did as it was asked.
fn is_encoded(changed: Changed, members: &Map<String, Value>) -> bool {
    changed.asked_for_url_encoding && members.get("EncodingType").and_then(Value::as_str) == Some("url")
}

fn decode(members: &mut Map<String, Value>, member: &str) {
    if let Some(Value::String(text)) = members.get_mut(member) {
        *text = urls::decode_plus(text);
    }
}

/// A text that is JSON becomes the value it stands for; any other stays.
fn parse_json(members: &mut Map<String, Value>, member: &str, decode: impl Fn(&str) -> String) {
    if let Some(value) = members.get_mut(member)
        && let Some(text) = value.as_str()
        && let Ok(parsed) = serde_json::from_str(&decode(text))
    {
        *value = parsed;
    }
}

/// IAM gives policies as JSON in the form of URLs.
fn parse_policies(model: &Model, shape: ShapeId, value: &mut Value, depth: usize) {
    // Answers are no deeper than this.
    if depth > 128 {
        return;
    }
    let shape = model.shape(shape);
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(members)) => {
            for member in &shape.members {
                let (name, inner) = (model.text(member.name), model.shape(member.shape));
                if inner.kind == Kind::String && model.text(inner.name) == "policyDocumentType" {
                    parse_json(members, name, urls::decode);
                } else if let Some(value) = members.get_mut(name) {
                    parse_policies(model, member.shape, value, depth + 1);
                }
            }
        }
        (Kind::List, Value::Array(items)) => {
            if let Some(member) = shape.members.first() {
                items.iter_mut().for_each(|item| parse_policies(model, member.shape, item, depth + 1));
            }
        }
        _ => {}
    }
}

fn decode_console(members: &mut Map<String, Value>) {
    if let Some(Value::String(text)) = members.get_mut("Output")
        && let Ok(bytes) = STANDARD.decode(text.as_bytes())
    {
        *text = String::from_utf8_lossy(&bytes).into_owned();
    }
}

/// Whether an answer is one element with a text, which the model cannot say.
pub(crate) fn is_root_text(service: &str, name: &str) -> bool {
    (service, name) == ("s3", "GetBucketLocation")
}

/// What an error says, where it says it under another name than elsewhere.
pub(crate) fn message(service: &str, body: &[u8]) -> Option<String> {
    if service != "sso-oidc" {
        return None;
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    body.get("error_description").and_then(Value::as_str).map(str::to_owned)
}

/// The header `Expires` of an answer that has it as a member; it is taken out unless it is a time.
///
/// S3 gives out what it was set to when the object was stored, which need not be one. Users find it in
/// `ExpiresString` in any case.
pub(crate) fn take_expires(
    model: &Model,
    operation: &Operation,
    headers: &mut Vec<(&str, &str)>,
) -> Option<String> {
    let has_member = |output: ShapeId| {
        model.shape(output).members.iter().any(|member| model.text(member.name) == "Expires")
    };
    if model.service().name != "s3" || !operation.output.is_some_and(has_member) {
        return None;
    }
    let is_expires = |(name, _): &(&str, &str)| name.eq_ignore_ascii_case("expires");
    let value = headers.iter().find(|header| is_expires(header)).map(|(_, value)| (*value).to_owned())?;
    let is_time = |format| DateTime::from_str(&value, format).is_ok();
    if !is_time(Format::HttpDate) && !is_time(Format::DateTimeWithOffset) {
        headers.retain(|header| !is_expires(header));
    }
    Some(value)
}
