//! The tags of what is in the organization.

use serde_json::json;

use super::{Kind, kind_of, listing, readable, required};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;

/// Accounts have tags, the root and the units have none.
pub(crate) fn list_tags_for_resource(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["ResourceId", "NextToken"])?;
    readable(context)?;
    let world = context.world;
    let id = required(context, "ResourceId")?;
    kind_of(id, &[Kind::Root, Kind::Unit, Kind::Account])?;
    let tags: Vec<(&String, &String)> = match world.account(id) {
        Some(account) => account.tags.iter().collect(),
        None if id == world.root || world.unit(id).is_some() => Vec::new(),
        None => {
            let message = "You specified a target that doesn't exist.";
            return Err(Refusal::new(400, "TargetNotFoundException", message));
        }
    };
    listing(context, "Tags", id, tags.len(), |nth| json!({ "Key": tags[nth].0, "Value": tags[nth].1 }))
}
