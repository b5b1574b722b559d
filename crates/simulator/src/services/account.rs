//! Account Management.

use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;

/// The most regions on a page, and how many there are when the caller does not say.
const PAGE: usize = 50;

const STATUSES: [&str; 5] = ["ENABLED", "ENABLING", "DISABLING", "DISABLED", "ENABLED_BY_DEFAULT"];

pub(crate) fn list_regions(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["AccountId", "MaxResults", "NextToken", "RegionOptStatusContains"])?;
    let params = context.params;
    if let Some(id) = params.value("AccountId") {
        another_account(context, id)?;
    }
    let size = match params.value("MaxResults") {
        None => PAGE,
        Some(value) => value
            .as_u64()
            .and_then(|size| usize::try_from(size).ok())
            .filter(|size| (1..=PAGE).contains(size))
            .ok_or_else(|| invalid("MaxResults must be a number from 1 to 50"))?,
    };
    let wanted = wanted_statuses(params.value("RegionOptStatusContains"))?;
    let regions: Vec<(&str, &str)> = context
        .world
        .regions
        .iter()
        .map(|region| (region.name.as_str(), region.opt_in.account()))
        .filter(|(_, status)| wanted.is_empty() || wanted.contains(status))
        .collect();

    let filter = wanted.join(",");
    let token = params.value("NextToken").map(|value| value.as_str().unwrap_or_default());
    let listing = ["ListRegions", &context.account().id, &filter];
    let (range, next) = context
        .pages(&listing)
        .cut(regions.len(), size, token)
        .ok_or_else(|| invalid("The NextToken is not valid"))?;
    let page: Vec<Value> = regions[range]
        .iter()
        .map(|(name, status)| json!({ "RegionName": name, "RegionOptStatus": status }))
        .collect();
    let mut body = json!({ "Regions": page });
    if let Some(token) = next {
        body["NextToken"] = token.into();
    }
    Ok(Reply::json(context.call.protocol, &body))
}

/// The management account may ask about a member, by its id; nobody may name itself.
fn another_account(context: &Context<'_>, id: &Value) -> Result<(), Refusal> {
    let member =
        id.as_str().and_then(|id| context.world.account(id)).is_some_and(|account| !account.is_management());
    if member && context.account().is_management() {
        return Ok(());
    }
    let message = format!(
        "User: {} is not authorized to perform: account:ListRegions (The management account can only be managed \
         using the standalone context from the management account.)",
        context.caller.arn
    );
    Err(Refusal::new(403, "AccessDeniedException", message))
}

/// The statuses asked for, sorted; none means all.
fn wanted_statuses(value: Option<&Value>) -> Result<Vec<&str>, Refusal> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let names: Option<Vec<&str>> = value.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
    let mut names = names
        .filter(|names| names.iter().all(|name| STATUSES.contains(name)))
        .ok_or_else(|| invalid("RegionOptStatusContains must be a list of region statuses"))?;
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "ValidationException", message).because("fieldValidationFailed")
}
