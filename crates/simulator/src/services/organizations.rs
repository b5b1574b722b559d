//! Organizations.

use serde_json::{Value, json};

use crate::account::Account;
use crate::page::Pages;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;
use crate::world::World;

/// The most accounts on a page, and how many there are when the caller does not say.
const PAGE: usize = 20;

pub(crate) fn list_accounts(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["MaxResults", "NextToken"])?;
    if !context.account().is_management() {
        let message = "You don't have permissions to access this resource.";
        return Err(Refusal::new(400, "AccessDeniedException", message));
    }
    let world = context.world;
    let size = match context.params.value("MaxResults") {
        None => PAGE,
        Some(value) => page_size(value)?,
    };
    let token = context.params.value("NextToken").map(|value| value.as_str().unwrap_or_default());
    let (range, next) = Pages::of(world.seed(), &["ListAccounts"])
        .cut(world.accounts.len(), size, token)
        .ok_or_else(|| {
            Refusal::new(400, "InvalidInputException", "You specified an invalid value for NextToken.")
                .because("INVALID_NEXT_TOKEN")
        })?;
    let accounts: Vec<Value> = world.accounts[range].iter().map(|account| describe(world, account)).collect();
    let mut body = json!({ "Accounts": accounts });
    if let Some(token) = next {
        body["NextToken"] = token.into();
    }
    Ok(Reply::json(context.call.protocol, &body))
}

/// Any account of the organization may ask this.
pub(crate) fn describe_organization(context: &Context<'_>) -> Result<Reply, Refusal> {
    let world = context.world;
    let management = world.management();
    let (id, owner) = (&world.organization, &management.id);
    let body = json!({ "Organization": {
        "Id": id,
        "Arn": format!("arn:aws:organizations::{owner}:organization/{id}"),
        "FeatureSet": "ALL",
        "MasterAccountArn": format!("arn:aws:organizations::{owner}:account/{id}/{owner}"),
        "MasterAccountId": owner,
        "MasterAccountEmail": management.email,
        "AvailablePolicyTypes": [{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }],
    }});
    Ok(Reply::json(context.call.protocol, &body))
}

fn describe(world: &World, account: &Account) -> Value {
    let (organization, owner, id) = (&world.organization, &world.management().id, &account.id);
    let joined = if account.invited && !account.is_management() { "INVITED" } else { "CREATED" };
    json!({
        "Id": id,
        "Arn": format!("arn:aws:organizations::{owner}:account/{organization}/{id}"),
        "Email": account.email,
        "Name": account.name,
        "Status": account.status(),
        "State": account.status(),
        "Paths": [format!("{organization}/{}/{id}/", world.root)],
        "JoinedMethod": joined,
        "JoinedTimestamp": account.joined as f64,
    })
}

fn page_size(value: &Value) -> Result<usize, Refusal> {
    let wrong = |reason| {
        Refusal::new(400, "InvalidInputException", "You specified an invalid value for MaxResults.")
            .because(reason)
    };
    match value.as_i64() {
        None => Err(Refusal::unreadable()),
        Some(..=0) => Err(wrong("MIN_VALUE_EXCEEDED")),
        Some(size) => match usize::try_from(size) {
            Ok(size) if size <= PAGE => Ok(size),
            _ => Err(wrong("MAX_VALUE_EXCEEDED")),
        },
    }
}
