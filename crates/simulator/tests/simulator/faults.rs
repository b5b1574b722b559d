//! Disturbances, as the caller meets them.

use std::time::Duration;

use orgwide_simulator::{Answer, Fault, Simulator, SimulatorError, Throttling, WorldSpec};
use serde_json::json;

use crate::support::*;

fn disturbed(faults: impl IntoIterator<Item = Fault>) -> Simulator {
    Simulator::builder(WorldSpec::default()).faults(faults).build().unwrap()
}

fn everywhere(answer: Answer) -> Simulator {
    disturbed([Fault::on("*", "*").answers([answer]).repeat()])
}

/// One call of each protocol: STS, EC2, Organizations, Account Management, S3.
fn one_of_each() -> [http::Request<String>; 5] {
    let key = Key::hub();
    [
        form(&key, "sts", "us-east-1", &[("Action", "GetCallerIdentity")]),
        describe_instances(&key, "us-east-1", &[]),
        organizations(&key, "ListAccounts", json!({})),
        list_regions(&key, json!({})),
        s3(&key, "/"),
    ]
}

/// Status and code of an answer in XML; no code if it is the right one.
async fn refused_or_not(sim: &Simulator, request: http::Request<String>) -> (u16, String) {
    let answer = send(sim, request).await;
    (answer.status, answer.maybe("Code").unwrap_or_default())
}

/// Status and code as each protocol carries them.
async fn codes(sim: &Simulator) -> Vec<(u16, String)> {
    let mut codes = Vec::new();
    for request in one_of_each() {
        let answer = send(sim, request).await;
        let code = match answer.header("content-type") {
            "application/json" => answer.header("x-amzn-errortype").to_owned(),
            "application/x-amz-json-1.1" => answer.json()["__type"].as_str().unwrap().to_owned(),
            _ => answer.text("Code"),
        };
        codes.push((answer.status, code));
    }
    // The log says the same.
    let logged: Vec<_> = sim.log().into_iter().map(|r| (r.status.unwrap(), r.code.unwrap())).collect();
    assert!(logged.ends_with(&codes), "{logged:?}");
    codes
}

#[tokio::test(start_paused = true)]
async fn throttling_has_the_code_and_status_of_each_service() {
    let codes = codes(&everywhere(Answer::Throttling)).await;
    let expected = [
        (400, "Throttling"),
        (503, "RequestLimitExceeded"),
        (400, "TooManyRequestsException"),
        (429, "TooManyRequestsException"),
        (503, "SlowDown"),
    ];
    assert_eq!(codes, expected.map(|(status, code)| (status, code.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn throttling_may_say_when_to_come_again() {
    let sim = everywhere(Answer::ThrottlingAfter(3));
    for request in one_of_each() {
        assert_eq!(send(&sim, request).await.header("retry-after"), "3");
    }
    let with = codes(&everywhere(Answer::ThrottlingAfter(3))).await;
    assert_eq!(with, codes(&everywhere(Answer::Throttling)).await);
    let silent = send(&everywhere(Answer::Throttling), s3(&Key::hub(), "/")).await;
    assert_eq!(silent.header("retry-after"), "");
}

#[tokio::test(start_paused = true)]
async fn f04_throttling_may_say_anything_about_when_to_come_again() {
    for value in ["3000", "1000000000", "abc"] {
        let answer =
            Answer::ThrottlingWith { header: "x-amz-retry-after".to_owned(), value: value.to_owned() };
        let sim = everywhere(answer);
        for request in one_of_each() {
            let answer = send(&sim, request).await;
            assert_eq!((answer.header("x-amz-retry-after"), answer.header("retry-after")), (value, ""));
        }
        assert_eq!(codes(&sim).await, codes(&everywhere(Answer::Throttling)).await);
    }
}

#[tokio::test(start_paused = true)]
async fn f21_a_session_that_expires_has_expired_for_good_and_the_next_has_not() {
    let sim = disturbed([Fault::on("ec2", "*").answers([Answer::Ok, Answer::Expired])]);
    let old = member(&sim, 1).await;
    let ask = async |key: &Key, region| refused_or_not(&sim, describe_instances(key, region, &[])).await;
    assert_eq!(ask(&old, "eu-west-1").await, is(200, ""));
    assert_eq!(ask(&old, "eu-west-1").await, is(400, "RequestExpired"));
    assert_eq!(ask(&old, "us-east-1").await, is(400, "RequestExpired"));
    assert_eq!(refused(&sim, s3(&old, "/")).await, is(400, "ExpiredToken"));
    let new = member(&sim, 1).await;
    assert_eq!(ask(&new, "eu-west-1").await, is(200, ""));
}

#[tokio::test(start_paused = true)]
async fn f22_new_sessions_may_have_expired_as_well() {
    let sim = disturbed([Fault::on("ec2", "*").answers([Answer::Expired]).repeat()]);
    for _ in 0..3 {
        let key = member(&sim, 1).await;
        let request = describe_instances(&key, "eu-west-1", &[]);
        assert_eq!(refused(&sim, request).await, is(400, "RequestExpired"));
    }
}

#[tokio::test(start_paused = true)]
async fn f26_an_account_may_be_suspended_from_some_time_on() {
    let victim = WorldSpec::default().account_id(1);
    let fault = Fault::on("*", "*").account(&victim).since(Duration::from_secs(60));
    let sim = disturbed([fault.answers([Answer::Suspended]).repeat()]);
    let (key, other) = (member(&sim, 1).await, member(&sim, 2).await);
    let instances = async |key: &Key| refused_or_not(&sim, describe_instances(key, "eu-west-1", &[])).await;
    assert_eq!(instances(&key).await, is(200, ""));
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(instances(&key).await, is(403, "Blocked"));
    assert_eq!(instances(&other).await, is(200, ""));
    assert_eq!(refused(&sim, s3(&key, "/")).await, is(403, "AccountProblem"));
    assert_eq!(refused(&sim, list_regions(&key, json!({}))).await, is(403, "SubscriptionRequiredException"));
    let denied = send(&sim, assume(&Key::hub(), &role(&victim))).await;
    assert_eq!((denied.status, denied.text("Code")), (403, "AccessDenied".into()));
    assert!(denied.text("Message").ends_with(&role(&victim)), "{denied:?}");
}

#[tokio::test(start_paused = true)]
async fn f24_a_trust_may_take_some_seconds_to_reach_every_server() {
    let fault = Fault::on("sts", "AssumeRole").until(Duration::from_secs(20));
    let sim = disturbed([fault.answers([Answer::AccessDenied]).repeat()]);
    let request = || assume(&Key::hub(), &role(&WorldSpec::default().account_id(1)));
    tokio::time::advance(Duration::from_millis(19_990)).await;
    assert_eq!(send(&sim, request()).await.status, 403);
    tokio::time::advance(Duration::from_millis(10)).await;
    assert_eq!(send(&sim, request()).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn f01_a_storm_throttles_most_calls_of_one_region_for_a_time() {
    let fault = Fault::on("ec2", "*").region("eu-west-1").until(Duration::from_secs(60)).some(90, 1);
    let sim = Simulator::builder(WorldSpec::default())
        .throttling(Throttling::off())
        .faults([fault.answers([Answer::Throttling]).repeat()])
        .build()
        .unwrap();
    let throttled = async |region| {
        let mut count = 0;
        for _ in 0..1_000 {
            let answer = send(&sim, describe_instances(&Key::hub(), region, &[])).await;
            count += usize::from(answer.status == 503);
        }
        count
    };
    let stormy = throttled("eu-west-1").await;
    assert!((860..940).contains(&stormy), "{stormy}");
    assert_eq!(throttled("us-east-1").await, 0);
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(throttled("eu-west-1").await, 0);
}

#[tokio::test(start_paused = true)]
async fn one_account_may_be_slow_and_another_a_black_hole() {
    let spec = WorldSpec::default();
    let all = |index| Fault::on("*", "*").account(spec.account_id(index));
    let sim = Simulator::builder(spec.clone())
        .latency(Duration::from_millis(20))
        .faults([
            all(1).answers([Answer::Late(Duration::from_millis(1_980))]).repeat(),
            all(2).answers([Answer::Hang]).repeat(),
        ])
        .build()
        .unwrap();
    for (index, millis) in [(1, Some(2_000)), (2, None), (3, Some(20))] {
        let start = tokio::time::Instant::now();
        let request = assume(&Key::hub(), &role(&spec.account_id(index)));
        let answer = tokio::time::timeout(Duration::from_secs(86_400), send(&sim, request)).await;
        assert_eq!(answer.is_ok().then(|| start.elapsed().as_millis()), millis, "{index}");
    }
}

#[tokio::test(start_paused = true)]
async fn denials_have_the_code_and_status_of_each_service() {
    let codes = codes(&everywhere(Answer::AccessDenied)).await;
    let expected = [
        (403, "AccessDenied"),
        (403, "UnauthorizedOperation"),
        (400, "AccessDeniedException"),
        (403, "AccessDeniedException"),
        (403, "AccessDenied"),
    ];
    assert_eq!(codes, expected.map(|(status, code)| (status, code.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn internal_errors_are_500_in_each_service() {
    let codes = codes(&everywhere(Answer::Internal)).await;
    let expected =
        ["InternalFailure", "InternalError", "ServiceException", "InternalServerException", "InternalError"];
    assert_eq!(codes, expected.map(|code| (500, code.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn an_error_of_ones_own_is_written_in_each_protocol() {
    let own = Answer::Error { status: 418, code: "Teapot".into(), message: "short & stout".into() };
    let codes = codes(&everywhere(own)).await;
    assert_eq!(codes, [418; 5].map(|status| (status, "Teapot".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn unavailable_and_html_carry_no_error_code() {
    for (answer, status, kind) in [(Answer::Unavailable, 503, "text/html"), (Answer::Html, 200, "text/html")]
    {
        let sim = everywhere(answer);
        for request in one_of_each() {
            let answer = send(&sim, request).await;
            assert_eq!((answer.status, answer.header("content-type")), (status, kind));
        }
        assert!(sim.log().iter().all(|request| request.code.is_none() && request.status == Some(status)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reset_is_an_io_error_of_the_connector() {
    let sim = everywhere(Answer::Reset);
    let error = try_send(&sim, s3(&Key::hub(), "/"), None).await.unwrap_err();
    assert!(error.is_io(), "{error:?}");
    assert_eq!(sim.log()[0].status, None);
}

#[tokio::test(start_paused = true)]
async fn a_hang_lasts_until_the_read_timeout() {
    let sim = everywhere(Answer::Hang);
    let start = tokio::time::Instant::now();
    let error = try_send(&sim, s3(&Key::hub(), "/"), Some(Duration::from_secs(30))).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(start.elapsed().as_secs(), 30);
    let log = sim.log();
    assert_eq!((log.len(), log[0].status), (1, None));
    assert!((30_000_000..31_000_000).contains(&(log[0].finished_us - log[0].arrived_us)));
}

#[tokio::test(start_paused = true)]
async fn answers_come_in_turn_and_then_the_truth() {
    let fault = Fault::on("ec2", "Describe*").answers([Answer::Unavailable, Answer::Throttling, Answer::Ok]);
    let sim = disturbed([fault]);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(send(&sim, describe_instances(&Key::hub(), "us-east-1", &[])).await.status);
    }
    assert_eq!(statuses, [503, 503, 200, 200, 200]);
    let codes: Vec<Option<String>> = sim.log().into_iter().map(|request| request.code).collect();
    assert_eq!(codes, [None, Some("RequestLimitExceeded".into()), None, None, None]);
}

#[tokio::test(start_paused = true)]
async fn one_account_is_denied_and_the_others_are_not() {
    let victim = simulator(|_| ()).truth().accounts[4].id.clone();
    let sim =
        disturbed([Fault::on("sts", "AssumeRole").account(&victim).answers([Answer::AccessDenied]).repeat()]);
    for account in &sim.truth().accounts[1..] {
        let answer = send(&sim, assume(&Key::hub(), &role(&account.id))).await;
        if account.id == victim {
            assert_eq!((answer.status, answer.text("Code")), (403, "AccessDenied".into()));
            assert!(answer.text("Message").ends_with(&role(&victim)), "{answer:?}");
        } else {
            assert_eq!(answer.status, 200);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_an_account_and_region_meets_that_cell_only() {
    let account = simulator(|_| ()).truth().accounts[1].id.clone();
    let sim = disturbed([Fault::on("ec2", "DescribeInstances")
        .account(account)
        .region("eu-west-1")
        .answers([Answer::Internal])
        .repeat()]);
    for (index, region, expected) in
        [(1, "eu-west-1", 500), (1, "us-east-1", 200), (2, "eu-west-1", 200), (1, "eu-west-1", 500)]
    {
        let key = member(&sim, index).await;
        let answer = send(&sim, describe_instances(&key, region, &[])).await;
        assert_eq!(answer.status, expected, "{index} {region}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_answer_takes_the_latency() {
    let latency = Duration::from_millis(1_500);
    let sim = Simulator::builder(WorldSpec::default())
        .latency(latency)
        .faults([Fault::on("s3", "*").answers([Answer::Reset])])
        .build()
        .unwrap();
    let start = tokio::time::Instant::now();
    let calls = [try_send(&sim, s3(&Key::hub(), "/"), None), try_send(&sim, s3(&Key::hub(), "/"), None)];
    let [first, second] = calls;
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_err() && second.is_ok());
    // Both at once, so the time of one.
    assert!((1_500..1_510).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    assert_eq!(sim.peak_in_flight(), 2);
    assert_eq!(sim.log().iter().map(|request| request.in_flight).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_simulator_with_an_impossible_fault_is_not_made() {
    let made = Simulator::builder(WorldSpec::default()).faults([Fault::on("ec2", "*")]).build();
    assert!(matches!(made, Err(SimulatorError::Fault(_))));
    let made = Simulator::new(WorldSpec { accounts: 0, ..WorldSpec::default() });
    assert!(matches!(made, Err(SimulatorError::Spec(_))));
}
