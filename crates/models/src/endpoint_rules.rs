use serde::{Deserialize, Serialize};

/// The rules by which a service's endpoint follows from region, settings and parameters.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EndpointRules {}

impl EndpointRules {
    pub(crate) fn from_botocore(_: &serde_json::Value) -> Result<Self, crate::ImportError> {
        Ok(Self {})
    }
}
