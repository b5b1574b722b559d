use std::borrow::Cow;
use std::fmt;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

/// The longest body of an answer that is read where nothing else is said: 64 MiB.
const LARGEST_BODY: usize = 64 << 20;

/// One request, written, but not signed.
#[derive(Clone)]
pub struct RawRequest {
    /// The service id of the SDKs, such as `EC2`.
    pub service_id: Cow<'static, str>,
    /// The operation, as the API spells it.
    pub operation: Cow<'static, str>,
    /// The HTTP method.
    pub method: Cow<'static, str>,
    /// Scheme and host it goes to, and what stands before every path there: `https://ec2.eu-west-1.amazonaws.com`.
    pub endpoint: String,
    /// Path and query, encoded; begins with `/`.
    pub target: String,
    /// The headers that are not the SDK's business.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The body.
    pub body: Bytes,
    /// How it is signed.
    pub signing: Signing,
    /// Whether it is one of a series that reads a list page by page; AWS counts some such calls differently.
    pub paged: bool,
    /// The longest body of an answer that is read, in bytes; a longer one is an error with the code
    /// `AnswerTooLarge`, and is not tried again.
    pub largest_body: usize,
}

/// How a request is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signing {
    /// Not at all.
    None,
    /// With AWS's Signature Version 4.
    #[non_exhaustive]
    V4 {
        /// The name the service signs with, such as `ec2`.
        name: Cow<'static, str>,
        /// The region signed for, which is also the one the call counts in.
        region: Cow<'static, str>,
        /// The path is encoded once more for the signature: everywhere but in S3.
        encodes_twice: bool,
        /// `.`, `..` and `//` in the path are resolved for the signature: everywhere but in S3.
        normalizes_path: bool,
        /// The hash of the body is sent in a header of its own: in S3.
        sends_hash: bool,
        /// The body is part of the signature.
        signs_body: bool,
    },
}

impl RawRequest {
    /// A `POST` of a body to `/` with nothing said of the answer's size: 64 MiB at most.
    #[must_use]
    pub fn post(
        service_id: impl Into<Cow<'static, str>>,
        operation: impl Into<Cow<'static, str>>,
        endpoint: impl Into<String>,
        signing: Signing,
        body: impl Into<Bytes>,
    ) -> Self {
        Self {
            service_id: service_id.into(),
            operation: operation.into(),
            method: "POST".into(),
            endpoint: endpoint.into(),
            target: "/".to_owned(),
            headers: Vec::new(),
            body: body.into(),
            signing,
            paged: false,
            largest_body: LARGEST_BODY,
        }
    }

    /// What the SDK would find wrong with it, and tell with all of its text.
    pub(super) fn check(&self) -> Result<(), BoxError> {
        let wrong = |_| BoxError::from("its endpoint and path are no URI, or too long a one");
        let parts = self.endpoint.parse::<http::Uri>().map_err(wrong)?.into_parts();
        let is_http = parts.scheme.is_some_and(|scheme| matches!(scheme.as_str(), "http" | "https"));
        if !is_http || parts.authority.is_none() {
            return Err("the endpoint does not begin with http:// or https:// and a host".into());
        }
        if !self.target.starts_with('/') {
            return Err("the path does not begin with a slash".into());
        }
        format!("{}{}", self.endpoint, self.target).parse::<http::Uri>().map_err(wrong)?;
        Ok(())
    }

    pub(super) fn into_http(self) -> Result<HttpRequest, BoxError> {
        let mut request = http::Request::builder().method(self.method.as_bytes()).uri(self.target);
        for (name, value) in &self.headers {
            request = request.header(name.as_ref(), value);
        }
        if !self.body.is_empty() || matches!(&*self.method, "POST" | "PUT" | "PATCH") {
            request = request.header(http::header::CONTENT_LENGTH, self.body.len());
        }
        HttpRequest::try_from(request.body(SdkBody::from(self.body))?).map_err(BoxError::from)
    }
}

impl Signing {
    /// Signature Version 4 as every service but S3 wants it.
    #[must_use]
    pub fn v4(name: impl Into<Cow<'static, str>>, region: impl Into<Cow<'static, str>>) -> Self {
        Self::V4 {
            name: name.into(),
            region: region.into(),
            encodes_twice: true,
            normalizes_path: true,
            sends_hash: false,
            signs_body: true,
        }
    }

    /// Signature Version 4 as S3 wants it.
    #[must_use]
    pub fn s3(name: impl Into<Cow<'static, str>>, region: impl Into<Cow<'static, str>>) -> Self {
        Self::V4 {
            name: name.into(),
            region: region.into(),
            encodes_twice: false,
            normalizes_path: false,
            sends_hash: true,
            signs_body: true,
        }
    }

    /// The same, with the path encoded for the signature once, or twice.
    #[must_use]
    pub fn encoding_twice(mut self, twice: bool) -> Self {
        if let Self::V4 { encodes_twice, .. } = &mut self {
            *encodes_twice = twice;
        }
        self
    }

    /// The same, with a signature that does not depend on the body, and says so in a header.
    #[must_use]
    pub fn without_body(mut self) -> Self {
        if let Self::V4 { signs_body, sends_hash, .. } = &mut self {
            (*signs_body, *sends_hash) = (false, true);
        }
        self
    }

    /// The same, with the hash of the body in a header of its own.
    #[must_use]
    pub fn sending_hash(mut self) -> Self {
        if let Self::V4 { sends_hash, .. } = &mut self {
            *sends_hash = true;
        }
        self
    }

    /// The region signed for; none where nothing is signed.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::V4 { region, .. } => Some(region),
        }
    }
}

/// Nothing of what is asked for: it may be a secret.
impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRequest")
            .field("service_id", &self.service_id)
            .field("operation", &self.operation)
            .field("endpoint", &self.endpoint)
            .field("signing", &self.signing)
            .finish_non_exhaustive()
    }
}
