//! CloudWatch Logs.

use serde_json::{Value, json};

use super::cell::{Cell, one_of};
use super::input::text;
use super::kind::{Identity, Kind};
use super::listing::Selection;
use super::paging::Paging;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "logs",
    operation: "DescribeLogGroups",
    key: "logs:log-group",
    items: "logGroups",
    paging: Paging::sized("limit", 1, 50, 50),
    parameters: &["logGroupNamePrefix"],
    identify: |cell, number| {
        let name = format!("/aws/lambda/{}", cell.named(number, &["handler", "cron"]));
        let arn = cell.arn("logs", &format!("log-group:{name}"));
        Identity::named(name, arn)
    },
    member: log_group,
    select: |cell, input| match text(input, "logGroupNamePrefix") {
        "" => Ok(Selection::ALL),
        prefix => Ok(Selection::only(cell, |number| cell.identity(number).id.starts_with(prefix))),
    },
    ..Kind::BASE
}];

/// One in three keeps its events for ever, which is said by saying nothing.
fn log_group(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "logGroupName": identity.name(),
        "logGroupArn": identity.arn(),
        "arn": format!("{}:*", identity.arn()),
        "retentionInDays": one_of(&mut rng, &[None, Some(14), Some(400)]),
        "storedBytes": rng.u32(..),
        "metricFilterCount": 0,
        "logGroupClass": "STANDARD",
        "kmsKeyId": null,
        "creationTime": 1_577_836_800_000_u64 + u64::from(rng.u32(..)),
    })
}
