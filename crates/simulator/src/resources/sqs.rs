//! Simple Queue Service.

use serde_json::{Map, Value, json};

use super::Place;
use super::errors;
use super::input::{has, text, texts};
use super::kind::{Identity, Kind};
use super::listing::Selection;
use super::paging::Paging;
use super::sns::{fifo, policy};
use crate::refusal::Refusal;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "sqs",
    operation: "ListQueues",
    key: "sqs:queue",
    items: "QueueUrls",
    paging: Paging::sized("MaxResults", 1, 1_000, 1_000).only_if_asked(),
    parameters: &["QueueNamePrefix"],
    identify: |cell, number| {
        let name = fifo(cell.named(number, &["jobs", "dead-letters"]), number);
        Identity {
            kind: None,
            id: format!("https://sqs.{}.amazonaws.com/{}/{name}", cell.region(), cell.account()),
            arn: Some(cell.arn("sqs", &name)),
            name: Some(name),
        }
    },
    member: |_, _, identity| identity.id.clone().into(),
    select: |cell, input| {
        let prefix = text(input, "QueueNamePrefix");
        let mut fitting = Selection::only(cell, |number| cell.identity(number).name().starts_with(prefix));
        // Those who ask for no size get the first thousand, and nothing says that there are more.
        if let (false, Some(numbers)) = (has(input, "MaxResults"), &mut fitting.own) {
            numbers.truncate(1_000);
        }
        Ok(fitting)
    },
    ..Kind::BASE
}];

/// The attributes of one queue: those that are asked for, or `All`.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    if operation != "GetQueueAttributes" {
        return None;
    }
    let (cell, url) = (place.cell(&KINDS[0]), text(input, "QueueUrl"));
    let Some(number) = cell.find(url) else {
        return Some(Err(errors::missing("sqs", "The specified queue")));
    };
    let mut rng = cell.rng(number);
    let is_encrypted = rng.bool();
    let mut attributes = json!({
        "QueueArn": cell.identity(number).arn(),
        "ApproximateNumberOfMessages": rng.u16(..).to_string(),
        "ApproximateNumberOfMessagesNotVisible": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "CreatedTimestamp": rng.u32(1_577_836_800..1_700_000_000).to_string(),
        "LastModifiedTimestamp": "1700000000",
        "VisibilityTimeout": "30",
        "MaximumMessageSize": "262144",
        "MessageRetentionPeriod": "345600",
        "DelaySeconds": "0",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": is_encrypted.to_string(),
        "Policy": policy(&cell, number, "sqs:SendMessage"),
    });
    if number % 4 == 3 {
        attributes["FifoQueue"] = "true".into();
    }
    let asked = texts(input, "AttributeNames");
    let wanted = |name: &str| asked.contains(&"All") || asked.contains(&name);
    let told: Map<String, Value> = attributes
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| wanted(name))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    Some(Ok(json!({ "Attributes": told })))
}
