use serde_json::{Map, Value};

/// Where requests go, and how they are signed there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Endpoint {
    /// `https://` or `http://`, host, perhaps a port, perhaps a path; no query.
    pub(crate) url: String,
    /// Headers that every request to it has.
    pub(crate) headers: Vec<(String, Vec<String>)>,
    /// How requests may be signed, the preferred way first; empty where the service's usual way counts.
    pub(crate) auth: Vec<AuthScheme>,
    /// What else the rules say, such as `backend`: `S3Express`.
    pub(crate) properties: Map<String, Value>,
}

/// A way to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthScheme {
    /// `sigv4`, `sigv4a`, `sigv4-s3express`.
    pub(crate) name: String,
    /// The service to sign for, where it is not the usual one.
    pub(crate) signing_name: Option<String>,
    /// The region to sign for, where it is not the one that is called.
    pub(crate) signing_region: Option<String>,
    /// The regions to sign for, with `sigv4a`: mostly `*`.
    pub(crate) signing_region_set: Option<Vec<String>>,
    /// The path is not escaped again for the signature.
    pub(crate) disable_double_encoding: bool,
}
