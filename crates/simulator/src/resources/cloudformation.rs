//! CloudFormation's stacks.

use serde_json::{Value, json};

use super::cell::{Cell, past};
use super::input::texts;
use super::kind::{Identity, Kind, Named};
use super::listing::Selection;
use super::paging::Paging;
use super::tagging::Tagging;
use crate::refusal::Refusal;
use crate::seed::pick;

/// A page has a megabyte; nobody can ask for a size.
const CLOUDFORMATION: Kind = Kind {
    service: "cloudformation",
    key: "cloudformation:stack",
    paging: Paging::fixed(100),
    identify,
    ..Kind::BASE
};

pub(super) static KINDS: [Kind; 1] = [Kind {
    operation: "DescribeStacks",
    items: "Stacks",
    named: Some(Named { parameter: "StackName", status: 400, code: "ValidationError" }),
    tagging: Tagging::TAGS,
    member: stack,
    ..CLOUDFORMATION
}];

/// The other list of the same stacks, which goes on showing deleted ones.
pub(super) static VIEWS: [Kind; 1] = [Kind {
    operation: "ListStacks",
    items: "StackSummaries",
    parameters: &["StackStatusFilter"],
    member: summary,
    select: summaries,
    ..CLOUDFORMATION
}];

fn identify(cell: &Cell<'_>, number: usize) -> Identity {
    let name = cell.named(number, &["network", "service", "pipeline"]);
    Identity::by_arn(cell.arn("cloudformation", &format!("stack/{name}/{}", cell.uuid(number))), name)
}

fn status(cell: &Cell<'_>, number: usize) -> &'static str {
    pick(
        &mut cell.rng(number),
        &["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE"],
    )
}

fn stack(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "StackId": identity.arn(),
        "StackName": identity.name(),
        "StackStatus": status(cell, number),
        "DriftInformation": { "StackDriftStatus": pick(&mut rng, &["NOT_CHECKED", "IN_SYNC", "DRIFTED"]) },
        "EnableTerminationProtection": rng.bool(),
        "DisableRollback": false,
        "CreationTime": past(&mut rng),
        "DeletionTime": null,
        "ParentId": null,
        "RootId": null,
    })
}

fn summary(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    json!({
        "StackId": identity.arn(),
        "StackName": identity.name(),
        "StackStatus": status(cell, number),
        "CreationTime": past(&mut cell.rng(number)),
        "DeletionTime": null,
        "ParentId": null,
        "RootId": null,
    })
}

fn summaries(cell: &Cell<'_>, input: &Value) -> Result<Selection, Refusal> {
    let wanted = texts(input, "StackStatusFilter");
    let is_wanted = |status: &str| wanted.is_empty() || wanted.contains(&status);
    let deleted = (0..2).map(|number| {
        let identity = identify(cell, usize::MAX - number);
        let mut gone = summary(cell, usize::MAX - number, &identity);
        gone["StackStatus"] = "DELETE_COMPLETE".into();
        gone["DeletionTime"] = past(&mut cell.rng(number)).into();
        gone
    });
    let deleted = if is_wanted("DELETE_COMPLETE") { deleted.collect() } else { Vec::new() };
    Ok(Selection::only(cell, |number| is_wanted(status(cell, number))).and(deleted))
}
