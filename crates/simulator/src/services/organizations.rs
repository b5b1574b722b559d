//! Organizations.

mod accounts;
mod tags;
mod units;

use serde_json::{Value, json};

pub(crate) use self::accounts::{describe_account, list_accounts, list_accounts_for_parent};
pub(crate) use self::tags::list_tags_for_resource;
pub(crate) use self::units::{
    describe_organizational_unit, list_children, list_organizational_units_for_parent, list_parents,
    list_roots,
};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;
use crate::world::World;

/// The most items on a page, and how many there are when the caller does not say.
const PAGE: usize = 20;

/// Any account of the organization may ask this.
pub(crate) fn describe_organization(context: &Context<'_>) -> Result<Reply, Refusal> {
    in_use(context)?;
    let world = context.world;
    let management = world.management();
    let (id, owner) = (&world.organization, &management.id);
    let body = json!({ "Organization": {
        "Id": id,
        "Arn": arn(world, "organization"),
        "FeatureSet": "ALL",
        "MasterAccountArn": format!("{}/{owner}", arn(world, "account")),
        "MasterAccountId": owner,
        "MasterAccountEmail": management.email,
        "AvailablePolicyTypes": [{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }],
    }});
    Ok(Reply::json(context.call.protocol, &body))
}

/// The ARN of the organization as the beginning of those of its accounts, units and roots.
fn arn(world: &World, kind: &str) -> String {
    format!("arn:aws:organizations::{}:{kind}/{}", world.management().id, world.organization)
}

fn in_use(context: &Context<'_>) -> Result<(), Refusal> {
    if context.world.spec.organization {
        return Ok(());
    }
    let message = "Your account is not a member of an organization.";
    Err(Refusal::new(400, "AWSOrganizationsNotInUseException", message))
}

/// Refuses callers other than the management account and its delegated administrators.
pub(crate) fn readable(context: &Context<'_>) -> Result<(), Refusal> {
    in_use(context)?;
    let account = context.account();
    if account.is_management() || context.world.spec.delegated.contains(&account.index) {
        return Ok(());
    }
    let message = "You don't have permissions to access this resource.";
    Err(Refusal::new(400, "AccessDeniedException", message))
}

/// A member that must be there and be text.
fn required<'a>(context: &Context<'a>, name: &str) -> Result<&'a str, Refusal> {
    match context.params.value(name) {
        None => {
            Err(Refusal::invalid_input("INPUT_REQUIRED", format!("You must specify a value for {name}.")))
        }
        Some(value) => value.as_str().ok_or_else(Refusal::unreadable),
    }
}

/// A page of a listing under the name of its member: `items` of it are there, and `show` writes one.
fn listing(
    context: &Context<'_>,
    member: &str,
    of: &str,
    items: usize,
    show: impl Fn(usize) -> Value,
) -> Result<Reply, Refusal> {
    let params = context.params;
    let size = params.value("MaxResults").map_or(Ok(PAGE), page_size)?;
    let token = params.value("NextToken").map(|value| value.as_str().unwrap_or_default());
    let (range, next) = context
        .pages(&[&context.call.operation, of])
        .with_empty_pages(context.world.spec.empty_pages)
        .cut(items, size, token)
        .ok_or_else(|| {
            Refusal::invalid_input("INVALID_NEXT_TOKEN", "You specified an invalid value for NextToken.")
        })?;
    let mut body = json!({ member: range.map(show).collect::<Vec<_>>() });
    if let Some(token) = next {
        body["NextToken"] = token.into();
    }
    Ok(Reply::json(context.call.protocol, &body))
}

fn page_size(value: &Value) -> Result<usize, Refusal> {
    let wrong = |reason| Refusal::invalid_input(reason, "You specified an invalid value for MaxResults.");
    match value.as_i64() {
        None => Err(Refusal::unreadable()),
        Some(..=0) => Err(wrong("MIN_VALUE_EXCEEDED")),
        Some(size) => match usize::try_from(size) {
            Ok(size) if size <= PAGE => Ok(size),
            _ => Err(wrong("MAX_VALUE_EXCEEDED")),
        },
    }
}

/// What an id of the organization names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Root,
    Unit,
    Account,
}

/// The kind of an id, if it has the form of one of these.
fn kind_of(id: &str, kinds: &[Kind]) -> Result<Kind, Refusal> {
    let within = |text: &str, least: usize| {
        (least..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let kind = if let Some(rest) = id.strip_prefix("r-") {
        within(rest, 4).then_some(Kind::Root)
    } else if let Some((root, rest)) = id.strip_prefix("ou-").and_then(|rest| rest.split_once('-')) {
        (within(root, 4) && within(rest, 8)).then_some(Kind::Unit)
    } else {
        (id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit())).then_some(Kind::Account)
    };
    kind.filter(|kind| kinds.contains(kind)).ok_or_else(|| {
        let message = "You provided a value that does not match the required pattern.";
        Refusal::invalid_input("INVALID_PATTERN", message)
    })
}

/// The unit that a parent's id names, or none for the root.
fn parent(context: &Context<'_>, id: &str) -> Result<Option<usize>, Refusal> {
    let kind = kind_of(id, &[Kind::Root, Kind::Unit])?;
    let world = context.world;
    match world.unit(id) {
        Some(unit) => Ok(Some(unit.index)),
        None if kind == Kind::Root && id == world.root => Ok(None),
        None => {
            let message = "You specified parent that doesn't exist.";
            Err(Refusal::new(400, "ParentNotFoundException", message))
        }
    }
}
