//! Errors of services: their code, message and members, wherever a protocol puts them.

mod of_tree;
mod of_xml;

use orgwide_models::{Model, Operation, Protocol, Shape, ShapeId};
use serde_json::{Map, Value};

use super::json::JsonReader;
use super::{Head, ReadOptions, headers};
use crate::cbor;

/// What a service answered instead of doing what it was asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ServiceError {
    /// What the error is called, without namespace and address. The status, if the answer says nothing.
    pub code: Option<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
    /// The members the model has for this error. Of an error that is not in the model, what came.
    pub members: Value,
}

/// What a body says of an error.
#[derive(Debug, Default)]
struct Told {
    /// What the shape of the error is found by.
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

/// The error that an answer is. It never fails: from what is not in the form of an error, such as the page
/// of a proxy, it takes the status.
pub(crate) fn read_error(
    model: &Model,
    operation: &Operation,
    head: &Head<'_>,
    body: &[u8],
    options: ReadOptions,
) -> ServiceError {
    let protocol = model.service().protocol;
    let is_json = matches!(protocol, Protocol::Json10 | Protocol::Json11 | Protocol::RestJson);
    let context = Context { model, operation, head, options };
    let (told, members) = match protocol {
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => of_xml::read(&context, body),
        _ if is_json => of_tree::read(&context, || JsonReader::new(body)),
        _ => of_tree::read(&context, || cbor::Reader::new(body)),
    };
    // Services that spoke the query protocol once: its code is what users match.
    let former = head.header("x-amzn-query-error").and_then(|error| error.split(';').next());
    let code = former.filter(|code| !code.is_empty()).map(str::to_owned).or(told.code);
    let status = http::StatusCode::from_u16(head.status).ok();
    let reason = || status.and_then(|status| status.canonical_reason()).map(str::to_owned);
    let message = if code.is_none() { told.message.or_else(reason) } else { told.message };
    let request_id = ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"]
        .into_iter()
        .find_map(|name| head.header(name))
        .map(str::to_owned)
        .or(told.request_id);
    ServiceError { code: code.or_else(|| Some(head.status.to_string())), message, request_id, members }
}

struct Context<'c> {
    model: &'c Model,
    operation: &'c Operation,
    head: &'c Head<'c>,
    options: ReadOptions,
}

impl Context<'_> {
    fn protocol(&self) -> Protocol {
        self.model.service().protocol
    }

    /// The error of that code: of the operation, else of the service, for not every operation lists all of its.
    fn shape(&self, code: &str) -> Option<ShapeId> {
        let model = self.model;
        let own = self.operation.errors.iter().copied().find(|id| {
            let shape = model.shape(*id);
            let named = shape.error.as_ref().and_then(|error| error.code);
            model.is(shape.name, code) || named.is_some_and(|named| model.is(named, code))
        });
        own.or_else(|| model.error(code))
    }

    /// The members of an error that are headers, and those that were in its body.
    fn members(&self, shape: &Shape, body: Value) -> Value {
        let is_rest = matches!(self.protocol(), Protocol::RestJson | Protocol::RestXml);
        let mut members = match headers::read(self.model, shape, self.head, self.options) {
            Ok(members) if is_rest => members,
            _ => Map::new(),
        };
        if let Value::Object(body) = body {
            members.extend(body);
        }
        Value::Object(members)
    }
}

/// The name of an error without what may be around it: `ns#Name:http://…` is `Name`.
fn bare(code: &str) -> Option<String> {
    let code = code.split_once(':').map_or(code, |(name, _)| name);
    let code = code.rsplit_once('#').map_or(code, |(_, name)| name).trim();
    (!code.is_empty()).then(|| code.to_owned())
}
