use std::sync::Arc;

use orgwide_models::{Catalog, Model, Operation};

use crate::nearest::nearest;
use crate::{CallError, OperationId};

/// An operation with the model it belongs to.
#[derive(Debug)]
pub(crate) struct Callee {
    pub(crate) model: Arc<Model>,
    pub(crate) operation: Operation,
}

/// Longer names in errors are cut.
const LONGEST_NAME: usize = 64;

impl Callee {
    /// Finds an operation by its names, in any of the usual spellings.
    pub(crate) fn find(catalog: &Catalog, service: &str, operation: &str) -> Result<Arc<Self>, CallError> {
        let model = catalog.model(service)?;
        let Some(found) = model.operation(operation).cloned() else {
            let names = model.operations().map(|known| model.text(known.name));
            return Err(CallError::UnknownOperation {
                service: model.service().name.clone(),
                operation: operation.chars().take(LONGEST_NAME).collect(),
                nearest: nearest(operation, names).map(str::to_owned),
            });
        };
        Ok(Arc::new(Self { model, operation: found }))
    }

    pub(crate) fn service(&self) -> &str {
        &self.model.service().name
    }

    pub(crate) fn name(&self) -> &str {
        self.model.text(self.operation.name)
    }

    pub(crate) fn id(&self) -> OperationId {
        OperationId { service: self.service().to_owned(), operation: self.name().to_owned() }
    }

    pub(crate) fn unsupported(&self, why: impl Into<String>) -> CallError {
        CallError::Unsupported { operation: self.id(), why: why.into() }
    }
}
