//! Page tokens in the form of the members that carry them.

use orgwide_models::{Kind, Model, Operation, Paginator, ShapeId};
use serde_json::{Map, Value};

use super::items::Items;
use super::listing::Page;
use super::path;
use crate::page::Pages;
use crate::seed::Seed;

/// Which members carry the tokens of an operation, and how.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    model: &'a Model,
    /// The names of the members of the input, and how long a text they take at least.
    inputs: Vec<(&'a str, usize)>,
    /// Where in the answer the tokens are, and the shapes of those that are members of their own.
    outputs: Vec<(&'a str, Option<ShapeId>)>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(
        model: &'a Model,
        operation: &Operation,
        paginator: &Paginator,
        output: ShapeId,
    ) -> Self {
        debug_assert_eq!(operation.output, Some(output));
        let outputs = paginator.output_tokens.iter().map(|path| {
            // Of `a || b` the first.
            let path = model.text(*path).split("||").next().unwrap_or_default().trim();
            (path, shape_at(model, Some(output), path))
        });
        let inputs = paginator.input_tokens.iter().map(|name| {
            let name = model.text(*name);
            let shape = shape_at(model, operation.input, name).map(|shape| model.shape(shape));
            let texts = shape.filter(|shape| shape.kind == Kind::String);
            let least = texts.and_then(|shape| model.text(shape.min?).parse().ok());
            (name, least.unwrap_or_default())
        });
        Self { model, inputs: inputs.collect(), outputs: outputs.collect() }
    }

    /// The members of an answer that are tokens and nothing else.
    pub(super) fn paths(&self) -> impl Iterator<Item = &'a str> {
        self.outputs.iter().filter(|(_, shape)| shape.is_some()).map(|(path, _)| *path)
    }

    /// Cuts the page that the input asks for; the error is the name of a token that is wrong.
    pub(super) fn cut(
        &self,
        pages: Pages,
        lists: &[Items<'_>],
        total: usize,
        size: usize,
        input: &Value,
    ) -> Result<Page, String> {
        let (Some((name, least)), Some((path, shape))) = (self.inputs.first(), self.outputs.first()) else {
            return Ok(Page { range: 0..total, tokens: Vec::new(), has_more: false });
        };
        let given = input.get(*name);
        let wrong = || (*name).to_owned();
        let Some(shape) = shape else {
            let start = given.map(|key| after(lists, path, key).ok_or_else(wrong)).transpose()?;
            let token = start.map(|start| pages.token_at(start));
            let cut = pages.twisted(None).cut(total, size, token.as_deref());
            let (range, next) = cut.ok_or_else(wrong)?;
            return Ok(Page { range, tokens: Vec::new(), has_more: next.is_some() });
        };
        if matches!(self.model.shape(*shape).kind, Kind::Integer | Kind::Long) {
            let start = given.and_then(Value::as_u64).filter(|start| *start > 0);
            let token = start.map(|start| pages.token_at(start as usize));
            let cut = pages.twisted(None).cut(total, size, token.as_deref());
            let (range, next) = cut.ok_or_else(wrong)?;
            let number = next.is_some().then(|| ((*path).to_owned(), range.end.into()));
            return Ok(Page { range, tokens: number.into_iter().collect(), has_more: next.is_some() });
        }
        let given = given.map(unwrapped).map(|given| shortened(given, *least));
        for (place, (other, _)) in self.inputs.iter().enumerate().skip(1) {
            let right = given.and_then(|given| self.companion(place, given));
            if input.get(*other) != right.as_ref() {
                return Err((*other).to_owned());
            }
        }
        let (range, next) = pages.cut(total, size, given).ok_or_else(wrong)?;
        let mut tokens = Vec::new();
        if let Some(next) = &next {
            let text = lengthened(next, *least);
            tokens.push(((*path).to_owned(), wrapped(self.model, *shape, &text)));
            for place in 1..self.outputs.len() {
                let value = self.companion(place, next);
                tokens.extend(value.map(|value| (self.outputs[place].0.to_owned(), value)));
            }
        }
        Ok(Page { range, tokens, has_more: next.is_some() })
    }

    /// The token that goes with the first one where there are several.
    fn companion(&self, place: usize, first: &str) -> Option<Value> {
        let (path, shape) = self.outputs.get(place)?;
        let values = &self.model.shape((*shape)?).values;
        let number = Seed::new(0).text(path).text(first).value();
        Some(match values.get(number as usize % values.len().max(1)) {
            Some(value) => self.model.text(*value).into(),
            None => format!("{number:016x}").into(),
        })
    }
}

/// What makes a token as long as its member takes one.
const FILLING: char = '.';

fn lengthened(token: &str, least: usize) -> String {
    // No text at all stays none.
    let missing = if token.is_empty() { 0 } else { least.saturating_sub(token.len()) };
    token.chars().chain(std::iter::repeat_n(FILLING, missing)).collect()
}

/// The token that was made as long as this, if it was.
fn shortened(token: &str, least: usize) -> &str {
    let short = token.trim_end_matches(FILLING);
    if lengthened(short, least) == token { short } else { token }
}

/// The number of the item behind the one whose key this is, by a path such as `Jobs[-1].JobId`.
fn after(lists: &[Items<'_>], token: &str, key: &Value) -> Option<usize> {
    let (list, rest) = token.split_once("[-1]")?;
    let items = lists.iter().find(|items| items.path == list)?;
    let is_it = |number: &usize| {
        items.item(*number).is_some_and(|item| match rest.strip_prefix('.') {
            Some(rest) => path::get(&item, rest) == Some(key),
            None => item == *key,
        })
    };
    (0..items.total).find(is_it).map(|number| number + 1)
}

/// The shape at a path of a structure.
pub(super) fn shape_at(model: &Model, root: Option<ShapeId>, path: &str) -> Option<ShapeId> {
    path.split('.').try_fold(root?, |id, name| {
        let shape = model.shape(id);
        let is_it = |member: &&orgwide_models::Member| model.is(member.name, name);
        (shape.kind == Kind::Structure).then_some(())?;
        shape.members.iter().find(is_it).map(|member| member.shape)
    })
}

/// A token as a value of this shape.
fn wrapped(model: &Model, id: ShapeId, token: &str) -> Value {
    let shape = model.shape(id);
    match shape.kind {
        Kind::Map => {
            let value = shape.members.get(1).map(|value| wrapped(model, value.shape, token));
            Value::Object(Map::from_iter([("token".to_owned(), value.unwrap_or_default())]))
        }
        Kind::Structure => {
            let text = shape.members.iter().find(|member| model.shape(member.shape).kind == Kind::String);
            let member = text.map(|member| (model.text(member.name).to_owned(), token.into()));
            Value::Object(member.into_iter().collect())
        }
        _ => token.into(),
    }
}

/// The token in a value.
fn unwrapped(value: &Value) -> &str {
    match value {
        Value::Object(members) => members.values().next().map_or("", unwrapped),
        value => value.as_str().unwrap_or_default(),
    }
}
