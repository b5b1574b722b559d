//! The tree: its root, its units, and who is under whom.

use serde_json::{Value, json};

use super::{Kind, arn, kind_of, listing, parent, readable, required};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;
use crate::unit::Unit;
use crate::world::World;

pub(crate) fn list_roots(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["MaxResults", "NextToken"])?;
    readable(context)?;
    let world = context.world;
    listing(context, "Roots", "", 1, |_| {
        json!({
            "Id": world.root,
            "Arn": format!("{}/{}", arn(world, "root"), world.root),
            "Name": "Root",
            "PolicyTypes": [{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }],
        })
    })
}

pub(crate) fn list_organizational_units_for_parent(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["ParentId", "MaxResults", "NextToken"])?;
    readable(context)?;
    let world = context.world;
    let id = required(context, "ParentId")?;
    let units = units_in(world, parent(context, id)?);
    listing(context, "OrganizationalUnits", id, units.len(), |nth| describe(world, units[nth]))
}

pub(crate) fn list_children(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["ParentId", "ChildType", "MaxResults", "NextToken"])?;
    readable(context)?;
    let world = context.world;
    let id = required(context, "ParentId")?;
    let kind = required(context, "ChildType")?;
    let parent = parent(context, id)?;
    let children: Vec<&str> = match kind {
        "ACCOUNT" => {
            world.accounts_in(parent).iter().map(|index| world.accounts[*index].id.as_str()).collect()
        }
        "ORGANIZATIONAL_UNIT" => units_in(world, parent).iter().map(|unit| unit.id.as_str()).collect(),
        _ => {
            let message = "You specified an invalid value for ChildType.";
            return Err(Refusal::invalid_input("INVALID_ENUM", message));
        }
    };
    listing(
        context,
        "Children",
        &format!("{kind} {id}"),
        children.len(),
        |nth| json!({ "Id": children[nth], "Type": kind }),
    )
}

/// Everything but the root has one parent.
pub(crate) fn list_parents(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["ChildId", "MaxResults", "NextToken"])?;
    readable(context)?;
    let world = context.world;
    let id = required(context, "ChildId")?;
    kind_of(id, &[Kind::Unit, Kind::Account])?;
    let parent = world
        .unit(id)
        .map(|unit| unit.parent)
        .or_else(|| world.account(id).map(|account| account.unit))
        .ok_or_else(|| {
            Refusal::new(400, "ChildNotFoundException", "You specified a child that doesn't exist.")
        })?;
    let kind = if parent.is_some() { "ORGANIZATIONAL_UNIT" } else { "ROOT" };
    listing(context, "Parents", id, 1, |_| json!({ "Id": world.parent_id(parent), "Type": kind }))
}

pub(crate) fn describe_organizational_unit(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["OrganizationalUnitId"])?;
    readable(context)?;
    let id = required(context, "OrganizationalUnitId")?;
    kind_of(id, &[Kind::Unit])?;
    let unit = context.world.unit(id).ok_or_else(|| {
        let message = "You specified an organizational unit that doesn't exist.";
        Refusal::new(400, "OrganizationalUnitNotFoundException", message)
    })?;
    let body = json!({ "OrganizationalUnit": describe(context.world, unit) });
    Ok(Reply::json(context.call.protocol, &body))
}

fn units_in(world: &World, parent: Option<usize>) -> Vec<&Unit> {
    world.units.iter().filter(|unit| unit.parent == parent).collect()
}

fn describe(world: &World, unit: &Unit) -> Value {
    let mut shown = json!({
        "Id": unit.id,
        "Arn": format!("{}/{}", arn(world, "ou"), unit.id),
        "Name": unit.name,
    });
    if world.spec.paths {
        shown["Path"] = unit.path.as_str().into();
    }
    shown
}
