//! Paging, and what belongs to whom.

use std::collections::HashSet;

use http::Request;
use orgwide_simulator::Simulator;
use serde_json::json;

use crate::support::*;

#[tokio::test(start_paused = true)]
async fn pages_of_accounts_are_exactly_the_organization() {
    let sim = simulator(|spec| spec.accounts = 47);
    let expected: Vec<String> = sim.truth().accounts.iter().map(|account| account.id.clone()).collect();
    for (size, pages) in [(None, 3), (Some(20), 3), (Some(7), 7), (Some(1), 47)] {
        let (mut seen, mut body, mut asked) = (Vec::new(), json!({ "MaxResults": size }), 0);
        loop {
            let page = send(&sim, organizations(&Key::hub(), "ListAccounts", body.clone())).await.json();
            let accounts = page["Accounts"].as_array().unwrap();
            seen.extend(accounts.iter().map(|account| account["Id"].as_str().unwrap().to_owned()));
            asked += 1;
            match page.get("NextToken") {
                None => break,
                Some(token) => body["NextToken"] = token.clone(),
            }
        }
        assert_eq!((seen, asked), (expected.clone(), pages), "size {size:?}");
    }
}

/// Follows the tokens of an XML listing and returns what stands in `element`.
async fn walk(
    sim: &Simulator,
    element: &str,
    token_element: &str,
    page: impl Fn(Option<String>) -> Request<String>,
) -> (Vec<String>, usize) {
    let (mut seen, mut token, mut pages) = (Vec::new(), None, 0);
    loop {
        let answer = send(sim, page(token.take())).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        seen.extend(answer.texts(element));
        pages += 1;
        token = answer.maybe(token_element);
        if token.is_none() {
            return (seen, pages);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pages_of_instances_are_exactly_those_of_the_account_and_region() {
    let sim = simulator(|spec| (spec.accounts, spec.instances) = (6, 40));
    for account in &sim.truth().accounts[1..] {
        let key = member(&sim, account.index).await;
        for (region, ids) in &account.instances {
            for size in [5, 13, 1_000] {
                let (mut seen, pages) = walk(&sim, "instanceId", "nextToken", |token| {
                    let size = size.to_string();
                    let mut pairs = vec![("MaxResults", size.as_str())];
                    pairs.extend(token.as_deref().map(|token| ("NextToken", token)));
                    describe_instances(&key, region, &pairs)
                })
                .await;
                seen.sort();
                assert_eq!(&seen, ids, "{} {region} {size}", account.id);
                assert_eq!(pages, ids.len().div_ceil(size).max(1));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pages_of_buckets_are_exactly_those_of_the_account() {
    let sim = simulator(|spec| (spec.accounts, spec.buckets) = (6, 12));
    for account in &sim.truth().accounts[1..] {
        let key = member(&sim, account.index).await;
        for size in [1, 4, 10_000] {
            let (seen, pages) = walk(&sim, "Name", "ContinuationToken", |token| match token {
                Some(token) => s3(&key, &format!("/?max-buckets={size}&continuation-token={token}")),
                None => s3(&key, &format!("/?max-buckets={size}")),
            })
            .await;
            assert_eq!(seen, account.buckets);
            assert_eq!(pages, account.buckets.len().div_ceil(size).max(1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pages_of_regions_keep_to_their_filter() {
    let sim = simulator(|_| ());
    let key = member(&sim, 1).await;
    let (mut seen, mut body) =
        (Vec::new(), json!({ "MaxResults": 2, "RegionOptStatusContains": ["ENABLED_BY_DEFAULT"] }));
    loop {
        let page = send(&sim, list_regions(&key, body.clone())).await.json();
        let regions = page["Regions"].as_array().unwrap();
        assert!(regions.len() <= 2);
        seen.extend(regions.iter().map(|region| region["RegionName"].as_str().unwrap().to_owned()));
        match page.get("NextToken") {
            None => break,
            Some(token) => body["NextToken"] = token.clone(),
        }
    }
    assert_eq!(seen, ["ap-southeast-2", "eu-central-1", "eu-west-1", "us-east-1", "us-west-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_token_is_good_for_its_own_listing_only() {
    let sim = simulator(|spec| (spec.accounts, spec.instances, spec.buckets) = (30, 300, 50));
    let (one, two) = (member(&sim, 1).await, member(&sim, 2).await);
    let first = send(&sim, describe_instances(&one, "eu-west-1", &[("MaxResults", "5")])).await;
    let token = first.text("nextToken");
    let next = [("MaxResults", "5"), ("NextToken", token.as_str())];
    assert_eq!(send(&sim, describe_instances(&one, "eu-west-1", &next)).await.status, 200);
    for (key, region) in [(&two, "eu-west-1"), (&one, "us-west-2")] {
        let refused = send(&sim, describe_instances(key, region, &next)).await;
        assert_eq!((refused.status, refused.text("Code")), (400, "InvalidParameterValue".into()));
    }
    let refused = send(&sim, organizations(&Key::hub(), "ListAccounts", json!({ "NextToken": token }))).await;
    assert_eq!(refused.json()["__type"], "InvalidInputException");
    let refused = send(&sim, s3(&one, &format!("/?continuation-token={token}"))).await;
    assert_eq!((refused.status, refused.text("Code")), (400, "InvalidArgument".into()));
    let refused = send(&sim, list_regions(&one, json!({ "NextToken": token }))).await;
    assert_eq!((refused.status, refused.header("x-amzn-errortype")), (400, "ValidationException"));
}

#[tokio::test(start_paused = true)]
async fn the_key_decides_whose_resources_are_seen() {
    let sim = simulator(|spec| (spec.accounts, spec.instances, spec.buckets) = (8, 10, 5));
    let mut all = HashSet::new();
    for account in &sim.truth().accounts {
        // The hub's own key is the management account, which has no role to assume.
        let key = if account.index == 0 { Key::hub() } else { member(&sim, account.index).await };
        for (region, ids) in &account.instances {
            let seen = send(&sim, describe_instances(&key, region, &[])).await.texts("instanceId");
            assert_eq!(&seen.iter().cloned().collect::<HashSet<_>>(), &ids.iter().cloned().collect());
            all.extend(seen);
        }
        all.extend(send(&sim, s3(&key, "/")).await.texts("Name"));
    }
    let totals = &sim.truth().totals;
    // None is seen in two accounts, and none is missing.
    assert_eq!(all.len(), totals.instances + totals.buckets);
    assert_eq!(totals.instances, totals.instances_by_region.values().sum::<usize>());
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_is_the_same_truth_and_another_seed_another() {
    let truth = |seed| simulator(|spec| (spec.seed, spec.suspended) = (seed, 3)).truth().clone();
    assert_eq!(truth(7), truth(7));
    assert_ne!(truth(7), truth(8));
    let written = serde_json::to_value(truth(7)).unwrap();
    assert_eq!(serde_json::from_value::<orgwide_simulator::Truth>(written.clone()).unwrap(), truth(7));
    let keys: Vec<&String> = written.as_object().unwrap().keys().collect();
    let expected = [
        "accounts",
        "management_account",
        "organization",
        "regions",
        "role",
        "root",
        "seed",
        "totals",
        "units",
    ];
    assert_eq!(
        keys.into_iter().collect::<std::collections::BTreeSet<_>>(),
        expected.map(str::to_owned).iter().collect()
    );
    let last = &written["accounts"][24];
    assert_eq!((&last["status"], &last["buckets"]), (&json!("SUSPENDED"), &json!([])));
    assert_eq!(written["totals"]["accounts"], 25);
}
