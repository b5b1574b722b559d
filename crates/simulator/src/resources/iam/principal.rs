//! Users, roles and policies as their lists tell them.

use serde_json::{Value, json};

use super::super::cell::{Cell, past};
use super::super::kind::Identity;
use super::{path_of, unique_id};
use crate::seed::pick;

const MANAGED: [&str; 4] = ["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "SecurityAudit"];

/// Lists do not tell tags and boundaries.
pub(super) fn user(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let mut member = json!({
        "Path": path_of(number),
        "UserName": identity.name(),
        "UserId": unique_id(cell, number, "AIDA"),
        "Arn": identity.arn(),
        "CreateDate": past(&mut rng),
        "PasswordLastUsed": null,
        "PermissionsBoundary": null,
        "Tags": null,
    });
    if rng.bool() {
        member["PasswordLastUsed"] = past(&mut rng).into();
    }
    member
}

/// Whom a role trusts: a service, or one time in four another account.
pub(super) fn trust_policy(cell: &Cell<'_>, number: usize) -> String {
    let mut rng = cell.rng(number);
    let principal = match rng.u8(..4) {
        0 => json!({ "AWS": format!("arn:aws:iam::{}:root", cell.outsider()) }),
        _ => json!({ "Service": pick(&mut rng, &["ec2.amazonaws.com", "lambda.amazonaws.com"]) }),
    };
    let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" });
    encoded(&json!({ "Version": "2012-10-17", "Statement": [statement] }))
}

/// A policy document as IAM writes it: percent-encoded.
pub(super) fn encoded(document: &Value) -> String {
    form_urlencoded::byte_serialize(document.to_string().as_bytes()).collect::<String>().replace('+', "%20")
}

pub(super) fn role(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "Path": path_of(number),
        "RoleName": identity.name(),
        "RoleId": unique_id(cell, number, "AROA"),
        "Arn": identity.arn(),
        "AssumeRolePolicyDocument": trust_policy(cell, number),
        "MaxSessionDuration": if rng.bool() { 3_600 } else { 43_200 },
        "CreateDate": past(&mut rng),
        "Description": "",
        "PermissionsBoundary": null,
        "RoleLastUsed": null,
        "Tags": null,
    })
}

/// What a policy is attached to.
pub(super) fn attachments(cell: &Cell<'_>, number: usize) -> u8 {
    cell.rng(number).u8(..4)
}

pub(super) fn policy(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "PolicyName": identity.name(),
        "PolicyId": unique_id(cell, number, "ANPA"),
        "Arn": identity.arn(),
        "Path": path_of(number),
        "DefaultVersionId": "v1",
        "AttachmentCount": rng.u8(..4),
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": true,
        "Description": null,
        "CreateDate": past(&mut rng),
        "UpdateDate": past(&mut rng),
        "Tags": null,
    })
}

/// Policies of AWS itself, in every account.
pub(super) fn managed_policies() -> Vec<Value> {
    let policy = |(number, name): (usize, &&str)| {
        json!({
            "PolicyName": name,
            "PolicyId": format!("ANPAIMANAGEDBYAWS{number:04}"),
            "Arn": format!("arn:aws:iam::aws:policy/{name}"),
            "Path": "/",
            "DefaultVersionId": "v1",
            "AttachmentCount": 1,
            "PermissionsBoundaryUsageCount": 0,
            "IsAttachable": true,
            "Description": null,
            "Tags": null,
        })
    };
    MANAGED.iter().enumerate().map(policy).collect()
}
