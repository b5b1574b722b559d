//! What failures mean that only whole calls can show, and what is to be done about them.

use std::io;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use orgwide_session::{Call, Class, Denial, Failure, PolicyKind};
use orgwide_simulator::{Answer, Denial as Denied, Fault, Simulator};

use crate::common::*;
use crate::script::{Answered, End, Scripted, answers, body, fails, response};

/// The failure of a call to STS that is answered so each time, and how often it was sent.
async fn answered(answer: impl Fn() -> Answered + Send + Sync + 'static) -> (Failure, usize) {
    let simulator = organization(1, []);
    let client = Scripted::new(SharedHttpClient::new(simulator.http_client()), move |_, _| Some(answer()));
    let hub = builder(&simulator).http_client(client.clone()).load().await.unwrap();
    (who(&hub).await.unwrap_err(), client.sent().len())
}

async fn of_body(
    status: u16,
    headers: &'static [(&'static str, &str)],
    text: &'static str,
) -> (Failure, usize) {
    answered(move || answers(response(status, headers, SdkBody::from(text)))).await
}

#[tokio::test(start_paused = true)]
async fn half_a_document_is_told_from_a_page_of_a_proxy() {
    let (failure, sent) =
        of_body(200, &[], "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1&am").await;
    assert_eq!((failure.class(), failure.status(), sent), (Class::CutOff, Some(200), 1), "{failure}");
    assert!(failure.retry_after().is_some());

    let (failure, sent) = of_body(200, &[], "<html>\u{1b}[31m<b>Sign in</b></html>").await;
    assert_eq!((failure.class(), sent), (Class::NotFromAws, 1));
    assert_eq!(failure.retry_after(), None);
    assert!(failure.message().ends_with(r"<html>\u{1b}[31m<b>Sign in</b></html>"), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_breaks_off_on_the_way_is_cut_off_and_was_tried_again() {
    let broken = || answers(response(200, &[], body("<GetCaller", Duration::from_millis(5), End::Cut)));
    let (failure, sent) = answered(broken).await;
    assert_eq!((failure.class(), failure.status(), sent), (Class::CutOff, Some(200), 3), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn the_id_of_the_request_is_found_in_the_header_else_in_the_body() {
    const BODY: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>m</Message></Error>\
        <RequestId>in-the-body</RequestId></ErrorResponse>";
    let (failure, _) = of_body(403, &[], BODY).await;
    assert_eq!(failure.request_id(), Some("in-the-body"));
    let (failure, _) = of_body(403, &[("x-amzn-requestid", "in-the-header")], BODY).await;
    assert_eq!(failure.request_id(), Some("in-the-header"));
}

/// The failure of S3's ListBuckets, and of STS's GetCallerIdentity, when the connection fails like this.
async fn disconnected(
    error: impl Fn() -> ConnectorError + Clone + Send + Sync + 'static,
) -> (Failure, Failure) {
    let simulator = organization(1, []);
    let behind = SharedHttpClient::new(simulator.http_client());
    let client = Scripted::new(behind, move |_, _| Some(fails(error())));
    let hub = builder(&simulator).http_client(client).load().await.unwrap();
    let call = Call { region: Some(HOME.parse().unwrap()), ..Call::new("s3", "ListBuckets") };
    let error = aws_sdk_s3::Client::new(&hub.config()).list_buckets().send().await.unwrap_err();
    (Failure::of(&error, call), who(&hub).await.unwrap_err())
}

#[tokio::test(start_paused = true)]
async fn a_service_without_a_host_in_the_region_is_absent_but_sts_is_out_of_reach() {
    let unknown = || {
        let text = "failed to lookup address information: Name or service not known";
        ConnectorError::io(io::Error::other(text).into())
    };
    let (s3, sts) = disconnected(unknown).await;
    assert_eq!((s3.class(), s3.retry_after()), (Class::ServiceAbsent, None), "{s3}");
    assert!(s3.message().contains("there is no host s3.eu-central-1.amazonaws.com"), "{s3}");
    assert!(s3.next_step().contains(&format!("leave {HOME} out for s3")), "{}", s3.next_step());
    assert_eq!(sts.class(), Class::Unreachable, "{sts}");

    let broken = || {
        ConnectorError::other(
            "connection closed before message completed".into(),
            Some(ErrorKind::TransientError),
        )
    };
    let (s3, sts) = disconnected(broken).await;
    assert_eq!((s3.class(), sts.class()), (Class::Unreachable, Class::Unreachable));
}

async fn member_failure(faults: impl IntoIterator<Item = Fault>) -> Failure {
    let simulator = organization(2, faults);
    who(&hub(&simulator).await.assumed(&role(id(1)))).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn another_try_is_worth_it_after_as_long_as_aws_asks_for() {
    for (answer, own, of_role) in [
        (Answer::ThrottlingAfter(7), 7, 7),
        // The failure to assume a role is remembered for five seconds.
        (Answer::ThrottlingAfter(1), 1, 5),
        (Answer::ThrottlingAfter(1_000_000_000), 300, 300),
        (Answer::Throttling, 5, 5),
        (Answer::Unavailable, 3, 5),
        (Answer::Reset, 5, 5),
    ] {
        for (operation, seconds) in [("GetCallerIdentity", own), ("AssumeRole", of_role)] {
            let failure =
                member_failure([Fault::on("sts", operation).answers([answer.clone()]).repeat()]).await;
            assert_eq!(failure.retry_after(), Some(Duration::from_secs(seconds)), "{answer:?}: {failure}");
        }
    }
    let failure = member_failure([Fault::on("sts", "*").answers([Answer::AccessDenied]).repeat()]).await;
    assert_eq!(failure.retry_after(), None);
}

#[tokio::test(start_paused = true)]
async fn what_is_to_be_done_depends_on_what_it_means() {
    for (status, code, message, class, step) in [
        (
            401,
            "OptInRequired",
            "You are not subscribed to this service.",
            Class::NotSubscribed,
            "turn sts on",
        ),
        (400, "Blocked", "Your account is currently blocked.", Class::AccountUnavailable, "AWS Support"),
        (404, "UnknownOperationException", "not supported in the called region", Class::ServiceAbsent, HOME),
        (
            403,
            "SignatureDoesNotMatch",
            "Signature expired: a is now earlier than b",
            Class::NoCredentials,
            "clock",
        ),
        (403, "RegionDisabledException", "", Class::RegionDisabled, "enable eu-central-1"),
        (
            403,
            "AccessDenied",
            "is not authorized to perform: sts:X because no permissions boundary allows the sts:X action",
            Class::Denied(Denial::NotAllowed(PolicyKind::PermissionsBoundary)),
            "allowed in the permissions boundary",
        ),
        (
            403,
            "AccessDenied",
            "is not authorized to perform: sts:X with an explicit deny in an identity-based policy: arn:aws:iam::1:policy/No",
            Class::Denied(Denial::Forbidden(PolicyKind::Identity)),
            "the identity-based policy arn:aws:iam::1:policy/No",
        ),
        (
            403,
            "AccessDenied",
            "with an explicit deny",
            Class::Denied(Denial::Forbidden(PolicyKind::Unknown)),
            "find the policy that denies sts:GetCallerIdentity",
        ),
    ] {
        let answer = Answer::Error { status, code: code.to_owned(), message: message.to_owned() };
        let failure = member_failure([Fault::on("sts", "GetCallerIdentity").answers([answer])]).await;
        assert_eq!(failure.class(), class, "{failure}");
        assert!(failure.next_step().contains(step), "{code}: {}", failure.next_step());
        assert_eq!(failure.call().account, Some(id(1)));
    }
}

#[tokio::test(start_paused = true)]
async fn the_policy_of_the_organization_that_refuses_is_named_by_its_id() {
    let denials = vec![Denied::of("sts", "AssumeRole").account(id(1).as_str())];
    let spec = orgwide_simulator::WorldSpec { denials, hub: 1, ..spec(3) };
    let simulator = Simulator::new(spec).unwrap();
    let failure = who(&hub(&simulator).await.assumed(&role(id(2)))).await.unwrap_err();
    assert_eq!(failure.class(), Class::Denied(Denial::Forbidden(PolicyKind::ServiceControl)), "{failure}");
    assert_eq!(failure.class().as_str(), "denied_by_organization_policy");
    let policy = failure.policy().unwrap();
    assert!(policy.starts_with("p-") && policy.len() == 10, "{policy}");
    assert!(failure.next_step().contains(policy), "{}", failure.next_step());
}
