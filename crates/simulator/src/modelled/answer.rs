//! Answers in the protocol they were asked for in.

pub(crate) mod cbor;
mod headers;
mod json;
mod time;
mod xml;

use orgwide_models::{Kind, Location, Member, Operation, ShapeId};
use serde_json::Value;

use super::target::Target;
use crate::protocol::Protocol;
use crate::reply::Reply;
use crate::services::Context;
use crate::xml::Xml;

/// The output of an operation as the reply that carries it.
pub(super) fn write(context: &Context<'_>, target: &Target, operation: &Operation, output: &Value) -> Reply {
    let (model, protocol) = (&*target.model, context.call.protocol);
    let shape = operation.output;
    match protocol {
        Protocol::Json | Protocol::Json10 => {
            let body = shape.map_or_else(|| b"{}".to_vec(), |shape| json::body(model, shape, output));
            Reply { body, ..Reply::json(protocol, &Value::Null) }
        }
        Protocol::Cbor => {
            let body = cbor::body(model, shape, output);
            Reply::new(200, "application/cbor", body)
        }
        Protocol::Query => Reply::xml(protocol, xml::query(target, operation, output, context.request_id)),
        Protocol::Ec2 => Reply::xml(protocol, xml::ec2(target, operation, output, context.request_id)),
        Protocol::RestJson | Protocol::RestXml | Protocol::S3 => rest(protocol, target, operation, output),
    }
}

/// An answer whose members are in status, headers and body.
fn rest(protocol: Protocol, target: &Target, operation: &Operation, output: &Value) -> Reply {
    let model = &*target.model;
    let is_json = protocol == Protocol::RestJson;
    let empty = if is_json { Reply::json(protocol, &Value::Null) } else { Reply::xml(protocol, Xml::new()) };
    let Some(shape) = operation.output else { return Reply { body: Vec::new(), ..empty } };
    let members = &model.shape(shape).members;
    let payload = model.shape(shape).payload.and_then(|place| members.get(place as usize));
    let mut reply = match payload {
        Some(member) => payload_reply(protocol, target, member, output, empty),
        None if is_json => Reply { body: json::body(model, shape, output), ..empty },
        None => Reply::xml(protocol, xml::rest(target, operation, shape, output)),
    };
    if model.is(operation.method, "HEAD") {
        reply.body.clear();
    }
    reply.headers = headers::of(model, members, output);
    reply
}

/// An answer of which one member is all of the body.
fn payload_reply(
    protocol: Protocol,
    target: &Target,
    member: &Member,
    output: &Value,
    empty: Reply,
) -> Reply {
    let model = &*target.model;
    let value = output.get(model.text(member.name)).unwrap_or(&Value::Null);
    let shape = model.shape(member.shape);
    match shape.kind {
        Kind::Blob => {
            let bytes = value.as_str().and_then(|text| aws_smithy_types::base64::decode(text).ok());
            Reply::new(200, "application/octet-stream", bytes.unwrap_or_default())
        }
        Kind::String => Reply::new(200, "text/plain", value.as_str().unwrap_or_default().into()),
        _ if protocol == Protocol::RestJson => Reply { body: json::value(model, member, value), ..empty },
        _ => Reply::xml(protocol, xml::payload(target, member, value)),
    }
}

/// The members of a structure that are in the body.
fn in_body(model: &orgwide_models::Model, shape: ShapeId) -> impl Iterator<Item = &Member> {
    model.shape(shape).members.iter().filter(|member| member.location == Location::Body)
}
