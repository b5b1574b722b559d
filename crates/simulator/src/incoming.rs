//! A request as it arrived, over a socket or not.

use bytes::Bytes;
use http::{HeaderMap, Method, request::Parts};

/// A request with its whole body.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) method: Method,
    /// The name that the request was sent to.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Incoming {
    pub(crate) fn new(parts: Parts, body: Bytes) -> Self {
        let header = || parts.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        Self {
            host: parts.uri.host().or_else(header).unwrap_or_default().to_owned(),
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body,
        }
    }

    /// A header's value, unless it is absent or not text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
