use std::collections::BTreeMap;

use aws_sdk_ec2::types::Instance;
use orgwide_regional::RegionalAccount;
use orgwide_session::{Call, Failure};

use crate::collector::now;
use crate::members::Members;
use crate::{Pages, Record};

/// The most instances EC2 puts on a page. Without a page size, a call draws on a bucket of half the size.
const PAGE: i32 = 1000;

/// ec2:DescribeInstances: one call per 1,000 instances, tags included.
pub(crate) async fn collect<R>(at: &RegionalAccount, pages: &Pages<R>) -> Result<(), Failure>
where
    R: From<Record> + Send,
{
    let call = Call::new("ec2", "DescribeInstances").at(at.id(), at.region());
    let client = aws_sdk_ec2::Client::new(at.config());
    let mut answers = client.describe_instances().max_results(PAGE).into_paginator().send();
    while let Some(answer) = answers.next().await {
        let answer = answer.map_err(|error| Failure::of(&error, call.clone()))?;
        let now = now();
        let instances = answer.reservations().iter().flat_map(|reservation| reservation.instances());
        let page = instances.filter_map(|instance| record(at, instance, &now)).collect();
        if !pages.put_records(page).await {
            break;
        }
    }
    Ok(())
}

fn record(at: &RegionalAccount, instance: &Instance, now: &str) -> Option<Record> {
    let id = instance.instance_id()?;
    let partition = at.account().session().partition();
    let arn = format!("arn:{partition}:ec2:{}:{}:instance/{id}", at.region(), at.id());
    let tags: BTreeMap<String, String> = instance
        .tags()
        .iter()
        .filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned())))
        .collect();
    let mut record = Record::new(at, "ec2:instance", id.to_owned(), arn, now);
    record.name = tags.get("Name").filter(|name| !name.is_empty()).cloned();
    record.tags = Some(tags);
    record.data = data(instance).into_value();
    Some(record)
}

fn data(instance: &Instance) -> Members {
    let state = instance.state();
    let place = instance.placement();
    let profile = instance.iam_instance_profile();
    Members::default()
        .text("InstanceId", instance.instance_id())
        .text("InstanceType", instance.instance_type().map(|kind| kind.as_str()))
        .text("ImageId", instance.image_id())
        .text("Architecture", instance.architecture().map(|kind| kind.as_str()))
        .time("LaunchTime", instance.launch_time())
        .group(
            "State",
            Members::default()
                .number("Code", state.and_then(|state| state.code()))
                .text("Name", state.and_then(|state| state.name()).map(|name| name.as_str())),
        )
        .group(
            "Placement",
            Members::default().text("AvailabilityZone", place.and_then(|place| place.availability_zone())),
        )
        .text("VpcId", instance.vpc_id())
        .text("SubnetId", instance.subnet_id())
        .text("PrivateIpAddress", instance.private_ip_address())
        .text("PublicIpAddress", instance.public_ip_address())
        .group(
            "IamInstanceProfile",
            Members::default()
                .text("Arn", profile.and_then(|profile| profile.arn()))
                .text("Id", profile.and_then(|profile| profile.id())),
        )
}
