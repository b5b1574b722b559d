//! Credentials that AWS takes for ended, whatever it said when it gave them.

use std::time::Duration;

use orgwide_session::{Call, Class, Failure, RawAnswer, RawClient, RawError, RawRequest, Session, Signing};
use orgwide_simulator::{Answer, Fault, Simulator};

use crate::common::*;

fn ended(code: &str) -> Answer {
    Answer::Error { status: 403, code: code.into(), message: "words".into() }
}

async fn member(simulator: &Simulator) -> Session {
    hub(simulator).await.assumed(&role(id(1)))
}

/// AWS's code in the answer to each request of the operation, in order; none for those that were served.
fn codes(simulator: &Simulator, operation: &str) -> Vec<Option<String>> {
    requests(simulator, operation).into_iter().map(|request| request.code).collect()
}

async fn key(session: &Session) -> String {
    session.credentials().await.unwrap().access_key_id().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_before_its_time_is_replaced_and_no_call_fails() {
    let simulator = slow_organization(2, Duration::from_millis(50), []);
    let member = member(&simulator).await;
    who(&member).await.unwrap();
    let old = key(&member).await;
    simulator.expire(&old);
    for _ in 0..3 {
        assert_eq!(who(&member).await.unwrap(), id(1).as_str());
    }
    assert_eq!(assumptions(&simulator, id(1)).len(), 2);
    assert_eq!(requests(&simulator, "GetCallerIdentity").len(), 1 + 3 + 1, "one call was tried again");
    assert_ne!(key(&member).await, old);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_are_refused_as_soon_as_they_are_given_are_replaced_once_a_minute() {
    let refusal = Fault::on("sts", "GetCallerIdentity").answers([ended("ExpiredToken")]).repeat();
    let simulator = organization(2, [refusal]);
    let member = member(&simulator).await;
    let mut attempts = 0;
    for (more, assumed) in [(2, 2), (1, 2), (1, 2)] {
        let failure = who(&member).await.unwrap_err();
        assert_eq!((failure.class(), failure.status()), (Class::Expired, Some(403)), "{failure}");
        assert_eq!((failure.code(), failure.retry_after()), (Some("ExpiredToken"), None));
        assert!(failure.request_id().is_some() && !failure.is_of_callers_own());
        attempts += more;
        assert_eq!(requests(&simulator, "GetCallerIdentity").len(), attempts);
        assert_eq!(assumptions(&simulator, id(1)).len(), assumed);
    }
    tokio::time::sleep(MINUTE).await;
    who(&member).await.unwrap_err();
    assert_eq!(assumptions(&simulator, id(1)).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn calls_that_the_retry_budget_does_not_reach_are_worth_another_try_at_once() {
    const CALLS: usize = 40;
    let refusal = Fault::on("sts", "GetCallerIdentity").answers(vec![ended("ExpiredToken"); CALLS]);
    // Slow, so that all of them are signed before the first is answered.
    let simulator = slow_organization(2, Duration::from_millis(50), [refusal]);
    let member = member(&simulator).await;
    member.credentials().await.unwrap();
    let answers = futures::future::join_all((0..CALLS).map(|_| who(&member))).await;
    let failures: Vec<Failure> = answers.into_iter().filter_map(Result::err).collect();
    assert!((1..=CALLS - 10).contains(&failures.len()), "{}", failures.len());
    for failure in &failures {
        assert_eq!((failure.class(), failure.status()), (Class::Expired, Some(403)), "{failure}");
        assert_eq!(
            (failure.code(), failure.retry_after()),
            (Some("ExpiredToken"), Some(Duration::from_secs(1)))
        );
        assert!(failure.request_id().is_some());
    }
    assert!(who(&member).await.is_ok());
    assert_eq!(assumptions(&simulator, id(1)).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_last_attempt_whose_credentials_have_ended_leaves_new_ones_behind() {
    let trouble = [Answer::Reset, Answer::Reset, ended("ExpiredToken")];
    let simulator = organization(2, [Fault::on("sts", "GetCallerIdentity").answers(trouble)]);
    let member = member(&simulator).await;
    let old = key(&member).await;
    let failure = who(&member).await.unwrap_err();
    assert_eq!((failure.class(), failure.retry_after()), (Class::Expired, Some(Duration::from_secs(1))));
    assert!(who(&member).await.is_ok());
    assert_ne!(key(&member).await, old);
    assert_eq!(assumptions(&simulator, id(1)).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_role_in_between_whose_session_ends_is_replaced_as_well() {
    let simulator = organization(3, []);
    let hub = hub(&simulator).await;
    let through = hub.assumed(&role(id(1)));
    simulator.expire(&key(&through).await);
    // The simulated roles trust the management account only: what counts is that it was asked again, by a live session.
    let failure = through.assumed(&role(id(2))).credentials().await.unwrap_err();
    assert!(failure.class().is_denied(), "{failure}");
    let expected = [None, Some("ExpiredToken"), None, Some("AccessDenied")];
    assert_eq!(codes(&simulator, "AssumeRole"), expected.map(|code| code.map(str::to_owned)));
}

#[tokio::test(start_paused = true)]
async fn requests_on_the_raw_road_are_tried_again_with_new_credentials_too() {
    for code in ["RequestExpired", "ExpiredTokenException"] {
        let refusal = Fault::on("ec2", "DescribeRegions").answers([ended(code)]);
        let simulator = organization(2, [refusal]);
        let member = member(&simulator).await;
        let mut request = RawRequest::post(
            "EC2",
            "DescribeRegions",
            format!("https://ec2.{HOME}.amazonaws.com"),
            Signing::v4("ec2", HOME),
            "Action=DescribeRegions&Version=2016-11-15",
        );
        let form = "application/x-www-form-urlencoded".to_owned();
        request.headers.push(("content-type".into(), form));
        let read = |answer: RawAnswer<'_>| {
            if answer.is_success() { Ok(()) } else { Err(RawError::in_text(&answer)) }
        };
        let client = RawClient::new(&member.config());
        client.send(request, read).await.map_err(|error| Failure::of(&error, Call::new("ec2", "X"))).unwrap();
        assert_eq!(codes(&simulator, "DescribeRegions"), [Some(code.to_owned()), None]);
        assert_eq!(assumptions(&simulator, id(1)).len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn base_credentials_that_have_ended_are_not_tried_again() {
    let refusal = Fault::on("sts", "GetCallerIdentity").answers([ended("ExpiredToken")]).repeat();
    let simulator = organization(1, [refusal]);
    let failure = who(&hub(&simulator).await).await.unwrap_err();
    assert_eq!((failure.class(), failure.retry_after()), (Class::Expired, None));
    assert_eq!(requests(&simulator, "GetCallerIdentity").len(), 1);
}
