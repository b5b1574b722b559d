//! What failures say.

use std::time::Duration;

use orgwide_session::{Class, Denial, Failure, Session};
use orgwide_simulator::{Answer, Fault, Simulator, WallClock};
use tokio::time::Instant;

use crate::common::*;

/// The failure of one call in a member account that is answered so each time, and how long it took.
async fn failure(answer: Answer) -> (Failure, Simulator, Duration) {
    let (failure, simulator, took, _) = failure_and_throttled(answer).await;
    (failure, simulator, took)
}

/// The same, and how many answers were counted as throttling.
async fn failure_and_throttled(answer: Answer) -> (Failure, Simulator, Duration, u64) {
    let simulator = organization(2, [Fault::on("sts", "GetCallerIdentity").answers([answer]).repeat()]);
    let hub = builder(&simulator).answer_timeout(Duration::from_secs(2)).load().await.unwrap();
    let member = hub.assumed(&role(id(1)));
    member.credentials().await.unwrap();
    let begun = Instant::now();
    let failure = who(&member).await.unwrap_err();
    (failure, simulator, begun.elapsed(), member.calls().throttled)
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_call_account_region_code_and_request_and_what_to_do() {
    let (failure, simulator, _) = failure(Answer::AccessDenied).await;
    assert_eq!(failure.class(), Class::Denied(Denial::NoPermission));
    assert_eq!(failure.class().as_str(), "denied");
    assert_eq!((failure.code(), failure.status()), (Some("AccessDenied"), Some(403)));
    let request = failure.request_id().expect("a request id");
    let text = failure.to_string();
    let begins = format!("sts:GetCallerIdentity in {} ({HOME}): AccessDenied: User: ", id(1));
    assert!(text.starts_with(&begins), "{text}");
    assert!(text.ends_with(&format!("[request {request}]")), "{text}");
    assert!(failure.next_step().contains("allow sts:GetCallerIdentity"), "{}", failure.next_step());
    assert_eq!(requests(&simulator, "GetCallerIdentity").len(), 1, "a refusal is not tried again");
    assert!(failure.role().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_portal_is_not_an_answer_of_aws() {
    let (failure, simulator, _) = failure(Answer::Html).await;
    assert_eq!((failure.class(), failure.status(), failure.code()), (Class::NotFromAws, Some(200), None));
    assert!(failure.next_step().contains("proxy"), "{}", failure.next_step());
    assert!(failure.to_string().len() < 800, "{failure}");
    assert_eq!(requests(&simulator, "GetCallerIdentity").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_each_time_is_unreachable() {
    let (failure, simulator, _) = failure(Answer::Reset).await;
    assert_eq!((failure.class(), failure.status(), failure.code()), (Class::Unreachable, None, None));
    assert!(failure.class().is_transient());
    assert!(failure.to_string().contains("connection closed before an answer"), "{failure}");
    assert_eq!(requests(&simulator, "GetCallerIdentity").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_times_out_after_the_answer_timeout_of_each_attempt() {
    let (failure, simulator, took) = failure(Answer::Hang).await;
    assert_eq!((failure.class(), failure.status()), (Class::TimedOut, None));
    assert!(failure.class().is_transient());
    let attempts = requests(&simulator, "GetCallerIdentity");
    assert_eq!(attempts.len(), 3);
    assert!(attempts.iter().all(|request| request.finished_us - request.arrived_us == 2_000_000));
    // Three attempts, and backoffs of at most 1 s and 2 s between them.
    assert!((6.0..9.1).contains(&took.as_secs_f64()), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn answers_that_stay_bad_have_their_class() {
    for (answer, class, status, attempts) in [
        (Answer::Unavailable, Class::Unavailable, 503, 3),
        (Answer::Internal, Class::Unavailable, 500, 3),
        (Answer::Throttling, Class::Throttled, 400, 3),
        // The SDK does not try these again; they mean the same.
        (error(429, "Throttled"), Class::Throttled, 429, 1),
        (error(400, "TooManyRequests"), Class::Throttled, 400, 1),
        // Once more with new credentials.
        (error(400, "ExpiredToken"), Class::Expired, 400, 2),
        (error(403, "InvalidClientTokenId"), Class::NoCredentials, 403, 1),
        (error(403, "RegionDisabledException"), Class::RegionDisabled, 403, 1),
        (error(400, "ValidationError"), Class::Invalid, 400, 1),
        (error(418, "Teapot"), Class::Other, 418, 1),
    ] {
        let (failure, simulator, _, throttled) = failure_and_throttled(answer.clone()).await;
        assert_eq!((failure.class(), failure.status()), (class, Some(status)), "{answer:?}: {failure}");
        assert_eq!(requests(&simulator, "GetCallerIdentity").len(), attempts, "{answer:?}");
        assert_eq!(throttled, if class == Class::Throttled { attempts as u64 } else { 0 }, "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_credentials_that_are_missing_or_ended_are_the_callers_own_trouble() {
    for (answer, own) in [
        (Answer::Unavailable, false),
        (Answer::Reset, false),
        (Answer::AccessDenied, false),
        (error(400, "ExpiredToken"), true),
        (error(403, "InvalidClientTokenId"), true),
    ] {
        let simulator = organization(2, [Fault::on("sts", "AssumeRole").answers([answer.clone()]).repeat()]);
        let failure = who(&hub(&simulator).await.assumed(&role(id(1)))).await.unwrap_err();
        assert!(failure.role().is_some());
        assert_eq!(failure.is_of_callers_own(), own, "{answer:?}: {failure}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_region_that_is_none_of_aws_makes_no_session() {
    let simulator = organization(1, []);
    let error = builder(&simulator).region("xx-north-1".parse().unwrap()).load().await.unwrap_err();
    assert!(error.to_string().contains("xx-north-1") && error.to_string().contains("AWS_REGION"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_session_with_credentials_and_no_region_is_at_home_in_us_east_1() {
    let simulator = organization(1, []);
    let credentials = aws_credential_types::Credentials::new("AKIAHUB", "s", None, None, "test");
    let session = Session::builder()
        .credentials(credentials)
        .http_client(simulator.http_client())
        .time_source(WallClock::start())
        .load()
        .await
        .unwrap();
    who(&session).await.unwrap();
    assert_eq!(simulator.log()[0].region.as_deref(), Some("us-east-1"));
    assert_eq!((session.home_region().as_str(), session.partition().id()), ("us-east-1", "aws"));
}

fn error(status: u16, code: &str) -> Answer {
    Answer::Error { status, code: code.into(), message: "words".into() }
}
