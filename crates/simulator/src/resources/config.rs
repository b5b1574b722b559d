//! Config's recorders.

use serde_json::{Value, json};

use super::Place;
use super::cell::{Cell, LOWER, past};
use super::input::{has, texts};
use super::kind::{Identity, Kind, Named};
use super::paging::Paging;
use crate::refusal::Refusal;

const MISSING: &str = "NoSuchConfigurationRecorderException";

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "config",
    operation: "DescribeConfigurationRecorders",
    key: "config:recorder",
    items: "ConfigurationRecorders",
    most: 1,
    paging: Paging::SINGLE,
    named: Some(Named { parameter: "ConfigurationRecorderNames", status: 400, code: MISSING }),
    identify: |cell, number| {
        let name = if number == 0 { "default".to_owned() } else { cell.named(number, &["recorder"]) };
        let resource = format!("configuration-recorder/{name}/{}", cell.code(number, LOWER, 16));
        let arn = cell.arn("config", &resource);
        Identity::named(name, arn)
    },
    member: recorder,
    ..Kind::BASE
}];

fn recorder(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let all = cell.rng(number).bool();
    json!({
        "name": identity.name(),
        "arn": identity.arn(),
        "roleARN": format!("arn:aws:iam::{}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig", cell.account()),
        "recordingScope": "PAID",
        "recordingGroup": { "allSupported": all, "includeGlobalResourceTypes": all, "resourceTypes": [] },
        "servicePrincipal": null,
    })
}

/// Whether the recorders record.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    if operation != "DescribeConfigurationRecorderStatus" {
        return None;
    }
    let cell = place.cell(&KINDS[0]);
    let missing =
        |name: &str| Refusal::new(400, MISSING, format!("Cannot find configuration recorder '{name}'."));
    let numbers: Result<Vec<usize>, Refusal> = match has(input, "ConfigurationRecorderNames") {
        false => Ok((0..cell.len()).collect()),
        true => texts(input, "ConfigurationRecorderNames")
            .into_iter()
            .map(|name| cell.find(name).ok_or_else(|| missing(name)))
            .collect(),
    };
    let told = |number: usize| {
        let (identity, mut rng) = (cell.identity(number), cell.rng(number));
        json!({
            "name": identity.name(),
            "arn": identity.arn(),
            "recording": rng.u8(..4) > 0,
            "lastStatus": "SUCCESS",
            "lastStartTime": past(&mut rng),
            "lastErrorCode": null,
            "lastErrorMessage": null,
        })
    };
    Some(numbers.map(|numbers| {
        json!({ "ConfigurationRecordersStatus": numbers.into_iter().map(told).collect::<Vec<_>>() })
    }))
}
