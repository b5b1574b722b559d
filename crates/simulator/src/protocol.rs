//! The forms in which AWS services are spoken to.

use http::Method;

use crate::incoming::Incoming;
use crate::params::Params;

/// A wire protocol of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Forms in, XML out: STS and the other old services.
    Query,
    /// The dialect of EC2.
    Ec2,
    /// JSON with the operation in a header: Organizations.
    Json,
    /// The same under its first version's media type.
    Json10,
    /// CBOR with the operation in the path.
    Cbor,
    /// JSON with the operation in the path: Account Management.
    RestJson,
    /// XML with the operation in method and path.
    RestXml,
    /// The dialect of S3, whose errors have nothing around them.
    S3,
}

impl Protocol {
    /// The protocol of a request: by its service where that is known, else by its looks.
    pub(crate) fn of(service: Option<&str>, incoming: &Incoming) -> Self {
        match service {
            Some("sts" | "iam") => Self::Query,
            Some("ec2") => Self::Ec2,
            Some("organizations") => Self::Json,
            Some("account") => Self::RestJson,
            Some("s3") => Self::S3,
            service => Self::by_looks(service, incoming),
        }
    }

    fn by_looks(service: Option<&str>, incoming: &Incoming) -> Self {
        let is_form = || {
            let kind = incoming.header("content-type").unwrap_or_default();
            kind.starts_with("application/x-www-form-urlencoded") || incoming.query.contains("Action=")
        };
        if incoming.header("smithy-protocol").is_some() {
            Self::Cbor
        } else if let Some(kind) = incoming.header("x-amz-target").and(incoming.header("content-type")) {
            if kind.starts_with("application/x-amz-json-1.0") { Self::Json10 } else { Self::Json }
        } else if is_form() {
            let version = Params::pairs(incoming).get("Version").map(str::to_owned);
            if version.as_deref() == Some("2016-11-15") { Self::Ec2 } else { Self::Query }
        } else if service.is_none() && incoming.path == "/" {
            Self::S3
        } else {
            Self::RestJson
        }
    }

    /// The parameters of a request, or nothing when its body is not what the protocol sends.
    pub(crate) fn params(self, incoming: &Incoming) -> Option<Params> {
        match self {
            Self::Query | Self::Ec2 | Self::RestXml | Self::S3 => Some(Params::pairs(incoming)),
            Self::Json | Self::Json10 | Self::RestJson => Params::json(&incoming.body),
            Self::Cbor => Some(Params::Pairs(Vec::new())),
        }
    }

    /// The operation a request asks for, as the API names it where that can be told.
    pub(crate) fn operation(self, incoming: &Incoming) -> String {
        match self {
            Self::Query | Self::Ec2 => Params::pairs(incoming).get("Action").unwrap_or_default().to_owned(),
            Self::Json | Self::Json10 => {
                let target = incoming.header("x-amz-target").unwrap_or_default();
                target.rsplit('.').next().unwrap_or_default().to_owned()
            }
            Self::RestJson if incoming.method == Method::POST => capitalised(incoming.path.trim_matches('/')),
            Self::S3 if is_list_buckets(incoming) => "ListBuckets".to_owned(),
            // The newer SDKs name the operation in the query; without that, method and path say all.
            Self::S3 => match Params::pairs(incoming).get("x-id") {
                Some(name) => name.to_owned(),
                None => format!("{} {}", incoming.method, incoming.path),
            },
            Self::Cbor => incoming.path.rsplit('/').next().unwrap_or_default().to_owned(),
            Self::RestJson | Self::RestXml => format!("{} {}", incoming.method, incoming.path),
        }
    }
}

/// `GET /` lists the buckets, unless the query names a sub-resource.
fn is_list_buckets(incoming: &Incoming) -> bool {
    const PARAMETERS: [&str; 5] = ["x-id", "max-buckets", "continuation-token", "prefix", "bucket-region"];
    incoming.method == Method::GET
        && incoming.path == "/"
        && Params::pairs(incoming).names().all(|name| PARAMETERS.contains(&name))
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
