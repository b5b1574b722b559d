//! Small models, and answers read by them.

use std::sync::Arc;

use bytes::Bytes;
use orgwide_models::Model;
use serde_json::{Value, json};

use super::super::service_error::ServiceError;
use super::super::{AnswerError, Head, ItemPaths, ItemReader, ReadOptions, read, read_error};
use crate::cbor::Writer;

/// A model with one operation, `Ask`, that answers with `Output`.
pub(super) struct Fixture {
    pub(super) model: Arc<Model>,
}

impl Fixture {
    /// `shapes` holds `Output`, and whatever it is made of besides the scalars.
    pub(super) fn new(protocol: &str, shapes: Value) -> Self {
        Self::with_operation(protocol, shapes, json!({}))
    }

    pub(super) fn with_operation(protocol: &str, shapes: Value, operation: Value) -> Self {
        Self::with_paginator(protocol, shapes, operation, None)
    }

    pub(super) fn with_paginator(
        protocol: &str,
        shapes: Value,
        operation: Value,
        paginator: Option<Value>,
    ) -> Self {
        let mut all = json!({
            "String": { "type": "string" },
            "Integer": { "type": "integer" },
            "Long": { "type": "long" },
            "Double": { "type": "double" },
            "Boolean": { "type": "boolean" },
            "Blob": { "type": "blob" },
            "Timestamp": { "type": "timestamp" },
            "Document": { "type": "structure", "members": {}, "document": true },
            "Strings": { "type": "list", "member": { "shape": "String" } },
            "StringMap": { "type": "map", "key": { "shape": "String" }, "value": { "shape": "String" } },
        });
        merge(&mut all, shapes);
        let mut ask = json!({
            "name": "Ask",
            "http": { "method": "POST", "requestUri": "/" },
            "output": { "shape": "Output" },
        });
        merge(&mut ask, operation);
        let service = json!({
            "metadata": { "protocol": protocol, "protocols": [protocol], "apiVersion": "2026-01-01", "jsonVersion": "1.1" },
            "operations": { "Ask": ask },
            "shapes": all,
        });
        let paginators: Vec<Value> =
            paginator.into_iter().map(|paginator| json!({ "pagination": { "Ask": paginator } })).collect();
        Self { model: Arc::new(Model::from_botocore("test", &service, &paginators, None).unwrap()) }
    }

    pub(super) fn read(&self, body: impl AsRef<[u8]>) -> Result<Value, AnswerError> {
        self.read_with(200, &[], body)
    }

    pub(super) fn read_with(
        &self,
        status: u16,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Result<Value, AnswerError> {
        let operation = self.model.operation("Ask").unwrap();
        let head = Head { status, headers };
        read(&self.model, operation, &head, body.as_ref(), ReadOptions::default())
    }

    pub(super) fn items(&self, paths: &[&str], body: impl AsRef<[u8]>) -> ItemReader {
        self.try_items(paths, body).unwrap()
    }

    pub(super) fn try_items(
        &self,
        paths: &[&str],
        body: impl AsRef<[u8]>,
    ) -> Result<ItemReader, AnswerError> {
        let operation = self.model.operation("Ask").unwrap();
        let paths = Arc::new(ItemPaths::new(&self.model, operation, paths).unwrap());
        let head = Head { status: 200, headers: &[] };
        let body = Bytes::copy_from_slice(body.as_ref());
        ItemReader::new(Arc::clone(&self.model), operation, &head, body, paths, ReadOptions::default())
    }

    pub(super) fn error(
        &self,
        status: u16,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> ServiceError {
        let operation = self.model.operation("Ask").unwrap();
        let head = Head { status, headers };
        read_error(&self.model, operation, &head, body.as_ref(), ReadOptions::default())
    }
}

pub(super) fn merge(into: &mut Value, more: Value) {
    let (Value::Object(into), Value::Object(more)) = (into, more) else { panic!("objects") };
    into.extend(more);
}

/// A structure of members, each with its shape.
pub(super) fn structure(members: &[(&str, &str)]) -> Value {
    let members: serde_json::Map<String, Value> =
        members.iter().map(|(name, shape)| ((*name).to_owned(), json!({ "shape": shape }))).collect();
    json!({ "type": "structure", "members": members })
}

/// A body that says what a value is, in the language of a protocol. Lists and maps in it are not flattened.
pub(super) fn body(protocol: &str, value: &Value) -> Vec<u8> {
    match protocol {
        "json" | "rest-json" => value.to_string().into_bytes(),
        "smithy-rpc-v2-cbor" => {
            let mut writer = Writer::default();
            cbor(&mut writer, value);
            writer.into_bytes()
        }
        "query" => {
            let mut text = "<?xml version=\"1.0\"?>\n<AskResponse xmlns=\"urn:x\">".to_owned();
            xml(&mut text, "AskResult", value);
            text.push_str("<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AskResponse>\n");
            text.into_bytes()
        }
        _ => {
            let mut text = String::new();
            xml(&mut text, "AskResponse", value);
            text.into_bytes()
        }
    }
}

fn xml(text: &mut String, name: &str, value: &Value) {
    text.push_str(&format!("<{name}>"));
    match value {
        Value::Object(members) if name == "Tags" => {
            for (key, value) in members {
                text.push_str("<entry>");
                xml(text, "key", &Value::from(key.as_str()));
                xml(text, "value", value);
                text.push_str("</entry>");
            }
        }
        Value::Object(members) => members.iter().for_each(|(name, value)| xml(text, name, value)),
        Value::Array(list) => list.iter().for_each(|value| xml(text, "member", value)),
        Value::String(string) => text.push_str(&quick_xml::escape::escape(string.as_str())),
        other => text.push_str(&other.to_string()),
    }
    text.push_str(&format!("</{name}>"));
}

fn cbor(writer: &mut Writer, value: &Value) {
    match value {
        Value::Null => writer.null(),
        Value::Bool(boolean) => writer.boolean(*boolean),
        Value::Number(number) => writer.integer(number.as_i64().unwrap()),
        Value::String(text) => writer.text(text),
        Value::Array(list) => {
            writer.list(list.len());
            list.iter().for_each(|value| cbor(writer, value));
        }
        Value::Object(members) => {
            writer.map(members.len());
            for (name, value) in members {
                writer.text(name);
                cbor(writer, value);
            }
        }
    }
}
