//! What has addresses.

use serde_json::{Value, json};

use super::super::cell::{Cell, past};
use super::super::kind::Identity;
use super::{NETWORK_INTERFACES, group_of, instance_of, subnet_of, vpc_of};
use crate::seed::pick;

/// An address set apart for documentation, so nobody's.
fn public(rng: &mut fastrand::Rng) -> String {
    format!("203.0.113.{}", rng.u8(1..255))
}

fn private(rng: &mut fastrand::Rng) -> String {
    format!("10.{}.{}.{}", rng.u8(..), rng.u8(..), rng.u8(4..255))
}

pub(super) fn network_interface(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let is_used = rng.u8(..5) > 0;
    let address = private(&mut rng);
    let mut member = json!({
        "NetworkInterfaceId": identity.id,
        "Status": if is_used { "in-use" } else { "available" },
        "InterfaceType": "interface",
        "VpcId": vpc_of(cell, number),
        "SubnetId": subnet_of(cell, number),
        "AvailabilityZone": cell.zone(&mut rng),
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [{ "PrivateIpAddress": address, "Primary": true }],
        "Ipv6Addresses": [],
        "Groups": [{ "GroupId": group_of(cell, number), "GroupName": "default" }],
        "Description": "",
        "RequesterManaged": false,
        "SourceDestCheck": true,
        "OwnerId": cell.account(),
        "Attachment": null,
        "Association": null,
    });
    if is_used {
        member["Attachment"] = json!({
            "AttachmentId": cell.id("eni-attach", number),
            "InstanceId": instance_of(cell, number),
            "InstanceOwnerId": cell.account(),
            "DeviceIndex": 0,
            "Status": "attached",
            "DeleteOnTermination": true,
            "AttachTime": past(&mut rng),
        });
    }
    if is_used && rng.u8(..3) == 0 {
        member["Association"] =
            json!({ "PublicIp": public(&mut rng), "IpOwnerId": "amazon", "PublicDnsName": "" });
    }
    member
}

/// One in four is not used, and costs.
pub(super) fn elastic_ip(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let mut member = json!({
        "AllocationId": identity.id,
        "PublicIp": public(&mut rng),
        "Domain": "vpc",
        "PublicIpv4Pool": "amazon",
        "NetworkBorderGroup": cell.region(),
        "AssociationId": null,
        "InstanceId": null,
        "NetworkInterfaceId": null,
        "NetworkInterfaceOwnerId": null,
        "PrivateIpAddress": null,
    });
    if rng.u8(..4) > 0 {
        member["AssociationId"] = cell.id("eipassoc", number).into();
        member["InstanceId"] = instance_of(cell, number).into();
        member["NetworkInterfaceId"] = cell.near(NETWORK_INTERFACES, "eni", number).into();
        member["NetworkInterfaceOwnerId"] = cell.account().into();
        member["PrivateIpAddress"] = private(&mut rng).into();
    }
    member
}

pub(super) fn nat_gateway(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let is_public = rng.u8(..4) > 0;
    let mut address = json!({
        "NetworkInterfaceId": cell.id("eni", number),
        "PrivateIp": private(&mut rng),
        "IsPrimary": true,
        "Status": "succeeded",
        "AllocationId": null,
        "PublicIp": null,
    });
    if is_public {
        address["AllocationId"] = cell.id("eipalloc", number).into();
        address["PublicIp"] = public(&mut rng).into();
    }
    json!({
        "NatGatewayId": identity.id,
        "State": pick(&mut rng, &["available", "available", "available", "deleted"]),
        "ConnectivityType": if is_public { "public" } else { "private" },
        "VpcId": vpc_of(cell, number),
        "SubnetId": subnet_of(cell, number),
        "NatGatewayAddresses": [address],
        "CreateTime": past(&mut rng),
        "FailureCode": null,
        "FailureMessage": null,
    })
}
