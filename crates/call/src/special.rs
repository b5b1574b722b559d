//! What operations do that no model tells, by service and operation.
//!
//! Each is one function in one of the files here. They do what botocore does, and so the AWS CLI, so that the same
//! input gives the same answer.

mod answers;
mod inputs;
mod requests;
mod urls;

use orgwide_models::{Model, Operation};
use serde_json::Value;

pub(crate) use answers::{ItemFix, fix_answer, is_root_text, message, take_expires};
pub(crate) use requests::{Written, fix_request, refusal};

/// What was changed in an input, as far as the answer has to be changed back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Changed {
    /// The names in the answer were asked for as they stand in URLs.
    pub(crate) asked_for_url_encoding: bool,
}

/// Changes an input into what the service wants.
pub(crate) fn fix_input(model: &Model, operation: &Operation, input: &mut Value) -> Changed {
    inputs::fix(model, operation, input)
}

fn names<'a>(model: &'a Model, operation: &Operation) -> (&'a str, &'a str) {
    (model.service().name.as_str(), model.text(operation.name))
}
