//! A service of one operation, for tests that are about one thing.

use orgwide_models::Model;
use serde_json::{Value, json};

use super::{HttpParts, InputError, WriteOptions, write};

pub(super) const TOKEN: &str = "00000000-0000-4000-8000-000000000000";

/// Its model, and how its requests are written.
pub(super) struct Service(Value);

impl Service {
    /// The operation `Call` takes these members. Besides the shapes given there are those named for their types:
    /// `string`, `integer`, `long`, `float`, `double`, `boolean`, `blob`, `timestamp`, and `strings`, a list.
    pub(super) fn new(protocol: &str, members: Value, shapes: Value) -> Self {
        let mut all = json!({
            "CallRequest": { "type": "structure", "members": members },
            "strings": { "type": "list", "member": { "shape": "string" } },
        });
        for kind in ["string", "integer", "long", "float", "double", "boolean", "blob", "timestamp"] {
            all[kind] = json!({ "type": kind });
        }
        for (name, shape) in shapes.as_object().unwrap() {
            all[name] = shape.clone();
        }
        Self(json!({
            "metadata": {
                "protocol": protocol, "protocols": [protocol], "apiVersion": "2026-01-02", "jsonVersion": "1.1",
                "targetPrefix": "Service",
            },
            "operations": {
                "Call": {
                    "name": "Call", "http": { "method": "POST", "requestUri": "/" },
                    "input": { "shape": "CallRequest" },
                },
            },
            "shapes": all,
        }))
    }

    /// With something else in its place, by its JSON pointer.
    pub(super) fn with(mut self, pointer: &str, value: Value) -> Self {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        self.0.pointer_mut(parent).unwrap()[name] = value;
        self
    }

    /// With another path, or path and query.
    pub(super) fn at(self, uri: &str) -> Self {
        self.with("/operations/Call/http/requestUri", json!(uri))
    }

    pub(super) fn requiring(self, members: &[&str]) -> Self {
        self.with("/shapes/CallRequest/required", json!(members))
    }

    pub(super) fn try_write(
        &self,
        input: &Value,
        options: &WriteOptions<'_>,
    ) -> Result<HttpParts, InputError> {
        let model = Model::from_botocore("service", &self.0, &[], None).unwrap();
        write(&model, model.operation("Call").unwrap(), input, options)
    }

    pub(super) fn write(&self, input: Value) -> HttpParts {
        let options = WriteOptions { token: Some(TOKEN), ..WriteOptions::default() };
        self.try_write(&input, &options).unwrap()
    }

    /// The body of the request.
    pub(super) fn body(&self, input: Value) -> String {
        String::from_utf8(self.write(input).body).unwrap()
    }

    /// What is said of an input that is refused.
    pub(super) fn refusal(&self, input: &Value) -> String {
        match self.try_write(input, &WriteOptions::default()) {
            Ok(parts) => panic!("written: {}", String::from_utf8_lossy(&parts.body)),
            Err(error) => error.to_string(),
        }
    }
}

impl HttpParts {
    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
