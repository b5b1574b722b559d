//! Paginators: those that botocore lists, and for operations it has none for, those that the model shows.

use super::raw;
use super::shapes::Shapes;
use super::unlisted;
use crate::Paginator;
use crate::text::Interner;

/// Members that carry the token of a page in requests, as services call them, in lower case.
const INPUT_TOKENS: &[&str] = &[
    "nexttoken",
    "marker",
    "pagetoken",
    "cursor",
    "nextmarker",
    "paginationtoken",
    "startingtoken",
    "continuationtoken",
    "nextpagetoken",
    "pagemarker",
    "exclusivestartkey",
    "position",
    "nextcursor",
    "token",
];
/// And in answers. The next one's come first: where there are two, the other repeats the request's.
const OUTPUT_TOKENS: &[&str] = &[
    "nexttoken",
    "nextmarker",
    "nextpagetoken",
    "nextpagemarker",
    "nextcontinuationtoken",
    "nextcursor",
    "lastevaluatedkey",
    "marker",
    "paginationtoken",
    "cursor",
    "continuationtoken",
    "pagetoken",
    "pagemarker",
    "position",
];
/// Members that set the size of a page.
const LIMITS: &[&str] = &["maxresults", "maxitems", "limit", "maxrecords", "pagesize", "maxentries"];

/// The paginators that botocore lists for a service.
pub(super) struct Pagination<'a> {
    pub(super) service: &'a str,
    pub(super) listed: Vec<raw::Paginators>,
}

impl Pagination<'_> {
    pub(super) fn of(
        &self,
        name: &str,
        operation: &raw::Operation,
        shapes: &Shapes<'_>,
        texts: &mut Interner,
    ) -> Option<Paginator> {
        let listed = self.listed.iter().find_map(|file| {
            file.pagination.get(name).filter(|paginator| !paginator.input_token.as_slice().is_empty())
        });
        if let Some(listed) = listed {
            return Some(self::listed(listed, operation, shapes, texts));
        }
        let unlisted = unlisted::paginator(self.service, name).map(|unlisted| Paginator {
            is_derived: true,
            ..self::listed(&unlisted, operation, shapes, texts)
        });
        unlisted.or_else(|| derived(operation, shapes, texts))
    }
}

fn listed(
    raw: &raw::Paginator,
    operation: &raw::Operation,
    shapes: &Shapes<'_>,
    texts: &mut Interner,
) -> Paginator {
    let mut all = |names: &raw::Names| names.as_slice().iter().map(|name| texts.text(name)).collect();
    let (input_tokens, output_tokens) = (all(&raw.input_token), all(&raw.output_token));
    let results = all(&raw.result_key);
    Paginator {
        input_tokens,
        output_tokens,
        limit: raw.limit_key.as_deref().map(|name| texts.text(name)),
        limit_max: raw.limit_key.as_deref().map_or(0, |name| limit_max(operation, name, shapes)),
        more: raw.more_results.as_deref().map(|name| texts.text(name)),
        results,
        is_derived: false,
    }
}

/// The paginator of an operation that takes a token and answers one, and has lists or maps in its answer: at the
/// top, or together in one structure there.
///
/// The AWS CLI gives only the first page of such operations when nobody has listed them.
fn derived(operation: &raw::Operation, shapes: &Shapes<'_>, texts: &mut Interner) -> Option<Paginator> {
    let input = shapes.get(&operation.input.as_ref()?.shape)?;
    let output = shapes.get(&operation.output.as_ref()?.shape)?;
    let input_token = token(input, INPUT_TOKENS, shapes)?;
    let (output_token, results) = page(output, shapes)
        .or_else(|| page_inside(output, shapes))
        .or_else(|| page_around(output, shapes))?;
    let limit = LIMITS.iter().find_map(|wanted| {
        input.members.0.iter().map(|(name, _)| name).find(|name| name.to_ascii_lowercase() == *wanted)
    });
    Some(Paginator {
        input_tokens: vec![texts.text(input_token)],
        output_tokens: vec![texts.text(&output_token)],
        limit: limit.map(|name| texts.text(name)),
        limit_max: limit.map_or(0, |name| limit_max(operation, name, shapes)),
        more: None,
        results: results.iter().map(|name| texts.text(name)).collect(),
        is_derived: true,
    })
}

/// The member that carries a token.
fn token<'a>(shape: &'a raw::Shape, names: &[&str], shapes: &Shapes<'_>) -> Option<&'a str> {
    let is_token = |reference: &raw::Reference| {
        shapes.get(&reference.shape).is_some_and(|shape| matches!(shape.kind.as_str(), "string" | "map"))
    };
    names.iter().find_map(|wanted| {
        let member = shape
            .members
            .0
            .iter()
            .find(|(name, reference)| name.to_ascii_lowercase() == *wanted && is_token(reference));
        member.map(|(name, _)| name.as_str())
    })
}

/// The token in a structure, and its lists and maps.
fn page(shape: &raw::Shape, shapes: &Shapes<'_>) -> Option<(String, Vec<String>)> {
    let token = token(shape, OUTPUT_TOKENS, shapes)?;
    let results = lists(shape, shapes);
    (!results.is_empty()).then(|| (token.to_owned(), results))
}

/// The names of a structure's lists and maps that travel in the body.
fn lists(shape: &raw::Shape, shapes: &Shapes<'_>) -> Vec<String> {
    let is_many = |reference: &raw::Reference| {
        shapes.get(&reference.shape).is_some_and(|shape| matches!(shape.kind.as_str(), "list" | "map"))
    };
    let results = shape.members.0.iter().filter(|(name, reference)| {
        let is_token = OUTPUT_TOKENS.contains(&name.to_ascii_lowercase().as_str());
        !is_token && reference.location.is_none() && is_many(reference)
    });
    results.map(|(name, _)| name.clone()).collect()
}

/// The same inside the only structure of an answer that has both, as paths.
fn page_inside(output: &raw::Shape, shapes: &Shapes<'_>) -> Option<(String, Vec<String>)> {
    let mut pages = output.members.0.iter().filter_map(|(name, reference)| {
        let inner = shapes.get(&reference.shape).filter(|shape| shape.kind == "structure")?;
        let (token, results) = page(inner, shapes)?;
        let path = |member: &String| format!("{name}.{member}");
        Some((path(&token), results.iter().map(path).collect()))
    });
    let page = pages.next()?;
    pages.next().is_none().then_some(page)
}

/// The token of an answer, and the lists and maps inside the structures beside it, as paths.
fn page_around(output: &raw::Shape, shapes: &Shapes<'_>) -> Option<(String, Vec<String>)> {
    let token = token(output, OUTPUT_TOKENS, shapes)?;
    let inside = output.members.0.iter().flat_map(|(name, reference)| {
        let inner = shapes.get(&reference.shape).filter(|shape| shape.kind == "structure");
        let lists = inner.map(|inner| lists(inner, shapes)).unwrap_or_default();
        lists.into_iter().map(move |member| format!("{name}.{member}"))
    });
    let results: Vec<String> = inside.collect();
    (!results.is_empty()).then(|| (token.to_owned(), results))
}

/// The most items that a page may have, where the model bounds the number; 0 where it does not.
fn limit_max(operation: &raw::Operation, member: &str, shapes: &Shapes<'_>) -> u32 {
    let input = operation.input.as_ref().and_then(|input| shapes.get(&input.shape));
    let member = input.and_then(|input| input.members.get(member));
    let shape = member.and_then(|member| shapes.get(&member.shape));
    let max = shape
        .filter(|shape| matches!(shape.kind.as_str(), "integer" | "long"))
        .and_then(|s| s.max.as_ref()?.as_f64());
    // Beyond a million it bounds the type, not the page.
    max.filter(|max| (1.0..=1_000_000.0).contains(max)).map_or(0, |max| max as u32)
}
