//! Errors in JSON and CBOR.

use orgwide_models::Protocol;
use serde_json::{Map, Value};

use super::super::event::{Event, Events};
use super::super::tree::Tree;
use super::{Context, Told, bare};

/// The body of an error is read twice, because its last member may be what says which error it is.
pub(super) fn read<'b, E: Events<'b>>(context: &Context<'_>, begin: impl Fn() -> E) -> (Told, Value) {
    let tree = Tree { model: context.model, options: context.options };
    let mut events = begin();
    let body = events.next().and_then(|event| tree.document(&mut events, event));
    let mut body = match body {
        Ok(Value::Object(body)) => body,
        _ => Map::new(),
    };
    let text = |names: &[&str]| names.iter().find_map(|name| body.get(*name)?.as_str());
    let header = context.head.header("x-amzn-errortype");
    let code = match context.protocol() {
        Protocol::RestJson => header.or_else(|| text(&["code", "Code", "__type"])),
        _ => text(&["__type"]).or(header).or_else(|| text(&["code", "Code"])),
    };
    let told = Told {
        code: code.and_then(bare),
        message: text(&["message", "Message", "errorMessage"]).map(str::to_owned),
        request_id: text(&["RequestId", "requestId"]).map(str::to_owned),
    };
    let Some(id) = told.code.as_deref().and_then(|code| context.shape(code)) else {
        for name in ["__type", "message", "Message"] {
            body.remove(name);
        }
        return (told, Value::Object(body));
    };
    let mut events = begin();
    let typed = match events.next() {
        Ok(event @ Event::Map) => tree.value(&mut events, id, event).unwrap_or_default(),
        _ => Value::Null,
    };
    (told, context.members(context.model.shape(id), typed))
}
