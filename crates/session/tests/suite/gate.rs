//! Every attempt of every client waits at the gate, and is signed after it.

use std::time::Duration;

use aws_sdk_sts::error::ProvideErrorMetadata;
use orgwide_limit::Tally;
use orgwide_simulator::{Answer, Fault};

use crate::common::*;
use crate::raw::{describe_regions, send};

#[tokio::test(start_paused = true)]
async fn each_attempt_of_a_plain_client_takes_one_permit_and_sends_one_request() {
    let script = Fault::on("sts", "GetCallerIdentity").answers([Answer::Unavailable, Answer::Throttling]);
    let simulator = organization(2, [script]);
    let limiter = limits(&["sts=unlimited"]);
    let session = builder(&simulator).limiter(limiter.clone()).load().await.unwrap();

    let answer = aws_sdk_sts::Client::new(&session.config()).get_caller_identity().send().await.unwrap();
    assert_eq!(answer.account(), Some(id(0).as_str()));

    let log = simulator.log();
    let seen: Vec<_> = log.iter().map(|request| (request.status, request.attempt)).collect();
    assert_eq!(seen, [(Some(503), Some(1)), (Some(400), Some(2)), (Some(200), Some(3))]);
    assert!(log.iter().all(|request| request.invocation_id == log[0].invocation_id), "one call");
    assert_eq!(limiter.counters().total.granted, 3);
    let counts = session.calls();
    assert_eq!((counts.calls, counts.retries, counts.throttled, counts.assume_role), (3, 2, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_waited_for_its_rate_is_signed_after_the_wait() {
    // Of five calls at one in 10 s the second fails and is tried again behind the others.
    let script = Fault::on("sts", "GetCallerIdentity").answers([Answer::Ok, Answer::Unavailable]);
    let simulator = organization(2, [script]);
    let limiter = limits(&["sts=0.1/s burst 1"]);
    let session = builder(&simulator).limiter(limiter.clone()).load().await.unwrap();

    let calls = (0..5).map(|_| who(&session));
    assert!(futures::future::join_all(calls).await.iter().all(Result::is_ok));

    let log = simulator.log();
    assert_eq!(log.len(), 6);
    for pair in log.windows(2) {
        assert!(arrival(&pair[1]) - arrival(&pair[0]) >= Duration::from_secs(10), "{pair:?}");
    }
    assert!(log.iter().any(|request| request.attempt == Some(2)));
    for request in &log {
        let age = age_of_signature(request);
        assert!((-1.0..=2.0).contains(&age), "{age} s: {request:?}");
    }
    // The waits as the queue gives them: the call at place n waits 10 n seconds. The retry asks when the
    // others stand before it, some part of a second after the failure at 10 s, and leaves at 50 s.
    let waited = session.calls().waited;
    assert_eq!(waited, limiter.counters().total.waited_time);
    let seconds = waited.as_secs_f64();
    assert!((10.0 + 20.0 + 30.0 + 40.0 + 38.0..=140.0).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn a_raw_operation_is_gated_signed_and_retried_like_a_client() {
    let script = Fault::on("ec2", "DescribeRegions").answers([Answer::Unavailable, Answer::Throttling]);
    let simulator = organization(2, [script]);
    let limiter = limits(&["ec2=0.2/s burst 1", "sts=unlimited"]);
    let member = builder(&simulator).limiter(limiter.clone()).load().await.unwrap().assumed(&role(id(1)));

    let answer = send(&member, describe_regions()).await.unwrap();
    assert!(String::from_utf8_lossy(&answer).contains("<regionName>eu-west-1</regionName>"));

    let log = requests(&simulator, "DescribeRegions");
    let seen: Vec<_> = log
        .iter()
        .map(|r| (r.status, r.attempt, r.account.as_deref(), r.region.as_deref(), r.service.as_deref()))
        .collect();
    let id = id(1);
    let (account, region, service) = (Some(id.as_str()), Some(HOME), Some("ec2"));
    assert_eq!(
        seen,
        [
            (Some(503), Some(1), account, region, service),
            (Some(503), Some(2), account, region, service),
            (Some(200), Some(3), account, region, service),
        ]
    );
    assert_eq!(log[1].code.as_deref(), Some("RequestLimitExceeded"));
    assert!(log[0].invocation_id.is_some() && log.iter().all(|r| r.invocation_id == log[0].invocation_id));
    assert!(arrival(&log[2]) - arrival(&log[0]) >= Duration::from_secs(10), "two waits of 5 s");
    assert!(log.iter().all(|request| (-1.0..=2.0).contains(&age_of_signature(request))), "{log:?}");
    let key = ("ec2".parse().unwrap(), "DescribeRegions".parse().unwrap());
    let Tally { granted, waited, .. } = limiter.counters().by_operation[&key];
    assert_eq!((granted, waited), (3, 2));
    let counts = member.calls();
    assert_eq!((counts.calls, counts.retries, counts.throttled, counts.assume_role), (4, 2, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_raw_operation_has_its_code_and_message() {
    let error =
        Answer::Error { status: 400, code: "InvalidParameterValue".into(), message: "no & <b>\"é".into() };
    let simulator = organization(1, [Fault::on("ec2", "*").answers([error])]);
    let error = send(&hub(&simulator).await, describe_regions()).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("InvalidParameterValue"), Some("no & <b>\"é")));
    assert_eq!(simulator.log().len(), 1, "it is not tried again");
}

#[tokio::test(start_paused = true)]
async fn assuming_a_role_waits_for_the_rate_of_the_account_that_asks() {
    let simulator = organization(6, []);
    let limiter = limits(&["sts:AssumeRole=1/s burst 1", "sts=unlimited"]);
    let hub = builder(&simulator).limiter(limiter.clone()).load().await.unwrap();
    let members: Vec<_> = (1..6).map(|index| hub.assumed(&role(id(index)))).collect();

    let answers = futures::future::join_all(members.iter().map(who)).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");

    let asked = requests(&simulator, "AssumeRole");
    assert_eq!(asked.len(), 5);
    assert!(asked.iter().all(|request| request.account.as_deref() == Some(id(0).as_str())));
    let span = arrival(&asked[4]) - arrival(&asked[0]);
    assert!((4.0..4.1).contains(&span.as_secs_f64()), "{span:?}");
    assert_eq!(hub.calls().assume_role, 5);
    assert_eq!(hub.calls().calls, simulator.log().len() as u64);
    assert_eq!(limiter.counters().total.granted, 10);
}

#[tokio::test(start_paused = true)]
async fn calls_that_waited_for_credentials_leave_at_their_rate_and_not_in_a_burst() {
    let simulator = organization(3, []);
    let limiter = limits(&["sts:AssumeRole=0.1/s burst 1", "sts:GetCallerIdentity=1/s burst 1"]);
    let hub = builder(&simulator).limiter(limiter).load().await.unwrap();
    who(&hub.assumed(&role(id(1)))).await.unwrap();
    // The credentials for these come after 10 s, in which their rate would have allowed all of them.
    let member = hub.assumed(&role(id(2)));
    let calls = futures::future::join_all((0..5).map(|_| who(&member))).await;
    assert!(calls.iter().all(Result::is_ok));

    let mut log = requests(&simulator, "GetCallerIdentity");
    log.retain(|request| request.account.as_deref() == Some(id(2).as_str()));
    let seconds: Vec<f64> = log.iter().map(|request| arrival(request).as_secs_f64()).collect();
    for (got, expected) in seconds.iter().zip([10.0, 11.0, 12.0, 13.0, 14.0]) {
        assert!((got - expected).abs() < 0.1, "{seconds:?}");
    }
    assert_eq!(seconds.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn accounts_and_regions_do_not_wait_for_each_other() {
    let simulator = organization(3, []);
    let limiter = limits(&["sts:GetCallerIdentity=0.1/s burst 1", "sts=unlimited"]);
    let hub = builder(&simulator).limiter(limiter).load().await.unwrap();
    let (first, second) = (hub.assumed(&role(id(1))), hub.assumed(&role(id(2))));
    let elsewhere = first.config_in(&"eu-west-1".parse().unwrap());

    let client = aws_sdk_sts::Client::new(&elsewhere);
    let (a, b, c) = tokio::join!(who(&first), who(&second), client.get_caller_identity().send());
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert!(simulator.log().iter().all(|request| request.arrived_us < 100_000), "nobody waited");
}
