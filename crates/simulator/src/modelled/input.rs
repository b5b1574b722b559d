//! What a request asks with, under the API's names.

mod cbor;
mod form;
mod rest;
mod text;
mod xml;

use orgwide_models::{Model, Operation};
use serde_json::{Map, Value};

use crate::incoming::Incoming;
use crate::params::Params;
use crate::protocol::Protocol;
use crate::refusal::Refusal;

/// The input of an operation: an object, in which times and bytes are texts as they came.
pub(crate) fn read(
    model: &Model,
    operation: &Operation,
    protocol: Protocol,
    incoming: &Incoming,
) -> Result<Value, Refusal> {
    let Some(shape) = operation.input else { return Ok(Value::Object(Map::new())) };
    match protocol {
        Protocol::Json | Protocol::Json10 => json(&incoming.body),
        Protocol::Cbor => cbor::read(&incoming.body),
        Protocol::Query | Protocol::Ec2 => {
            Ok(form::read(model, shape, protocol == Protocol::Ec2, &Params::pairs(incoming)))
        }
        Protocol::RestJson | Protocol::RestXml | Protocol::S3 => {
            rest::read(model, operation, shape, protocol, incoming)
        }
    }
}

/// The object that a body holds; nothing is an empty one.
fn json(body: &[u8]) -> Result<Value, Refusal> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => {
            Ok(Value::Object(members.into_iter().filter(|(_, value)| !value.is_null()).collect()))
        }
        _ => Err(Refusal::unreadable()),
    }
}
