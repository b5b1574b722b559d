//! Listings whose paging is broken, as each service shows it.

use orgwide_simulator::{Answer, Fault, Simulator, Throttling, WorldSpec};
use serde_json::json;

use crate::support::*;

/// Two accounts with about a dozen instances and buckets, on pages of four.
fn listings(answer: Answer) -> Simulator {
    let spec = WorldSpec { accounts: 2, instances: 12, buckets: 12, page_items: 4, ..WorldSpec::default() };
    Simulator::builder(spec)
        .throttling(Throttling::off())
        .faults([Fault::on("*", "*").answers([answer]).repeat()])
        .build()
        .unwrap()
}

/// A page: what is on it, and its token.
type Page = (Vec<String>, Option<String>);

/// The pages of EC2, S3 and Account Management, at most so many, while they have tokens with a text.
async fn walk(sim: &Simulator, most: usize) -> [Vec<Page>; 3] {
    let key = member(sim, 1).await;
    let (mut ec2, mut buckets, mut regions): (Vec<Page>, Vec<Page>, Vec<Page>) = Default::default();
    while let Some(token) = next(&ec2, most) {
        let token = token.map(|token| ("NextToken", token));
        let answer = send(sim, describe_instances(&key, "eu-west-1", token.as_slice())).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        ec2.push((answer.texts("instanceId"), answer.maybe("nextToken")));
    }
    while let Some(token) = next(&buckets, most) {
        let query = token.map(|token| format!("/?continuation-token={token}"));
        let answer = send(sim, s3(&key, query.as_deref().unwrap_or("/"))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        buckets.push((answer.texts("Name"), answer.maybe("ContinuationToken")));
    }
    while let Some(token) = next(&regions, most) {
        let answer = send(sim, list_regions(&key, json!({ "NextToken": token }))).await.json();
        let names =
            answer["Regions"].as_array().unwrap().iter().map(|region| region["RegionName"].to_string());
        regions.push((names.collect(), answer["NextToken"].as_str().map(str::to_owned)));
    }
    [ec2, buckets, regions]
}

/// The token to ask with; nothing when there is nothing more to ask for.
fn next(pages: &[Page], most: usize) -> Option<Option<&str>> {
    match pages.last() {
        None => Some(None),
        Some((_, token)) if pages.len() < most => {
            token.as_deref().filter(|token| !token.is_empty()).map(Some)
        }
        Some(_) => None,
    }
}

/// The items of each listing as they are without a fault.
async fn truth() -> [Vec<String>; 3] {
    let listings = walk(&listings(Answer::Ok), 50).await;
    assert!(listings.iter().all(|pages| pages.len() >= 2), "{listings:?}");
    listings.map(items)
}

fn items(pages: Vec<Page>) -> Vec<String> {
    pages.into_iter().flat_map(|(items, _)| items).collect()
}

#[tokio::test(start_paused = true)]
async fn pages_are_as_small_as_the_world_says() {
    for pages in walk(&listings(Answer::Ok), 50).await {
        let (last, full) = pages.split_last().unwrap();
        assert!(full.iter().all(|(items, _)| items.len() == 4) && (1..=4).contains(&last.0.len()));
    }
}

#[tokio::test(start_paused = true)]
async fn f09_the_same_token_never_ends() {
    for pages in walk(&listings(Answer::SameToken), 40).await {
        assert_eq!(pages.len(), 40);
        assert!(pages.iter().all(|(_, token)| *token == pages[0].1), "{pages:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn f10_a_cycle_of_two_tokens_never_ends() {
    for pages in walk(&listings(Answer::TokenCycle), 40).await {
        assert_eq!(pages.len(), 40);
        assert_ne!(pages[0].1, pages[1].1);
        assert!((2..40).all(|number| pages[number].1 == pages[number - 2].1), "{pages:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn f11_empty_pages_come_before_the_items_and_hide_none() {
    let truth = truth().await;
    for (pages, truth) in walk(&listings(Answer::EmptyPages(500)), 1_000).await.into_iter().zip(truth) {
        assert!(pages[..500].iter().all(|(items, token)| items.is_empty() && token.is_some()));
        assert_eq!(items(pages), truth);
    }
}

#[tokio::test(start_paused = true)]
async fn f12_the_last_page_may_have_a_token_without_text() {
    let truth = truth().await;
    for (pages, truth) in walk(&listings(Answer::EmptyToken), 50).await.into_iter().zip(truth) {
        assert_eq!(pages.last().unwrap().1.as_deref(), Some(""));
        assert_eq!(items(pages), truth);
    }
}

#[tokio::test(start_paused = true)]
async fn f13_the_last_page_may_come_twice() {
    let truth = truth().await;
    for (pages, truth) in walk(&listings(Answer::RepeatedPage), 50).await.into_iter().zip(truth) {
        let [.., before, last] = &pages[..] else { panic!("{pages:?}") };
        assert_eq!(before.0, last.0);
        let last = last.0.clone();
        assert_eq!(items(pages), [truth, last].concat());
    }
}
