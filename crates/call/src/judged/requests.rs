//! For every operation its least input and a full one, and the request botocore makes of each.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use orgwide_models::{Model, Protocol};
use serde::Deserialize;
use serde_json::Value;

use super::{Case, Known, compare, judge_all};
use crate::request::{HttpParts, WriteOptions, write};

/// How many were equal when this was written. It may only rise.
const FLOOR: usize = 39_582;

const KNOWN: &[Known] = &[];

/// What `tests/botocore/values.py` sets idempotency tokens to.
const TOKEN: &str = "6f0c3c1e-4d1b-4a4e-9d3a-2b7d5c0e8f11";

#[derive(Deserialize)]
struct Request {
    service: String,
    operation: String,
    input: Value,
    protocol: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    host_prefix: Option<String>,
    body: String,
}

impl Case for Request {
    fn service(&self) -> &str {
        &self.service
    }

    fn operation(&self) -> &str {
        &self.operation
    }

    fn judge(&self, model: &Arc<Model>) -> Result<(), String> {
        let operation = model.operation(&self.operation).ok_or("the model does not have it")?;
        let options = WriteOptions { token: Some(TOKEN), ..WriteOptions::default() };
        let parts = write(model, operation, &self.input, &options).map_err(|error| error.to_string())?;
        self.compare(model.service().protocol, &parts)
    }
}

impl Request {
    fn compare(&self, protocol: Protocol, got: &HttpParts) -> Result<(), String> {
        if name(protocol) != self.protocol {
            return Err(format!("it speaks {protocol:?}, not {}", self.protocol));
        }
        if got.method != self.method {
            return Err(format!("the method is {}, not {}", got.method, self.method));
        }
        if got.host_prefix != self.host_prefix {
            return Err(format!("the host begins with {:?}, not {:?}", got.host_prefix, self.host_prefix));
        }
        compare::target(&self.target, &got.target)?;
        self.compare_headers(got)?;
        let body = BASE64_STANDARD.decode(&self.body).map_err(|error| error.to_string())?;
        compare::body(protocol, &body, &got.body)
    }

    fn compare_headers(&self, got: &HttpParts) -> Result<(), String> {
        let wanted: Vec<_> = self.headers.iter().filter(|(name, _)| name != "content-length").collect();
        for (name, value) in &wanted {
            let mut found = got.headers.iter().filter(|(got, _)| got.eq_ignore_ascii_case(name));
            match (found.next(), found.next()) {
                (Some((_, got)), None) if compare::header(value, got) => {}
                (found, _) => return Err(format!("the header {name} is {found:?}, not {value:?}")),
            }
        }
        let extra = got.headers.iter().find(|(got, _)| {
            !got.eq_ignore_ascii_case("content-length")
                && !wanted.iter().any(|(name, _)| got.eq_ignore_ascii_case(name))
        });
        extra.map_or(Ok(()), |extra| Err(format!("the header {extra:?} is too much")))
    }
}

/// What botocore calls a protocol.
fn name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Query => "query",
        Protocol::Ec2 => "ec2",
        Protocol::Json10 | Protocol::Json11 => "json",
        Protocol::RestJson => "rest-json",
        Protocol::RestXml => "rest-xml",
        Protocol::Cbor => "smithy-rpc-v2-cbor",
    }
}

#[test]
fn every_operation_sends_what_botocore_sends() {
    judge_all::<Request>("requests.ndjson", FLOOR, KNOWN);
}
