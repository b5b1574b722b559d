//! Identity and Access Management: the same from every region.

mod authorization;
mod principal;

use serde_json::{Value, json};

use super::Place;
use super::cell::{Cell, UPPER};
use super::errors;
use super::input::text;
use super::kind::{Identity, Kind};
use super::listing::Selection;
use super::paging::Paging;
use super::tagging::Form;
use crate::refusal::Refusal;
use crate::seed::pick;

const IAM: Kind = Kind {
    service: "iam",
    is_global: true,
    paging: Paging::sized("MaxItems", 1, 1_000, 100),
    parameters: &["PathPrefix"],
    ..Kind::BASE
};

pub(super) static KINDS: [Kind; 3] = [
    Kind {
        operation: "ListUsers",
        key: "iam:user",
        items: "Users",
        identify: |cell, number| identity(cell, number, "user", &["anna", "joerg", "ci", "backup"]),
        member: principal::user,
        select: |cell, input| Ok(under_prefix(cell, input)),
        ..IAM
    },
    Kind {
        operation: "ListRoles",
        key: "iam:role",
        items: "Roles",
        identify: |cell, number| identity(cell, number, "role", &["Deploy", "Reader", "Lambda", "Task"]),
        member: principal::role,
        select: |cell, input| Ok(under_prefix(cell, input)),
        ..IAM
    },
    Kind {
        operation: "ListPolicies",
        key: "iam:policy",
        items: "Policies",
        parameters: &["PathPrefix", "Scope", "OnlyAttached"],
        identify: |cell, number| {
            let name = identity(cell, number, "policy", &["Boundary", "AllowLogs", "DenyRegions"]);
            Identity { id: name.arn().to_owned(), ..name }
        },
        member: principal::policy,
        select: policies,
        ..IAM
    },
];

static USERS: &Kind = &KINDS[0];
static ROLES: &Kind = &KINDS[1];
static POLICIES: &Kind = &KINDS[2];

/// Every third has a path.
fn path_of(number: usize) -> &'static str {
    ["/", "/", "/division/team/", "/", "/", "/ops/"][number % 6]
}

fn identity(cell: &Cell<'_>, number: usize, what: &str, words: &[&str]) -> Identity {
    let name = cell.named(number, words);
    let arn = cell.arn("iam", &format!("{what}{}{name}", path_of(number)));
    Identity::named(name, arn)
}

/// The unique id behind a name.
fn unique_id(cell: &Cell<'_>, number: usize, prefix: &str) -> String {
    format!("{prefix}{}", cell.code(number, UPPER, 17))
}

fn under_prefix(cell: &Cell<'_>, input: &Value) -> Selection {
    match text(input, "PathPrefix") {
        "" | "/" => Selection::ALL,
        prefix => Selection::only(cell, |number| path_of(number).starts_with(prefix)),
    }
}

/// Those who do not ask for the account's own get those of AWS too.
fn policies(cell: &Cell<'_>, input: &Value) -> Result<Selection, Refusal> {
    let attached = input.get("OnlyAttached").and_then(Value::as_bool) == Some(true);
    let prefix = text(input, "PathPrefix");
    let own = |number: usize| {
        path_of(number).starts_with(prefix) && !(attached && principal::attachments(cell, number) == 0)
    };
    let all = !attached && matches!(prefix, "" | "/");
    let selection = if all { Selection::ALL } else { Selection::only(cell, own) };
    match text(input, "Scope") {
        "Local" => Ok(selection),
        "AWS" => Ok(Selection::only(cell, |_| false).and(principal::managed_policies())),
        "" | "All" => Ok(selection.and(principal::managed_policies())),
        other => {
            Err(errors::invalid("iam", format!("Value '{other}' at 'scope' is none of All, AWS, Local")))
        }
    }
}

/// The read operations about one principal, and the one about all.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    let (kind, parameter, answer) = match operation {
        "GetAccountAuthorizationDetails" => return Some(authorization::details(place, input)),
        "GetUser" => (USERS, "UserName", "User"),
        "GetRole" => (ROLES, "RoleName", "Role"),
        "GetPolicy" => (POLICIES, "PolicyArn", "Policy"),
        "ListUserTags" => (USERS, "UserName", "Tags"),
        "ListRoleTags" => (ROLES, "RoleName", "Tags"),
        "ListPolicyTags" => (POLICIES, "PolicyArn", "Tags"),
        _ => return None,
    };
    let name = text(input, parameter);
    let cell = place.cell(kind);
    let Some(number) = cell.find(name) else { return Some(Err(errors::missing("iam", name))) };
    let tags = Form::Upper.of(&cell.tags(number));
    if answer == "Tags" {
        return Some(Ok(json!({ "Tags": tags, "IsTruncated": false, "Marker": null })));
    }
    let mut member = cell.member(number);
    member["Tags"] = tags;
    if answer == "Role" {
        let used = pick(&mut cell.rng(number), &["us-east-1", "eu-west-1"]).to_owned();
        member["RoleLastUsed"] = json!({ "Region": used });
    }
    Some(Ok(json!({ answer: member })))
}
