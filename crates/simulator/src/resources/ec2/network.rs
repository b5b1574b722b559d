//! Networks and what guards them.

use serde_json::{Value, json};

use super::super::cell::{Cell, one_of, past};
use super::super::kind::Identity;
use super::{group_of, subnet_of, vpc_of};
use crate::seed::pick;

/// Every other group lets somebody in, and of those one in three everybody.
pub(super) fn security_group(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let (protocol, port) = one_of(&mut rng, &[("tcp", 22), ("tcp", 443), ("tcp", 3_389), ("-1", -1)]);
    let source = if rng.u8(..3) == 0 { "0.0.0.0/0" } else { "10.0.0.0/8" };
    let to_world = |cidr: &str| json!([{ "CidrIp": cidr, "Description": "office" }]);
    let mut ingress = json!({
        "IpProtocol": protocol,
        "IpRanges": to_world(source),
        "Ipv6Ranges": if source == "0.0.0.0/0" { json!([{ "CidrIpv6": "::/0" }]) } else { json!([]) },
        "PrefixListIds": [],
        "UserIdGroupPairs": [],
    });
    if port > 0 {
        (ingress["FromPort"], ingress["ToPort"]) = (port.into(), port.into());
    }
    json!({
        "GroupId": identity.id,
        "SecurityGroupArn": identity.arn(),
        "GroupName": if number == 0 { "default".to_owned() } else { cell.named(number, &["web", "db", "admin"]) },
        "Description": "what may come in",
        "OwnerId": cell.account(),
        "VpcId": vpc_of(cell, number),
        "IpPermissions": if rng.bool() { json!([ingress]) } else { json!([]) },
        "IpPermissionsEgress": [{
            "IpProtocol": "-1",
            "IpRanges": [{ "CidrIp": "0.0.0.0/0" }],
            "Ipv6Ranges": [],
            "PrefixListIds": [],
            "UserIdGroupPairs": [],
        }],
    })
}

pub(super) fn vpc(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let cidr = format!("10.{}.0.0/16", rng.u8(..));
    json!({
        "VpcId": identity.id,
        "State": "available",
        "CidrBlock": cidr,
        "CidrBlockAssociationSet": [{
            "AssociationId": cell.id("vpc-cidr-assoc", number),
            "CidrBlock": cidr,
            "CidrBlockState": { "State": "associated" },
        }],
        "Ipv6CidrBlockAssociationSet": [],
        "IsDefault": number == 0,
        "InstanceTenancy": "default",
        "DhcpOptionsId": cell.id("dopt", 0),
        "OwnerId": cell.account(),
    })
}

pub(super) fn subnet(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "SubnetId": identity.id,
        "SubnetArn": identity.arn(),
        "VpcId": vpc_of(cell, number),
        "State": "available",
        "CidrBlock": format!("10.{}.{}.0/24", rng.u8(..), number % 256),
        "AvailabilityZone": cell.zone(&mut rng),
        "AvailableIpAddressCount": rng.u8(..251),
        "MapPublicIpOnLaunch": rng.u8(..4) == 0,
        "DefaultForAz": number == 0,
        "AssignIpv6AddressOnCreation": false,
        "Ipv6CidrBlockAssociationSet": [],
        "OwnerId": cell.account(),
    })
}

pub(super) fn route_table(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let is_main = number == 0;
    let mut association = json!({
        "RouteTableAssociationId": cell.id("rtbassoc", number),
        "RouteTableId": identity.id,
        "Main": is_main,
        "AssociationState": { "State": "associated" },
    });
    if !is_main {
        association["SubnetId"] = subnet_of(cell, number).into();
    }
    let route = |to: &str, gateway: &str| {
        json!({
            "DestinationCidrBlock": to,
            "GatewayId": gateway,
            "State": "active",
            "Origin": if gateway == "local" { "CreateRouteTable" } else { "CreateRoute" },
        })
    };
    let mut routes = vec![route("10.0.0.0/16", "local")];
    if rng.u8(..3) == 0 {
        routes.push(route("0.0.0.0/0", &cell.id("igw", number)));
    }
    json!({
        "RouteTableId": identity.id,
        "VpcId": vpc_of(cell, number),
        "Associations": [association],
        "Routes": routes,
        "PropagatingVgws": [],
        "OwnerId": cell.account(),
    })
}

pub(super) fn internet_gateway(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let attached = json!([{ "VpcId": vpc_of(cell, number), "State": "available" }]);
    json!({
        "InternetGatewayId": identity.id,
        "OwnerId": cell.account(),
        "Attachments": if cell.rng(number).u8(..5) > 0 { attached } else { json!([]) },
    })
}

pub(super) fn vpc_endpoint(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let is_gateway = rng.u8(..3) == 0;
    let service = if is_gateway {
        pick(&mut rng, &["s3", "dynamodb"])
    } else {
        pick(&mut rng, &["ssm", "ecr.api", "sts"])
    };
    let group = json!([{ "GroupId": group_of(cell, number), "GroupName": "default" }]);
    json!({
        "VpcEndpointId": identity.id,
        "VpcEndpointType": if is_gateway { "Gateway" } else { "Interface" },
        "VpcId": vpc_of(cell, number),
        "ServiceName": format!("com.amazonaws.{}.{service}", cell.region()),
        "State": "available",
        "PolicyDocument": r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
        "PrivateDnsEnabled": !is_gateway,
        "RequesterManaged": false,
        "RouteTableIds": [],
        "SubnetIds": if is_gateway { json!([]) } else { json!([subnet_of(cell, number)]) },
        "Groups": if is_gateway { json!([]) } else { group },
        "OwnerId": cell.account(),
        "CreationTimestamp": past(&mut rng),
    })
}

pub(super) fn transit_gateway(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "TransitGatewayId": identity.id,
        "TransitGatewayArn": identity.arn(),
        "State": "available",
        "OwnerId": cell.account(),
        "Description": pick(&mut rng, &["", "hub"]),
        "CreationTime": past(&mut rng),
        "Options": {
            "AmazonSideAsn": 64_512 + u32::from(rng.u8(..)),
            "AutoAcceptSharedAttachments": pick(&mut rng, &["enable", "disable"]),
            "DefaultRouteTableAssociation": "enable",
            "DnsSupport": "enable",
        },
    })
}
