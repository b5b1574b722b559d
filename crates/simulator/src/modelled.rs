//! Operations answered from the API models: every read of every service.

mod action;
mod answer;
mod check;
mod cloud_control;
mod endpoint;
mod input;
mod items;
mod listing;
mod merge;
mod outline;
mod path;
mod reads;
mod refused;
mod route;
mod seeded;
mod shared_names;
mod target;
mod token;
mod uri;

pub(crate) use self::action::action;
pub(crate) use self::answer::cbor;
pub(crate) use self::endpoint::is_global;
pub(crate) use self::route::route;
pub(crate) use self::target::Target;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::resources;
use crate::services::{Context, organizations};

/// Answers a call of an operation that reads.
pub(crate) fn respond(context: &Context<'_>, target: &Target) -> Result<Reply, Refusal> {
    let input = target.input.as_ref().map_err(Clone::clone)?;
    let Some(operation) = target.operation() else { return Err(Refusal::unknown_operation(context.call)) };
    check::check(target, operation, context.call.protocol, input)?;
    let (service, name) = (target.service(), context.call.operation.as_str());
    if service == "organizations" {
        organizations::readable(context)?;
    }
    if service == "cloudcontrol" {
        cloud_control::check(input)?;
    }
    let (world, account, region) = (context.world, context.account(), context.call.region());
    let listed = resources::listing(world, account, region, service, name, input).transpose()?;
    let described = resources::describe(world, account, region, service, name, input).transpose()?;
    let is_whole = described.is_some() && listed.is_none();
    let mut output = listing::output(context, target, operation, input, listed.as_ref(), is_whole)?;
    if service == "cloudcontrol" {
        cloud_control::complete(&mut output);
    }
    if let (Some(described), Some(shape)) = (described, operation.output) {
        merge::merge(&target.model, shape, &mut output, described);
    }
    Ok(answer::write(context, target, operation, &output))
}
