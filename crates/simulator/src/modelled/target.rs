//! What a request asks for.

use std::sync::Arc;

use orgwide_models::{Model, Operation};
use serde_json::Value;

use crate::refusal::Refusal;

/// An operation of a model, and what it is asked with.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) model: Arc<Model>,
    /// Which of the model's operations.
    pub(crate) place: usize,
    /// An object under the API's names, or why there is none.
    pub(crate) input: Result<Value, Refusal>,
}

impl Target {
    /// The service as the models name it.
    pub(crate) fn service(&self) -> &str {
        &self.model.service().name
    }

    pub(crate) fn operation(&self) -> Option<&Operation> {
        self.model.operations().nth(self.place)
    }
}
