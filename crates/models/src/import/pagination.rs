//! Paginators: those that botocore lists, and for operations it has none for, those that the model shows.

use super::raw;
use super::shapes::Shapes;
use crate::Paginator;
use crate::text::Interner;

/// Members that carry the token of a page in requests, as services call them.
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
];
/// And in answers, where the name is another.
const OUTPUT_TOKENS: &[&str] = &[
    "nexttoken",
    "marker",
    "nextmarker",
    "nextpagetoken",
    "paginationtoken",
    "cursor",
    "nextcursor",
    "continuationtoken",
    "nextcontinuationtoken",
    "pagetoken",
    "pagemarker",
    "lastevaluatedkey",
    "position",
];
/// Members that set the size of a page.
const LIMITS: &[&str] = &["maxresults", "maxitems", "limit", "maxrecords", "pagesize", "maxentries"];

/// The paginators that botocore lists for a service.
pub(super) struct Pagination(pub(super) Vec<raw::Paginators>);

impl Pagination {
    pub(super) fn of(
        &self,
        operation: &raw::Operation,
        shapes: &Shapes<'_>,
        texts: &mut Interner,
    ) -> Option<Paginator> {
        // Extras come later and only add to what is listed.
        let listed = self.0.iter().find_map(|file| {
            file.pagination
                .get(&operation.name)
                .filter(|paginator| !paginator.input_token.as_slice().is_empty())
        });
        match listed {
            Some(listed) => Some(self::listed(listed, operation, shapes, texts)),
            None => derived(operation, shapes, texts),
        }
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

/// The paginator of an operation that takes a token and answers one, and has lists or maps in its answer.
///
/// The AWS CLI gives only the first page of such operations when nobody has listed them.
fn derived(operation: &raw::Operation, shapes: &Shapes<'_>, texts: &mut Interner) -> Option<Paginator> {
    let input = shapes.get(&operation.input.as_ref()?.shape)?;
    let output = shapes.get(&operation.output.as_ref()?.shape)?;
    let token = |shape: &'_ raw::Shape, names: &[&str]| -> Option<String> {
        let fits = |wanted: &str| {
            let is_text = |reference: &raw::Reference| {
                shapes
                    .get(&reference.shape)
                    .is_some_and(|shape| shape.kind == "string" || shape.kind == "map")
            };
            let member = |(name, reference): &&(String, raw::Reference)| {
                name.to_ascii_lowercase() == wanted && is_text(reference)
            };
            shape.members.0.iter().find(member).map(|(name, _)| name.clone())
        };
        names.iter().find_map(|wanted| fits(wanted))
    };
    let input_token = token(input, INPUT_TOKENS)?;
    let output_token = token(output, OUTPUT_TOKENS)?;
    let is_many = |reference: &raw::Reference| {
        shapes.get(&reference.shape).is_some_and(|shape| shape.kind == "list" || shape.kind == "map")
    };
    let results: Vec<&str> = output
        .members
        .0
        .iter()
        .filter(|(name, reference)| {
            *name != output_token && reference.location.is_none() && is_many(reference)
        })
        .map(|(name, _)| name.as_str())
        .collect();
    if results.is_empty() {
        return None;
    }
    let limit = LIMITS.iter().find_map(|wanted| {
        input.members.0.iter().map(|(name, _)| name).find(|name| name.to_ascii_lowercase() == *wanted)
    });
    Some(Paginator {
        input_tokens: vec![texts.text(&input_token)],
        output_tokens: vec![texts.text(&output_token)],
        limit: limit.map(|name| texts.text(name)),
        limit_max: limit.map_or(0, |name| limit_max(operation, name, shapes)),
        more: None,
        results: results.iter().map(|name| texts.text(name)).collect(),
        is_derived: true,
    })
}

/// The most items that a page may have, where the model bounds the number; 0 where it does not.
fn limit_max(operation: &raw::Operation, member: &str, shapes: &Shapes<'_>) -> u32 {
    let input = operation.input.as_ref().and_then(|input| shapes.get(&input.shape));
    let member = input.and_then(|input| input.members.get(member));
    let shape = member.and_then(|member| shapes.get(&member.shape));
    let max = shape.filter(|shape| matches!(shape.kind.as_str(), "integer" | "long")).and_then(|s| s.max);
    // Beyond a million it bounds the type, not the page.
    max.filter(|max| (1.0..=1_000_000.0).contains(max)).map_or(0, |max| max as u32)
}
