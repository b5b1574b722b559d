//! Tags: who has them, and whose are asked for.

use std::collections::BTreeMap;

use orgwide_account::{NotSelected, Selection};
use orgwide_session::Class;
use orgwide_simulator::{Answer, Fault, Simulator, Truth, WorldSpec};
use tokio::time::Instant;

use crate::common::*;

fn world(accounts: usize) -> WorldSpec {
    WorldSpec { accounts, instances: 0, buckets: 0, ..WorldSpec::default() }
}

/// The selection of `include` and the whole organization where that is empty, with these tags.
fn tagged(include: &[&str], tags: &[&str]) -> Selection {
    let mut selection = selection(include.is_empty(), include, &[]);
    tags.iter().for_each(|text| selection.filter_tag(text).unwrap());
    selection
}

fn with(truth: &Truth, fits: impl Fn(&BTreeMap<String, String>) -> bool) -> Vec<String> {
    let accounts = truth.accounts.iter().filter(|account| account.status == "ACTIVE" && fits(&account.tags));
    accounts.map(|account| account.id.clone()).collect()
}

/// A tag that some accounts have and others do not.
fn some_tag(truth: &Truth) -> (String, String) {
    let mut tags = truth.accounts.iter().flat_map(|account| &account.tags);
    let found = tags.find(|(key, value)| {
        let has = |tags: &BTreeMap<String, String>| tags.get(*key) == Some(*value);
        (2..truth.accounts.len() / 2).contains(&with(truth, has).len())
    });
    let (key, value) = found.unwrap();
    (key.clone(), value.clone())
}

#[tokio::test(start_paused = true)]
async fn a_tag_keeps_the_accounts_that_have_it_and_tells_why_the_others_are_out() {
    let simulator = Simulator::builder(world(60)).build().unwrap();
    let hub = hub(&simulator).await;
    let (key, value) = some_tag(simulator.truth());
    let filter = format!("{key}={value}");
    let chosen = chosen(&hub, tagged(&[], &[&filter])).await;

    let expected = with(simulator.truth(), |tags| tags.get(&key) == Some(&value));
    assert_eq!(chosen.ids(), expected);
    for account in &chosen.included {
        let truth = simulator.truth().accounts.iter().find(|one| one.id == account.id().as_str()).unwrap();
        assert_eq!(account.tags(), Some(&truth.tags));
    }
    assert_eq!(chosen.not_selected, 60 - expected.len());
    assert!(chosen.unwanted.iter().all(|(_, why)| *why == NotSelected::Untagged(filter.parse().unwrap())));
    assert_eq!(asked(&simulator, "ListTagsForResource"), 60);
}

#[tokio::test(start_paused = true)]
async fn every_tag_has_to_be_there_and_values_are_patterns() {
    let simulator = Simulator::builder(world(60)).build().unwrap();
    let hub = hub(&simulator).await;
    let (key, value) = some_tag(simulator.truth());
    let other = simulator.truth().accounts.iter().flat_map(|account| account.tags.keys());
    let other = other.clone().find(|name| **name != key).unwrap().clone();
    let both = chosen(&hub, tagged(&[], &[&format!("{key}=*"), &format!("{other}=*")])).await;
    let expected = with(simulator.truth(), |tags| tags.contains_key(&key) && tags.contains_key(&other));
    assert_eq!(both.ids(), expected);
    let begins = format!("{key}={}*", &value[..1]);
    let fitting = chosen(&hub, tagged(&[], &[&begins])).await;
    let first = |tags: &BTreeMap<String, String>| tags.get(&key).is_some_and(|v| v.starts_with(&value[..1]));
    assert_eq!(fitting.ids(), with(simulator.truth(), first));
}

#[tokio::test(start_paused = true)]
async fn only_accounts_that_nothing_else_keeps_out_are_asked_for_their_tags() {
    let simulator = Simulator::builder(WorldSpec { suspended: 5, ..world(40) }).build().unwrap();
    let hub = hub(&simulator).await;
    let mut selection = tagged(&["*-prod-*"], &["env=*"]);
    let excluded = simulator.truth().accounts.iter().find(|account| account.name.contains("-prod-")).unwrap();
    selection.exclude(&excluded.id).unwrap();
    chosen(&hub, selection).await;
    let active = simulator.truth().accounts.iter().filter(|account| account.status == "ACTIVE");
    let wanted = active.filter(|account| account.name.contains("-prod-")).count() - 1;
    assert!(wanted > 1, "the world has some");
    assert_eq!(asked(&simulator, "ListTagsForResource"), wanted);
}

#[tokio::test(start_paused = true)]
async fn ids_with_a_tag_need_no_list_of_accounts() {
    let simulator = Simulator::builder(world(60)).build().unwrap();
    let hub = hub(&simulator).await;
    let (key, value) = some_tag(simulator.truth());
    let tagged_one = with(simulator.truth(), |tags| tags.get(&key) == Some(&value))[0].clone();
    let other = with(simulator.truth(), |tags| tags.get(&key) != Some(&value))[0].clone();
    let stranger = "999999999999";
    let selection = tagged(&[&tagged_one, &other, stranger], &[&format!("{key}={value}")]);
    let chosen = chosen(&hub, selection).await;
    assert_eq!(chosen.ids(), [tagged_one]);
    assert_eq!(chosen.not_selected, 2, "who is not in the organization has no tags in it");
    assert_eq!((asked(&simulator, "ListAccounts"), asked(&simulator, "ListTagsForResource")), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn tags_that_cannot_be_read_end_the_choice_with_an_error() {
    let fault = Fault::on("organizations", "ListTagsForResource");
    let fault = fault.answers([Answer::Ok, Answer::Ok, Answer::AccessDenied]).repeat();
    let simulator = Simulator::builder(world(60)).faults([fault]).build().unwrap();
    let all = all(&hub(&simulator).await, tagged(&[], &["nothing=*"])).await;
    let (last, before) = all.split_last().unwrap();
    assert!(before.iter().all(Result::is_ok));
    assert_eq!(last.as_ref().unwrap_err().class().as_str(), "denied");
    assert_ne!(last.as_ref().unwrap_err().class(), Class::NotFound);
}

#[tokio::test(start_paused = true)]
async fn the_tags_of_a_thousand_accounts_are_read_within_the_limit_of_organizations() {
    let simulator = Simulator::builder(world(1_000)).build().unwrap();
    let hub = hub(&simulator).await;
    let began = Instant::now();
    chosen(&hub, tagged(&[], &["env=*"])).await;
    assert_eq!(asked(&simulator, "ListAccounts"), 50);
    assert_eq!(asked(&simulator, "ListTagsForResource"), 1_000);
    assert_eq!(hub.calls().throttled, 0);
    // 8 at once, then 6 a second; no other limit adds to that.
    let took = began.elapsed().as_secs_f64();
    assert!((165.0..167.0).contains(&took), "{took} s");
}
