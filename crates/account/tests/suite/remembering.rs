//! What is remembered, for how long, and what never is.

use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use orgwide_account::{Choices, Discovery, Organization, RoleChain};
use orgwide_simulator::{Answer, Fault, Simulator, WorldSpec};

use crate::common::*;

const AGE: Duration = Duration::from_secs(600);

fn world() -> WorldSpec {
    WorldSpec { accounts: 45, instances: 0, buckets: 0, ..WorldSpec::default() }
}

#[tokio::test(start_paused = true)]
async fn a_whole_list_is_used_again_until_it_is_too_old() {
    let simulator = Simulator::builder(world()).build().unwrap();
    let organization = Organization::of(&hub(&simulator).await).cached(AGE);
    let read = async || organization.accounts().try_collect::<Vec<_>>().await.unwrap();
    let first = read().await;
    assert_eq!((first.len(), asked(&simulator, "ListAccounts")), (45, 3));
    tokio::time::advance(AGE - Duration::from_secs(5)).await;
    assert_eq!(organization.clone().accounts().try_collect::<Vec<_>>().await.unwrap(), first);
    assert_eq!(asked(&simulator, "ListAccounts"), 3, "clones share what is remembered");
    tokio::time::advance(Duration::from_secs(5)).await;
    assert_eq!(read().await, first);
    assert_eq!(asked(&simulator, "ListAccounts"), 6);
}

#[tokio::test(start_paused = true)]
async fn without_an_age_nothing_is_remembered() {
    let simulator = Simulator::builder(world()).build().unwrap();
    let organization = Organization::of(&hub(&simulator).await);
    for _ in 0..2 {
        assert_eq!(organization.accounts().count().await, 45);
        organization.units().await.unwrap();
    }
    assert_eq!((asked(&simulator, "ListAccounts"), asked(&simulator, "ListRoots")), (6, 2));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_broke_off_or_was_not_read_to_its_end_is_not_remembered() {
    let refused = Answer::AccessDenied;
    let fault = Fault::on("organizations", "ListAccounts").answers([Answer::Ok, Answer::Ok, refused]);
    let simulator = Simulator::builder(world()).faults([fault]).build().unwrap();
    let organization = Organization::of(&hub(&simulator).await).cached(AGE);
    assert!(matches!(organization.discovery(), Discovery::NotStarted));
    assert!(organization.accounts().try_collect::<Vec<_>>().await.is_err());
    let Discovery::BrokenOff { accounts, failure } = organization.discovery() else { panic!("not broken") };
    assert!(accounts == 40 && failure.class().is_denied());

    let mut some = Box::pin(organization.accounts());
    some.next().await.unwrap().unwrap();
    drop(some);
    assert!(matches!(organization.discovery(), Discovery::UnderWay { accounts: 20 }));

    assert_eq!(organization.accounts().count().await, 45);
    assert!(organization.discovery().is_complete());
    assert_eq!(asked(&simulator, "ListAccounts"), 3 + 1 + 3);
}

#[tokio::test(start_paused = true)]
async fn trees_and_tags_are_remembered_too_and_asked_for_once_by_many() {
    let simulator = Simulator::builder(world()).build().unwrap();
    let hub = hub(&simulator).await;
    let organization = Organization::of(&hub).cached(AGE);
    let (a, b) = tokio::join!(organization.units(), organization.units());
    assert_eq!(a.unwrap(), b.unwrap());
    assert_eq!(asked(&simulator, "ListRoots"), 1);
    let mut selection = selection(true, &[], &[]);
    selection.exclude_unit("Nowhere").unwrap();
    selection.filter_tag("env=*").unwrap();
    for _ in 0..2 {
        let choices = Choices::new(&hub, selection.clone(), RoleChain::default()).unwrap();
        let all: Vec<_> = choices.organization(organization.clone()).stream().collect().await;
        assert!(all.iter().all(Result::is_ok));
    }
    assert_eq!((asked(&simulator, "ListRoots"), asked(&simulator, "ListTagsForResource")), (1, 45));
}
