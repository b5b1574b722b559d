//! Every type there is, in the order of their names.

use crate::{Collector, Naming, Scope};

pub(crate) static COLLECTORS: &[Collector] = &[
    Collector {
        kind: "ec2:instance",
        scope: Scope::Regional,
        action: "ec2:DescribeInstances",
        service: "ec2",
        operation: "DescribeInstances",
        items: "Reservations.Instances",
        id: "InstanceId",
        arn: "arn:{partition}:ec2:{region}:{account}:instance/{id}",
        name: Naming::Tag("Name"),
        tags: Some("Tags"),
        region: None,
    },
    // Tags would be a call per bucket.
    Collector {
        kind: "s3:bucket",
        scope: Scope::Global,
        action: "s3:ListAllMyBuckets",
        service: "s3",
        operation: "ListBuckets",
        items: "Buckets",
        id: "Name",
        arn: "arn:{partition}:s3:::{id}",
        name: Naming::Id,
        tags: None,
        region: Some("BucketRegion"),
    },
];
