//! A request as understood.

use crate::incoming::Incoming;
use crate::params::Params;
use crate::protocol::Protocol;
use crate::services::s3::ObjectRequest;
use crate::services::sts::{ASSUMING, UNSIGNED};
use crate::session_request::SessionRequest;
use crate::signature::Signature;
use crate::spec::is_region;

/// Which operation of which service a request asks for, and with what.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) protocol: Protocol,
    pub(crate) signature: Option<Signature>,
    /// The region of the endpoint, for what nobody signs.
    pub(crate) unsigned_region: Option<String>,
    pub(crate) session_token: Option<String>,
    pub(crate) operation: String,
    /// The bucket or object of S3 it is about.
    pub(crate) object: Option<ObjectRequest>,
    /// Nothing when the body is not what the protocol sends.
    pub(crate) params: Option<Params>,
}

impl Call {
    pub(crate) fn read(incoming: &Incoming) -> Self {
        let signature = incoming.header("authorization").and_then(Signature::read);
        let protocol = Protocol::of(signature.as_ref().map(|s| s.service.as_str()), incoming);
        let object = (protocol == Protocol::RestXml).then(|| ObjectRequest::read(incoming)).flatten();
        let of_object = object.as_ref().and_then(ObjectRequest::operation).map(str::to_owned);
        let operation = of_object.unwrap_or_else(|| protocol.operation(incoming));
        let is_unsigned =
            signature.is_none() && protocol == Protocol::Query && UNSIGNED.contains(&operation.as_str());
        Self {
            protocol,
            unsigned_region: is_unsigned.then(|| region_of(&incoming.host)),
            session_token: incoming.header("x-amz-security-token").map(str::to_owned),
            operation,
            object,
            params: protocol.params(incoming),
            signature,
        }
    }

    pub(crate) fn service(&self) -> &str {
        match &self.signature {
            Some(signature) => &signature.service,
            None if self.unsigned_region.is_some() => "sts",
            None => "",
        }
    }

    pub(crate) fn region(&self) -> &str {
        let signed = self.signature.as_ref().map(|signature| &signature.region);
        signed.or(self.unsigned_region.as_ref()).map_or("", String::as_str)
    }

    pub(crate) fn access_key(&self) -> &str {
        self.signature.as_ref().map_or("", |signature| &signature.access_key)
    }

    /// The name of the permission it needs.
    pub(crate) fn action(&self) -> String {
        match (self.service(), self.operation.as_str()) {
            // One of the few permissions whose name is not the operation's.
            ("s3", "ListBuckets") => "s3:ListAllMyBuckets".to_owned(),
            ("s3", "HeadBucket" | "ListObjectsV2") => "s3:ListBucket".to_owned(),
            ("s3", "CreateMultipartUpload" | "UploadPart" | "CompleteMultipartUpload") => {
                "s3:PutObject".to_owned()
            }
            (service, operation) => format!("{service}:{operation}"),
        }
    }

    /// The role that a call is to get credentials for.
    pub(crate) fn role_arn(&self) -> Option<&str> {
        let assumes = self.service() == "sts" && ASSUMING.contains(&self.operation.as_str());
        self.params.as_ref().filter(|_| assumes)?.get("RoleArn")
    }

    /// What the session is to be that it asks for.
    pub(crate) fn session_request(&self) -> Option<SessionRequest> {
        let assumes = self.service() == "sts" && ASSUMING.contains(&self.operation.as_str());
        self.params.as_ref().filter(|_| assumes).map(SessionRequest::read)
    }
}

/// The region in the name of an endpoint of STS; where there is none, the region of the global one.
fn region_of(host: &str) -> String {
    let named = host.strip_prefix("sts.").and_then(|rest| rest.split('.').next());
    named.filter(|name| is_region(name)).unwrap_or("us-east-1").to_owned()
}
