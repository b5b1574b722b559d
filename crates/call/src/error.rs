use std::fmt;

use orgwide_models::CatalogError;
use orgwide_session::Failure;

use crate::{EndpointError, InputError, PathError};

/// A call that was not made, or failed.
///
/// It holds names, paths and what AWS said, but no text of an input or an answer: it may be a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// There is no model of the service. Nothing was sent.
    #[error(transparent)]
    Service(#[from] CatalogError),
    /// The service has no such operation. Nothing was sent.
    #[error("{service} has no operation `{operation}`{}", suggestion(nearest.as_deref()))]
    UnknownOperation {
        /// The service, as its model calls it.
        service: String,
        /// What was asked for, its first 64 characters.
        operation: String,
        /// The operation that is called much like it.
        nearest: Option<String>,
    },
    /// The input does not fit the operation. Nothing was sent.
    #[error("{operation} does not take this: {error}")]
    Input {
        /// Service and operation.
        operation: OperationId,
        /// What is wrong, and where.
        error: InputError,
    },
    /// A path leads to no list in the operation's answers. Nothing was sent.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The operation, or this use of it, is beyond what is built here. Nothing was sent.
    #[error("{operation} cannot be called: {why}")]
    Unsupported {
        /// Service and operation.
        operation: OperationId,
        /// Why.
        why: String,
    },
    /// The service's rules give no endpoint for this. Nothing was sent.
    #[error("{operation} has no endpoint here: {error}")]
    Endpoint {
        /// Service and operation.
        operation: OperationId,
        /// What they say.
        error: EndpointError,
    },
    /// A page names itself, or one that was got already, as the next: the list has no end, or a part of it is
    /// missing. The pages before are whole.
    #[error("{operation} gave the same token for the next page twice")]
    RepeatedToken {
        /// Service and operation.
        operation: OperationId,
    },
    /// The call was made, or was to be made, and failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// Which operation of which service: `ec2:DescribeInstances`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OperationId {
    /// The service, as its model calls it.
    pub service: String,
    /// The operation, as the API spells it.
    pub operation: String,
}

impl CallError {
    /// The failure of the call, where it was made.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            _ => None,
        }
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.operation)
    }
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"))
}
