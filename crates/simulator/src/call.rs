//! A request as understood.

use crate::incoming::Incoming;
use crate::modelled::{self, Target};
use crate::params::Params;
use crate::protocol::Protocol;
use crate::services;
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
    /// What it asks for, if no operation written by hand.
    pub(crate) target: Option<Target>,
}

impl Call {
    pub(crate) fn read(incoming: &Incoming) -> Self {
        let signature = incoming.header("authorization").and_then(Signature::read);
        let service = signature.as_ref().map(|signature| signature.service.as_str());
        let mut protocol = Protocol::of(service, incoming);
        let object = (protocol == Protocol::S3).then(|| ObjectRequest::read(incoming)).flatten();
        let of_object = object.as_ref().and_then(ObjectRequest::operation).map(str::to_owned);
        let mut operation = of_object.unwrap_or_else(|| protocol.operation(incoming));
        let mut params = protocol.params(incoming);
        let mut target = None;
        if let Some(service) = service.filter(|service| services::by_hand(service, &operation).is_none())
            && let Some((spoken, found)) = modelled::route(service, incoming)
            && let Some(name) = found.operation().map(|asked| found.model.text(asked.name))
            // What is written by hand knows its own requests.
            && services::by_hand(service, name).is_none()
        {
            name.clone_into(&mut operation);
            // A body that is none is refused as the operation's input.
            params = params.or(Some(Params::Pairs(Vec::new())));
            (protocol, target) = (spoken, Some(found));
        }
        let is_unsigned =
            signature.is_none() && protocol == Protocol::Query && UNSIGNED.contains(&operation.as_str());
        Self {
            protocol,
            unsigned_region: is_unsigned.then(|| region_of(&incoming.host)),
            session_token: incoming.header("x-amz-security-token").map(str::to_owned),
            operation,
            object,
            params,
            target,
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
        let service = self.target.as_ref().map_or(self.service(), Target::service);
        modelled::action(self.service(), service, &self.operation)
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
