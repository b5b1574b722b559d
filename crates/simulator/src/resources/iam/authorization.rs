//! All users, roles and policies of an account in one list.

use serde_json::{Value, json};

use super::super::Place;
use super::super::cell::Cell;
use super::super::errors;
use super::super::input::texts;
use super::super::tagging::Form;
use super::{KINDS, POLICIES, ROLES, USERS, principal};
use crate::page::Pages;
use crate::refusal::Refusal;

/// The lists of the answer, in the order in which the pages go through them.
const LISTS: [(&str, &str); 5] = [
    ("User", "UserDetailList"),
    ("Group", "GroupDetailList"),
    ("Role", "RoleDetailList"),
    ("LocalManagedPolicy", "Policies"),
    ("AWSManagedPolicy", "Policies"),
];

/// A page of the account's authorization details.
pub(super) fn details(place: Place<'_>, input: &Value) -> Result<Value, Refusal> {
    let filter = texts(input, "Filter");
    if let Some(unknown) = filter.iter().find(|name| LISTS.iter().all(|(known, _)| known != *name)) {
        return Err(errors::invalid(
            "iam",
            format!("Value '{unknown}' at 'filter' is none of the entity types"),
        ));
    }
    let wanted = |name: &str| filter.is_empty() || filter.contains(&name);
    let [users, roles, policies] = [USERS, ROLES, POLICIES].map(|kind| place.cell(kind));
    let own = [("User", &users), ("Role", &roles), ("LocalManagedPolicy", &policies)];
    let managed = if wanted("AWSManagedPolicy") { principal::managed_policies() } else { Vec::new() };
    let count = |(name, cell): &(&str, &Cell<'_>)| if wanted(name) { cell.len() } else { 0 };
    let total = own.iter().map(count).sum::<usize>() + managed.len();

    let marker = input.get("Marker").and_then(Value::as_str);
    let listing = [&["GetAccountAuthorizationDetails", &place.account.id], &filter[..]].concat();
    let (range, next) = Pages::of(place.world.seed(), &listing)
        .at_most(place.world.spec.largest_page())
        .cut(total, KINDS[0].paging.size("iam", input)?.unwrap_or(total), marker)
        .ok_or_else(|| errors::invalid("iam", "Invalid Marker"))?;

    let mut answer = json!({ "IsTruncated": next.is_some(), "Marker": next });
    LISTS.iter().for_each(|(_, list)| answer[list] = json!([]));
    for position in range {
        let mut number = position;
        let found = own.iter().find(|list| {
            let here = count(list);
            let is_here = number < here;
            number -= if is_here { 0 } else { here };
            is_here
        });
        let (list, detail) = match found {
            Some(("User", cell)) => ("UserDetailList", user(cell, number)),
            Some(("Role", cell)) => ("RoleDetailList", role(cell, number)),
            Some((_, cell)) => ("Policies", policy(cell.member(number))),
            None => ("Policies", policy(managed[number].clone())),
        };
        if let Some(list) = answer[list].as_array_mut() {
            list.push(detail);
        }
    }
    Ok(answer)
}

fn user(cell: &Cell<'_>, number: usize) -> Value {
    let mut member = cell.member(number);
    member["Tags"] = Form::Upper.of(&cell.tags(number));
    member["UserPolicyList"] = json!([]);
    member["GroupList"] = json!([]);
    member["AttachedManagedPolicies"] = attached(cell, number);
    without(member, &["PasswordLastUsed"])
}

fn role(cell: &Cell<'_>, number: usize) -> Value {
    let mut member = cell.member(number);
    member["Tags"] = Form::Upper.of(&cell.tags(number));
    member["RolePolicyList"] = json!([]);
    member["InstanceProfileList"] = json!([]);
    member["AttachedManagedPolicies"] = attached(cell, number);
    without(member, &["MaxSessionDuration", "Description"])
}

/// One of the account's policies, if it has any.
fn attached(cell: &Cell<'_>, number: usize) -> Value {
    let policies = cell.sibling(POLICIES);
    match policies.len() {
        0 => json!([]),
        count => {
            let policy = policies.identity(number % count);
            json!([{ "PolicyName": policy.name(), "PolicyArn": policy.arn() }])
        }
    }
}

fn policy(mut member: Value) -> Value {
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "logs:*", "Resource": "*" }],
    });
    member["PolicyVersionList"] = json!([{
        "VersionId": "v1",
        "IsDefaultVersion": true,
        "Document": principal::encoded(&document),
    }]);
    without(member, &["Tags"])
}

/// What the list of its kind tells and this one has no member for.
fn without(mut member: Value, names: &[&str]) -> Value {
    if let Value::Object(members) = &mut member {
        names.iter().for_each(|name| drop(members.remove(*name)));
    }
    member
}
