//! Volumes, snapshots and images.

use serde_json::{Value, json};

use super::super::cell::{Cell, one_of, past};
use super::super::input::texts;
use super::super::kind::Identity;
use super::super::listing::Selection;
use super::{SNAPSHOTS, instance_of, is_owner, tagless};
use crate::refusal::Refusal;
use crate::seed::pick;

const SIZES: [u32; 6] = [8, 20, 50, 100, 500, 2_000];

pub(super) fn volume(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let is_used = rng.u8(..4) > 0;
    let attached = json!([{
        "VolumeId": identity.id,
        "InstanceId": instance_of(cell, number),
        "Device": "/dev/xvda",
        "State": "attached",
        "DeleteOnTermination": rng.bool(),
    }]);
    json!({
        "VolumeId": identity.id,
        "State": if is_used { "in-use" } else { "available" },
        "Attachments": if is_used { attached } else { json!([]) },
        "AvailabilityZone": cell.zone(&mut rng),
        "Encrypted": rng.u8(..3) > 0,
        "Size": one_of(&mut rng, &SIZES),
        "VolumeType": pick(&mut rng, &["gp3", "gp3", "gp2", "io2", "st1"]),
        "SnapshotId": "",
        "MultiAttachEnabled": false,
        "CreateTime": past(&mut rng),
    })
}

pub(super) fn snapshot(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "SnapshotId": identity.id,
        "OwnerId": cell.account(),
        "State": "completed",
        "Progress": "100%",
        "Encrypted": rng.bool(),
        "VolumeSize": one_of(&mut rng, &SIZES),
        "VolumeId": cell.id("vol", number),
        "StorageTier": pick(&mut rng, &["standard", "standard", "archive"]),
        "StartTime": past(&mut rng),
        "Description": pick(&mut rng, &["", "nightly", "before the upgrade"]),
    })
}

/// Those who do not say whose get the public ones too.
pub(super) fn snapshots(cell: &Cell<'_>, input: &Value) -> Result<Selection, Refusal> {
    let owners = texts(input, "OwnerIds");
    let own = if is_owner(cell, &owners) { Selection::ALL } else { Selection::only(cell, |_| false) };
    let foreign = (0..3).map(|number| {
        let identity = Identity { id: cell.id("snap", usize::MAX - number), ..cell.identity(0) };
        let mut other = snapshot(cell, usize::MAX - number, &identity);
        other["OwnerId"] = cell.outsider().into();
        tagless(other)
    });
    Ok(own.and(if owners.is_empty() { foreign.collect() } else { Vec::new() }))
}

pub(super) fn image(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let is_encrypted = rng.bool();
    json!({
        "ImageId": identity.id,
        "OwnerId": cell.account(),
        "Name": cell.named(number, &["golden", "base", "build"]),
        // An encrypted image cannot be public.
        "Public": !is_encrypted && rng.u8(..4) == 0,
        "State": "available",
        "Architecture": pick(&mut rng, &["x86_64", "x86_64", "arm64"]),
        "ImageType": "machine",
        "RootDeviceType": "ebs",
        "RootDeviceName": "/dev/xvda",
        "BlockDeviceMappings": [{
            "DeviceName": "/dev/xvda",
            "Ebs": {
                "SnapshotId": cell.near(SNAPSHOTS, "snap", number),
                "Encrypted": is_encrypted,
                "VolumeSize": one_of(&mut rng, &SIZES),
                "VolumeType": "gp3",
                "DeleteOnTermination": true,
            },
        }],
        "CreationDate": past(&mut rng).replace('Z', ".000Z"),
    })
}

/// Those who do not say whose get the public ones too.
pub(super) fn images(cell: &Cell<'_>, input: &Value) -> Result<Selection, Refusal> {
    let owners = texts(input, "Owners");
    let own = if is_owner(cell, &owners) { Selection::ALL } else { Selection::only(cell, |_| false) };
    let shown = owners.is_empty() || owners.contains(&"amazon");
    let foreign = (0..3).map(|number| {
        let identity = Identity { id: cell.id("ami", usize::MAX - number), ..cell.identity(0) };
        let mut other = image(cell, usize::MAX - number, &identity);
        other["OwnerId"] = cell.outsider().into();
        other["Name"] = format!("al2023-ami-2023.{number}-kernel-6.1-x86_64").into();
        other["ImageOwnerAlias"] = "amazon".into();
        other["Public"] = true.into();
        tagless(other)
    });
    Ok(own.and(if shown { foreign.collect() } else { Vec::new() }))
}
