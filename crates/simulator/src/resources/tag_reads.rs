//! The operations that tell the tags of one resource: the same everywhere, but for the names.

use serde_json::{Map, Value, json};

use super::input::text;
use super::tagging::Form;
use super::{Place, errors, kinds};
use crate::refusal::Refusal;

/// One of those operations.
struct TagRead {
    service: &'static str,
    operation: &'static str,
    /// The parameter that names the resource, by its id or ARN.
    parameter: &'static str,
    /// Where in the answer the tags are.
    member: &'static str,
    form: Form,
    /// The member that has the token of the next page, which there never is.
    token: Option<&'static str>,
}

const fn read(
    service: &'static str,
    operation: &'static str,
    parameter: &'static str,
    member: &'static str,
    form: Form,
    token: Option<&'static str>,
) -> TagRead {
    TagRead { service, operation, parameter, member, form, token }
}

const READS: [TagRead; 20] = [
    read("acm", "ListTagsForCertificate", "CertificateArn", "Tags", Form::Upper, None),
    read("apigateway", "GetTags", "resourceArn", "tags", Form::Map, None),
    read("cloudwatch", "ListTagsForResource", "ResourceARN", "Tags", Form::Upper, None),
    read("cloudfront", "ListTagsForResource", "Resource", "Tags.Items", Form::Upper, None),
    read("config", "ListTagsForResource", "ResourceArn", "Tags", Form::Upper, Some("NextToken")),
    read("dynamodb", "ListTagsOfResource", "ResourceArn", "Tags", Form::Upper, Some("NextToken")),
    read("ecr", "ListTagsForResource", "resourceArn", "tags", Form::Upper, None),
    read("ecs", "ListTagsForResource", "resourceArn", "tags", Form::Lower, None),
    read("efs", "ListTagsForResource", "ResourceId", "Tags", Form::Upper, Some("NextToken")),
    read("eks", "ListTagsForResource", "resourceArn", "tags", Form::Map, None),
    read("elasticache", "ListTagsForResource", "ResourceName", "TagList", Form::Upper, None),
    read("guardduty", "ListTagsForResource", "ResourceArn", "Tags", Form::Map, None),
    read("lambda", "ListTags", "Resource", "Tags", Form::Map, None),
    read("logs", "ListTagsForResource", "resourceArn", "tags", Form::Map, None),
    read("logs", "ListTagsLogGroup", "logGroupName", "tags", Form::Map, None),
    read("opensearch", "ListTags", "ARN", "TagList", Form::Upper, None),
    read("rds", "ListTagsForResource", "ResourceName", "TagList", Form::Upper, None),
    read("sns", "ListTagsForResource", "ResourceArn", "Tags", Form::Upper, None),
    read("sqs", "ListQueueTags", "QueueUrl", "Tags", Form::Map, None),
    read("ssm", "ListTagsForResource", "ResourceId", "TagList", Form::Upper, None),
];

/// The tags of one resource.
pub(super) fn describe(
    place: Place<'_>,
    service: &str,
    operation: &str,
    input: &Value,
) -> Option<Result<Value, Refusal>> {
    let read = READS.iter().find(|read| read.service == service && read.operation == operation)?;
    let name = text(input, read.parameter);
    let found = kinds().filter(|kind| kind.service == service).find_map(|kind| {
        let cell = place.cell(kind);
        cell.find(name).map(|number| cell.tags(number))
    });
    Some(found.ok_or_else(|| errors::missing(service, name)).map(|tags| {
        let mut answer = Map::new();
        if let Some(token) = read.token {
            answer.insert(token.to_owned(), Value::Null);
        }
        match read.member.split_once('.') {
            None => answer.insert(read.member.to_owned(), read.form.of(&tags)),
            Some((outer, inner)) => answer.insert(outer.to_owned(), json!({ inner: read.form.of(&tags) })),
        };
        answer.into()
    }))
}
