//! CloudWatch's alarms.

use serde_json::{Value, json};

use super::cell::{Cell, past};
use super::input::texts;
use super::kind::{Identity, Kind};
use super::listing::Selection;
use super::paging::Paging;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "cloudwatch",
    operation: "DescribeAlarms",
    key: "cloudwatch:alarm",
    items: "MetricAlarms",
    paging: Paging::sized("MaxRecords", 1, 100, 50),
    parameters: &["AlarmTypes"],
    select: |cell, input| {
        let types = texts(input, "AlarmTypes");
        let shown = types.is_empty() || types.contains(&"MetricAlarm");
        Ok(if shown { Selection::ALL } else { Selection::only(cell, |_| false) })
    },
    identify: |cell, number| {
        // Alarms may be called anything.
        let name = format!("CPU > 80 % – {}", cell.named(number, &["größe", "latency"]));
        let arn = cell.arn("cloudwatch", &format!("alarm:{name}"));
        Identity::named(name, arn)
    },
    member: alarm,
    ..Kind::BASE
}];

fn alarm(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "AlarmName": identity.name(),
        "AlarmArn": identity.arn(),
        "StateValue": pick(&mut rng, &["OK", "OK", "ALARM", "INSUFFICIENT_DATA"]),
        "ActionsEnabled": rng.u8(..4) > 0,
        "Namespace": "AWS/EC2",
        "MetricName": "CPUUtilization",
        "Statistic": "Average",
        "Period": 300,
        "EvaluationPeriods": 3,
        "Threshold": 80.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "AlarmActions": [],
        "OKActions": [],
        "InsufficientDataActions": [],
        "StateUpdatedTimestamp": past(&mut rng),
    })
}
