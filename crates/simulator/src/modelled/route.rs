//! Which operation of which service a request asks for.

use std::sync::Arc;

use orgwide_models::{Model, Operation};

use super::input;
use super::reads::is_read;
use super::shared_names::candidates;
use super::target::Target;
use super::uri::Location;
use crate::incoming::Incoming;
use crate::params::Params;
use crate::protocol::Protocol;

/// The operation that a request signed with this name asks for; none that does not read.
pub(crate) fn route(signing_name: &str, incoming: &Incoming) -> Option<(Protocol, Target)> {
    let mut models = candidates(signing_name);
    // A host of AWS tells services apart that nothing else does.
    let is_host = |model: &Arc<Model>| {
        let rest = incoming.host.strip_prefix(model.service().endpoint_prefix.as_str());
        rest.is_some_and(|rest| rest.starts_with('.'))
    };
    if models.iter().any(is_host) {
        models.retain(is_host);
    }
    let (protocol, model, place) = if let Some(target) = incoming.header("x-amz-target") {
        by_header(&models, target, incoming)?
    } else if incoming.header("smithy-protocol") == Some("rpc-v2-cbor") {
        by_service_path(&models, incoming)?
    } else {
        by_form(&models, incoming).or_else(|| by_path(&models, incoming))?
    };
    let operation = model.operations().nth(place).filter(|operation| is_read(&model, operation))?;
    let input = input::read(&model, operation, protocol, incoming);
    Some((protocol, Target { model, place, input }))
}

type Found = (Protocol, Arc<Model>, usize);

fn by_header(models: &[Arc<Model>], target: &str, incoming: &Incoming) -> Option<Found> {
    let (prefix, name) = target.rsplit_once('.')?;
    let kind = incoming.header("content-type").unwrap_or_default();
    let protocol = match kind.strip_prefix("application/x-amz-json-1.0") {
        Some(_) => Protocol::Json10,
        None => Protocol::Json,
    };
    let fits = |model: &&Arc<Model>| model.service().target_prefix.as_deref() == Some(prefix);
    find(models.iter().filter(fits), name).map(|(model, place)| (protocol, model, place))
}

/// `/service/PREFIX/operation/NAME`, perhaps with something before it.
fn by_service_path(models: &[Arc<Model>], incoming: &Incoming) -> Option<Found> {
    let (before, name) = incoming.path.rsplit_once("/operation/")?;
    let (_, prefix) = before.rsplit_once("/service/")?;
    let fits = |model: &&Arc<Model>| {
        model.service().target_prefix.as_deref().is_none_or(|own| own.rsplit('.').next() == Some(prefix))
    };
    find(models.iter().filter(fits), name).map(|(model, place)| (Protocol::Cbor, model, place))
}

fn by_form(models: &[Arc<Model>], incoming: &Incoming) -> Option<Found> {
    let params = Params::pairs(incoming);
    let (name, version) = (params.get("Action").or_else(|| params.get("Operation"))?, params.get("Version"));
    let fits = |model: &&Arc<Model>| version.is_none_or(|version| model.service().version == version);
    let (model, place) = find(models.iter().filter(fits), name)?;
    let is_ec2 = model.service().protocol == orgwide_models::Protocol::Ec2;
    Some((if is_ec2 { Protocol::Ec2 } else { Protocol::Query }, model, place))
}

fn find<'a>(models: impl Iterator<Item = &'a Arc<Model>>, name: &str) -> Option<(Arc<Model>, usize)> {
    models.into_iter().find_map(|model| {
        let place = model.operations().position(|operation| model.is(operation.name, name))?;
        Some((Arc::clone(model), place))
    })
}

fn by_path(models: &[Arc<Model>], incoming: &Incoming) -> Option<Found> {
    let location = Location::new(&incoming.host, &incoming.path, &incoming.query);
    let mut best = None;
    for model in models {
        let Some(protocol) = rest_protocol(model) else { continue };
        for (place, operation) in model.operations().enumerate() {
            if !model.is(operation.method, incoming.method.as_str()) {
                continue;
            }
            let template = model.text(operation.uri);
            let Some(fit) = location.fit(template) else { continue };
            let needed = needed(model, operation);
            let there = location.count(&needed);
            // Of two that fit alike the one that has all it needs, and of these the one that needs more; and the
            // one that is still to be used.
            let rank = (fit, there == needed.len(), there, !operation.is_deprecated);
            if best.as_ref().is_none_or(|(best, _)| *best < rank) {
                best = Some((rank, (protocol, model, place)));
            }
        }
    }
    best.map(|(_, (protocol, model, place))| (protocol, Arc::clone(model), place))
}

fn rest_protocol(model: &Model) -> Option<Protocol> {
    match model.service().protocol {
        orgwide_models::Protocol::RestJson => Some(Protocol::RestJson),
        orgwide_models::Protocol::RestXml if model.service().name == "s3" => Some(Protocol::S3),
        orgwide_models::Protocol::RestXml => Some(Protocol::RestXml),
        _ => None,
    }
}

/// What an operation needs in the query.
fn needed<'a>(model: &'a Model, operation: &Operation) -> Vec<&'a str> {
    let Some(input) = operation.input else { return Vec::new() };
    let members = model.shape(input).members.iter();
    members
        .filter(|member| member.is_required && member.location == orgwide_models::Location::Query)
        .map(|member| model.text(member.wire.unwrap_or(member.name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::*;

    /// The service and operation of a request with these headers.
    fn routed(name: &str, method: &str, uri: &str, headers: &[(&str, &str)]) -> Option<String> {
        let mut request = Request::builder().method(method).uri(format!("http://127.0.0.1{uri}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let (_, target) = route(name, &Incoming::new(parts, Bytes::new()))?;
        let operation = target.model.text(target.operation().unwrap().name);
        Some(format!("{} {operation}", target.service()))
    }

    #[test]
    fn services_of_one_name_are_told_apart() {
        let get = |name: &str, uri: &str| routed(name, "GET", uri, &[]);
        for (name, uri, expected) in [
            ("es", "/2015-01-01/domain", "es ListDomainNames"),
            ("es", "/2021-01-01/opensearch/domain/a", "opensearch DescribeDomain"),
            ("ses", "/v2/email/identities/a", "sesv2 GetEmailIdentity"),
            ("ses", "/v1/email/identities/a", "pinpoint-email GetEmailIdentity"),
            ("apigateway", "/restapis", "apigateway GetRestApis"),
            ("apigateway", "/v2/apis", "apigatewayv2 GetApis"),
            ("s3", "/bucket?policyStatus", "s3 GetBucketPolicyStatus"),
            ("s3", "/v20180820/accesspoint", "s3control ListAccessPoints"),
            ("s3", "/bucket/a/b?uploadId=1", "s3 ListParts"),
            ("s3", "/bucket/a/b?x-id=GetObject", "s3 GetObject"),
            ("s3", "/bucket?list-type=2&prefix=a", "s3 ListObjectsV2"),
            ("s3", "/bucket?lifecycle", "s3 GetBucketLifecycleConfiguration"),
            ("lambda", "/2018-10-31/layers?find=LayerVersion&Arn=a", "lambda GetLayerVersionByArn"),
        ] {
            assert_eq!(get(name, uri).as_deref(), Some(expected), "{name} {uri}");
        }
        for (version, expected) in [("2012-06-01", "elb"), ("2015-12-01", "elbv2")] {
            let uri = format!("/?Action=DescribeLoadBalancers&Version={version}");
            let expected = format!("{expected} DescribeLoadBalancers");
            assert_eq!(get("elasticloadbalancing", &uri), Some(expected));
        }
        for (target, expected) in [
            ("Timestream_20181101.ListDatabases", "timestream-write ListDatabases"),
            ("Timestream_20181101.ListScheduledQueries", "timestream-query ListScheduledQueries"),
        ] {
            let found = routed("timestream", "POST", "/", &[("x-amz-target", target)]);
            assert_eq!(found.as_deref(), Some(expected));
        }
        let cbor = "/service/GraniteServiceVersion20100801/operation/DescribeAlarms";
        let found = routed("monitoring", "POST", cbor, &[("smithy-protocol", "rpc-v2-cbor")]);
        assert_eq!(found.as_deref(), Some("cloudwatch DescribeAlarms"));
    }

    #[test]
    fn what_writes_or_is_nowhere_is_not_found() {
        assert_eq!(routed("s3", "PUT", "/bucket", &[]), None);
        assert_eq!(routed("eks", "DELETE", "/clusters/a", &[]), None);
        assert_eq!(routed("eks", "GET", "/no/such/path/at/all", &[]), None);
        assert_eq!(routed("sqs", "POST", "/", &[("x-amz-target", "AmazonSQS.DeleteQueue")]), None);
        assert_eq!(routed("sqs", "POST", "/", &[("x-amz-target", "Other.ListQueues")]), None);
    }
}
