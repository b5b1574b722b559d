//! What a request says about a bucket or an object.

use http::Method;

use crate::incoming::Incoming;
use crate::params::Params;
use crate::services::s3::payload::{self, Payload};

/// A request to a bucket, or to an object in it.
#[derive(Debug)]
pub(crate) struct ObjectRequest {
    pub(crate) bucket: String,
    /// Empty for the bucket itself.
    pub(crate) key: String,
    pub(crate) method: Method,
    pub(crate) content_type: String,
    /// The first header that asks for what is not simulated.
    pub(crate) unknown: Option<&'static str>,
    /// What is sent, as it is meant; an error where it is not what its checksum says, or breaks off.
    pub(crate) payload: Result<Payload, payload::Broken>,
    query: Params,
}

/// Conditions and sources that would change the answer.
const NOT_SIMULATED: [&str; 7] = [
    "x-amz-copy-source",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "range",
    "x-amz-write-offset-bytes",
    "x-amz-mfa",
];

impl ObjectRequest {
    /// Reads a request to S3; none if it is not about a bucket.
    pub(crate) fn read(incoming: &Incoming) -> Option<Self> {
        // S3 Control is signed for by the same name.
        if incoming.path.starts_with("/v20180820/") {
            return None;
        }
        let (bucket, key) = match bucket_of(&incoming.host) {
            Some(bucket) => (bucket.to_owned(), incoming.path.trim_start_matches('/')),
            None => {
                let path = incoming.path.strip_prefix('/')?;
                let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                (decoded(bucket), key)
            }
        };
        (!bucket.is_empty()).then(|| Self {
            bucket,
            key: decoded(key),
            method: incoming.method.clone(),
            content_type: incoming.header("content-type").unwrap_or("binary/octet-stream").to_owned(),
            unknown: NOT_SIMULATED.into_iter().find(|name| incoming.headers.contains_key(*name)),
            payload: Payload::read(&incoming.headers, &incoming.body),
            query: Params::pairs(incoming),
        })
    }

    /// The operation, as far as it is simulated.
    pub(crate) fn operation(&self) -> Option<&'static str> {
        let has = |name: &str| self.query.get(name).is_some();
        let is_of_bucket = self.key.is_empty();
        Some(match self.method {
            Method::HEAD if is_of_bucket => "HeadBucket",
            Method::GET if is_of_bucket && self.query.get("list-type") == Some("2") => "ListObjectsV2",
            _ if is_of_bucket => return None,
            Method::POST if has("uploads") => "CreateMultipartUpload",
            Method::PUT if has("uploadId") => "UploadPart",
            Method::POST if has("uploadId") => "CompleteMultipartUpload",
            Method::DELETE if has("uploadId") => "AbortMultipartUpload",
            Method::PUT if self.is_plain() => "PutObject",
            Method::GET if self.is_plain() => "GetObject",
            _ => return None,
        })
    }

    /// Whether it is about the object itself, not about its tags or the like.
    fn is_plain(&self) -> bool {
        self.query.names().all(|name| name == "x-id")
    }
}

/// The bucket in a name such as `logs.s3.eu-west-1.amazonaws.com`.
fn bucket_of(host: &str) -> Option<&str> {
    let (bucket, rest) = host.split_once(".s3.").or_else(|| host.split_once(".s3-"))?;
    (!bucket.is_empty() && rest.contains("amazonaws.com")).then_some(bucket)
}

/// Without percent signs; a plus is a plus in a path.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn asked(method: &str, uri: &str) -> Option<(String, String, Option<&'static str>)> {
        let (parts, ()) = http::Request::builder().method(method).uri(uri).body(()).unwrap().into_parts();
        let request = ObjectRequest::read(&Incoming::new(parts, Bytes::new()))?;
        let operation = request.operation();
        Some((request.bucket, request.key, operation))
    }

    #[test]
    fn bucket_and_key_are_in_the_path_or_the_bucket_is_in_the_name_of_the_host() {
        for (method, uri, bucket, key, operation) in [
            ("PUT", "http://127.0.0.1:1/b/a/date%3D1/x?x-id=PutObject", "b", "a/date=1/x", Some("PutObject")),
            ("PUT", "https://b.s3.eu-west-1.amazonaws.com/a+b%20c", "b", "a+b c", Some("PutObject")),
            ("HEAD", "https://b.c.s3.us-east-1.amazonaws.com/", "b.c", "", Some("HeadBucket")),
            ("HEAD", "http://127.0.0.1/b", "b", "", Some("HeadBucket")),
            ("GET", "http://127.0.0.1/b?list-type=2&prefix=a%2F", "b", "", Some("ListObjectsV2")),
            ("GET", "http://127.0.0.1/b?location", "b", "", None),
            ("GET", "http://127.0.0.1/b/k?tagging", "b", "k", None),
            ("POST", "http://127.0.0.1/b/k?uploads", "b", "k", Some("CreateMultipartUpload")),
            ("PUT", "http://127.0.0.1/b/k?partNumber=1&uploadId=u", "b", "k", Some("UploadPart")),
            ("POST", "http://127.0.0.1/b/k?uploadId=u", "b", "k", Some("CompleteMultipartUpload")),
            ("DELETE", "http://127.0.0.1/b/k?uploadId=u", "b", "k", Some("AbortMultipartUpload")),
            ("DELETE", "http://127.0.0.1/b/k", "b", "k", None),
        ] {
            let expected = Some((bucket.to_owned(), key.to_owned(), operation));
            assert_eq!(asked(method, uri), expected, "{method} {uri}");
        }
        assert_eq!(asked("GET", "https://s3.us-east-1.amazonaws.com/?max-buckets=3"), None);
    }
}
