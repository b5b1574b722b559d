//! DynamoDB.

use serde_json::{Value, json};

use super::Place;
use super::cell::past;
use super::errors;
use super::input::text;
use super::kind::{Identity, Kind};
use super::paging::Paging;
use crate::refusal::Refusal;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "dynamodb",
    operation: "ListTables",
    key: "dynamodb:table",
    items: "TableNames",
    paging: Paging::sized("Limit", 1, 100, 100),
    identify: |cell, number| {
        let name = cell.named(number, &["sessions", "orders", "locks"]);
        let arn = cell.arn("dynamodb", &format!("table/{name}"));
        Identity::named(name, arn)
    },
    member: |_, _, identity| identity.name().into(),
    ..Kind::BASE
}];

/// What is told of one table.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    if operation != "DescribeTable" {
        return None;
    }
    let (cell, name) = (place.cell(&KINDS[0]), text(input, "TableName"));
    let Some(number) = cell.find(name) else { return Some(Err(errors::missing("dynamodb", name))) };
    let identity = cell.identity(number);
    let mut rng = cell.rng(number);
    let billing = if rng.bool() { "PAY_PER_REQUEST" } else { "PROVISIONED" };
    let mut table = json!({
        "TableName": identity.name(),
        "TableArn": identity.arn(),
        "TableId": cell.uuid(number),
        "TableStatus": "ACTIVE",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
        "BillingModeSummary": { "BillingMode": billing },
        "DeletionProtectionEnabled": rng.bool(),
        "ItemCount": rng.u32(..),
        "TableSizeBytes": rng.u32(..),
        "CreationDateTime": past(&mut rng),
        "SSEDescription": null,
    });
    // A table under the key that DynamoDB owns says nothing about it.
    if rng.bool() {
        table["SSEDescription"] = json!({ "Status": "ENABLED", "SSEType": "KMS" });
    }
    Some(Ok(json!({ "Table": table })))
}
