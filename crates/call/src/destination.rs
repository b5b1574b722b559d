//! Where a request goes, and how it is signed there.

use aws_types::SdkConfig;
use orgwide_models::endpoint_rules::BuiltIn;
use orgwide_models::{Auth, ContextValue};
use orgwide_session::Signing;
use serde_json::Value;

use crate::CallError;
use crate::callee::Callee;
use crate::endpoint::{self, AuthScheme, Parameters};

/// Where a request goes.
#[derive(Debug)]
pub(crate) struct Destination {
    /// Scheme and host.
    origin: String,
    /// What stands before every path: empty, or begins with a slash and does not end with one.
    base: String,
    /// What every request has there.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) signing: Signing,
}

/// The names by which requests to S3 are signed.
const S3_NAMES: [&str; 4] = ["s3", "s3-outposts", "s3-object-lambda", "s3express"];

/// Where the rules of the service send a call with this input: in the region of the configuration, unless it is to be
/// `elsewhere`, and to the user's endpoint if one is `configured`.
pub(crate) fn find(
    config: &SdkConfig,
    elsewhere: Option<&str>,
    configured: Option<&str>,
    callee: &Callee,
    input: &Value,
) -> Result<Destination, CallError> {
    let Callee { model, operation } = callee;
    let mut parameters = Parameters::default()
        .with(BuiltIn::UseFips, config.use_fips().unwrap_or(false))
        .with(BuiltIn::UseDualStack, config.use_dual_stack().unwrap_or(false))
        // What the AWS CLI does with ARNs, too.
        .with(BuiltIn::S3UseArnRegion, true);
    let region = elsewhere.map(str::to_owned).or_else(|| config.region().map(ToString::to_string));
    if let Some(region) = &region {
        parameters = parameters.with(BuiltIn::Region, region.clone());
    }
    if let Some(url) = configured {
        parameters = parameters.with(BuiltIn::Endpoint, url.to_owned());
        if is_local(url) {
            parameters = parameters.with(BuiltIn::S3ForcePathStyle, true);
        }
    }
    let endpoint = endpoint::resolve(model, &parameters.of_call(model, operation, input))
        .map_err(|error| CallError::Endpoint { operation: callee.id(), error })?;

    let signing = match operation.auth {
        Auth::None => Signing::None,
        _ => {
            let scheme = scheme(&endpoint.auth).map_err(|why| callee.unsupported(why))?;
            let service = model.service();
            let name = scheme.and_then(|scheme| scheme.signing_name.clone());
            let name = name.unwrap_or_else(|| service.signing_name.clone());
            let signing_region = scheme.and_then(|scheme| scheme.signing_region.clone());
            let signing_region = signing_region.or(region).unwrap_or_default();
            let mut signing = if S3_NAMES.contains(&name.as_str()) {
                Signing::s3(name, signing_region)
            } else if scheme.is_some_and(|scheme| scheme.disable_double_encoding) {
                Signing::v4(name, signing_region).encoding_twice(false)
            } else {
                Signing::v4(name, signing_region)
            };
            if service.name == "glacier" {
                signing = signing.sending_hash();
            }
            if operation.auth == Auth::SigV4UnsignedBody { signing.without_body() } else { signing }
        }
    };
    let (origin, base) = split(&endpoint.url);
    let headers = endpoint.headers.into_iter().map(|(name, values)| (name, values.join(","))).collect();
    Ok(Destination { origin, base, headers, signing })
}

/// The first way to sign that is known here; none where the rules leave it to the service's usual one.
fn scheme(schemes: &[AuthScheme]) -> Result<Option<&AuthScheme>, &'static str> {
    let known = schemes.iter().find(|scheme| scheme.name == "sigv4");
    match (known, schemes.first().map(|first| first.name.as_str())) {
        (Some(known), _) => Ok(Some(known)),
        (None, None) => Ok(None),
        (None, Some("sigv4a")) => {
            Err("its endpoint spans regions, and is signed for in another way (SigV4a)")
        }
        (None, Some("sigv4-s3express")) => {
            Err("its bucket is a directory bucket (S3 Express), which needs a session")
        }
        (None, Some(_)) => Err("its endpoint is signed for in a way that is not known here"),
    }
}

/// Whether what the model puts before the host goes there: the rules of S3's control plane have put it there.
pub(crate) fn takes_prefix(callee: &Callee) -> bool {
    let Callee { model, operation } = callee;
    let has_account = operation.context.iter().any(|(name, value)| {
        model.text(*name) == "RequiresAccountId" && *value == ContextValue::Boolean(true)
    });
    !(model.service().name == "s3control" && has_account)
}

impl Destination {
    /// Puts something before the host.
    pub(crate) fn prefix(&mut self, prefix: &str) {
        if let Some((scheme, host)) = self.origin.split_once("://") {
            self.origin = format!("{scheme}://{prefix}{host}");
        }
    }

    /// Another host, which the service has named.
    pub(crate) fn discovered(&mut self, host: String) {
        self.origin = format!("https://{host}");
        self.base.clear();
    }

    /// Scheme and host, and the path and query there.
    pub(crate) fn with(&self, target: &str) -> (String, String) {
        let path = match target.strip_prefix('/') {
            // A base alone has no slash at its end: `/bucket?list-type=2`.
            Some(rest) if !self.base.is_empty() && (rest.is_empty() || rest.starts_with('?')) => rest,
            _ => target,
        };
        (self.origin.clone(), format!("{}{path}", self.base))
    }
}

fn split(url: &str) -> (String, String) {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(authority..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| authority + at);
    let (origin, base) = url.split_at(path);
    (origin.to_owned(), base.trim_end_matches('/').to_owned())
}

/// Whether a URL's host is an address, or this machine: it has no hosts for buckets.
fn is_local(url: &str) -> bool {
    let Some(authority) = url.parse::<http::Uri>().ok().and_then(|uri| uri.into_parts().authority) else {
        return false;
    };
    let host = authority.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<std::net::IpAddr>().is_ok() || host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(url: &str) -> Destination {
        let (origin, base) = split(url);
        Destination { origin, base, headers: Vec::new(), signing: Signing::None }
    }

    #[test]
    fn paths_are_put_behind_what_the_endpoint_has() {
        for (url, target, host, path) in [
            ("https://a.b", "/", "https://a.b", "/"),
            ("https://a.b/", "/x/y?z", "https://a.b", "/x/y?z"),
            ("http://127.0.0.1:5000/bucket", "/?list-type=2", "http://127.0.0.1:5000", "/bucket?list-type=2"),
            ("http://127.0.0.1:5000/bucket", "/", "http://127.0.0.1:5000", "/bucket"),
            ("https://a.b/bucket", "//key/../x", "https://a.b", "/bucket//key/../x"),
            ("https://a.b/base/", "/v1/things", "https://a.b", "/base/v1/things"),
        ] {
            assert_eq!(to(url).with(target), (host.to_owned(), path.to_owned()), "{url} {target}");
        }
    }

    #[test]
    fn a_prefix_goes_before_the_host() {
        let mut destination = to("https://a.b:99/c");
        destination.prefix("123456789012.");
        assert_eq!(destination.with("/x"), ("https://123456789012.a.b:99".into(), "/c/x".into()));
    }

    #[test]
    fn addresses_and_this_machine_have_no_hosts_for_buckets() {
        for local in
            ["http://127.0.0.1:5000", "http://[::1]:80/x", "http://localhost", "http://s3.localhost:1"]
        {
            assert!(is_local(local), "{local}");
        }
        for other in ["https://s3.example.com", "https://127.0.0.1.example.com", "nonsense"] {
            assert!(!is_local(other), "{other}");
        }
    }

    #[test]
    fn of_several_ways_to_sign_the_known_one_is_taken() {
        let scheme_named = |name: &str| AuthScheme {
            name: name.to_owned(),
            signing_name: None,
            signing_region: None,
            signing_region_set: None,
            disable_double_encoding: false,
        };
        let both = [scheme_named("sigv4a"), scheme_named("sigv4")];
        assert_eq!(scheme(&both).unwrap().unwrap().name, "sigv4");
        assert_eq!(scheme(&[]), Ok(None));
        assert!(scheme(&both[..1]).unwrap_err().contains("SigV4a"));
        assert!(scheme(&[scheme_named("sigv4-s3express")]).unwrap_err().contains("S3 Express"));
    }
}
