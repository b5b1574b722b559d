use orgwide_models::{Kind, Location, Member, Operation, Shape};
use serde_json::Value;

use super::context::{Context, Field};
use super::{HttpParts, headers, json, target, xml};

/// What the body of a REST protocol is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Json,
    Xml,
}

/// A request of a REST protocol, without a host prefix.
pub(super) fn parts<'a>(
    context: Context<'a>,
    operation: &'a Operation,
    fields: &[Field<'a>],
    syntax: Syntax,
    without_bucket: bool,
) -> HttpParts {
    let mut headers = headers::headers(context, fields);
    let shape = operation.input.map(|input| context.model.shape(input));
    let body = shape.map_or_else(Vec::new, |shape| body(context, operation, shape, fields, syntax));
    let is_typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let is_raw = shape.and_then(payload).is_some_and(|member| is_raw(context, member));
    if syntax == Syntax::Json && !body.is_empty() && !is_typed && !is_raw {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    HttpParts {
        method: context.model.text(operation.method).to_owned(),
        target: target::target(context, operation, fields, without_bucket),
        headers,
        body,
        host_prefix: None,
    }
}

/// The member that is the whole body.
fn payload(shape: &Shape) -> Option<&Member> {
    shape.members.get(usize::try_from(shape.payload?).ok()?)
}

/// A body that is the bytes of a member, in no syntax.
fn is_raw(context: Context<'_>, member: &Member) -> bool {
    matches!(context.shape(member).kind, Kind::Blob | Kind::String)
}

fn body<'a>(
    context: Context<'a>,
    operation: &'a Operation,
    shape: &'a Shape,
    fields: &[Field<'a>],
    syntax: Syntax,
) -> Vec<u8> {
    if let Some(member) = payload(shape) {
        let value = fields.iter().find(|(field, _)| field.name == member.name).map(|(_, value)| *value);
        return match (value, syntax) {
            (Some(value), _) if is_raw(context, member) => raw(context, member, value),
            (None, _) if is_raw(context, member) => Vec::new(),
            (Some(value), Syntax::Json) => json::value(context, member, value).to_string().into_bytes(),
            (None, Syntax::Json) => b"{}".to_vec(),
            (Some(value), Syntax::Xml) => {
                let inner = context.shape(member);
                // A model without a name for the element has that of the shape in mind.
                let name = context.own_wire(member).unwrap_or_else(|| context.model.text(inner.name));
                let fields = context.fields(inner, value);
                xml::element(context, name, context.namespace(member), fields).into_bytes()
            }
            (None, Syntax::Xml) => Vec::new(),
        };
    }
    let in_body = fields.iter().copied().filter(|(member, _)| member.location == Location::Body);
    match syntax {
        // An operation that could have a body has one.
        Syntax::Json if shape.members.iter().all(|member| member.location != Location::Body) => Vec::new(),
        Syntax::Json => json::object(context, in_body).to_string().into_bytes(),
        Syntax::Xml if in_body.clone().next().is_none() => Vec::new(),
        Syntax::Xml => {
            let name = context.model.text(operation.input_wire.or(shape.wire).unwrap_or(shape.name));
            let namespace = operation.input_namespace.or(shape.namespace);
            xml::element(context, name, namespace, in_body).into_bytes()
        }
    }
}

fn raw(context: Context<'_>, member: &Member, value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_default();
    match context.shape(member).kind {
        Kind::Blob => context.bytes(text).unwrap_or_default().into_owned(),
        _ => text.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::request::testing::Service;

    fn with_payload(protocol: &str, shape: &str) -> Service {
        let members =
            json!({ "Id": { "shape": "string", "location": "header" }, "Body": { "shape": shape } });
        let config = json!({ "type": "structure", "members": { "On": { "shape": "boolean" } } });
        Service::new(protocol, members, json!({ "Config": config }))
            .with("/shapes/CallRequest/payload", json!("Body"))
    }

    #[test]
    fn a_payload_of_bytes_or_text_is_the_body_as_it_is() {
        for protocol in ["rest-json", "rest-xml"] {
            let parts = with_payload(protocol, "blob").write(json!({ "Body": "AP9h" }));
            assert_eq!(
                (parts.body.as_slice(), parts.header("Content-Type")),
                ([0, 255, b'a'].as_slice(), None)
            );
            assert_eq!(with_payload(protocol, "string").body(json!({ "Body": "{\"a\": 1}" })), "{\"a\": 1}");
            assert_eq!(with_payload(protocol, "blob").body(json!({})), "");
        }
    }

    #[test]
    fn an_operation_that_could_have_a_json_body_has_one() {
        let parts = with_payload("rest-json", "Config").write(json!({}));
        assert_eq!(
            (parts.body.as_slice(), parts.header("Content-Type")),
            (b"{}".as_slice(), Some("application/json"))
        );
        let service = Service::new("rest-json", json!({ "Name": { "shape": "string" } }), json!({}));
        assert_eq!(service.body(json!({})), "{}");
        let members = json!({ "Name": { "shape": "string", "location": "querystring" } });
        let parts = Service::new("rest-json", members, json!({})).write(json!({ "Name": "n" }));
        assert_eq!((parts.body.as_slice(), parts.header("Content-Type")), (b"".as_slice(), None));
    }

    #[test]
    fn a_content_type_that_is_given_stays() {
        let members = json!({
            "Type": { "shape": "string", "location": "header", "locationName": "content-type" },
            "Name": { "shape": "string" },
        });
        let parts =
            Service::new("rest-json", members, json!({})).write(json!({ "Type": "a/b", "Name": "n" }));
        assert_eq!(parts.headers, [("content-type".to_owned(), "a/b".to_owned())]);
    }
}
