//! When pages come, and when they do not.

use std::time::Duration;

use futures::StreamExt;
use orgwide_account::{Choices, Organization};
use orgwide_names::RoleSpec;
use orgwide_session::Class;
use orgwide_simulator::{Answer, Fault};
use tokio::time::Instant;

use crate::common::*;

const LATENCY: Duration = Duration::from_millis(100);

fn refused() -> Answer {
    Answer::Error { status: 400, code: "AWSOrganizationsNotInUseException".into(), message: "no".into() }
}

#[tokio::test(start_paused = true)]
async fn who_the_caller_is_and_the_first_page_are_asked_at_the_same_time() {
    let simulator = organization(45, 0, LATENCY, []);
    let hub = hub(&simulator).await;
    let begun = Instant::now();
    let mut choices =
        Box::pin(Choices::new(&hub, selection(true, &[], &[]), RoleSpec::default()).unwrap().stream());
    for number in 1..=45 {
        choices.next().await.unwrap().unwrap();
        let pages = if number <= 20 {
            1
        } else if number <= 40 {
            2
        } else {
            3
        };
        let latencies = begun.elapsed().as_secs_f64() / LATENCY.as_secs_f64();
        assert!((latencies - f64::from(pages)).abs() < 0.05, "account {number} after {latencies} latencies");
    }
    assert!(choices.next().await.is_none());
    let log = simulator.log();
    let first: Vec<&str> = log[..2].iter().map(|request| request.operation.as_str()).collect();
    assert!(first.contains(&"GetCallerIdentity") && first.contains(&"ListAccounts"), "{first:?}");
    assert_eq!(log[0].arrived_us, log[1].arrived_us);
    assert_eq!(log.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_breaks_off_on_its_third_page_ends_with_an_error() {
    let fault = Fault::on("organizations", "ListAccounts").answers([Answer::Ok, Answer::Ok, refused()]);
    let simulator = organization(75, 0, Duration::ZERO, [fault]);
    let all = all(&hub(&simulator).await, selection(true, &[], &[])).await;
    assert_eq!(all.len(), 41, "two pages and the error");
    assert!(all[..40].iter().all(Result::is_ok));
    let failure = all[40].as_ref().unwrap_err();
    assert_eq!(failure.code(), Some("AWSOrganizationsNotInUseException"));
    assert!(failure.to_string().starts_with("organizations:ListAccounts"), "{failure}");
    assert!(failure.request_id().is_some());
    assert_eq!(asked(&simulator, "ListAccounts"), 3);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_was_asked_for_does_not_follow_a_listing_that_broke_off() {
    let fault = Fault::on("organizations", "ListAccounts").answers([refused()]);
    let simulator = organization(4, 0, Duration::ZERO, [fault]);
    let all = all(&hub(&simulator).await, selection(false, &["999999999999", "x*"], &[])).await;
    assert_eq!(all.len(), 1);
    assert!(all[0].is_err());
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_throttled_is_asked_for_again_and_no_account_is_missed() {
    let fault = Fault::on("organizations", "ListAccounts").answers([
        Answer::Ok,
        Answer::Throttling,
        Answer::Unavailable,
        Answer::Ok,
    ]);
    let simulator = organization(45, 0, Duration::ZERO, [fault]);
    let hub = hub(&simulator).await;
    let chosen = chosen(&hub, selection(true, &[], &[])).await;
    let truth: Vec<&str> = simulator.truth().accounts.iter().map(|account| account.id.as_str()).collect();
    assert_eq!(chosen.ids(), truth);
    assert_eq!(asked(&simulator, "ListAccounts"), 5);
    let counts = hub.calls();
    assert_eq!((counts.calls, counts.retries, counts.throttled), (6, 2, 1));
    assert_eq!(counts.calls, simulator.log().len() as u64);
}

#[tokio::test(start_paused = true)]
async fn a_caller_sts_does_not_know_is_one_error_and_no_account() {
    let invalid = Answer::Error { status: 403, code: "InvalidClientTokenId".into(), message: "bad".into() };
    let fault = Fault::on("sts", "GetCallerIdentity").answers([invalid]).repeat();
    let simulator = organization(4, 0, Duration::ZERO, [fault]);
    let hub = hub(&simulator).await;
    for selection in [selection(true, &[], &[]), selection(false, &[], &[])] {
        let all = all(&hub, selection).await;
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].as_ref().unwrap_err().class(), Class::NoCredentials);
    }
}

#[tokio::test(start_paused = true)]
async fn an_organization_that_is_not_the_callers_to_list_is_denied() {
    let simulator = organization(
        4,
        0,
        Duration::ZERO,
        [Fault::on("organizations", "ListAccounts").answers([Answer::AccessDenied])],
    );
    let hub = hub(&simulator).await;
    let members: Vec<_> = Organization::of(&hub).accounts().collect().await;
    assert_eq!(members.len(), 1);
    let failure = members[0].as_ref().unwrap_err();
    assert!(failure.class().is_denied() && failure.next_step().contains("organizations:ListAccounts"));
    assert_eq!(asked(&simulator, "ListAccounts"), 1);
}

#[tokio::test(start_paused = true)]
async fn long_organizations_are_listed_within_the_rate_of_their_service() {
    // 20 pages: 8 at once, then 5 a second.
    let simulator = organization(400, 0, Duration::ZERO, []);
    let begun = Instant::now();
    let hub = hub(&simulator).await;
    let chosen = chosen(&hub, selection(true, &[], &[])).await;
    assert_eq!(chosen.included.len(), 400);
    assert_eq!(asked(&simulator, "ListAccounts"), 20);
    let took = begun.elapsed().as_secs_f64();
    assert!((2.4..2.6).contains(&took), "{took} s for 12 pages at 5/s");
}
