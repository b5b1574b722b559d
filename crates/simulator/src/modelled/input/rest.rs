//! Requests with the operation in method and path.

use orgwide_models::{Kind, Location as Place, Member, Model, Operation, ShapeId};
use serde_json::{Map, Value};

use super::{json, text, xml};
use crate::incoming::Incoming;
use crate::modelled::uri::Location;
use crate::protocol::Protocol;
use crate::refusal::Refusal;

pub(super) fn read(
    model: &Model,
    operation: &Operation,
    shape: ShapeId,
    protocol: Protocol,
    incoming: &Incoming,
) -> Result<Value, Refusal> {
    let input = model.shape(shape);
    let location = Location::new(&incoming.host, &incoming.path, &incoming.query);
    let mut labels = location.labels(model.text(operation.uri));
    let is_body = |member: &&Member| member.location == Place::Body;
    let payload = input.payload.and_then(|place| input.members.get(place as usize));
    let mut read = match payload {
        Some(member) => Map::from_iter(
            body_of(model, member, protocol, incoming)?
                .map(|value| (model.text(member.name).to_owned(), value)),
        ),
        None if !input.members.iter().any(|member| is_body(&member)) => Map::new(),
        None => match body(model, shape, protocol, incoming)? {
            Value::Object(members) => by_api_names(model, shape, members),
            _ => return Err(Refusal::unreadable()),
        },
    };
    for member in &input.members {
        let wire = model.text(member.wire.unwrap_or(member.name));
        let kind = model.shape(member.shape).kind;
        let found = match member.location {
            Place::Uri => labels.remove(wire).map(|label| text::value(kind, &label)),
            Place::Header => incoming.header(wire).map(|held| text::value(kind, held)),
            Place::Headers => Some(headers(wire, incoming)),
            Place::Query => from_query(model, input.members.as_slice(), member, &location),
            Place::Body | Place::Status => None,
        };
        if let Some(found) = found {
            read.insert(model.text(member.name).to_owned(), found);
        }
    }
    Ok(Value::Object(read))
}

fn body(model: &Model, shape: ShapeId, protocol: Protocol, incoming: &Incoming) -> Result<Value, Refusal> {
    match protocol {
        Protocol::RestJson => json(&incoming.body),
        _ => xml::read(model, shape, &incoming.body),
    }
}

/// The member that is the whole body, if there is one.
fn body_of(
    model: &Model,
    member: &Member,
    protocol: Protocol,
    incoming: &Incoming,
) -> Result<Option<Value>, Refusal> {
    if incoming.body.is_empty() {
        return Ok(None);
    }
    Ok(Some(match model.shape(member.shape).kind {
        Kind::Structure if !model.shape(member.shape).is_document => {
            body(model, member.shape, protocol, incoming)?
        }
        Kind::Blob => aws_smithy_types::base64::encode(&incoming.body).into(),
        Kind::String => String::from_utf8_lossy(&incoming.body).into(),
        _ => serde_json::from_slice(&incoming.body).map_err(|_| Refusal::unreadable())?,
    }))
}

/// The members of a body, whose names on the wire may be others.
fn by_api_names(model: &Model, shape: ShapeId, mut members: Map<String, Value>) -> Map<String, Value> {
    for member in &model.shape(shape).members {
        if let Some(wire) = member.wire.filter(|_| member.location == Place::Body)
            && let Some(value) = members.remove(model.text(wire))
        {
            members.insert(model.text(member.name).to_owned(), value);
        }
    }
    members
}

fn headers(prefix: &str, incoming: &Incoming) -> Value {
    let prefix = prefix.to_ascii_lowercase();
    let found = incoming.headers.iter().filter_map(|(name, value)| {
        let rest = name.as_str().strip_prefix(prefix.as_str())?;
        Some((rest.to_owned(), Value::from(value.to_str().ok()?)))
    });
    Value::Object(found.collect())
}

/// A member from the query: the values of a list have one name, a map takes what no other member does.
fn from_query(model: &Model, members: &[Member], member: &Member, location: &Location<'_>) -> Option<Value> {
    let wire = model.text(member.wire.unwrap_or(member.name));
    let shape = model.shape(member.shape);
    let mut named = location.query.iter().filter(|(name, _)| name == wire).map(|(_, value)| value.as_ref());
    match shape.kind {
        Kind::List => {
            let kind = shape.members.first().map_or(Kind::String, |element| model.shape(element.shape).kind);
            let items: Vec<Value> = named.map(|item| text::value(kind, item)).collect();
            (!items.is_empty()).then(|| items.into())
        }
        Kind::Map => {
            let is_other = |name: &str| {
                members.iter().any(|other| {
                    other.location == Place::Query && model.is(other.wire.unwrap_or(other.name), name)
                })
            };
            let rest = location.query.iter().filter(|(name, _)| !is_other(name));
            let rest: Map<String, Value> =
                rest.map(|(name, value)| (name.clone().into_owned(), value.as_ref().into())).collect();
            (!rest.is_empty()).then_some(Value::Object(rest))
        }
        kind => named.next().map(|held| text::value(kind, held)),
    }
}
