//! Which regions an account has enabled, from whoever tells.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use orgwide_regional::{EnabledRegions, Source, enabled_regions};
use orgwide_session::{Class, Denial, Failure};
use orgwide_simulator::{Answer, Fault, Simulator};

use crate::common::*;

/// What `organization` has enabled, in order of the alphabet.
const ENABLED: [&str; 4] = ["ap-southeast-2", "eu-west-1", "me-central-1", "us-west-2"];

/// The regions that no account of AWS can do without.
const DEFAULT: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

fn list(answers: impl IntoIterator<Item = Answer>) -> Fault {
    Fault::on("account", "ListRegions").answers(answers)
}

fn describe(answers: impl IntoIterator<Item = Answer>) -> Fault {
    Fault::on("ec2", "DescribeRegions").answers(answers)
}

fn error(status: u16, code: &str) -> Answer {
    Answer::Error { status, code: code.into(), message: "words".into() }
}

async fn discover(faults: impl IntoIterator<Item = Fault>) -> (Simulator, Result<EnabledRegions, Failure>) {
    let simulator = organization(faults);
    let account = member(&simulator, simulator.http_client()).await;
    let found = enabled_regions(&account).await;
    (simulator, found)
}

#[tokio::test(start_paused = true)]
async fn an_account_is_asked_with_its_own_credentials_and_only_what_is_enabled_counts() {
    let (simulator, found) = discover([]).await;
    let found = found.unwrap();
    assert_eq!(names(&found.regions), ENABLED);
    assert!(matches!(found.source, Source::ListRegions));
    assert_eq!(operations(&simulator), ["AssumeRole", "ListRegions"]);
    assert_eq!(simulator.log()[1].account.as_ref(), Some(&simulator.truth().accounts[1].id));
}

#[tokio::test(start_paused = true)]
async fn where_the_account_service_does_not_tell_ec2_does() {
    for answers in [
        vec![Answer::AccessDenied],
        vec![error(404, "UnknownOperationException")],
        vec![Answer::Html],
        vec![Answer::Unavailable; 3],
    ] {
        let (simulator, found) = discover([list(answers.clone())]).await;
        let found = found.unwrap();
        assert_eq!(names(&found.regions), ENABLED, "{answers:?}");
        assert!(matches!(found.source, Source::DescribeRegions), "{answers:?}");
        let mut expected = vec!["AssumeRole"];
        expected.extend(answers.iter().map(|_| "ListRegions"));
        expected.push("DescribeRegions");
        assert_eq!(operations(&simulator), expected);
        let last = simulator.log().pop().unwrap();
        assert_eq!(last.account.as_ref(), Some(&simulator.truth().accounts[1].id));
        assert_eq!(last.region.as_deref(), Some("eu-west-1"), "in the home region");
    }
}

/// Answers account:ListRegions in place of the simulator, as servers do that have no such service.
#[derive(Debug, Clone)]
struct Another(SharedHttpClient, (u16, &'static str, &'static str));

#[derive(Debug)]
struct AnotherConnector(SharedHttpConnector, (u16, &'static str, &'static str));

impl HttpClient for Another {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        parts: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(AnotherConnector(self.0.http_connector(settings, parts), self.1))
    }
}

impl HttpConnector for AnotherConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if request.uri().contains("/listRegions") {
            let (status, form, page) = self.1;
            let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(page));
            response.headers_mut().insert("content-type", form);
            return HttpConnectorFuture::ready(Ok(response));
        }
        self.0.call(request)
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_without_the_account_service_answers_something_else_and_ec2_tells() {
    for answer in [
        (404, "text/html; charset=utf-8", "<!doctype html><title>404 Not Found</title>"),
        (404, "application/json", "{}"),
        (200, "application/json", "{}"),
        (200, "application/json", r#"{"Regions": []}"#),
    ] {
        let simulator = organization([]);
        let account = member(&simulator, Another(simulator.http_client(), answer)).await;
        let found = enabled_regions(&account).await.unwrap();
        assert_eq!(names(&found.regions), ENABLED, "{answer:?}");
        assert!(matches!(found.source, Source::DescribeRegions), "{answer:?}");
        assert_eq!(operations(&simulator), ["AssumeRole", "DescribeRegions"]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_allows_neither_call_has_the_regions_every_account_has() {
    let (simulator, found) = discover([list([Answer::AccessDenied]), describe([Answer::AccessDenied])]).await;
    let found = found.unwrap();
    assert_eq!(names(&found.regions), DEFAULT);
    let Source::Table(refusal) = found.source else { panic!("{:?}", found.source) };
    assert_eq!(refusal.class(), Class::Denied(Denial::NoPermission));
    assert_eq!((&*refusal.call().service, &*refusal.call().operation), ("ec2", "DescribeRegions"));
    assert_eq!(refusal.call().account.unwrap().as_str(), simulator.truth().accounts[1].id);
    assert_eq!(operations(&simulator), ["AssumeRole", "ListRegions", "DescribeRegions"]);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_cannot_be_entered_is_an_error_after_one_call() {
    let simulator = organization([Fault::on("sts", "AssumeRole").answers([Answer::AccessDenied]).repeat()]);
    let account = member(&simulator, simulator.http_client()).await;
    for _ in 0..5 {
        let failure = enabled_regions(&account).await.unwrap_err();
        assert_eq!(failure.class(), Class::Denied(Denial::RoleNotAssumable));
        assert_eq!(failure.role().unwrap().account(), account.id());
    }
    assert_eq!(operations(&simulator), ["AssumeRole"]);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_cannot_be_entered_just_now_is_an_error_and_ec2_is_not_asked() {
    let faults = [Fault::on("sts", "AssumeRole").answers(vec![Answer::Unavailable; 3])];
    let (simulator, found) = discover(faults).await;
    assert_eq!(found.unwrap_err().class(), Class::Unavailable);
    assert_eq!(operations(&simulator), ["AssumeRole"; 3]);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_go_on_being_taken_for_ended_are_an_error_and_ec2_is_not_asked() {
    let ended = error(403, "ExpiredTokenException");
    let (simulator, found) = discover([list([ended.clone(), ended])]).await;
    assert_eq!(found.unwrap_err().class(), Class::Expired);
    assert_eq!(operations(&simulator), ["AssumeRole", "ListRegions", "AssumeRole", "ListRegions"]);
}

#[tokio::test(start_paused = true)]
async fn of_an_account_that_aws_has_blocked_nothing_more_is_asked() {
    let (simulator, found) = discover([list([error(403, "Blocked")])]).await;
    assert_eq!(found.unwrap_err().class(), Class::AccountUnavailable);
    assert_eq!(operations(&simulator), ["AssumeRole", "ListRegions"]);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_is_tried_again_before_another_is_asked() {
    let (simulator, found) = discover([list([Answer::Throttling, Answer::Throttling])]).await;
    let found = found.unwrap();
    assert_eq!(names(&found.regions), ENABLED);
    assert!(matches!(found.source, Source::ListRegions));
    assert_eq!(operations(&simulator), ["AssumeRole", "ListRegions", "ListRegions", "ListRegions"]);

    let throttled = describe([Answer::Throttling, Answer::Throttling]);
    let (simulator, found) = discover([list([Answer::AccessDenied]), throttled]).await;
    assert_eq!(names(&found.unwrap().regions), ENABLED);
    assert_eq!(operations(&simulator)[2..], ["DescribeRegions"; 3]);
}

#[tokio::test(start_paused = true)]
async fn a_second_call_that_fails_without_a_refusal_is_an_error_and_no_guess() {
    for (answers, class) in [
        (vec![Answer::Unavailable; 3], Class::Unavailable),
        (vec![Answer::Throttling; 3], Class::Throttled),
        (vec![Answer::Reset; 3], Class::Unreachable),
        (vec![Answer::Html], Class::NotFromAws),
    ] {
        let (simulator, found) = discover([list([Answer::AccessDenied]), describe(answers.clone())]).await;
        let failure = found.unwrap_err();
        assert_eq!(failure.class(), class, "{answers:?}: {failure}");
        assert!(failure.to_string().starts_with("ec2:DescribeRegions in "), "{failure}");
        assert_eq!(operations(&simulator).len(), 2 + answers.len());
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_by_ec2_has_its_code_its_words_and_its_request() {
    let (_, found) = discover([list([Answer::AccessDenied]), describe([error(400, "Blocked")])]).await;
    let failure = found.unwrap_err();
    assert_eq!((failure.code(), failure.message(), failure.status()), (Some("Blocked"), "words", Some(400)));
    assert!(failure.request_id().is_some());
}
