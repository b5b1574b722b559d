//! Elastic Container Registry.

use serde_json::{Value, json};

use super::cell::{Cell, past};
use super::kind::{Identity, Kind, Named};
use super::paging::Paging;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "ecr",
    operation: "DescribeRepositories",
    key: "ecr:repository",
    items: "repositories",
    paging: Paging::sized("maxResults", 1, 1_000, 100),
    parameters: &["registryId"],
    named: Some(Named { parameter: "repositoryNames", status: 400, code: "RepositoryNotFoundException" }),
    identify: |cell, number| {
        let name = format!("team/{}", cell.named(number, &["api", "base", "job"]));
        let arn = cell.arn("ecr", &format!("repository/{name}"));
        Identity::named(name, arn)
    },
    member: repository,
    ..Kind::BASE
}];

fn repository(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let (account, region, name) = (cell.account(), cell.region(), identity.name());
    json!({
        "repositoryName": name,
        "repositoryArn": identity.arn(),
        "registryId": account,
        "repositoryUri": format!("{account}.dkr.ecr.{region}.amazonaws.com/{name}"),
        "imageTagMutability": pick(&mut rng, &["MUTABLE", "IMMUTABLE"]),
        "imageScanningConfiguration": { "scanOnPush": rng.bool() },
        "encryptionConfiguration": { "encryptionType": pick(&mut rng, &["AES256", "KMS"]) },
        "createdAt": past(&mut rng),
    })
}
