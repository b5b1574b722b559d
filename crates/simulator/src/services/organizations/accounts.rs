//! The accounts, all together, of one parent, or one by one.

use serde_json::{Value, json};

use super::{Kind, arn, kind_of, listing, parent, readable, required};
use crate::account::Account;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;
use crate::world::World;

pub(crate) fn list_accounts(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["MaxResults", "NextToken"])?;
    readable(context)?;
    let world = context.world;
    listing(context, "Accounts", "", world.accounts.len(), |index| describe(world, &world.accounts[index]))
}

/// The accounts directly in a unit or in the root, not those further down.
pub(crate) fn list_accounts_for_parent(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["ParentId", "MaxResults", "NextToken"])?;
    readable(context)?;
    let world = context.world;
    let id = required(context, "ParentId")?;
    let accounts = world.accounts_in(parent(context, id)?);
    listing(context, "Accounts", id, accounts.len(), |nth| describe(world, &world.accounts[accounts[nth]]))
}

pub(crate) fn describe_account(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["AccountId"])?;
    readable(context)?;
    let id = required(context, "AccountId")?;
    kind_of(id, &[Kind::Account])?;
    let account = context.world.account(id).ok_or_else(|| {
        Refusal::new(400, "AccountNotFoundException", "You specified an account that doesn't exist.")
    })?;
    Ok(Reply::json(context.call.protocol, &json!({ "Account": describe(context.world, account) })))
}

fn describe(world: &World, account: &Account) -> Value {
    let joined = if account.invited && !account.is_management() { "INVITED" } else { "CREATED" };
    let mut shown = json!({
        "Id": account.id,
        "Arn": format!("{}/{}", arn(world, "account"), account.id),
        "Email": account.email,
        "Name": account.name,
        "Status": account.status(),
        "State": account.status(),
        "JoinedMethod": joined,
        "JoinedTimestamp": account.joined as f64,
    });
    if world.spec.paths {
        shown["Paths"] = json!([world.path_of(account)]);
    }
    shown
}
