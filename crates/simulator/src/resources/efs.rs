//! Elastic File System.

use serde_json::{Value, json};

use super::cell::{Cell, past};
use super::kind::{Identity, Kind, Named};
use super::paging::Paging;
use super::tagging::Tagging;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "efs",
    operation: "DescribeFileSystems",
    key: "efs:file-system",
    items: "FileSystems",
    // More may be asked for, and is not given.
    paging: Paging::sized("MaxItems", 1, u32::MAX as u64, 100).returns(100),
    named: Some(Named { parameter: "FileSystemId", status: 404, code: "FileSystemNotFound" }),
    tagging: Tagging::TAGS,
    identify: |cell, number| {
        let id = cell.id("fs", number);
        let arn = cell.arn("elasticfilesystem", &format!("file-system/{id}"));
        Identity::tagged(id, arn)
    },
    member: file_system,
    ..Kind::BASE
}];

fn file_system(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "FileSystemId": identity.id,
        "FileSystemArn": identity.arn(),
        "OwnerId": cell.account(),
        "CreationToken": cell.uuid(number),
        "LifeCycleState": "available",
        // The tag's text, if there is one.
        "Name": cell.tags(number).get("Name"),
        "NumberOfMountTargets": rng.u8(..4),
        "SizeInBytes": { "Value": rng.u32(6_144..) },
        "PerformanceMode": "generalPurpose",
        "ThroughputMode": pick(&mut rng, &["elastic", "bursting"]),
        "Encrypted": rng.u8(..4) > 0,
        "CreationTime": past(&mut rng),
    })
}
