//! The budget for retries: an account that fails uses up its own.

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use orgwide_session::Session;
use orgwide_simulator::{Answer, Fault, Simulator, WallClock};

use crate::common::*;

const FAILING: std::ops::RangeInclusive<usize> = 1..=80;
const UNLUCKY: usize = 81;

/// 80 accounts in which the call always fails, and one in which it fails twice.
fn disturbed() -> Simulator {
    let call = || Fault::on("sts", "GetCallerIdentity");
    let names = organization(UNLUCKY + 1, []);
    let ids: Vec<String> = names.truth().accounts.iter().map(|account| account.id.clone()).collect();
    let failing = FAILING.map(|n| call().account(&ids[n]).answers([Answer::Unavailable]).repeat());
    let twice = call().account(&ids[UNLUCKY]).answers([Answer::Unavailable, Answer::Unavailable]);
    organization(UNLUCKY + 1, failing.chain([twice]))
}

fn member(hub: &Session, simulator: &Simulator, index: usize) -> Session {
    hub.assumed(&role(simulator.truth().accounts[index].id.parse().unwrap()))
}

/// How often each call was tried, in the order of the accounts.
fn attempts(simulator: &Simulator, indices: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let log = requests(simulator, "GetCallerIdentity");
    let of = |id: &str| log.iter().filter(|request| request.account.as_deref() == Some(id)).count();
    indices.into_iter().map(|index| of(&simulator.truth().accounts[index].id)).collect()
}

#[tokio::test(start_paused = true)]
async fn an_account_that_fails_twice_is_answered_though_eighty_others_always_fail() {
    let simulator = disturbed();
    let hub = hub(&simulator).await;
    for index in FAILING {
        assert!(who(&member(&hub, &simulator, index)).await.is_err());
    }
    assert!(who(&member(&hub, &simulator, UNLUCKY)).await.is_ok());
    assert_eq!(attempts(&simulator, FAILING.chain([UNLUCKY])), [3; 81]);
}

#[tokio::test(start_paused = true)]
async fn with_the_budget_of_the_sdk_the_same_account_is_not_answered() {
    let simulator = disturbed();
    let hub = hub(&simulator).await;
    // The SDK's budget is one for the whole process, by service and region: no other test calls from here.
    let region = "ap-northeast-3".parse().unwrap();
    let ours = hub.config_in(&region);
    let plain = |credentials: Credentials| {
        SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::v2026_01_12())
            .region(ours.region().cloned())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(simulator.http_client())
            .retry_config(ours.retry_config().unwrap().clone())
            .time_source(WallClock::start())
            .sleep_impl(TokioSleep::new())
            .build()
    };
    let mut answered = Vec::new();
    for index in FAILING.chain([UNLUCKY]) {
        let credentials = member(&hub, &simulator, index).credentials().await.unwrap();
        let client = aws_sdk_sts::Client::new(&plain(credentials));
        answered.push(client.get_caller_identity().send().await.is_ok());
    }
    assert_eq!(answered, [false; 81]);
    let attempts = attempts(&simulator, FAILING.chain([UNLUCKY]));
    assert_eq!(attempts[0], 3, "the same attempts as long as the budget lasts");
    assert!(attempts[80] < 3, "{attempts:?}");
}

#[tokio::test(start_paused = true)]
async fn sessions_of_one_account_share_its_budget() {
    let always = Fault::on("sts", "GetCallerIdentity").answers([Answer::Unavailable]).repeat();
    let simulator = organization(2, [always]);
    let hub = hub(&simulator).await;
    let account = id(1);
    let _kept = hub.assumed(&role(account));
    let calls = (0..40).map(|_| async { who(&hub.assumed(&role(account))).await });
    assert!(futures::future::join_all(calls).await.iter().all(Result::is_err));
    // A retry after a 503 takes 10 of 100 tokens, so 10 of the 40 calls get one at once. What comes back, by time
    // and by calls that end, is enough for as many again, and not for the 80 retries that 40 budgets allow.
    let retries = requests(&simulator, "GetCallerIdentity").iter().filter(|r| r.attempt != Some(1)).count();
    assert!((10..=25).contains(&retries), "{retries} retries of 40 calls");
}
