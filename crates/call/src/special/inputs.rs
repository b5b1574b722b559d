//! Inputs that are changed before they are written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use orgwide_models::{Model, Operation};
use serde_json::{Map, Value};

use super::{Changed, names, requests, urls};

pub(super) fn fix(model: &Model, operation: &Operation, input: &mut Value) -> Changed {
    let mut changed = Changed::default();
    let Some(members) = input.as_object_mut() else { return changed };
    match names(model, operation) {
        ("s3", "ListObjects" | "ListObjectsV2" | "ListObjectVersions") => {
            changed.asked_for_url_encoding = ask_for_url_encoding(members);
        }
        ("s3", _) => {
            encode_copy_source(members);
            digest_customer_key(members, "SSECustomerKey", "SSECustomerKeyMD5");
            digest_customer_key(members, "CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5");
        }
        ("route53", _) => shorten_ids(model, operation, members),
        ("glacier", _) => {
            let account = members.entry("accountId").or_insert(Value::Null);
            if account.is_null() {
                *account = Value::from("-");
            }
        }
        ("ec2", "RunInstances") | ("autoscaling", "CreateLaunchConfiguration") => encode_user_data(members),
        // It serves to make the URL, which the caller has made.
        (service, name)
            if requests::copies_between_regions(service, name) && members.contains_key("PreSignedUrl") =>
        {
            members.remove("SourceRegion");
        }
        _ => {}
    }
    changed
}

/// Keys of objects can hold characters that XML cannot.
fn ask_for_url_encoding(members: &mut Map<String, Value>) -> bool {
    let absent = !members.contains_key("EncodingType");
    if absent {
        members.insert("EncodingType".to_owned(), Value::from("url"));
    }
    absent
}

/// The source of a copy travels in a header, as in a URL; its version is told from the name by a question mark.
fn encode_copy_source(members: &mut Map<String, Value>) {
    if let Some(Value::String(source)) = members.get_mut("CopySource") {
        let version = source.rfind("?versionId=").filter(|&at| !source[at..].contains(char::is_whitespace));
        let (name, version) = source.split_at(version.unwrap_or(source.len()));
        *source = format!("{}{version}", urls::encode(name));
    }
}

/// A key of the customer's travels in base64, with its digest.
fn digest_customer_key(members: &mut Map<String, Value>, key: &str, digest: &str) {
    if members.contains_key(digest) {
        return;
    }
    if let Some(Value::String(key)) = members.get_mut(key) {
        let md5 = STANDARD.encode(Md5::digest(key.as_bytes()));
        *key = STANDARD.encode(key.as_bytes());
        members.insert(digest.to_owned(), Value::from(md5));
    }
}

/// Answers give `/hostedzone/Z1` where requests want `Z1`.
fn shorten_ids(model: &Model, operation: &Operation, members: &mut Map<String, Value>) {
    let Some(shape) = operation.input.map(|input| model.shape(input)) else { return };
    for member in &shape.members {
        let shape = model.text(model.shape(member.shape).name);
        if matches!(shape, "ResourceId" | "DelegationSetId" | "ChangeId")
            && let Some(Value::String(id)) = members.get_mut(model.text(member.name))
            && let Some((_, short)) = id.rsplit_once('/')
        {
            *id = short.to_owned();
        }
    }
}

fn encode_user_data(members: &mut Map<String, Value>) {
    if let Some(Value::String(text)) = members.get_mut("UserData") {
        *text = STANDARD.encode(text.as_bytes());
    }
}
