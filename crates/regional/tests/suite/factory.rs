//! Equal parameters give the same object.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use orgwide_names::{AccountId, Partition, RoleSpec};
use orgwide_regional::{
    Factory, Limit, RegionFilter, RegionLimits, RegionalAccount, RegionalAccountsParameters, RegionsFrom,
};
use orgwide_session::RoleRequest;
use orgwide_simulator::{Answer, Fault, Simulator};

use crate::common::*;

fn limit(max_count: u32) -> Limit {
    Limit { max_count, interval: Duration::from_secs(1), block: true }
}

fn role(simulator: &Simulator) -> RoleRequest {
    let id: AccountId = simulator.truth().accounts[1].id.parse().unwrap();
    RoleRequest::new(RoleSpec::default().resolve(Partition::aws(), id).unwrap())
}

fn parameters(role: RoleRequest, patterns: &[&str], limits: &[(&str, u32)]) -> RegionalAccountsParameters {
    let include = |filter: RegionFilter, pattern: &&str| filter.include(pattern).unwrap();
    let with = |all: RegionLimits, (regions, most): &(&str, u32)| all.with(regions, limit(*most)).unwrap();
    RegionalAccountsParameters {
        roles: vec![role],
        regions: RegionsFrom::Account,
        filter: patterns.iter().fold(RegionFilter::default(), include),
        limits: limits.iter().fold(RegionLimits::default(), with),
    }
}

async fn factory(simulator: &Simulator) -> Factory {
    Factory::new(&hub(simulator.http_client()).await)
}

#[tokio::test(start_paused = true)]
async fn equal_parameters_in_any_order_give_the_same_object() {
    let simulator = organization([]);
    let (factory, role) = (factory(&simulator).await, role(&simulator));
    let one = parameters(role.clone(), &["us-*", "eu-*"], &[("us-*", 1), ("*", 2)]);
    let other = parameters(role.clone(), &["eu-*", "us-*", "eu-*"], &[("*", 2), ("us-*", 1)]);
    let regions = factory.regional_accounts(&one).await.unwrap();
    assert!(Arc::ptr_eq(&regions, &factory.regional_accounts(&other).await.unwrap()));
    let third = parameters(role.clone(), &["eu-*"], &[]);
    assert!(!Arc::ptr_eq(&regions, &factory.regional_accounts(&third).await.unwrap()));
    let names: Vec<_> = regions.map().keys().cloned().collect();
    assert_eq!(names, ["eu-west-1", "us-west-2"].map(|name| name.parse().unwrap()));
    let limits = regions.map().values().map(RegionalAccount::limit).collect::<Vec<_>>();
    assert_eq!(limits, [Some(limit(2)), Some(limit(1))]);

    let account = factory.account(std::slice::from_ref(&role)).await.unwrap();
    let again = factory.account(std::slice::from_ref(&role)).await.unwrap();
    assert!(Arc::ptr_eq(&account, &again));
    assert_eq!(account.id(), role.role().account());

    let set = factory.set(&[one.clone(), third.clone()]).await.unwrap();
    assert!(Arc::ptr_eq(&set, &factory.set(&[third.clone(), other, one.clone(), third]).await.unwrap()));
    assert!(!Arc::ptr_eq(&set, &factory.set(&[one]).await.unwrap()));
    assert_eq!(set.values().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_regional_account_is_the_same_one_as_in_the_containers() {
    let simulator = organization([]);
    let (factory, role) = (factory(&simulator).await, role(&simulator));
    let account = factory.account(std::slice::from_ref(&role)).await.unwrap();
    let regions = factory.regional_accounts(&parameters(role.clone(), &[], &[])).await.unwrap();
    let region = "eu-west-1".parse().unwrap();
    let here = factory.regional_account(&[role], region).await.unwrap();
    assert!(regions.get(here.region()).unwrap().ptr_eq(&here));
    assert_eq!(here.account().id(), account.id());
}

#[tokio::test(start_paused = true)]
async fn without_roles_it_is_the_sessions_own_account() {
    let simulator = organization([]);
    let factory = factory(&simulator).await;
    let account = factory.account(&[]).await.unwrap();
    assert_eq!(account.id().as_str(), simulator.truth().accounts[0].id);
    let named = RegionalAccountsParameters {
        regions: RegionsFrom::Named(BTreeSet::from(["us-east-1".parse().unwrap()])),
        ..RegionalAccountsParameters::default()
    };
    let table = RegionalAccountsParameters { regions: RegionsFrom::Table, ..Default::default() };
    assert_eq!(factory.regional_accounts(&named).await.unwrap().map().len(), 1);
    assert_eq!(factory.regional_accounts(&table).await.unwrap().map().len(), 17);
    assert_eq!(operations(&simulator), ["GetCallerIdentity"]);
}

#[tokio::test(start_paused = true)]
async fn five_hundred_who_ask_at_once_have_it_made_once() {
    let simulator = organization([]);
    let factory = factory(&simulator).await;
    let list = [parameters(role(&simulator), &[], &[])];
    let sets = join_all((0..500).map(|_| factory.set(&list))).await;
    let first = sets[0].as_ref().unwrap();
    assert!(sets.iter().all(|set| Arc::ptr_eq(set.as_ref().unwrap(), first)));
    assert_eq!(operations(&simulator), ["AssumeRole", "ListRegions"]);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_holds_is_gone_and_made_anew() {
    let simulator = organization([]);
    let factory = factory(&simulator).await;
    let list = [parameters(role(&simulator), &[], &[])];
    let gone = Arc::downgrade(&factory.set(&list).await.unwrap());
    assert!(gone.upgrade().is_none());
    factory.set(&list).await.unwrap();
    assert_eq!(requests(&simulator, "ListRegions").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_cannot_be_entered_is_no_smaller_set_and_no_error_for_ever() {
    let fault = Fault::on("sts", "AssumeRole").answers([Answer::AccessDenied]);
    let simulator = organization([fault]);
    let factory = factory(&simulator).await;
    let own = RegionalAccountsParameters::default();
    let list = [own, parameters(role(&simulator), &[], &[])];
    assert!(factory.set(&list).await.unwrap_err().class().is_denied());
    assert_eq!(factory.set(&list).await.unwrap().accounts().len(), 2);
}
