//! Key Management Service.

use serde_json::{Value, json};

use super::Place;
use super::cell::{Cell, one_of, past};
use super::errors;
use super::input::text;
use super::kind::{Identity, Kind};
use super::paging::Paging;
use super::tagging::Form;
use crate::refusal::Refusal;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "kms",
    operation: "ListKeys",
    key: "kms:key",
    items: "Keys",
    paging: Paging::sized("Limit", 1, 1_000, 100),
    identify: |cell, number| {
        let id = cell.uuid(number);
        let arn = cell.arn("kms", &format!("key/{id}"));
        Identity::named(id, arn)
    },
    member: |_, _, identity| json!({ "KeyId": identity.id, "KeyArn": identity.arn() }),
    ..Kind::BASE
}];

/// The read operations about one key, which may be named by its id or its ARN.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    let answer = match operation {
        "DescribeKey" => key,
        "GetKeyRotationStatus" => rotation,
        "ListResourceTags" => tags,
        _ => return None,
    };
    let (cell, name) = (place.cell(&KINDS[0]), text(input, "KeyId"));
    Some(match cell.find(name) {
        Some(number) => Ok(answer(&cell, number)),
        None => Err(errors::missing("kms", name)),
    })
}

/// Whether it is a key that AWS manages: one in five.
fn is_managed(cell: &Cell<'_>, number: usize) -> bool {
    cell.rng(number).u8(..5) == 0
}

fn key(cell: &Cell<'_>, number: usize) -> Value {
    let (identity, mut rng) = (cell.identity(number), cell.rng(number));
    let manager = if is_managed(cell, number) { "AWS" } else { "CUSTOMER" };
    let state = one_of(&mut rng, &["Enabled", "Enabled", "Enabled", "Disabled", "PendingDeletion"]);
    let state = if manager == "AWS" { "Enabled" } else { state };
    let mut metadata = json!({
        "AWSAccountId": cell.account(),
        "KeyId": identity.id,
        "Arn": identity.arn(),
        "Enabled": state == "Enabled",
        "KeyState": state,
        "KeyManager": manager,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "Origin": "AWS_KMS",
        "MultiRegion": false,
        "Description": "",
        "CreationDate": past(&mut rng),
        "DeletionDate": null,
        "ValidTo": null,
    });
    if state == "PendingDeletion" {
        metadata["DeletionDate"] = past(&mut rng).into();
    }
    json!({ "KeyMetadata": metadata })
}

fn rotation(cell: &Cell<'_>, number: usize) -> Value {
    let rotates = is_managed(cell, number) || cell.rng(number).bool();
    json!({ "KeyRotationEnabled": rotates, "KeyId": cell.identity(number).arn(), "OnDemandRotationStartDate": null })
}

fn tags(cell: &Cell<'_>, number: usize) -> Value {
    json!({ "Tags": Form::Kms.of(&cell.tags(number)), "Truncated": false, "NextMarker": null })
}
