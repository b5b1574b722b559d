//! GuardDuty.

use serde_json::{Value, json};

use super::Place;
use super::cell::{HEX, past};
use super::errors;
use super::input::text;
use super::kind::{Identity, Kind};
use super::paging::Paging;
use super::tagging::Form;
use crate::refusal::Refusal;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "guardduty",
    operation: "ListDetectors",
    key: "guardduty:detector",
    items: "DetectorIds",
    most: 1,
    paging: Paging::sized("MaxResults", 1, 50, 50),
    identify: |cell, number| {
        let id = cell.code(number, HEX, 32);
        let arn = cell.arn("guardduty", &format!("detector/{id}"));
        Identity::named(id, arn)
    },
    member: |_, _, identity| identity.id.clone().into(),
    ..Kind::BASE
}];

/// What is told of one detector.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    if operation != "GetDetector" {
        return None;
    }
    let cell = place.cell(&KINDS[0]);
    let Some(number) = cell.find(text(input, "DetectorId")) else {
        let message =
            "The request is rejected because the input detectorId is not owned by the current account.";
        return Some(Err(errors::invalid("guardduty", message)));
    };
    let mut rng = cell.rng(number);
    let time = past(&mut rng).replace('Z', ".000Z");
    Some(Ok(json!({
        "Status": pick(&mut rng, &["ENABLED", "ENABLED", "ENABLED", "DISABLED"]),
        "FindingPublishingFrequency": "SIX_HOURS",
        "ServiceRole": format!("arn:aws:iam::{}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty", cell.account()),
        "CreatedAt": time,
        "UpdatedAt": time,
        "Tags": Form::Map.of(&cell.tags(number)),
    })))
}
