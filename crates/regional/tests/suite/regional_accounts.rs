//! The regions of one account as a map.

use std::time::Duration;

use orgwide_account::Account;
use orgwide_names::{Partition, RegionName};
use orgwide_regional::{Limit, RegionFilter, RegionLimits, RegionalAccounts, Source};
use orgwide_simulator::{Answer, Fault};

use crate::common::*;

const SECOND: Duration = Duration::from_secs(1);

fn region(name: &str) -> RegionName {
    name.parse().unwrap()
}

fn keys(regions: &RegionalAccounts) -> Vec<String> {
    regions.map().keys().map(ToString::to_string).collect()
}

async fn account() -> Account {
    let simulator = organization([]);
    member(&simulator, simulator.http_client()).await
}

#[tokio::test(start_paused = true)]
async fn the_map_has_the_regions_the_account_enabled_in_alphabetical_order() {
    let simulator = organization([]);
    let regions = RegionalAccounts::enabled(member(&simulator, simulator.http_client()).await).await.unwrap();
    assert_eq!(keys(&regions), ["ap-southeast-2", "eu-west-1", "me-central-1", "us-west-2"]);
    assert!(matches!(regions.source(), Some(Source::ListRegions)));
    for (name, here) in regions.map().iter() {
        assert_eq!((here.region(), here.id()), (name, regions.account().id()));
        assert!(regions.get(name).unwrap().ptr_eq(here));
    }
    assert!(regions.get(&region("eu-west-2")).is_none());
    assert!(regions.get(&RegionName::global()).is_none());
    assert_eq!(operations(&simulator), ["AssumeRole", "ListRegions"], "looking into it asks nothing");
}

#[tokio::test(start_paused = true)]
async fn an_account_that_does_not_tell_its_regions_is_an_error_and_no_empty_map() {
    let faults = ["ListRegions", "DescribeRegions"].map(|operation| {
        let service = if operation == "ListRegions" { "account" } else { "ec2" };
        Fault::on(service, operation).answers([Answer::Internal]).repeat()
    });
    let simulator = organization(faults);
    let account = member(&simulator, simulator.http_client()).await;
    assert!(RegionalAccounts::enabled(account).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn without_a_call_the_regions_are_those_every_account_has_or_those_named() {
    let simulator = organization([]);
    let account = member(&simulator, simulator.http_client()).await;
    let table = RegionalAccounts::by_default(account.clone());
    assert_eq!(table.map().len(), 17);
    assert!(table.get(&region("me-central-1")).is_none(), "it has to be opted in to");
    let named = RegionalAccounts::new(account, ["us-south-9", "eu-west-1", "us-south-9"].map(region));
    assert_eq!(keys(&named), ["eu-west-1", "us-south-9"]);
    assert!(named.source().is_none());
    assert_eq!(operations(&simulator), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn the_map_follows_its_filter_and_what_was_looked_at_before_stays() {
    let regions = RegionalAccounts::by_default(account().await);
    let before = regions.map();
    let eu = RegionFilter::default().include("eu-*").unwrap().exclude("eu-west-*").unwrap();
    regions.set_filter(eu.clone());
    assert_eq!(keys(&regions), ["eu-central-1", "eu-north-1"]);
    assert_eq!(regions.filter(), eu);
    assert_eq!(before.len(), 17);

    let kept = regions.get(&region("eu-north-1")).unwrap();
    regions.set_filter(RegionFilter::default().include("eu-north-1").unwrap().non_regional(true));
    assert_eq!(keys(&regions), ["eu-north-1", "global"]);
    assert!(regions.get(&region("eu-north-1")).unwrap().ptr_eq(&kept));
    assert!(before[&region("eu-north-1")].ptr_eq(&kept));
    assert_eq!(regions.get(&RegionName::global()).unwrap().config().region().unwrap().as_ref(), "us-east-1");

    regions.set_filter(RegionFilter::default());
    assert_eq!(regions.map().len(), 17, "nothing is lost for good");
}

#[tokio::test(start_paused = true)]
async fn a_filter_for_other_partitions_leaves_nothing() {
    let regions = RegionalAccounts::by_default(account().await);
    let china = RegionFilter::default().partition(Partition::from_id("aws-cn").unwrap()).non_regional(true);
    regions.set_filter(china.clone());
    assert_eq!(keys(&regions), [""; 0]);
    regions.set_filter(china.partition(Partition::aws()));
    assert_eq!(regions.map().len(), 18);
}

#[tokio::test(start_paused = true)]
async fn regions_get_their_limits_now_and_when_they_enter() {
    let limit = |max_count| Limit { max_count, interval: SECOND, block: true };
    let limits = RegionLimits::default()
        .with("eu-*", limit(5))
        .unwrap()
        .with("eu-west-1", limit(9))
        .unwrap()
        .with("us-east-1", limit(3))
        .unwrap();
    let regions = RegionalAccounts::by_default(account().await);
    regions.set_filter(RegionFilter::default().exclude("eu-north-1").unwrap());
    let unlimited = regions.get(&region("ap-south-1")).unwrap();
    unlimited.set_limit(1, SECOND, false).unwrap();
    regions.set_limits(limits.clone());
    assert_eq!(regions.limits(), limits);
    let of = |name: &str| regions.get(&region(name)).unwrap().limit();
    assert_eq!((of("eu-west-1"), of("eu-west-2"), of("us-west-2")), (Some(limit(9)), Some(limit(5)), None));
    assert_eq!(
        unlimited.limit(),
        Some(Limit { block: false, ..limit(1) }),
        "none is said, so it keeps its own"
    );

    regions.get(&region("eu-west-2")).unwrap().set_limit(77, SECOND, true).unwrap();
    regions.set_filter(RegionFilter::default().non_regional(true));
    assert_eq!(of("eu-north-1"), Some(limit(5)), "it entered");
    assert_eq!(of("eu-west-2"), Some(limit(77)), "it stayed");
    assert_eq!(of("global"), Some(limit(3)), "us-east-1 serves it");
}
