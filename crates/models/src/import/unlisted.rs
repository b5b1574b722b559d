//! Paginators of operations that neither botocore lists nor a rule finds, because their tokens are called as nowhere
//! else. Each was taken from the service's API reference.

use super::raw::{Names, Paginator};

/// An operation, the members of its request that carry tokens, where these are in the answer, where the answer says
/// whether there is more, where its items are, and the member that sets the size of a page.
struct Row {
    service: &'static str,
    operation: &'static str,
    input: &'static [&'static str],
    output: &'static [&'static str],
    more: Option<&'static str>,
    results: &'static str,
    limit: &'static str,
}

const fn row(
    (service, operation): (&'static str, &'static str),
    input: &'static [&'static str],
    output: &'static [&'static str],
    more: Option<&'static str>,
    results: &'static str,
    limit: &'static str,
) -> Row {
    Row { service, operation, input, output, more, results, limit }
}

const HOSTED_ZONE: &str = "HostedZoneIdMarker";
const INSTANCE_NAME: &str = "TrafficPolicyInstanceNameMarker";
const INSTANCE_TYPE: &str = "TrafficPolicyInstanceTypeMarker";
const TRUNCATED: Option<&str> = Some("IsTruncated");

const ROWS: &[Row] = &[
    row(
        ("dynamodb", "ListGlobalTables"),
        &["ExclusiveStartGlobalTableName"],
        &["LastEvaluatedGlobalTableName"],
        None,
        "GlobalTables",
        "Limit",
    ),
    row(
        ("dynamodbstreams", "DescribeStream"),
        &["ExclusiveStartShardId"],
        &["StreamDescription.LastEvaluatedShardId"],
        None,
        "StreamDescription.Shards",
        "Limit",
    ),
    row(
        ("dynamodbstreams", "ListStreams"),
        &["ExclusiveStartStreamArn"],
        &["LastEvaluatedStreamArn"],
        None,
        "Streams",
        "Limit",
    ),
    row(
        ("firehose", "ListDeliveryStreams"),
        &["ExclusiveStartDeliveryStreamName"],
        &["DeliveryStreamNames[-1]"],
        Some("HasMoreDeliveryStreams"),
        "DeliveryStreamNames",
        "Limit",
    ),
    row(
        ("firehose", "ListTagsForDeliveryStream"),
        &["ExclusiveStartTagKey"],
        &["Tags[-1].Key"],
        Some("HasMoreTags"),
        "Tags",
        "Limit",
    ),
    row(
        ("kinesis", "ListTagsForStream"),
        &["ExclusiveStartTagKey"],
        &["Tags[-1].Key"],
        Some("HasMoreTags"),
        "Tags",
        "Limit",
    ),
    row(
        ("kinesisanalytics", "ListApplications"),
        &["ExclusiveStartApplicationName"],
        &["ApplicationSummaries[-1].ApplicationName"],
        Some("HasMoreApplications"),
        "ApplicationSummaries",
        "Limit",
    ),
    row(
        ("route53", "ListGeoLocations"),
        &["StartContinentCode", "StartCountryCode", "StartSubdivisionCode"],
        &["NextContinentCode", "NextCountryCode", "NextSubdivisionCode"],
        TRUNCATED,
        "GeoLocationDetailsList",
        "MaxItems",
    ),
    row(
        ("route53", "ListHostedZonesByName"),
        &["DNSName", "HostedZoneId"],
        &["NextDNSName", "NextHostedZoneId"],
        TRUNCATED,
        "HostedZones",
        "MaxItems",
    ),
    row(
        ("route53", "ListTrafficPolicies"),
        &["TrafficPolicyIdMarker"],
        &["TrafficPolicyIdMarker"],
        TRUNCATED,
        "TrafficPolicySummaries",
        "MaxItems",
    ),
    row(
        ("route53", "ListTrafficPolicyInstances"),
        &[HOSTED_ZONE, INSTANCE_NAME, INSTANCE_TYPE],
        &[HOSTED_ZONE, INSTANCE_NAME, INSTANCE_TYPE],
        TRUNCATED,
        "TrafficPolicyInstances",
        "MaxItems",
    ),
    row(
        ("route53", "ListTrafficPolicyInstancesByHostedZone"),
        &[INSTANCE_NAME, INSTANCE_TYPE],
        &[INSTANCE_NAME, INSTANCE_TYPE],
        TRUNCATED,
        "TrafficPolicyInstances",
        "MaxItems",
    ),
    row(
        ("route53", "ListTrafficPolicyInstancesByPolicy"),
        &[HOSTED_ZONE, INSTANCE_NAME, INSTANCE_TYPE],
        &[HOSTED_ZONE, INSTANCE_NAME, INSTANCE_TYPE],
        TRUNCATED,
        "TrafficPolicyInstances",
        "MaxItems",
    ),
    row(
        ("route53", "ListTrafficPolicyVersions"),
        &["TrafficPolicyVersionMarker"],
        &["TrafficPolicyVersionMarker"],
        TRUNCATED,
        "TrafficPolicies",
        "MaxItems",
    ),
];

/// The paginator of an operation in the table.
pub(super) fn paginator(service: &str, operation: &str) -> Option<Paginator> {
    let row = ROWS.iter().find(|row| row.service == service && row.operation == operation)?;
    let names = |names: &[&str]| Names::Several(names.iter().map(|name| (*name).to_owned()).collect());
    Some(Paginator {
        input_token: names(row.input),
        output_token: names(row.output),
        limit_key: Some(row.limit.to_owned()),
        more_results: row.more.map(str::to_owned),
        result_key: names(&[row.results]),
    })
}
