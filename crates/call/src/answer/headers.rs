//! Members of an answer that travel outside of its body.

use std::borrow::Cow;

use orgwide_models::{Kind, Location, Member, Model, Shape, TimestampFormat};
use serde_json::{Map, Value};

use super::{AnswerError, Head, ReadOptions, scalar};

/// The members of `shape` that are headers or the status.
pub(super) fn read(
    model: &Model,
    shape: &Shape,
    head: &Head<'_>,
    options: ReadOptions,
) -> Result<Map<String, Value>, AnswerError> {
    let mut object = Map::new();
    for member in &shape.members {
        let name = model.text(member.name);
        let value = match member.location {
            Location::Status => Some(Value::from(head.status)),
            Location::Headers => Some(prefixed(model.text(member.wire.unwrap_or(member.name)), member, head)),
            Location::Header => match head.header(model.text(member.wire.unwrap_or(member.name))) {
                Some(text) => header(model, member, text, options).map_err(|error| error.within(name))?,
                None => None,
            },
            Location::Body | Location::Uri | Location::Query => None,
        };
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    }
    Ok(object)
}

/// The headers whose names begin with a prefix, by what follows it.
fn prefixed(prefix: &str, member: &Member, head: &Head<'_>) -> Value {
    let prefix = if member.wire.is_some() { prefix } else { "" };
    let rest = |name: &str| {
        let begins = name.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix));
        if begins { name.get(prefix.len()..).map(str::to_owned) } else { None }
    };
    let entries = head.headers.iter().filter_map(|(name, value)| Some((rest(name)?, Value::from(*value))));
    Value::Object(entries.collect())
}

fn header(
    model: &Model,
    member: &Member,
    text: &str,
    options: ReadOptions,
) -> Result<Option<Value>, AnswerError> {
    let shape = model.shape(member.shape);
    if member.is_json && shape.kind == Kind::String {
        return scalar::json_in_base64(text).map(Some);
    }
    match shape.kind {
        Kind::List => {
            let element = shape.members.first();
            let kind = element.map_or(Kind::String, |element| model.shape(element.shape).kind);
            let format =
                element.and_then(|element| element.timestamp.or(model.shape(element.shape).timestamp));
            let has_commas =
                kind == Kind::Timestamp && matches!(format, None | Some(TimestampFormat::Rfc822));
            let values = split(text, has_commas)
                .into_iter()
                .map(|part| scalar::from_text(kind, part, options))
                .collect::<Result<_, _>>()?;
            Ok(Some(Value::Array(values)))
        }
        // Only a text can be empty; whatever else is so is not there.
        kind if kind != Kind::String && text.trim().is_empty() => Ok(None),
        kind => scalar::from_text(kind, Cow::Borrowed(text), options).map(Some),
    }
}

/// The parts of a list, RFC 9110 §5.6.1: commas inside quotes separate nothing, nor do those after the day of
/// the week in dates.
fn split(text: &str, are_dates: bool) -> Vec<Cow<'_, str>> {
    if are_dates && text.contains(' ') {
        let commas: Vec<usize> = text.match_indices(',').map(|(at, _)| at).collect();
        let mut dates = Vec::new();
        let mut begin = 0;
        for comma in commas.iter().skip(1).step_by(2).chain([&text.len()]) {
            dates.push(Cow::Borrowed(text.get(begin..*comma).unwrap_or_default().trim()));
            begin = comma + 1;
        }
        return dates;
    }
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with('"') { quoted_end(rest) } else { None };
        if let Some(end) = end {
            let inside = rest.get(1..end).unwrap_or_default();
            parts.push(Cow::Owned(unescape(inside)));
            rest = rest.get(end + 1..).unwrap_or_default();
            match rest.find(',') {
                Some(comma) => rest = rest.get(comma + 1..).unwrap_or_default().trim_start(),
                None => return parts,
            }
        } else if let Some((part, after)) = rest.split_once(',') {
            parts.push(Cow::Borrowed(part.trim()));
            rest = after.trim_start();
        } else {
            parts.push(Cow::Borrowed(rest.trim()));
            return parts;
        }
    }
}

/// Where the quote is that ends the text which begins with one.
fn quoted_end(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().enumerate().skip(1).find_map(|(at, byte)| {
        if is_escaped {
            is_escaped = false;
            return None;
        }
        is_escaped = byte == b'\\';
        (byte == b'"').then_some(at)
    })
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    plain
}
