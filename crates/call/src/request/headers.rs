use std::borrow::Cow;

use orgwide_models::{Kind, Location, Member, TimestampFormat};
use serde_json::Value;

use super::context::{Context, Field, base64};

/// The headers that members of an input are.
pub(super) fn headers(context: Context<'_>, fields: &[Field<'_>]) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for (member, value) in fields {
        let name = context.wire(member);
        match member.location {
            Location::Header => {
                if let Some(text) = header(context, member, value) {
                    headers.push((name.to_owned(), text.into_owned()));
                }
            }
            Location::Headers => {
                let Some(entries) = context.entries(context.shape(member), value) else { continue };
                for (key, value) in entries.object {
                    if !value.is_null() {
                        let text = context.text(entries.value, value, TimestampFormat::Rfc822);
                        headers.push((format!("{name}{key}"), text.into_owned()));
                    }
                }
            }
            Location::Body | Location::Uri | Location::Query | Location::Status => {}
        }
    }
    headers
}

/// A header's value; none for an empty list, which would be the same as one empty text.
fn header<'a>(context: Context<'a>, member: &'a Member, value: &'a Value) -> Option<Cow<'a, str>> {
    if member.is_json {
        return Some(base64(value.to_string().as_bytes()).into());
    }
    let shape = context.shape(member);
    let (Kind::List, Some(element)) = (shape.kind, shape.members.first()) else {
        return Some(single(context, member, value));
    };
    let is_text = context.shape(element).kind == Kind::String;
    let elements = context.elements(value).iter().filter(|element| !element.is_null());
    let texts: Vec<_> = elements
        .map(|value| {
            let text = single(context, element, value);
            if is_text { quoted(text) } else { text }
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join(",").into())
}

fn single<'a>(context: Context<'a>, member: &'a Member, value: &'a Value) -> Cow<'a, str> {
    match context.shape(member).kind {
        // A header's time is in whole seconds, whatever its format.
        Kind::Timestamp => context
            .moment(member, value, TimestampFormat::Rfc822)
            .map_or(Cow::Borrowed(""), |(moment, format)| moment.whole_seconds().text(format).into()),
        _ => context.text(member, value, TimestampFormat::Rfc822),
    }
}

/// An element of a list, in quotes if it could be taken for several.
fn quoted(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains(['"', ',']) {
        return format!("\"{}\"", text.replace('"', "\\\"")).into();
    }
    text
}
