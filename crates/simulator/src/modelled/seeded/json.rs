//! Texts that hold JSON.

use serde_json::{Value, json};

/// A small document.
pub(super) fn document(rng: &mut fastrand::Rng) -> Value {
    json!({ "name": format!("simulated-{:04x}", rng.u16(..)), "size": rng.u8(..), "enabled": rng.bool() })
}

/// JSON as it is in a member called so, in small letters.
pub(super) fn text(rng: &mut fastrand::Rng, name: &str) -> String {
    if !name.contains("policy") {
        return document(rng).to_string();
    }
    let action = ["s3:GetObject", "ec2:Describe*", "logs:PutLogEvents", "sqs:SendMessage"][rng.usize(..4)];
    let statement = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// Whether texts called so hold JSON; in small letters.
pub(super) fn is_told_by(name: &str) -> bool {
    const NAMES: [&str; 11] = [
        "policy",
        "policydocument",
        "assumerolepolicydocument",
        "policytext",
        "resourcepolicy",
        "keypolicy",
        "accesspolicies",
        "definition",
        "properties",
        "document",
        "searchpolicy",
    ];
    NAMES.contains(&name) || name.ends_with("json") || name.ends_with("policydocument")
}
