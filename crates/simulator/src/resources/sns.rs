//! Simple Notification Service.

use serde_json::{Value, json};

use super::Place;
use super::cell::Cell;
use super::errors;
use super::input::text;
use super::kind::{Identity, Kind};
use super::paging::Paging;
use crate::refusal::Refusal;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "sns",
    operation: "ListTopics",
    key: "sns:topic",
    items: "Topics",
    paging: Paging::fixed(100),
    identify: |cell, number| {
        let name = fifo(cell.named(number, &["alerts", "events"]), number);
        Identity::by_arn(cell.arn("sns", &name), name)
    },
    member: |_, _, identity| json!({ "TopicArn": identity.arn() }),
    ..Kind::BASE
}];

/// Every fourth keeps the order, which its name must say.
pub(super) fn fifo(name: String, number: usize) -> String {
    if number % 4 == 3 { format!("{name}.fifo") } else { name }
}

/// Who may use a queue or topic: its account, or one time in four everybody.
pub(super) fn policy(cell: &Cell<'_>, number: usize, action: &str) -> String {
    let principal = match cell.rng(number).u8(..4) {
        0 => json!("*"),
        _ => json!({ "AWS": format!("arn:aws:iam::{}:root", cell.account()) }),
    };
    let statement = json!({
        "Sid": "use",
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Resource": cell.identity(number).arn(),
    });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// The attributes of one topic.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    if operation != "GetTopicAttributes" {
        return None;
    }
    let (cell, name) = (place.cell(&KINDS[0]), text(input, "TopicArn"));
    let Some(number) = cell.find(name) else { return Some(Err(errors::missing("sns", "Topic"))) };
    let mut rng = cell.rng(number);
    let mut attributes = json!({
        "TopicArn": name,
        "Owner": cell.account(),
        "DisplayName": "",
        "Policy": policy(&cell, number, "sns:Publish"),
        "SubscriptionsConfirmed": rng.u8(..5).to_string(),
        "SubscriptionsPending": "0",
        "SubscriptionsDeleted": "0",
    });
    if rng.bool() {
        attributes["KmsMasterKeyId"] = "alias/aws/sns".into();
    }
    if number % 4 == 3 {
        attributes["FifoTopic"] = "true".into();
    }
    Some(Ok(json!({ "Attributes": attributes })))
}
