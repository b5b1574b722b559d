//! Requests from JSON: an input is checked against the model, then written in the service's protocol.

mod cbor;
mod context;
mod error;
mod headers;
mod host;
mod json;
#[cfg(test)]
mod malformed;
mod path;
mod percent;
mod places;
mod query;
mod rest;
#[cfg(test)]
mod suites;
mod target;
#[cfg(test)]
mod testing;
mod timestamp;
mod validate;
mod xml;

use orgwide_models::{Model, Operation, Protocol};
use serde_json::Value;

pub use error::{InputError, InputProblem, InputProblemKind};

use crate::cbor::Writer;
use context::{Context, Field};
use rest::Syntax;

/// A request, but for the host, the signature and what the runtime adds.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct HttpParts {
    pub(crate) method: String,
    /// Path and query, encoded; begins with a slash.
    pub(crate) target: String,
    /// Their names are as the model has them; none is there twice.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// What belongs before the service's own host: `123456789012.`.
    pub(crate) host_prefix: Option<String>,
}

/// How a request is written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WriteOptions<'a> {
    /// What absent idempotency tokens become; a fresh UUID each where there is none.
    pub(crate) token: Option<&'a str>,
    /// The endpoint has the bucket already: the path begins with the object's key.
    pub(crate) without_bucket: bool,
    /// Blobs are text as it is, not base64, which is how test suites have them.
    pub(crate) raw_blobs: bool,
}

/// The request that an operation makes of an input.
///
/// Null is the same as absent, but in documents and in lists and maps that have it as a value. Absent
/// idempotency tokens are filled in, so that whoever sends the request again sends the same ones.
///
/// # Errors
///
/// The input does not fit the operation: every problem with its path. Nothing has been written.
pub(crate) fn write(
    model: &Model,
    operation: &Operation,
    input: &Value,
    options: &WriteOptions<'_>,
) -> Result<HttpParts, InputError> {
    let context = Context { model, raw_blobs: options.raw_blobs };
    let problems = validate::validate(context, operation, input);
    if !problems.is_empty() {
        return Err(problems);
    }
    let tokens = tokens(context, operation, input, options);
    let mut fields: Vec<Field<'_>> = Vec::new();
    if let Some(shape) = operation.input.map(|input| model.shape(input)) {
        for (index, member) in shape.members.iter().enumerate() {
            let given = input.get(context.name(member)).filter(|value| !value.is_null());
            let token = || tokens.iter().find(|(at, _)| *at == index).map(|(_, token)| token);
            fields.extend(given.or_else(token).map(|value| (member, value)));
        }
    }
    let mut parts = match model.service().protocol {
        Protocol::Query => form(query::body(context, operation, fields.iter().copied(), false)),
        Protocol::Ec2 => form(query::body(context, operation, fields.iter().copied(), true)),
        Protocol::Json10 => json_rpc(context, operation, &fields, "application/x-amz-json-1.0"),
        Protocol::Json11 => json_rpc(context, operation, &fields, "application/x-amz-json-1.1"),
        Protocol::RestJson => rest::parts(context, operation, &fields, Syntax::Json, options.without_bucket),
        Protocol::RestXml => rest::parts(context, operation, &fields, Syntax::Xml, options.without_bucket),
        Protocol::Cbor => cbor_rpc(context, operation, &fields),
    };
    parts.host_prefix = host::prefix(context, operation, &fields);
    Ok(parts)
}

/// The idempotency tokens an input lacks, by the index of their member.
fn tokens(
    context: Context<'_>,
    operation: &Operation,
    input: &Value,
    options: &WriteOptions<'_>,
) -> Vec<(usize, Value)> {
    let Some(shape) = operation.input.map(|input| context.model.shape(input)) else { return Vec::new() };
    let is_absent = |name: &str| input.get(name).is_none_or(Value::is_null);
    shape
        .members
        .iter()
        .enumerate()
        .filter(|(_, member)| member.is_idempotency_token && is_absent(context.name(member)))
        .map(|(index, _)| {
            let token = options.token.map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned);
            (index, Value::String(token))
        })
        .collect()
}

/// A request whose operation is not in its path.
fn post(content_type: &str, body: Vec<u8>) -> HttpParts {
    HttpParts {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
        body,
        host_prefix: None,
    }
}

fn form(body: String) -> HttpParts {
    post("application/x-www-form-urlencoded; charset=utf-8", body.into_bytes())
}

fn json_rpc(
    context: Context<'_>,
    operation: &Operation,
    fields: &[Field<'_>],
    content_type: &str,
) -> HttpParts {
    let body = json::object(context, fields.iter().copied()).to_string().into_bytes();
    let mut parts = post(content_type, body);
    let prefix = context.model.service().target_prefix.as_deref().unwrap_or_default();
    let target = format!("{prefix}.{}", context.model.text(operation.name));
    parts.headers.push(("X-Amz-Target".to_owned(), target));
    add_query_mode(context, &mut parts);
    parts
}

fn cbor_rpc(context: Context<'_>, operation: &Operation, fields: &[Field<'_>]) -> HttpParts {
    let mut parts = post("application/cbor", Vec::new());
    if operation.input.is_some() {
        let mut writer = Writer::new();
        cbor::fields(context, fields.iter().copied(), &mut writer);
        parts.body = writer.into_bytes();
    } else {
        parts.headers.clear();
    }
    let service = context.model.service().target_prefix.as_deref().unwrap_or_default();
    parts.target = format!("/service/{service}/operation/{}", context.model.text(operation.name));
    parts.headers.push(("Smithy-Protocol".to_owned(), "rpc-v2-cbor".to_owned()));
    parts.headers.push(("Accept".to_owned(), "application/cbor".to_owned()));
    add_query_mode(context, &mut parts);
    parts
}

/// Asks a service that once spoke the query protocol for the error codes of that.
fn add_query_mode(context: Context<'_>, parts: &mut HttpParts) {
    if context.model.service().is_query_compatible {
        parts.headers.push(("x-amzn-query-mode".to_owned(), "true".to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::WriteOptions;
    use super::testing::{Service, TOKEN};

    fn with_token() -> Service {
        let members = json!({ "ClientToken": { "shape": "string", "idempotencyToken": true } });
        Service::new("json", members, json!({})).requiring(&["ClientToken"])
    }

    #[test]
    fn an_absent_token_is_filled_in_and_a_given_one_stays() {
        for absent in [json!({}), json!({ "ClientToken": null }), Value::Null] {
            assert_eq!(with_token().body(absent), format!(r#"{{"ClientToken":"{TOKEN}"}}"#));
        }
        assert_eq!(with_token().body(json!({ "ClientToken": "mine" })), r#"{"ClientToken":"mine"}"#);
    }

    #[test]
    fn fresh_tokens_are_uuids_and_all_different() {
        let fresh = || {
            let body = with_token().try_write(&json!({}), &WriteOptions::default()).unwrap().body;
            let body: Value = serde_json::from_slice(&body).unwrap();
            uuid::Uuid::parse_str(body["ClientToken"].as_str().unwrap()).unwrap()
        };
        let (one, other) = (fresh(), fresh());
        assert_ne!(one, other);
        assert_eq!((one.get_version_num(), other.get_version_num()), (4, 4));
    }

    #[test]
    fn blobs_are_checked() {
        let service = Service::new("json", json!({ "Data": { "shape": "blob" } }), json!({}));
        assert_eq!(service.body(json!({ "Data": "aGk" })), r#"{"Data":"aGk="}"#);
        for text in ["h i", "a", "aGk==", "-_-_", "aGl\n"] {
            assert_eq!(service.refusal(&json!({ "Data": text })), "Data is not base64", "{text:?}");
        }
    }
}
