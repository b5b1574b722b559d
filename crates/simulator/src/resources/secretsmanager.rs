//! Secrets Manager: what there is, never what it says.

use serde_json::{Value, json};

use super::cell::{Cell, LOWER, past};
use super::kind::{Identity, Kind};
use super::paging::Paging;
use super::tagging::Tagging;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "secretsmanager",
    operation: "ListSecrets",
    key: "secretsmanager:secret",
    items: "SecretList",
    paging: Paging::sized("MaxResults", 1, 100, 100),
    tagging: Tagging::TAGS,
    identify: |cell, number| {
        let name = format!("prod/{}", cell.named(number, &["database", "api-key"]));
        let ending = cell.code(number, LOWER, 6);
        Identity::by_arn(cell.arn("secretsmanager", &format!("secret:{name}-{ending}")), name)
    },
    member: secret,
    ..Kind::BASE
}];

fn secret(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let rotates = rng.bool();
    let mut member = json!({
        "ARN": identity.arn(),
        "Name": identity.name(),
        "RotationEnabled": rotates,
        "CreatedDate": past(&mut rng),
        "LastChangedDate": past(&mut rng),
        "LastRotatedDate": null,
        "DeletedDate": null,
        "OwningService": null,
    });
    if rotates {
        member["LastRotatedDate"] = past(&mut rng).into();
    }
    member
}
