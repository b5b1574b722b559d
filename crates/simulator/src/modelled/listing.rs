//! What an operation answers, a page at a time where it has pages.

use orgwide_models::{Kind, Operation, Paginator, ShapeId};
use serde_json::{Map, Value};

use super::items::{Items, count};
use super::outline::outline;
use super::seeded::{Maker, Place};
use super::target::Target;
use super::token::{Tokens, shape_at};
use super::{is_global, path};
use crate::refusal::Refusal;
use crate::resources::Listing;
use crate::seed::Seed;
use crate::services::Context;

/// The most items that a listing has of its first list, and of each of the others.
const MOST: (usize, usize) = (8, 3);

/// The output of an operation, under the API's names; in one piece if told to, or if there are no pages of the list.
pub(super) fn output(
    context: &Context<'_>,
    target: &Target,
    operation: &Operation,
    input: &Value,
    listed: Option<&Listing<'_>>,
    is_whole: bool,
) -> Result<Value, Refusal> {
    let (model, Some(output)) = (&*target.model, operation.output) else {
        return Ok(Value::Object(Map::new()));
    };
    let call = context.call;
    let region = if is_global(call.service()) { "" } else { call.region() };
    let (world, account) = (context.world, context.account());
    let place = Place { model, world, account, region, input };
    let subject = subject(model, operation, input);
    let listing = [target.service(), &call.operation, &account.id, region, &subject];
    let seed = listing.iter().fold(world.seed().text("modelled"), |seed, part| seed.text(part));

    let lists = lists(place, seed, output, operation, listed);
    let paths: Vec<&str> = lists.iter().map(|list| list.path.as_str()).collect();
    let mut maker = Maker::new(place, seed.rng());
    let Some(paginator) = &operation.paginator else {
        let mut answer = outline(&mut maker, model, output, &paths);
        for list in &lists {
            path::set(&mut answer, &list.path, list.of(0..list.total));
            count(model, output, &mut answer, &list.path, list.total);
        }
        return Ok(answer);
    };
    let tokens = Tokens::new(model, operation, paginator, output);
    let mut without = paths;
    without.extend(tokens.paths());
    without.extend(paginator.more.map(|more| model.text(more)));
    let mut answer = outline(&mut maker, model, output, &without);

    // What has pages and no list in them has two of them.
    let total = if lists.is_empty() { 2 } else { lists.iter().map(|list| list.total).sum() };
    let size = match listed {
        Some(listed) if lists.iter().any(Items::is_known) => listed.page_size().unwrap_or(usize::MAX),
        // Two pages at least, as AWS may always give less than it is asked for.
        _ => asked(target, paginator, input).unwrap_or(usize::MAX).min(total.div_ceil(2)),
    };
    let is_whole = is_whole || listed.is_some_and(|listed| listed.page_size().is_none());
    let page = match is_whole {
        true => Ok(Page { range: 0..total, tokens: Vec::new(), has_more: false }),
        false => tokens.cut(context.pages(&listing), &lists, total, size.max(1), input),
    };
    let page = page.map_err(|name| super::refused::token(target, call.protocol, &name))?;
    let mut before = 0;
    for list in &lists {
        let [from, to] =
            [page.range.start, page.range.end].map(|end| end.clamp(before, before + list.total) - before);
        path::set(&mut answer, &list.path, list.of(from..to));
        count(model, output, &mut answer, &list.path, to - from);
        before += list.total;
    }
    // Beside what is known there is nothing.
    let others = paginator.results.iter().map(|path| model.text(*path));
    for other in others.filter(|path| lists.iter().any(|list| list.is_known() && list.path != *path)) {
        if shape_at(model, Some(output), other).is_some_and(|id| model.shape(id).kind == Kind::List) {
            path::set(&mut answer, other, Value::Array(Vec::new()));
        }
    }
    for (place, value) in page.tokens {
        path::set(&mut answer, &place, value);
    }
    if let Some(more) = paginator.more.map(|more| model.text(more))
        && shape_at(model, Some(output), more).is_some_and(|id| model.shape(id).kind == Kind::Boolean)
    {
        path::set(&mut answer, more, page.has_more.into());
    }
    Ok(answer)
}

/// The lists whose items are known, or that are on the pages; none for an operation that has neither.
fn lists<'a>(
    place: Place<'a>,
    seed: Seed,
    output: ShapeId,
    operation: &Operation,
    listed: Option<&'a Listing<'a>>,
) -> Vec<Items<'a>> {
    if let Some(known) = listed.and_then(|listing| Items::known(place, seed, output, listing)) {
        return vec![known];
    }
    let results = operation.paginator.iter().flat_map(|paginator| &paginator.results);
    let mut lists: Vec<Items<'a>> = Vec::new();
    for result in results {
        let most = if lists.is_empty() { MOST.0 } else { MOST.1 };
        lists.extend(Items::seeded(place, seed, output, place.model.text(*result), most));
    }
    lists
}

/// What of the input says which listing it is: all but tokens and sizes of pages.
fn subject(model: &orgwide_models::Model, operation: &Operation, input: &Value) -> String {
    let paginator = operation.paginator.iter();
    let paging: Vec<&str> = paginator
        .flat_map(|paginator| paginator.input_tokens.iter().chain(&paginator.limit))
        .map(|name| model.text(*name))
        .collect();
    let members = input.as_object().into_iter().flatten();
    let mut parts: Vec<String> = members
        .filter(|(name, _)| !paging.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parts.sort_unstable();
    parts.join("\n")
}

/// How many items the caller wants on a page.
fn asked(target: &Target, paginator: &Paginator, input: &Value) -> Option<usize> {
    let value = input.get(target.model.text(paginator.limit?))?;
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    usize::try_from(number).ok()
}

/// A page of a listing.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) range: std::ops::Range<usize>,
    /// The tokens of the next page, and where in the answer they are.
    pub(super) tokens: Vec<(String, Value)>,
    pub(super) has_more: bool,
}
