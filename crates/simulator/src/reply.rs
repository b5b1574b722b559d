//! An answer before it is sent.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};

use crate::body::{Body, Delivery};
use crate::protocol::Protocol;
use crate::xml::Xml;

/// An answer of a service.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
    /// The error code, for the log.
    pub(crate) code: Option<String>,
    /// The error code, where the protocol wants it in a header.
    pub(crate) error_type: Option<String>,
    /// The header that says when to come again.
    pub(crate) retry_after: Option<(String, String)>,
    /// What else is said in headers.
    pub(crate) headers: Vec<(String, String)>,
}

impl Reply {
    pub(crate) fn xml(protocol: Protocol, body: Xml) -> Self {
        let content_type = match protocol {
            Protocol::Ec2 => "text/xml;charset=UTF-8",
            Protocol::S3 => "application/xml",
            _ => "text/xml",
        };
        Self::new(200, content_type, body.into_bytes())
    }

    pub(crate) fn json(protocol: Protocol, body: &serde_json::Value) -> Self {
        let content_type = match protocol {
            Protocol::Json => "application/x-amz-json-1.1",
            Protocol::Json10 => "application/x-amz-json-1.0",
            _ => "application/json",
        };
        Self::new(200, content_type, body.to_string().into_bytes())
    }

    pub(crate) fn new(status: u16, content_type: &'static str, body: Vec<u8>) -> Self {
        Self {
            status,
            content_type,
            body,
            code: None,
            error_type: None,
            retry_after: None,
            headers: Vec::new(),
        }
    }

    /// With a header more, in place of the usual one of its name.
    pub(crate) fn with(mut self, name: &str, value: String) -> Self {
        self.headers.push((name.to_owned(), value));
        self
    }

    /// The answer as HTTP, with the headers every answer of AWS has.
    pub(crate) fn into_http(
        self,
        protocol: Protocol,
        request_id: &str,
        date: &str,
        delivery: Delivery,
    ) -> Response<Body> {
        let mut response = Response::new(Body::new(Bytes::from(self.body), delivery));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut put = |name: &str, value: &str| {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        };
        put(header::CONTENT_TYPE.as_str(), self.content_type);
        put(header::DATE.as_str(), date);
        match protocol {
            Protocol::S3 => {
                put("x-amz-request-id", request_id);
                put("x-amz-id-2", &format!("{request_id}/simulated"));
            }
            _ => put("x-amzn-requestid", request_id),
        }
        if protocol == Protocol::Cbor {
            put("smithy-protocol", "rpc-v2-cbor");
        }
        for (name, value) in &self.headers {
            put(name, value);
        }
        if let Some(code) = &self.error_type {
            put("x-amzn-errortype", code);
        }
        if let Some((name, value)) = &self.retry_after {
            put(name, value);
        }
        response
    }
}
