//! Requests that are changed after they are written, and those that cannot be made.

use orgwide_models::{Model, Operation, ShapeId};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::names;

/// What of a request can be changed.
pub(crate) struct Written<'a> {
    pub(crate) headers: &'a mut Vec<(String, String)>,
    pub(crate) body: &'a mut Vec<u8>,
}

/// Changes a written request into what the service wants.
pub(crate) fn fix_request(model: &Model, operation: &Operation, written: Written<'_>) {
    let Written { headers, body } = written;
    let mut add = |name: &str, value: &dyn Fn() -> String| {
        if !headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
            headers.push((name.to_owned(), value()));
        }
    };
    match names(model, operation) {
        ("apigateway", _) => add("accept", &|| "application/json".to_owned()),
        ("glacier", name) => {
            add("x-amz-glacier-version", &|| model.service().version.clone());
            if matches!(name, "UploadArchive" | "UploadMultipartPart") {
                add("x-amz-sha256-tree-hash", &|| tree_hash(body));
            }
        }
        // Readers of XML take other ends of lines for `\n`.
        ("s3", "DeleteObjects" | "PutBucketLifecycleConfiguration") => keep_line_ends(body),
        _ => {}
    }
}

fn keep_line_ends(body: &mut Vec<u8>) {
    if body.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        let mut kept = Vec::with_capacity(body.len() + 64);
        for byte in body.iter() {
            match byte {
                b'\r' => kept.extend_from_slice(b"&#xD;"),
                b'\n' => kept.extend_from_slice(b"&#xA;"),
                byte => kept.push(*byte),
            }
        }
        *body = kept;
    }
}

/// The hash over the hashes of each mebibyte, by pairs.
fn tree_hash(body: &[u8]) -> String {
    let mut level: Vec<Vec<u8>> = body.chunks(1 << 20).map(|chunk| Sha256::digest(chunk).to_vec()).collect();
    if level.is_empty() {
        level.push(Sha256::digest(b"").to_vec());
    }
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => Sha256::digest([left.as_slice(), right].concat()).to_vec(),
                alone => alone.concat(),
            })
            .collect();
    }
    level.concat().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Operations that copy something from the region named in their input, with a URL signed for that region.
pub(super) fn copies_between_regions(service: &str, name: &str) -> bool {
    match service {
        "rds" => matches!(
            name,
            "CopyDBClusterSnapshot"
                | "CopyDBSnapshot"
                | "CreateDBCluster"
                | "CreateDBInstanceReadReplica"
                | "StartDBInstanceAutomatedBackupsReplication"
        ),
        "neptune" | "docdb" => matches!(name, "CopyDBClusterSnapshot" | "CreateDBCluster"),
        _ => false,
    }
}

/// Why an operation cannot be called with this input in this region; none if it can.
pub(crate) fn refusal(
    model: &Model,
    operation: &Operation,
    input: &Value,
    region: &str,
) -> Option<&'static str> {
    const PRESIGNED: &str = "a copy from another region needs a URL signed for that region as a parameter, which is not made here; give it";
    let (service, name) = names(model, operation);
    let is_stream = |shape: Option<ShapeId>| {
        shape.is_some_and(|shape| {
            let shape = model.shape(shape);
            shape.is_event_stream
                || shape.members.iter().any(|member| model.shape(member.shape).is_event_stream)
        })
    };
    let elsewhere = input.get("SourceRegion").and_then(Value::as_str).is_some_and(|source| source != region);
    match (service, name) {
        _ if is_stream(operation.input) || is_stream(operation.output) => {
            Some("it is spoken to in a stream of events")
        }
        ("machinelearning", "Predict") => Some("its host is one of its parameters"),
        ("ec2", "CopySnapshot") if elsewhere && input.get("PresignedUrl").is_none() => Some(PRESIGNED),
        (service, name)
            if copies_between_regions(service, name)
                && input.get("SourceRegion").is_some()
                && input.get("PreSignedUrl").is_none() =>
        {
            Some(PRESIGNED)
        }
        _ => None,
    }
}
