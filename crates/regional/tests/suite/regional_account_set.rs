//! Accounts in their regions as a set.

use std::sync::Arc;

use orgwide_account::Account;
use orgwide_names::RegionName;
use orgwide_regional::{RegionFilter, RegionalAccount, RegionalAccountSet, RegionalAccounts};
use orgwide_session::Session;

use crate::common::*;

fn region(name: &str) -> RegionName {
    name.parse().unwrap()
}

struct Scene {
    base: Session,
}

impl Scene {
    async fn new() -> Self {
        let simulator = organization([]);
        Self { base: hub(simulator.http_client()).await }
    }

    fn account(&self, id: &str) -> Account {
        Account::new(id.parse().unwrap(), None, self.base.clone())
    }

    fn regions<const N: usize>(&self, id: &str, names: [&str; N]) -> Arc<RegionalAccounts> {
        Arc::new(RegionalAccounts::new(self.account(id), names.map(region)))
    }
}

const ONE: &str = "011111111111";
const TWO: &str = "222222222222";

fn values(set: &RegionalAccountSet) -> Vec<(String, String)> {
    set.values().iter().map(|here| (here.id().to_string(), here.region().to_string())).collect()
}

fn pairs<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    expected.map(|(id, region)| (id.to_owned(), region.to_owned())).to_vec()
}

#[tokio::test(start_paused = true)]
async fn values_are_every_account_in_every_region_once_and_in_a_fixed_order() {
    let scene = Scene::new().await;
    let set = RegionalAccountSet::default();
    assert!(set.add(scene.regions(TWO, ["us-west-2", "eu-west-1"])));
    assert!(set.add(scene.regions(ONE, ["us-east-1"])));
    assert!(set.add(scene.regions(TWO, ["eu-west-1", "ap-south-1"])));
    let expected = [(ONE, "us-east-1"), (TWO, "ap-south-1"), (TWO, "eu-west-1"), (TWO, "us-west-2")];
    assert_eq!(values(&set), pairs(expected));
}

#[tokio::test(start_paused = true)]
async fn what_is_added_is_in_until_it_is_discarded() {
    let scene = Scene::new().await;
    let (one, two) = (scene.regions(ONE, ["us-east-1", "eu-west-1"]), scene.regions(ONE, ["us-east-1"]));
    let set = RegionalAccountSet::default();
    assert!(set.add(one.clone()));
    assert!(!set.add(one.clone()), "it is in already");
    assert!(set.add(two.clone()));
    assert_eq!(set.members().len(), 2);
    let here = RegionalAccount::new(scene.account(ONE), region("us-east-1"));
    let elsewhere = RegionalAccount::new(scene.account(ONE), region("eu-west-1"));
    assert!(set.contains(&here) && set.contains(&elsewhere));

    assert!(set.discard(&one));
    assert!(!set.discard(&one));
    assert!(set.contains(&here), "the other member has it too");
    assert!(!set.contains(&elsewhere));
    assert!(set.discard(&two));
    assert!(!set.contains(&here));
    assert_eq!((set.values().len(), set.accounts().len()), (0, 0));
    assert!(!set.contains(&RegionalAccount::new(scene.account(TWO), region("us-east-1"))));
}

#[tokio::test(start_paused = true)]
async fn the_set_follows_the_filters_of_its_members() {
    let scene = Scene::new().await;
    let member = scene.regions(ONE, ["us-east-1", "eu-west-1"]);
    let set = RegionalAccountSet::from_iter([member.clone()]);
    member.set_filter(RegionFilter::default().include("eu-*").unwrap());
    assert_eq!(values(&set), pairs([(ONE, "eu-west-1")]));
    assert!(!set.contains(&RegionalAccount::new(scene.account(ONE), region("us-east-1"))));
}

#[tokio::test(start_paused = true)]
async fn accounts_come_once_each_in_order_of_their_ids() {
    let scene = Scene::new().await;
    let members = [(TWO, "us-east-1"), (ONE, "us-east-1"), (TWO, "eu-west-1"), (ONE, "eu-west-1")];
    let set: RegionalAccountSet = members.map(|(id, name)| scene.regions(id, [name])).into_iter().collect();
    let ids: Vec<String> = set.accounts().iter().map(|account| account.id().to_string()).collect();
    assert_eq!(ids, [ONE, TWO]);
}

#[tokio::test(start_paused = true)]
async fn a_union_has_the_members_of_both_and_leaves_both_as_they_are() {
    let scene = Scene::new().await;
    let (shared, own) = (scene.regions(ONE, ["us-east-1"]), scene.regions(TWO, ["eu-west-1"]));
    let one = RegionalAccountSet::from_iter([shared.clone()]);
    let other = RegionalAccountSet::from_iter([shared, own.clone()]);
    let both = one.union(&other);
    assert_eq!(values(&both), pairs([(ONE, "us-east-1"), (TWO, "eu-west-1")]));
    assert_eq!(both.members().len(), 2);
    both.discard(&own);
    assert_eq!((one.members().len(), other.members().len()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn one_account_in_which_two_roles_act_is_there_for_each_of_them() {
    let scene = Scene::new().await;
    let own = scene.regions(ONE, ["us-east-1"]);
    let simulator = organization([]);
    let acting = member(&simulator, simulator.http_client()).await.session().clone();
    let entered = Account::new(ONE.parse().unwrap(), None, acting);
    let entered = Arc::new(RegionalAccounts::new(entered, [region("us-east-1")]));
    let set = RegionalAccountSet::from_iter([own.clone(), entered, own]);
    assert_eq!((set.accounts().len(), set.values().len()), (2, 2));
}
