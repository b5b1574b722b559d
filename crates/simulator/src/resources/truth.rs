//! What a complete reader finds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cell::Cell;
use super::kind::Kind;
use super::tagging::Tags;
use super::{Place, kinds, s3};
use crate::account::Account;
use crate::world::World;

/// One resource of a simulated account: what a complete and correct reader must have found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResourceTruth {
    /// What it is, as `SERVICE:KIND`: `ec2:volume`, `iam:role`. Where one list holds the resources of several
    /// services, the one it belongs to: `neptune:cluster`.
    pub kind: String,
    /// The service that lists it, as the API models call it: `elbv2`.
    pub service: String,
    /// The operation that lists it.
    pub operation: String,
    /// The region it is in; `global` for what is in none.
    pub region: String,
    /// What the service's own API takes to name it.
    pub id: String,
    /// Its ARN, where it has one.
    pub arn: Option<String>,
    /// What people call it: the tag `Name` of what EC2 and EFS hold, else its name, or its id if it has no name.
    pub name: Option<String>,
    /// Its tags, where the list tells them.
    pub tags: Option<BTreeMap<String, String>>,
    /// Its tags, where the list does not tell them and another read does.
    pub detail_tags: Option<BTreeMap<String, String>>,
}

/// The resources of an account, region by region, each made when it is asked for; none of a suspended account.
pub(crate) fn resources<'a>(
    world: &'a World,
    account: &'a Account,
) -> impl Iterator<Item = ResourceTruth> + use<'a> {
    let account = Some(account).filter(|account| account.active);
    account.into_iter().flat_map(move |account| {
        let place = |region: &'a str| Place { world, account, region };
        let regions = move || world.spec.regions.iter().map(move |region| place(region));
        let first = world.spec.regions.first().map(move |region| place(region));
        let regional = regions().flat_map(|place| {
            let kinds = kinds().filter(|kind| !kind.is_global);
            instances(place).chain(kinds.flat_map(move |kind| of_kind(place, kind)))
        });
        let global = first.into_iter().flat_map(|place| {
            let kinds = kinds().filter(|kind| kind.is_global);
            buckets(place).chain(kinds.flat_map(move |kind| of_kind(place, kind)))
        });
        regional.chain(global)
    })
}

fn of_kind<'a>(place: Place<'a>, kind: &'static Kind) -> impl Iterator<Item = ResourceTruth> + use<'a> {
    let cell = place.cell(kind);
    (0..cell.len()).map(move |number| resource(&cell, number))
}

fn resource(cell: &Cell<'_>, number: usize) -> ResourceTruth {
    let (kind, identity, tags) = (cell.kind, cell.identity(number), cell.tags(number));
    let tags = owned(tags);
    let name = identity.name.or_else(|| tags.get("Name").cloned());
    let (listed, detail) =
        if kind.tagging.listed.is_some() { (Some(tags), None) } else { (None, Some(tags)) };
    ResourceTruth {
        kind: identity.kind.unwrap_or(kind.key).to_owned(),
        service: kind.service.to_owned(),
        operation: kind.operation.to_owned(),
        region: cell.region().to_owned(),
        id: identity.id,
        arn: identity.arn,
        name,
        tags: listed,
        detail_tags: detail,
    }
}

fn instances<'a>(place: Place<'a>) -> impl Iterator<Item = ResourceTruth> + use<'a> {
    let instances = place.world.instances(place.account, place.region);
    (0..instances.len()).map(move |number| {
        let instance = instances.get(number);
        let tags: BTreeMap<String, String> =
            instance.tags.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        ResourceTruth {
            kind: "ec2:instance".to_owned(),
            service: "ec2".to_owned(),
            operation: "DescribeInstances".to_owned(),
            region: place.region.to_owned(),
            arn: Some(format!("arn:aws:ec2:{}:{}:instance/{}", place.region, place.account.id, instance.id)),
            id: instance.id,
            name: tags.get("Name").cloned(),
            tags: Some(tags),
            detail_tags: None,
        }
    })
}

fn buckets<'a>(place: Place<'a>) -> impl Iterator<Item = ResourceTruth> + use<'a> {
    place.world.buckets(place.account).into_iter().map(move |bucket| ResourceTruth {
        kind: "s3:bucket".to_owned(),
        service: "s3".to_owned(),
        operation: "ListBuckets".to_owned(),
        region: bucket.region,
        arn: Some(format!("arn:aws:s3:::{}", bucket.name)),
        detail_tags: Some(owned(s3::tags_of(place, &bucket.name))),
        name: Some(bucket.name.clone()),
        id: bucket.name,
        tags: None,
    })
}

fn owned(tags: Tags) -> BTreeMap<String, String> {
    tags.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
