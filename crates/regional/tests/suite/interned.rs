//! There is one regional account for each account and region.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use orgwide_account::Account;
use orgwide_limit::{Limiter, Rules};
use orgwide_names::{Partition, RegionName};
use orgwide_regional::{RegionalAccount, RegionalAccounts};

use crate::common::*;

fn region(name: &str) -> RegionName {
    name.parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn every_container_and_everybody_else_has_the_same_one_with_one_limit() {
    let simulator = organization([]);
    let account = member(&simulator, simulator.http_client()).await;
    let one = RegionalAccounts::enabled(account.clone()).await.unwrap();
    let other = RegionalAccounts::by_default(account.clone());
    let name = region("us-west-2");
    let (here, there) = (one.get(&name).unwrap(), other.get(&name).unwrap());
    assert!(here.ptr_eq(&there));
    assert!(here.ptr_eq(&RegionalAccount::new(account, name)));
    here.set_limit(7, Duration::from_secs(1), false).unwrap();
    assert_eq!(there.limit().map(|limit| limit.max_count), Some(7));
    assert!(!here.ptr_eq(&one.get(&region("eu-west-1")).unwrap()));
}

#[tokio::test(start_paused = true)]
async fn another_account_or_another_who_acts_in_it_has_another() {
    let simulator = organization([]);
    let hub = hub(simulator.http_client()).await;
    let [one, two] = [0, 1].map(|index| simulator.truth().accounts[index].id.parse().unwrap());
    let name = region("us-west-2");
    let own = Account::new(one, None, hub.clone());
    let same = RegionalAccount::new(own.clone(), name.clone());
    assert!(
        same.ptr_eq(&RegionalAccount::new(Account::new(one, Some("again".to_owned()), hub), name.clone()))
    );
    let account = member(&simulator, simulator.http_client()).await;
    assert_eq!(account.id(), two);
    let entered = Account::new(one, None, account.session().clone());
    for other in [account, entered] {
        assert!(!same.ptr_eq(&RegionalAccount::new(other, name.clone())));
    }
}

#[tokio::test(start_paused = true)]
async fn what_nobody_holds_is_gone_with_all_it_held() {
    let simulator = organization([]);
    let account = member(&simulator, simulator.http_client()).await;
    let config = Arc::downgrade(&account.session().config());
    for region in Partition::aws().regions() {
        drop(RegionalAccount::new(account.clone(), region));
    }
    drop(account);
    assert!(config.upgrade().is_none(), "the table of those in use holds no credentials");
}

#[tokio::test]
async fn threads_that_ask_at_once_for_the_first_time_get_the_same_one() {
    let simulator = organization([]);
    let limiter = Limiter::new(Rules::new([]));
    let account = limited_member(&simulator, 1, &limiter).await;
    for region in Partition::aws().regions().take(20) {
        let barrier = Barrier::new(8);
        let all: Vec<RegionalAccount> = thread::scope(|scope| {
            let ask = || {
                barrier.wait();
                RegionalAccount::new(account.clone(), region.clone())
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(all.iter().all(|one| one.ptr_eq(&all[0])), "{region}");
    }
}
