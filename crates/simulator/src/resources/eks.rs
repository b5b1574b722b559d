//! Elastic Kubernetes Service.

use serde_json::{Value, json};

use super::Place;
use super::cell::{UPPER, past};
use super::errors;
use super::input::text;
use super::kind::{Identity, Kind};
use super::paging::Paging;
use super::tagging::Form;
use crate::refusal::Refusal;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "eks",
    operation: "ListClusters",
    key: "eks:cluster",
    items: "clusters",
    paging: Paging::sized("maxResults", 1, 100, 100),
    // Nobody has connected a cluster from elsewhere, so that all are those that are told anyway.
    parameters: &["include"],
    identify: |cell, number| {
        let name = cell.named(number, &["blue", "green"]);
        let arn = cell.arn("eks", &format!("cluster/{name}"));
        Identity::named(name, arn)
    },
    member: |_, _, identity| identity.name().into(),
    ..Kind::BASE
}];

/// What is told of one cluster.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    if operation != "DescribeCluster" {
        return None;
    }
    let (cell, name) = (place.cell(&KINDS[0]), text(input, "name"));
    let Some(number) = cell.find(name) else { return Some(Err(errors::missing("eks", name))) };
    let identity = cell.identity(number);
    let mut rng = cell.rng(number);
    let is_public = rng.u8(..3) == 0;
    let host = cell.code(number, UPPER, 32);
    Some(Ok(json!({ "cluster": {
        "name": identity.name(),
        "arn": identity.arn(),
        "status": "ACTIVE",
        "version": pick(&mut rng, &["1.29", "1.31", "1.33"]),
        "endpoint": format!("https://{host}.gr7.{}.eks.amazonaws.com", cell.region()),
        "roleArn": format!("arn:aws:iam::{}:role/eks", cell.account()),
        "resourcesVpcConfig": {
            "vpcId": super::ec2::vpc_of(&cell, number),
            "subnetIds": [super::ec2::subnet_of(&cell, number)],
            "securityGroupIds": [super::ec2::group_of(&cell, number)],
            "endpointPublicAccess": is_public,
            "endpointPrivateAccess": true,
            "publicAccessCidrs": if is_public { json!(["0.0.0.0/0"]) } else { json!([]) },
        },
        "encryptionConfig": [],
        "createdAt": past(&mut rng),
        "tags": Form::Map.of(&cell.tags(number)),
    } })))
}
