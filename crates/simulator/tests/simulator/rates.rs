//! The rate limits of the simulated services.

use std::time::Duration;

use http::Request;
use orgwide_simulator::{
    Answer, Fault, RateRule, Scope, Simulator, SimulatorError, Throttling, Windows, WorldSpec,
};
use serde_json::json;
use tokio::time::advance;

use crate::support::*;

fn limited(throttling: Throttling) -> Simulator {
    Simulator::builder(WorldSpec::default()).throttling(throttling).build().unwrap()
}

/// Without a word about limits.
fn as_at_aws() -> Simulator {
    Simulator::new(WorldSpec::default()).unwrap()
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// How many of so many calls sent at this instant are not throttled.
async fn pass(sim: &Simulator, calls: usize, request: impl Fn() -> Request<String>) -> usize {
    let mut passed = 0;
    for _ in 0..calls {
        let answer = send(sim, request()).await;
        let throttled = matches!(answer.status, 503 | 429)
            || ["Throttling</Code>", "TooManyRequestsException"]
                .iter()
                .any(|code| answer.body.contains(code));
        passed += usize::from(!throttled);
    }
    passed
}

fn identity(key: &Key, region: &str) -> Request<String> {
    form(key, "sts", region, &[("Action", "GetCallerIdentity")])
}

fn regions(key: &Key, region: &str) -> Request<String> {
    form(key, "ec2", region, &[("Action", "DescribeRegions")])
}

#[tokio::test(start_paused = true)]
#[allow(clippy::type_complexity)]
async fn without_other_rules_the_figures_are_those_of_aws() {
    let hub = Key::hub;
    let list = || organizations(&hub(), "ListAccounts", json!({}));
    let describe = || organizations(&hub(), "DescribeOrganization", json!({}));
    let enabled = || list_regions(&hub(), json!({}));
    let bare = || describe_instances(&hub(), "us-east-1", &[("DryRun", "false")]);
    let paged = || describe_instances(&hub(), "us-east-1", &[("MaxResults", "1000")]);
    let limits: [(&dyn Fn() -> Request<String>, usize, usize); 7] = [
        (&list, 12, 8),
        (&describe, 2, 1),
        (&enabled, 5, 5),
        (&bare, 50, 10),
        (&paged, 100, 20),
        (&|| regions(&hub(), "us-east-1"), 100, 20),
        (&|| identity(&hub(), "us-east-1"), 600, 600),
    ];
    let sim = as_at_aws();
    for (request, bucket, _) in limits {
        assert_eq!(pass(&sim, bucket + 30, request).await, bucket, "{:?}", request());
    }
    // All were emptied at the same instant and fill side by side.
    advance(ms(999)).await;
    for (request, _, rate) in limits {
        assert_eq!(pass(&sim, rate + 30, request).await, rate - 1, "{:?}", request());
    }
    advance(ms(1)).await;
    for (request, _, rate) in limits {
        assert_eq!(pass(&sim, rate + 30, request).await, 1, "{:?}", request());
    }
    advance(ms(10_000)).await;
    for (request, bucket, rate) in limits {
        assert_eq!(pass(&sim, bucket + 30, request).await, bucket.min(10 * rate), "{:?}", request());
    }
    assert_eq!(pass(&sim, 2_000, || s3(&hub(), "/")).await, 2_000);
}

#[tokio::test(start_paused = true)]
async fn limits_can_be_switched_off() {
    let sim = limited(Throttling::off());
    assert_eq!(pass(&sim, 500, || organizations(&Key::hub(), "ListAccounts", json!({}))).await, 500);
}

#[tokio::test(start_paused = true)]
async fn every_account_region_and_operation_of_ec2_has_its_own_bucket() {
    let sim = as_at_aws();
    let keys = [Key::hub(), member(&sim, 1).await, member(&sim, 2).await];
    for key in &keys {
        for region in ["us-east-1", "eu-west-1"] {
            assert_eq!(pass(&sim, 110, || regions(key, region)).await, 100, "{region}");
            let paged = || describe_instances(key, region, &[("MaxResults", "5")]);
            assert_eq!(pass(&sim, 110, paged).await, 100, "{region}");
            assert_eq!(pass(&sim, 60, || describe_instances(key, region, &[])).await, 50, "{region}");
        }
    }
    // Another session in the same account is no way around.
    let again = member(&sim, 1).await;
    assert_eq!(pass(&sim, 1, || regions(&again, "us-east-1")).await, 0);
}

#[tokio::test(start_paused = true)]
async fn all_calls_of_sts_share_the_bucket_of_the_account_that_calls() {
    let sim = as_at_aws();
    let id = sim.truth().accounts[1].id.clone();
    let key = member(&sim, 1).await;
    assert_eq!(pass(&sim, 299, || assume(&Key::hub(), &role(&id))).await, 299);
    assert_eq!(pass(&sim, 400, || identity(&Key::hub(), "us-east-1")).await, 300);
    assert_eq!(pass(&sim, 10, || assume(&Key::hub(), &role(&id))).await, 0);
    assert_eq!(pass(&sim, 700, || identity(&Key::hub(), "eu-west-1")).await, 600);
    assert_eq!(pass(&sim, 700, || identity(&key, "us-east-1")).await, 600);
}

#[tokio::test(start_paused = true)]
async fn the_organization_has_a_limit_above_those_of_its_accounts() {
    let sim = as_at_aws();
    let (one, two) = (member(&sim, 1).await, member(&sim, 2).await);
    let list = |key: &Key| organizations(key, "ListAccounts", json!({}));
    // Members may not list, and pay for trying.
    assert_eq!(send(&sim, list(&one)).await.json()["__type"], "AccessDeniedException");
    assert_eq!(pass(&sim, 20, || list(&one)).await, 11);
    assert_eq!(pass(&sim, 20, || list(&two)).await, 3);
    assert_eq!(pass(&sim, 20, || list(&Key::hub())).await, 0);
    // 9 in a second for all of them. Refused, the hub has taken nothing of its own 12.
    advance(ms(1_000)).await;
    assert_eq!(pass(&sim, 20, || list(&Key::hub())).await, 9);
    advance(ms(334)).await;
    assert_eq!(pass(&sim, 20, || list(&Key::hub())).await, 3);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_is_answered_and_logged_as_the_service_does_it() {
    let sim =
        limited(Throttling::with([RateRule::new("*", "*", 0.001, 1).scope(Scope::Account).each_operation()]));
    let (key, account) = (Key::hub(), sim.truth().management_account.clone());
    let ec2 = format!(
        "Request limit exceeded. Account {account} has been throttled on ec2:DescribeInstances because it exceeded \
         its request rate limit."
    );
    let organizations_say = "You have sent too many requests in too short a period of time.";
    for (request, status, code, message) in [
        (identity(&key, "us-east-1"), 400, "Throttling", "Rate exceeded"),
        (describe_instances(&key, "us-east-1", &[]), 503, "RequestLimitExceeded", &ec2),
        (organizations(&key, "ListAccounts", json!({})), 400, "TooManyRequestsException", organizations_say),
        (list_regions(&key, json!({})), 429, "TooManyRequestsException", "Rate exceeded"),
        (s3(&key, "/"), 503, "SlowDown", "Please reduce your request rate."),
    ] {
        assert_eq!(send(&sim, request.clone()).await.status, 200);
        let answer = send(&sim, request).await;
        assert_eq!(answer.status, status);
        let told = match answer.header("content-type") {
            "application/json" => {
                (answer.header("x-amzn-errortype").to_owned(), answer.json()["message"].clone())
            }
            "application/x-amz-json-1.1" => {
                (answer.json()["__type"].as_str().unwrap().to_owned(), answer.json()["Message"].clone())
            }
            _ => (answer.text("Code"), answer.text("Message").into()),
        };
        assert_eq!(told, (code.to_owned(), message.into()));
        assert_eq!(answer.header("retry-after"), "");
        let log = sim.log();
        let (passed, refused) = (&log[log.len() - 2], &log[log.len() - 1]);
        assert_eq!((passed.status, passed.code.as_deref()), (Some(200), None));
        assert_eq!((refused.status, refused.code.as_deref()), (Some(status), Some(code)));
        assert_eq!(refused.account.as_ref(), Some(&account));
    }
}

#[tokio::test(start_paused = true)]
async fn hammering_at_an_empty_bucket_does_not_keep_it_empty() {
    let sim = limited(Throttling::with([RateRule::new("s3", "*", 2.0, 1)]));
    let mut passed = 0;
    for _ in 0..=10_000 {
        passed += pass(&sim, 1, || s3(&Key::hub(), "/")).await;
        advance(ms(1)).await;
    }
    // The first, and one every 500 ms up to 10 s.
    assert_eq!(passed, 21);
}

#[tokio::test(start_paused = true)]
async fn the_answer_says_when_to_come_again_if_it_is_to() {
    let rules = [
        RateRule::new("s3", "*", 0.4, 2),
        RateRule::new("s3", "*", 0.1, 3).scope(Scope::Organization),
        RateRule::new("sts", "*", 1.0, 1),
    ];
    let sim = limited(Throttling::with(rules).retry_after());
    let when = async || send(&sim, s3(&Key::hub(), "/")).await.header("retry-after").to_owned();
    // The account's bucket has a token after 2.5 s.
    assert_eq!([when().await, when().await, when().await], ["", "", "3"]);
    advance(ms(600)).await;
    assert_eq!(when().await, "2");
    advance(ms(1_900)).await;
    // The last of the organization's: by 2.5 s a quarter of the next has come in.
    assert_eq!([when().await, when().await], ["", "8"]);
    advance(ms(7_499)).await;
    assert_eq!(when().await, "1");
    advance(ms(1)).await;
    assert_eq!(when().await, "");
    // An exact second is that second.
    let when = async || send(&sim, identity(&Key::hub(), "us-east-1")).await.header("retry-after").to_owned();
    assert_eq!([when().await, when().await], ["", "1"]);
}

#[tokio::test(start_paused = true)]
async fn limits_change_under_way_without_a_new_burst() {
    let rule = |rate, bucket| RateRule::new("s3", "ListBuckets", rate, bucket);
    let sim = limited(Throttling::with([rule(10.0, 10)]));
    let list = || s3(&Key::hub(), "/");
    let set = |rules: &[RateRule]| sim.set_throttling(Throttling::with(rules.to_vec())).unwrap();
    assert_eq!(pass(&sim, 6, list).await, 6);
    // The four that are left stay, also when the rule is no longer the first.
    set(&[RateRule::new("ec2", "*", 1.0, 1), rule(100.0, 50)]);
    assert_eq!(pass(&sim, 20, list).await, 4);
    advance(ms(100)).await;
    assert_eq!(pass(&sim, 20, list).await, 10);
    // What came in before the change came in at the old rate.
    advance(ms(100)).await;
    set(&[rule(1.0, 50)]);
    assert_eq!(pass(&sim, 20, list).await, 10);
    // A smaller bucket has room for so many, and a full one is full after the change.
    advance(Duration::from_secs(30)).await;
    set(&[rule(1.0, 3)]);
    assert_eq!(pass(&sim, 20, list).await, 3);
    advance(Duration::from_secs(30)).await;
    set(&[rule(1.0, 7)]);
    assert_eq!(pass(&sim, 20, list).await, 7);
    set(&[]);
    assert_eq!(pass(&sim, 20, list).await, 20);

    set(&[rule(1.0, 2)]);
    let refused = sim.set_throttling(Throttling::with([rule(-1.0, 1)])).unwrap_err();
    let message = "the rate of s3:ListBuckets must be from 0.000001 to 1000000 per second, not -1";
    assert_eq!(refused.to_string(), message);
    assert_eq!(pass(&sim, 20, list).await, 2);
}

#[test]
fn a_simulator_with_an_impossible_limit_is_not_made() {
    let throttling = Throttling::with([RateRule::new("ec2", "*", f64::NAN, 1)]);
    let made = Simulator::builder(WorldSpec::default()).throttling(throttling).build();
    assert!(matches!(made, Err(SimulatorError::Rate(_))));
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_uses_up_no_fault_and_a_disturbed_one_pays() {
    let sim = Simulator::builder(WorldSpec::default())
        .throttling(Throttling::with([RateRule::new("s3", "*", 1.0, 1)]))
        .faults([Fault::on("s3", "*").answers([Answer::Internal, Answer::AccessDenied])])
        .build()
        .unwrap();
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(send(&sim, s3(&Key::hub(), "/")).await.status);
        advance(ms(500)).await;
    }
    assert_eq!(statuses, [500, 503, 403, 503, 200, 503]);
}

#[tokio::test(start_paused = true)]
async fn calls_without_accepted_credentials_pay_nothing() {
    let sim = limited(Throttling::with([RateRule::new("s3", "*", 1.0, 1).scope(Scope::Organization)]));
    for _ in 0..5 {
        let unknown = Key { id: "ASIASIMAAAAAAAAAAAAA".into(), token: None };
        assert_eq!(send(&sim, s3(&unknown, "/")).await.status, 400);
    }
    assert_eq!(send(&sim, s3(&Key::hub(), "/")).await.status, 200);
}

/// Calls at random, judged by a bucket of floating-point numbers and by the windows of the log.
#[tokio::test(start_paused = true)]
async fn what_passes_is_within_every_window_and_all_there_is_room_for() {
    for seed in 0..60 {
        let mut rng = fastrand::Rng::with_seed(seed);
        // A rate in thousandths, so that the float is the rate to the last digit that matters.
        let (rate, bucket) = (f64::from(rng.u32(100..300_000)) / 1e3, rng.u32(1..40));
        let sim = limited(Throttling::with([RateRule::new("s3", "*", rate, bucket)]));
        let (mut level, mut unclear) = (f64::from(bucket), 0);
        for _ in 0..400 {
            let pause = if rng.u8(..) < 16 { rng.u64(0..4_000) } else { rng.u64(0..6) };
            advance(ms(pause)).await;
            level = f64::from(bucket).min(level + rate * pause as f64 / 1e3);
            let passed = send(&sim, s3(&Key::hub(), "/")).await.status == 200;
            // A full bucket is a whole number in floats, too.
            if (level - 1.0).abs() < 1e-6 && level < f64::from(bucket) {
                unclear += 1;
            } else {
                assert_eq!(passed, level >= 1.0, "seed {seed}: {level} at {rate}/s");
            }
            level -= f64::from(u8::from(passed));
        }
        assert!(unclear < 40, "seed {seed}: {unclear} calls prove nothing");
        let log = sim.log();
        let excess = Windows::new(rate, bucket).excess(log.iter().filter(|r| r.status == Some(200)));
        assert!(excess <= 0.0, "seed {seed}: {excess}");
        // The calls that were sent, against the same limit, are another matter.
        let all = Windows::new(rate, bucket).excess(&log);
        assert_eq!(all > 0.0, log.iter().any(|r| r.status == Some(503)), "seed {seed}: {all}");
    }
}
