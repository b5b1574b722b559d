//! The same refusal in the words of each protocol.

use std::borrow::Cow;

use serde_json::json;

use crate::call::Call;
use crate::modelled::cbor;
use crate::protocol::Protocol;
use crate::reply::Reply;
use crate::services::{iam, sts};
use crate::xml::Xml;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// The `Reason` that some JSON services add.
    pub(crate) reason: Option<&'static str>,
    /// The header that says when to come again, or where to go.
    pub(crate) retry_after: Option<Box<(String, String)>>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), reason: None, retry_after: None }
    }

    pub(crate) fn because(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }

    /// Says in how many seconds to come again, if there is anything to say.
    pub(crate) fn after(self, seconds: Option<u64>) -> Self {
        match seconds {
            Some(seconds) => self.with(http::header::RETRY_AFTER.as_str(), &seconds.to_string()),
            None => self,
        }
    }

    /// Says when to come again, or where to go, in a header of this name and value.
    pub(crate) fn with(self, header: &str, value: &str) -> Self {
        Self { retry_after: Some(Box::new((header.to_owned(), value.to_owned()))), ..self }
    }

    /// Nothing, or nothing readable, says who is calling.
    pub(crate) fn unsigned(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Query | Protocol::Ec2 | Protocol::RestXml => {
                Self::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
            }
            Protocol::Json | Protocol::Json10 | Protocol::Cbor | Protocol::RestJson => {
                Self::new(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
            }
            Protocol::S3 => Self::new(403, "AccessDenied", "Access Denied"),
        }
    }

    /// The credentials mean nothing here: a foreign key, a wrong token, or a region that is not enabled.
    pub(crate) fn not_recognised(protocol: Protocol) -> Self {
        const INVALID: &str = "The security token included in the request is invalid";
        match protocol {
            Protocol::Query | Protocol::RestXml => Self::new(403, "InvalidClientTokenId", INVALID),
            Protocol::Ec2 => {
                Self::new(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
            }
            Protocol::Json | Protocol::Json10 | Protocol::Cbor => {
                Self::new(400, "UnrecognizedClientException", INVALID)
            }
            Protocol::RestJson => Self::new(403, "UnrecognizedClientException", INVALID),
            Protocol::S3 => {
                Self::new(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
            }
        }
    }

    /// The session is over.
    pub(crate) fn expired(protocol: Protocol) -> Self {
        const EXPIRED: &str = "The security token included in the request is expired";
        match protocol {
            Protocol::Query | Protocol::RestXml => Self::new(403, "ExpiredToken", EXPIRED),
            Protocol::Ec2 => Self::new(400, "RequestExpired", "Request has expired."),
            Protocol::Json | Protocol::Json10 | Protocol::Cbor => {
                Self::new(400, "ExpiredTokenException", EXPIRED)
            }
            Protocol::RestJson => Self::new(403, "ExpiredTokenException", EXPIRED),
            Protocol::S3 => Self::new(400, "ExpiredToken", "The provided token has expired."),
        }
    }

    /// The account has been suspended. What AWS says is written down nowhere as such; these are the codes that its
    /// services list for accounts that may not use them.
    pub(crate) fn suspended(call: &Call, caller_arn: &str) -> Self {
        if let Some(role) = call.role_arn() {
            return sts::role_denied(&call.operation, caller_arn, role);
        }
        const NO_SUBSCRIPTION: &str = "The AWS Access Key Id needs a subscription for the service";
        match call.protocol {
            Protocol::Query | Protocol::RestXml => Self::new(403, "OptInRequired", NO_SUBSCRIPTION),
            Protocol::Ec2 => Self::new(
                403,
                "Blocked",
                "This account is currently blocked and not recognized as a valid account.",
            ),
            Protocol::Json | Protocol::Json10 | Protocol::Cbor => {
                Self::new(400, "SubscriptionRequiredException", NO_SUBSCRIPTION)
            }
            Protocol::RestJson => Self::new(403, "SubscriptionRequiredException", NO_SUBSCRIPTION),
            Protocol::S3 => Self::new(
                403,
                "AccountProblem",
                "There is a problem with your AWS account that prevents the operation from completing successfully.",
            ),
        }
    }

    /// The caller calls too often.
    pub(crate) fn throttled(call: &Call, account: &str) -> Self {
        const EXCEEDED: &str = "Rate exceeded";
        match call.protocol {
            Protocol::Query | Protocol::RestXml => Self::new(400, "Throttling", EXCEEDED),
            Protocol::Ec2 => Self::new(
                503,
                "RequestLimitExceeded",
                format!(
                    "Request limit exceeded. Account {account} has been throttled on ec2:{} because it \
                     exceeded its request rate limit.",
                    call.operation
                ),
            ),
            Protocol::Json if call.service() == "organizations" => Self::new(
                400,
                "TooManyRequestsException",
                "You have sent too many requests in too short a period of time.",
            ),
            Protocol::Json | Protocol::Json10 | Protocol::Cbor => {
                Self::new(400, "ThrottlingException", EXCEEDED)
            }
            Protocol::RestJson if call.service() == "account" => {
                Self::new(429, "TooManyRequestsException", EXCEEDED)
            }
            Protocol::RestJson => Self::new(429, "ThrottlingException", EXCEEDED),
            Protocol::S3 => Self::new(503, "SlowDown", "Please reduce your request rate."),
        }
    }

    /// The service failed.
    pub(crate) fn internal(call: &Call) -> Self {
        const TROUBLE: &str = "An internal error has occurred";
        match call.protocol {
            Protocol::Query | Protocol::RestXml => Self::new(500, "InternalFailure", TROUBLE),
            Protocol::Ec2 => Self::new(500, "InternalError", TROUBLE),
            Protocol::Json if call.service() == "organizations" => {
                Self::new(500, "ServiceException", TROUBLE)
            }
            Protocol::Json | Protocol::Json10 | Protocol::Cbor | Protocol::RestJson => {
                Self::new(500, "InternalServerException", TROUBLE)
            }
            Protocol::S3 => {
                Self::new(500, "InternalError", "We encountered an internal error. Please try again.")
            }
        }
    }

    /// No policy allows it.
    pub(crate) fn denied(call: &Call, caller_arn: &str) -> Self {
        if let Some(role) = call.role_arn() {
            return sts::role_denied(&call.operation, caller_arn, role);
        }
        let action = call.action();
        Self::denied_because(
            call,
            caller_arn,
            &format!("because no identity-based policy allows the {action} action"),
        )
    }

    /// A policy does not allow it, in the words that end the message.
    pub(crate) fn denied_because(call: &Call, caller_arn: &str, reason: &str) -> Self {
        let resource = call.role_arn().map(|role| format!(" on resource: {role}")).unwrap_or_default();
        let message =
            format!("User: {caller_arn} is not authorized to perform: {}{resource} {reason}", call.action());
        match call.protocol {
            Protocol::Query | Protocol::RestXml | Protocol::S3 => Self::new(403, "AccessDenied", message),
            Protocol::Ec2 => Self::new(
                403,
                "UnauthorizedOperation",
                format!("You are not authorized to perform this operation. {message}"),
            ),
            Protocol::Json | Protocol::Json10 | Protocol::Cbor => {
                Self::new(400, "AccessDeniedException", message)
            }
            Protocol::RestJson => Self::new(403, "AccessDeniedException", message),
        }
    }

    /// There is no such operation, or not here.
    pub(crate) fn unknown_operation(call: &Call) -> Self {
        let operation = &call.operation;
        match call.protocol {
            Protocol::Query | Protocol::RestXml => Self::new(
                400,
                "InvalidAction",
                format!("Could not find operation {operation} for the version given"),
            ),
            Protocol::Ec2 => Self::new(
                400,
                "InvalidAction",
                format!("The action {operation} is not valid for this web service."),
            ),
            Protocol::Json | Protocol::Json10 | Protocol::Cbor => {
                Self::new(400, "UnknownOperationException", "Unknown operation")
            }
            Protocol::RestJson => Self::new(404, "UnknownOperationException", "Unknown operation"),
            Protocol::S3 => Self::new(
                501,
                "NotImplemented",
                "A header or query you provided implies functionality that is not implemented.",
            ),
        }
    }

    /// The body is not in the form of the protocol.
    pub(crate) fn unreadable() -> Self {
        Self::new(400, "SerializationException", "The body is not a JSON object")
    }

    /// A value that Organizations does not take.
    pub(crate) fn invalid_input(reason: &'static str, message: impl Into<String>) -> Self {
        Self::new(400, "InvalidInputException", message).because(reason)
    }

    /// The operation is there, but this parameter of it is not.
    pub(crate) fn unsupported(protocol: Protocol, operation: &str, parameter: &str) -> Self {
        let code = match protocol {
            Protocol::Query | Protocol::RestXml => "ValidationError",
            Protocol::Json | Protocol::Json10 | Protocol::Cbor => "InvalidInputException",
            Protocol::RestJson => "ValidationException",
            Protocol::Ec2 => "UnsupportedOperation",
            Protocol::S3 => "NotImplemented",
        };
        let message = format!("The simulator does not know the parameter {parameter} of {operation}.");
        Self::new(400, code, message)
    }

    /// The refusal as the protocol writes it.
    pub(crate) fn reply(self, call: &Call, request_id: &str) -> Reply {
        let protocol = call.protocol;
        let mut reply = match protocol {
            Protocol::Query | Protocol::RestXml => Reply::xml(protocol, self.query_xml(call, request_id)),
            Protocol::Ec2 => Reply::xml(protocol, self.ec2_xml(request_id)),
            Protocol::S3 => Reply::xml(protocol, self.s3_xml(request_id)),
            Protocol::Cbor => {
                let body = cbor::texts(&[("__type", &self.code), ("message", &self.message)]);
                Reply::new(self.status, "application/cbor", body)
            }
            Protocol::Json | Protocol::Json10 => {
                let mut body = json!({ "__type": self.code, "Message": self.message });
                if let Some(reason) = self.reason {
                    body["Reason"] = reason.into();
                }
                Reply::json(protocol, &body)
            }
            Protocol::RestJson => {
                let mut body = json!({ "message": self.message });
                if let Some(reason) = self.reason {
                    body["reason"] = reason.into();
                }
                Reply::json(protocol, &body)
            }
        };
        reply.status = self.status;
        reply.retry_after = self.retry_after.map(|header| *header);
        if call.object.as_ref().is_some_and(|request| request.method == http::Method::HEAD) {
            reply.body.clear();
        }
        let code = self.code.into_owned();
        if call.target.as_ref().is_some_and(|target| target.model.service().is_query_compatible) {
            let fault = if self.status < 500 { "Sender" } else { "Receiver" };
            reply.headers.push(("x-amzn-query-error".to_owned(), format!("{code};{fault}")));
        }
        reply.error_type = (protocol == Protocol::RestJson).then(|| code.clone());
        reply.code = Some(code);
        reply
    }

    fn query_xml(&self, call: &Call, request_id: &str) -> Xml {
        let inside = |xml: &mut Xml| {
            xml.element("Error", |xml| {
                xml.text("Type", if self.status < 500 { "Sender" } else { "Receiver" });
                xml.text("Code", &self.code);
                xml.text("Message", &self.message);
            });
            xml.text("RequestId", request_id);
        };
        let mut xml = Xml::new();
        match call.service() {
            "sts" => xml.root("ErrorResponse", sts::NAMESPACE, inside),
            "iam" => xml.root("ErrorResponse", iam::NAMESPACE, inside),
            _ => match call.target.as_ref().and_then(|target| target.model.service().namespace.as_deref()) {
                Some(namespace) => xml.root("ErrorResponse", namespace, inside),
                None => xml.element("ErrorResponse", inside),
            },
        }
        xml
    }

    fn ec2_xml(&self, request_id: &str) -> Xml {
        let mut xml = Xml::new();
        xml.element("Response", |xml| {
            xml.element("Errors", |xml| {
                xml.element("Error", |xml| {
                    xml.text("Code", &self.code);
                    xml.text("Message", &self.message);
                });
            });
            xml.text("RequestID", request_id);
        });
        xml
    }

    fn s3_xml(&self, request_id: &str) -> Xml {
        let mut xml = Xml::new();
        xml.element("Error", |xml| {
            xml.text("Code", &self.code);
            xml.text("Message", &self.message);
            xml.text("RequestId", request_id);
            xml.text("HostId", &format!("{request_id}/simulated"));
        });
        xml
    }
}
