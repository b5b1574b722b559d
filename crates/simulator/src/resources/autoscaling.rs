//! EC2 Auto Scaling.

use serde_json::{Value, json};

use super::cell::{Cell, past};
use super::input::{has, texts};
use super::kind::{Identity, Kind};
use super::listing::Selection;
use super::paging::Paging;
use super::tagging::{Form, Tagging};
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "autoscaling",
    operation: "DescribeAutoScalingGroups",
    key: "autoscaling:group",
    items: "AutoScalingGroups",
    paging: Paging::sized("MaxRecords", 1, 100, 50),
    parameters: &["AutoScalingGroupNames"],
    tagging: Tagging::listed("Tags", Form::AutoScaling),
    identify: |cell, number| {
        let name = cell.named(number, &["workers", "web"]);
        let resource = format!("autoScalingGroup:{}:autoScalingGroupName/{name}", cell.uuid(number));
        let arn = cell.arn("autoscaling", &resource);
        Identity::named(name, arn)
    },
    member: group,
    // Names that are not there are passed over.
    select: |cell, input| match has(input, "AutoScalingGroupNames") {
        false => Ok(Selection::ALL),
        true => {
            let names = texts(input, "AutoScalingGroupNames");
            let numbers = names.into_iter().filter_map(|name| cell.find(name)).collect();
            Ok(Selection { own: Some(numbers), others: Vec::new() })
        }
    },
    ..Kind::BASE
}];

fn group(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "AutoScalingGroupName": identity.name(),
        "AutoScalingGroupARN": identity.arn(),
        "MinSize": 0,
        "MaxSize": 10,
        "DesiredCapacity": rng.u8(..=10),
        "HealthCheckType": pick(&mut rng, &["EC2", "ELB"]),
        "AvailabilityZones": [cell.zone(&mut rng)],
        "VPCZoneIdentifier": super::ec2::subnet_of(cell, number),
        "Instances": [],
        "LoadBalancerNames": [],
        "TargetGroupARNs": [],
        "Status": null,
        "CreatedTime": past(&mut rng),
    })
}
