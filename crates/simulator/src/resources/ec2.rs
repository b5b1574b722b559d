//! Elastic Compute Cloud, without its instances.

mod address;
mod network;
mod storage;

use serde_json::Value;

use super::cell::Cell;
use super::kind::{Identity, Kind, Named};
use super::paging::Paging;
use super::tagging::{Form, Tagging};

const PAGES: Paging = Paging::sized("MaxResults", 5, 1_000, 1_000);

const EC2: Kind = Kind { service: "ec2", paging: PAGES, tagging: Tagging::TAGS, ..Kind::BASE };

const fn named(parameter: &'static str, code: &'static str) -> Option<Named> {
    Some(Named { parameter, status: 400, code })
}

/// Everything here is called by an id with a prefix, and its ARN says what it is.
fn identity(cell: &Cell<'_>, number: usize, prefix: &str, resource: &str) -> Identity {
    let id = cell.id(prefix, number);
    let arn = cell.arn("ec2", &format!("{resource}/{id}"));
    Identity::tagged(id, arn)
}

/// Snapshots and images may be anybody's, so their ARNs name no account.
fn ownerless(cell: &Cell<'_>, number: usize, prefix: &str, resource: &str) -> Identity {
    let id = cell.id(prefix, number);
    let arn = format!("arn:aws:ec2:{}::{resource}/{id}", cell.region());
    Identity::tagged(id, arn)
}

/// Whether a list of owners names this account; an empty one names everybody.
fn is_owner(cell: &Cell<'_>, owners: &[&str]) -> bool {
    owners.is_empty() || owners.contains(&"self") || owners.contains(&cell.account())
}

pub(super) static KINDS: [Kind; 13] = [
    Kind {
        operation: "DescribeVolumes",
        key: "ec2:volume",
        items: "Volumes",
        // None of them is managed.
        parameters: &["IncludeManagedResources"],
        named: named("VolumeIds", "InvalidVolume.NotFound"),
        identify: |cell, number| identity(cell, number, "vol", "volume"),
        member: storage::volume,
        ..EC2
    },
    Kind {
        operation: "DescribeSnapshots",
        key: "ec2:snapshot",
        items: "Snapshots",
        parameters: &["OwnerIds"],
        named: named("SnapshotIds", "InvalidSnapshot.NotFound"),
        identify: |cell, number| ownerless(cell, number, "snap", "snapshot"),
        member: storage::snapshot,
        select: storage::snapshots,
        ..EC2
    },
    Kind {
        operation: "DescribeImages",
        key: "ec2:image",
        items: "Images",
        // None of them is disabled.
        parameters: &["Owners", "IncludeDisabled"],
        named: named("ImageIds", "InvalidAMIID.NotFound"),
        identify: |cell, number| ownerless(cell, number, "ami", "image"),
        member: storage::image,
        select: storage::images,
        ..EC2
    },
    Kind {
        operation: "DescribeSecurityGroups",
        key: "ec2:security-group",
        items: "SecurityGroups",
        named: named("GroupIds", "InvalidGroup.NotFound"),
        identify: |cell, number| identity(cell, number, "sg", "security-group"),
        member: network::security_group,
        ..EC2
    },
    Kind {
        operation: "DescribeVpcs",
        key: "ec2:vpc",
        items: "Vpcs",
        named: named("VpcIds", "InvalidVpcID.NotFound"),
        identify: |cell, number| identity(cell, number, "vpc", "vpc"),
        member: network::vpc,
        ..EC2
    },
    Kind {
        operation: "DescribeSubnets",
        key: "ec2:subnet",
        items: "Subnets",
        named: named("SubnetIds", "InvalidSubnetID.NotFound"),
        identify: |cell, number| identity(cell, number, "subnet", "subnet"),
        member: network::subnet,
        ..EC2
    },
    Kind {
        operation: "DescribeNetworkInterfaces",
        key: "ec2:network-interface",
        items: "NetworkInterfaces",
        // None of them is managed.
        parameters: &["IncludeManagedResources"],
        tagging: Tagging::listed("TagSet", Form::Upper),
        named: named("NetworkInterfaceIds", "InvalidNetworkInterfaceID.NotFound"),
        identify: |cell, number| identity(cell, number, "eni", "network-interface"),
        member: address::network_interface,
        ..EC2
    },
    Kind {
        operation: "DescribeAddresses",
        key: "ec2:elastic-ip",
        items: "Addresses",
        paging: Paging::SINGLE,
        named: named("AllocationIds", "InvalidAllocationID.NotFound"),
        identify: |cell, number| identity(cell, number, "eipalloc", "elastic-ip"),
        member: address::elastic_ip,
        ..EC2
    },
    Kind {
        operation: "DescribeRouteTables",
        key: "ec2:route-table",
        items: "RouteTables",
        paging: Paging::sized("MaxResults", 5, 100, 100),
        named: named("RouteTableIds", "InvalidRouteTableID.NotFound"),
        identify: |cell, number| identity(cell, number, "rtb", "route-table"),
        member: network::route_table,
        ..EC2
    },
    Kind {
        operation: "DescribeNatGateways",
        key: "ec2:nat-gateway",
        items: "NatGateways",
        named: named("NatGatewayIds", "NatGatewayNotFound"),
        identify: |cell, number| identity(cell, number, "nat", "natgateway"),
        member: address::nat_gateway,
        ..EC2
    },
    Kind {
        operation: "DescribeInternetGateways",
        key: "ec2:internet-gateway",
        items: "InternetGateways",
        named: named("InternetGatewayIds", "InvalidInternetGatewayID.NotFound"),
        identify: |cell, number| identity(cell, number, "igw", "internet-gateway"),
        member: network::internet_gateway,
        ..EC2
    },
    Kind {
        operation: "DescribeVpcEndpoints",
        key: "ec2:vpc-endpoint",
        items: "VpcEndpoints",
        named: named("VpcEndpointIds", "InvalidVpcEndpointId.NotFound"),
        identify: |cell, number| identity(cell, number, "vpce", "vpc-endpoint"),
        member: network::vpc_endpoint,
        ..EC2
    },
    Kind {
        operation: "DescribeTransitGateways",
        key: "ec2:transit-gateway",
        items: "TransitGateways",
        named: named("TransitGatewayIds", "InvalidTransitGatewayID.NotFound"),
        identify: |cell, number| identity(cell, number, "tgw", "transit-gateway"),
        member: network::transit_gateway,
        ..EC2
    },
];

static SNAPSHOTS: &Kind = &KINDS[1];
static SECURITY_GROUPS: &Kind = &KINDS[3];
static VPCS: &Kind = &KINDS[4];
static SUBNETS: &Kind = &KINDS[5];
static NETWORK_INTERFACES: &Kind = &KINDS[6];

/// The VPC that something is in.
pub(super) fn vpc_of(cell: &Cell<'_>, number: usize) -> String {
    cell.near(VPCS, "vpc", number)
}

/// The subnet that something is in.
pub(super) fn subnet_of(cell: &Cell<'_>, number: usize) -> String {
    cell.near(SUBNETS, "subnet", number)
}

/// The security group that something is in.
pub(super) fn group_of(cell: &Cell<'_>, number: usize) -> String {
    cell.near(SECURITY_GROUPS, "sg", number)
}

/// The instance that something belongs to: one of the account's, if it has any here.
fn instance_of(cell: &Cell<'_>, number: usize) -> String {
    let instances = cell.place.world.instances(cell.place.account, cell.region());
    match instances.len() {
        0 => cell.id("i", number),
        count => instances.id(number % count),
    }
}

fn tagless(others: Value) -> Value {
    let mut others = others;
    if let Value::Object(members) = &mut others {
        members.insert("Tags".to_owned(), Value::Array(Vec::new()));
    }
    others
}
