//! Operations.

use serde_json::Value;

use super::pagination::Pagination;
use super::raw;
use super::shapes::{Shapes, namespace};
use crate::text::Interner;
use crate::{Auth, Checksum, ContextValue, Operation};

/// The operation of that name. CloudFront's have another one with its version inside, which nobody writes.
pub(super) fn operation(
    name: &str,
    raw: &raw::Operation,
    metadata: &raw::Metadata,
    shapes: &Shapes<'_>,
    pagination: &Pagination<'_>,
    texts: &mut Interner,
) -> Result<Operation, String> {
    let shape = |reference: &Option<raw::Reference>| {
        reference.as_ref().map(|reference| shapes.id(&reference.shape)).transpose()
    };
    let (input, output) = (raw.input.as_ref(), raw.output.as_ref());
    let context = raw.static_context_params.0.iter().map(|(name, param)| {
        let value = context_value(&param.value, texts)?;
        Ok((texts.text(name), value))
    });
    let context = context.collect::<Result<_, String>>()?;
    let host_prefix = raw.endpoint.as_ref().and_then(|endpoint| endpoint.host_prefix.as_deref());
    Ok(Operation {
        name: texts.text(name),
        method: texts.text(raw.http.method.as_deref().unwrap_or("POST")),
        uri: texts.text(raw.http.request_uri.as_deref().unwrap_or("/")),
        input: shape(&raw.input)?,
        output: shape(&raw.output)?,
        input_wire: input.and_then(|input| input.location_name.as_deref()).map(|wire| texts.text(wire)),
        input_namespace: input
            .and_then(|input| input.xml_namespace.as_ref())
            .map(|raw| namespace(raw, texts)),
        result_wrapper: output
            .and_then(|output| output.result_wrapper.as_deref())
            .map(|name| texts.text(name)),
        host_prefix: host_prefix.map(|prefix| texts.text(prefix)),
        errors: raw.errors.iter().map(|error| shapes.id(&error.shape)).collect::<Result<_, _>>()?,
        auth: auth(raw, metadata).map_err(|problem| format!("{name} {problem}"))?,
        checksum: checksum(raw, texts),
        context,
        paginator: pagination.of(name, raw, shapes, texts),
        is_read_only: raw.readonly,
        is_deprecated: raw.deprecated,
        needs_endpoint_discovery: raw.endpointdiscovery.as_ref().is_some_and(|discovery| discovery.required),
    })
}

fn auth(raw: &raw::Operation, metadata: &raw::Metadata) -> Result<Auth, String> {
    const SIGV4: &str = "aws.auth#sigv4";
    const BEARER: &str = "smithy.api#httpBearerAuth";
    let schemes = if raw.auth.is_empty() { &metadata.auth } else { &raw.auth };
    let has = |scheme: &str| schemes.iter().any(|known| known == scheme);
    if raw.authtype.as_deref() == Some("none") || has("smithy.api#noAuth") {
        return Ok(Auth::None);
    }
    if raw.authtype.as_deref() == Some("v4-unsigned-body") || raw.unsigned_payload {
        return Ok(Auth::SigV4UnsignedBody);
    }
    if has(SIGV4) {
        return Ok(Auth::SigV4);
    }
    if has(BEARER) {
        return Ok(Auth::Bearer);
    }
    match metadata.signature_version.as_deref() {
        None | Some("v4" | "s3" | "s3v4") => Ok(Auth::SigV4),
        Some("v2") => Ok(Auth::SigV2),
        Some("bearer") => Ok(Auth::Bearer),
        Some(other) => Err(format!("is signed in an unknown way {other:?}")),
    }
}

fn checksum(raw: &raw::Operation, texts: &mut Interner) -> Checksum {
    match &raw.http_checksum.request_algorithm_member {
        Some(member) if raw.http_checksum.request_checksum_required || raw.http_checksum_required => {
            Checksum::RequiredAs(texts.text(member))
        }
        Some(member) => Checksum::OptionalAs(texts.text(member)),
        None if raw.http_checksum_required || raw.http_checksum.request_checksum_required => {
            Checksum::Required
        }
        None => Checksum::None,
    }
}

fn context_value(value: &Value, texts: &mut Interner) -> Result<ContextValue, String> {
    match value {
        Value::Bool(value) => Ok(ContextValue::Boolean(*value)),
        Value::String(value) => Ok(ContextValue::Text(texts.text(value))),
        Value::Array(values) => {
            let text = |value: &Value| {
                let text = value.as_str().ok_or("an endpoint's parameter lists something else than texts")?;
                Ok(texts.text(text))
            };
            values.iter().map(text).collect::<Result<_, String>>().map(ContextValue::List)
        }
        _ => Err("an endpoint's parameter is neither text, list nor truth".to_owned()),
    }
}
