//! Elastic Load Balancing, version 2.

use serde_json::{Value, json};

use super::Place;
use super::cell::{Cell, HEX, past};
use super::errors;
use super::input::texts;
use super::kind::{Identity, Kind, Named};
use super::paging::Paging;
use super::tagging::Form;
use crate::refusal::Refusal;
use crate::seed::pick;

const ELBV2: Kind = Kind { service: "elbv2", paging: Paging::sized("PageSize", 1, 400, 400), ..Kind::BASE };

pub(super) static KINDS: [Kind; 2] = [
    Kind {
        operation: "DescribeLoadBalancers",
        key: "elbv2:load-balancer",
        items: "LoadBalancers",
        named: Some(Named { parameter: "LoadBalancerArns", status: 400, code: "LoadBalancerNotFound" }),
        identify: |cell, number| {
            let name = cell.named(number, &["front", "api", "tcp"]);
            let (form, _) = form(number);
            let resource = format!("loadbalancer/{form}/{name}/{}", cell.code(number, HEX, 16));
            Identity::by_arn(cell.arn("elasticloadbalancing", &resource), name)
        },
        member: load_balancer,
        ..ELBV2
    },
    Kind {
        operation: "DescribeTargetGroups",
        key: "elbv2:target-group",
        items: "TargetGroups",
        named: Some(Named { parameter: "TargetGroupArns", status: 400, code: "TargetGroupNotFound" }),
        identify: |cell, number| {
            let name = cell.named(number, &["blue", "green"]);
            let resource = format!("targetgroup/{name}/{}", cell.code(number, HEX, 16));
            Identity::by_arn(cell.arn("elasticloadbalancing", &resource), name)
        },
        member: target_group,
        ..ELBV2
    },
];

static LOAD_BALANCERS: &Kind = &KINDS[0];

/// What ARNs and answers call the type of a load balancer.
fn form(number: usize) -> (&'static str, &'static str) {
    [("app", "application"), ("app", "application"), ("net", "network"), ("gwy", "gateway")][number % 4]
}

fn load_balancer(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let scheme = pick(&mut rng, &["internet-facing", "internal"]);
    let (_, form) = form(number);
    let host = format!("{}-{}", identity.name(), rng.u32(100_000_000..));
    let mut member = json!({
        "LoadBalancerArn": identity.arn(),
        "LoadBalancerName": identity.name(),
        "DNSName": format!("{host}.{}.elb.amazonaws.com", cell.region()),
        "CanonicalHostedZoneId": "Z35SXDOTRQ7X7K",
        "Type": form,
        "Scheme": scheme,
        "State": { "Code": "active" },
        "IpAddressType": "ipv4",
        "VpcId": super::ec2::vpc_of(cell, number),
        "AvailabilityZones": [{
            "ZoneName": cell.zone(&mut rng),
            "SubnetId": super::ec2::subnet_of(cell, number),
            "LoadBalancerAddresses": [],
        }],
        "SecurityGroups": null,
        "CreatedTime": past(&mut rng),
    });
    match form {
        "application" => member["SecurityGroups"] = json!([super::ec2::group_of(cell, number)]),
        // Gateways have neither.
        "gateway" => (member["Scheme"], member["DNSName"]) = (Value::Null, Value::Null),
        _ => {}
    }
    member
}

fn target_group(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let balancers = cell.sibling(LOAD_BALANCERS);
    // About one in four is behind no load balancer.
    let used = balancers.len() > 0 && rng.u8(..4) > 0;
    let balancer = || balancers.identity(number % balancers.len()).arn().to_owned();
    json!({
        "TargetGroupArn": identity.arn(),
        "TargetGroupName": identity.name(),
        "Protocol": pick(&mut rng, &["HTTP", "HTTPS", "TCP"]),
        "Port": 443,
        "TargetType": pick(&mut rng, &["instance", "ip", "lambda"]),
        "VpcId": super::ec2::vpc_of(cell, number),
        "LoadBalancerArns": if used { json!([balancer()]) } else { json!([]) },
        "HealthCheckEnabled": true,
    })
}

/// The tags of up to twenty load balancers and target groups.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    (operation == "DescribeTags").then(|| tags(place, input))
}

fn tags(place: Place<'_>, input: &Value) -> Result<Value, Refusal> {
    let arns = texts(input, "ResourceArns");
    if arns.len() > 20 {
        return Err(errors::invalid("elbv2", "Only up to 20 resources can be described at a time."));
    }
    let cells: Vec<Cell<'_>> = KINDS.iter().map(|kind| place.cell(kind)).collect();
    let described = arns.into_iter().map(|arn| {
        let found = cells.iter().find_map(|cell| Some((cell, cell.find(arn)?)));
        let (cell, number) = found.ok_or_else(|| match arn.contains(":targetgroup/") {
            true => Refusal::new(400, "TargetGroupNotFound", format!("Target groups '{arn}' not found")),
            false => Refusal::new(400, "LoadBalancerNotFound", format!("Load balancers '{arn}' not found")),
        })?;
        Ok(json!({ "ResourceArn": arn, "Tags": Form::Upper.of(&cell.tags(number)) }))
    });
    Ok(json!({ "TagDescriptions": described.collect::<Result<Vec<_>, _>>()? }))
}
