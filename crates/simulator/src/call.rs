//! A request as understood.

use crate::incoming::Incoming;
use crate::params::Params;
use crate::protocol::Protocol;
use crate::signature::Signature;

/// Which operation of which service a request asks for, and with what.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) protocol: Protocol,
    pub(crate) signature: Option<Signature>,
    pub(crate) session_token: Option<String>,
    pub(crate) operation: String,
    /// Nothing when the body is not what the protocol sends.
    pub(crate) params: Option<Params>,
}

impl Call {
    pub(crate) fn read(incoming: &Incoming) -> Self {
        let signature = incoming.header("authorization").and_then(Signature::read);
        let protocol = Protocol::of(signature.as_ref().map(|s| s.service.as_str()), incoming);
        Self {
            protocol,
            session_token: incoming.header("x-amz-security-token").map(str::to_owned),
            operation: protocol.operation(incoming),
            params: protocol.params(incoming),
            signature,
        }
    }

    pub(crate) fn service(&self) -> &str {
        self.signature.as_ref().map_or("", |signature| &signature.service)
    }

    pub(crate) fn region(&self) -> &str {
        self.signature.as_ref().map_or("", |signature| &signature.region)
    }

    pub(crate) fn access_key(&self) -> &str {
        self.signature.as_ref().map_or("", |signature| &signature.access_key)
    }

    /// The role that an AssumeRole is about.
    pub(crate) fn role_arn(&self) -> Option<&str> {
        match (self.service(), self.operation.as_str()) {
            ("sts", "AssumeRole") => self.params.as_ref()?.get("RoleArn"),
            _ => None,
        }
    }
}
