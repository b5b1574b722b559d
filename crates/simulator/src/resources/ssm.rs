//! Systems Manager's parameters: what there is, never what it says.

use serde_json::{Value, json};

use super::cell::{Cell, past};
use super::kind::{Identity, Kind};
use super::paging::Paging;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "ssm",
    operation: "DescribeParameters",
    key: "ssm:parameter",
    items: "Parameters",
    paging: Paging::sized("MaxResults", 1, 50, 50),
    identify: |cell, number| {
        let name = cell.named(number, &["url", "limit", "password"]);
        // Every other stands in a hierarchy; the slash at its front is not doubled in the ARN.
        let name = if number.is_multiple_of(2) { format!("/prod/{name}") } else { name };
        let arn = cell.arn("ssm", &format!("parameter/{}", name.trim_start_matches('/')));
        Identity::named(name, arn)
    },
    member: parameter,
    ..Kind::BASE
}];

fn parameter(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let kind = pick(&mut rng, &["String", "StringList", "SecureString"]);
    json!({
        "Name": identity.name(),
        "ARN": identity.arn(),
        "Type": kind,
        "KeyId": if kind == "SecureString" { "alias/aws/ssm".into() } else { Value::Null },
        "Tier": pick(&mut rng, &["Standard", "Advanced"]),
        "DataType": "text",
        "Version": rng.u8(1..20),
        "LastModifiedDate": past(&mut rng),
        "Policies": [],
    })
}
