//! EC2: a bucket per operation in each account and region.

use super::{Row, published};
use crate::{Basis, Scope};

const SOURCE: &str = "Amazon EC2 Developer Guide, Request throttling for the Amazon EC2 API";

const fn row(rate: f64, burst: u32, figure: &'static str) -> Row {
    let basis: Basis = published(figure, SOURCE);
    Row::new("ec2", Scope::ACCOUNT_REGION_OPERATION, rate, burst, basis)
}

pub(super) static TABLE: &[Row] = &[
    // Asked for all at once, without pages and filters, these are counted on a bucket of half the size. Of a
    // call of an SDK client it cannot be told from outside what it asks for.
    row(5.0, 20, "10/s, bucket of 50 when neither paginated nor filtered")
        .of(&[
            "DescribeInstances",
            "DescribeInstanceStatus",
            "DescribeNetworkInterfaces",
            "DescribeSecurityGroups",
            "DescribeSnapshots",
            "DescribeSpotInstanceRequests",
            "DescribeVolumes",
        ])
        .unpaged(),
    row(10.0, 40, "20/s, bucket of 100 for reading operations").of(&[
        "Describe*",
        "Get*",
        "List*",
        "Search*",
    ]),
    row(2.5, 25, "5/s, bucket of 50 for changing operations"),
    // Operations with figures of their own, at half of them.
    row(5.0, 5, "10/s, bucket of 10").of(&[
        "DescribeAggregateIdFormat",
        "DescribeIdentityIdFormat",
        "DescribeIdFormat",
        "DescribePrincipalIdFormat",
        "DescribeReservedInstancesOfferings",
    ]),
    row(0.25, 1, "0.5/s, bucket of 1").of(&["DescribeByoipCidrs"]),
    row(0.075, 5, "0.15/s, bucket of 10")
        .of(&["DescribeCapacityBlockOfferings", "DescribeCapacityBlockExtensionOfferings"]),
    row(2.5, 2, "5/s, bucket of 5").of(&["DescribeDeclarativePoliciesReports"]),
    row(1.0, 2, "2/s, bucket of 5").of(&["DescribeHostReservations", "DescribeHostReservationOfferings"]),
    row(0.5, 1, "1/s, bucket of 1").of(&["DescribeInstanceTopology"]),
    row(0.5, 1, "1/s, bucket of 1").of(&["DescribeMovingAddresses"]),
    row(2.5, 10, "5/s, bucket of 20").of(&["DescribeSecurityGroupReferences", "DescribeStaleSecurityGroups"]),
    row(6.5, 50, "13/s, bucket of 100").of(&["DescribeSpotDatafeedSubscription"]),
    row(2.5, 50, "5/s, bucket of 100").of(&["DescribeSpotFleetInstances", "DescribeSpotFleetRequestHistory"]),
    row(1.5, 25, "3/s, bucket of 50").of(&["DescribeSpotFleetRequests"]),
    row(0.25, 25, "0.5/s, bucket of 50").of(&["DescribeStoreImageTasks"]),
    row(1.0, 5, "2/s, bucket of 10").of(&["DescribeVerifiedAccessInstanceLoggingConfigurations"]),
    row(0.5, 5, "1/s, bucket of 10").of(&["GetAssociatedEnclaveCertificateIamRoles"]),
    row(5.0, 50, "10/s, bucket of 100").of(&["CreateTags", "DeleteTags"]),
    row(1.0, 2, "2/s, bucket of 5").of(&["RunInstances", "StartInstances"]),
    row(2.5, 50, "5/s, bucket of 100").of(&["TerminateInstances"]),
    row(0.15, 2, "0.3/s, bucket of 4").of(&["CreateVpcEndpoint"]),
];
