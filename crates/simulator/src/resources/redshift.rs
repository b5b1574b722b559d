//! Redshift.

use serde_json::{Value, json};

use super::cell::{Cell, past};
use super::kind::{Identity, Kind, Named};
use super::paging::Paging;
use super::tagging::Tagging;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "redshift",
    operation: "DescribeClusters",
    key: "redshift:cluster",
    items: "Clusters",
    paging: Paging::sized("MaxRecords", 20, 100, 100),
    named: Some(Named { parameter: "ClusterIdentifier", status: 404, code: "ClusterNotFound" }),
    tagging: Tagging::TAGS,
    identify: |cell, number| {
        let name = cell.named(number, &["warehouse", "reports"]);
        let arn = cell.arn("redshift", &format!("cluster:{name}"));
        Identity::named(name, arn)
    },
    member: cluster,
    ..Kind::BASE
}];

fn cluster(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "ClusterIdentifier": identity.name(),
        "ClusterNamespaceArn": cell.arn("redshift", &format!("namespace:{}", cell.uuid(number))),
        "ClusterStatus": "available",
        "NodeType": pick(&mut rng, &["ra3.xlplus", "ra3.4xlarge", "dc2.large"]),
        "NumberOfNodes": rng.u8(1..5),
        "DBName": "dev",
        "MasterUsername": "admin",
        "Encrypted": rng.u8(..3) > 0,
        "PubliclyAccessible": rng.u8(..4) == 0,
        "VpcId": super::ec2::vpc_of(cell, number),
        "AvailabilityZone": cell.zone(&mut rng),
        "AllowVersionUpgrade": true,
        "ClusterCreateTime": past(&mut rng),
    })
}
