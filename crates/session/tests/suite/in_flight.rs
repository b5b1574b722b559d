//! Calls that end before they are sent, or after they have returned, give their place back too; and none waits for
//! itself.

use std::pin::pin;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_sts::Client;
use aws_sdk_sts::config::{Builder, ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use futures::future::BoxFuture;
use orgwide_session::Session;
use orgwide_simulator::{Answer, Fault};
use tokio::time::timeout;

use crate::common::*;
use crate::script::{End, Scripted, answers, body, response};

const MS: Duration = Duration::from_millis(1);

/// Fails at one stage of each attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
enum FailsAt {
    BeforeSigning,
    BeforeTransmit,
    AfterTransmit,
}

impl FailsAt {
    fn reach(self, stage: Self) -> Result<(), BoxError> {
        if self == stage { Err(format!("on purpose, {stage:?}").into()) } else { Ok(()) }
    }
}

impl Intercept for FailsAt {
    fn name(&self) -> &'static str {
        "FailsAt"
    }

    fn read_before_signing(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.reach(Self::BeforeSigning)
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.reach(Self::BeforeTransmit)
    }

    fn read_after_transmit(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.reach(Self::AfterTransmit)
    }
}

type Act = fn(Session) -> BoxFuture<'static, ()>;

async fn intercepted(hub: Session, stage: FailsAt) {
    let config = Builder::from(&*hub.config()).interceptor(stage).build();
    let error = Client::from_conf(config).get_caller_identity().send().await.unwrap_err();
    assert!(format!("{error:?}").contains("on purpose"), "{error:?}");
}

/// What is done with one place in flight, the permits that takes, and the requests that are sent.
const ROWS: &[(&str, Act, u64, usize)] = &[
    ("signing fails", |hub| Box::pin(signing_fails(hub)), 1, 0),
    ("there is no endpoint", |hub| Box::pin(no_endpoint(hub)), 1, 0),
    ("fails before signing", |hub| Box::pin(intercepted(hub, FailsAt::BeforeSigning)), 1, 0),
    ("fails before it is sent", |hub| Box::pin(intercepted(hub, FailsAt::BeforeTransmit)), 1, 0),
    ("fails after it was sent", |hub| Box::pin(intercepted(hub, FailsAt::AfterTransmit)), 1, 1),
    ("without credentials", |hub| Box::pin(without_credentials(hub)), 1, 1),
    ("the first output is held", |hub| Box::pin(held_output(hub)), 2, 2),
    ("a role is assumed for it", |hub| Box::pin(through_a_role(hub)), 2, 2),
];

async fn signing_fails(hub: Session) {
    // No header can have a line break in it, so this token cannot be sent.
    let error = Client::new(&hub.config()).get_caller_identity().send().await.unwrap_err();
    assert!(format!("{error:?}").contains("InvalidHeaderValue"), "{error:?}");
}

async fn no_endpoint(hub: Session) {
    let config = Builder::from(&*hub.config()).use_fips(true).endpoint_url("http://localhost:1").build();
    let error = Client::from_conf(config).get_caller_identity().send().await.unwrap_err();
    assert!(format!("{error:?}").contains("FIPS and custom endpoint"), "{error:?}");
}

async fn without_credentials(hub: Session) {
    let call = Client::new(&hub.config()).assume_role_with_web_identity();
    let call = call.role_arn("arn:aws:iam::111122223333:role/r").role_session_name("name");
    // Only a call that needs no signature gets so far.
    let error = call.web_identity_token("token").send().await.unwrap_err().into_service_error();
    assert_eq!(error.meta().code(), Some("InvalidIdentityToken"), "{error:?}");
}

async fn held_output(hub: Session) {
    let client = Client::new(&hub.config());
    let first = client.get_caller_identity().send().await.unwrap();
    let second = timeout(MS, client.get_caller_identity().send()).await.expect("it waits for the first");
    assert_eq!(first.account(), second.unwrap().account());
}

async fn through_a_role(hub: Session) {
    let member = hub.assumed(&role(id(1)));
    assert_eq!(timeout(MS, who(&member)).await.expect("it waits for itself").unwrap(), id(1).as_str());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_not_sent_or_is_kept_gives_its_place_back() {
    for (name, act, permits, requests) in ROWS {
        println!("{name}");
        let simulator = organization(2, []);
        let token = (*name == "signing fails").then(|| "line\nbreak".to_owned());
        let credentials = Credentials::new("AKIAHUB", "hub-secret", token, None, "test");
        let builder = builder(&simulator).credentials(credentials);
        let hub = builder.limiter(in_flight(1)).load().await.unwrap();
        act(hub.clone()).await;
        assert_eq!(granted(hub.limiter()), *permits, "{name}");
        assert_eq!(simulator.log().len(), *requests, "{name}");
        let unsigned = simulator.log().iter().any(|request| request.account.is_none());
        assert_eq!(unsigned, *name == "without credentials", "{name}");
        assert!(is_free(hub.limiter()) && is_forgotten(hub.limiter()), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_given_up_while_it_waits_is_sent_or_read_leaves_nothing_held() {
    let simulator = organization(1, [Fault::on("sts", "*").answers([Answer::Hang])]);
    let endless = |number, _: &_| {
        let body = || body("<GetCallerIdentityResponse>", Duration::ZERO, End::Never);
        (number == 1).then(|| answers(response(200, &[], body())))
    };
    let client = Scripted::new(simulator.http_client(), endless);
    let hub = builder(&simulator).http_client(client.clone()).limiter(in_flight(1)).load().await.unwrap();
    let limiter = hub.limiter();
    for stage in ["sending", "reading"] {
        let mut call = Box::pin(who(&hub));
        assert!(timeout(5 * MS, &mut call).await.is_err(), "{stage}");
        assert!(!is_free(limiter), "{stage}");
        let mut behind = Box::pin(who(&hub));
        assert!(timeout(5 * MS, &mut behind).await.is_err());
        drop(behind);
        assert!(!is_free(limiter), "given up while it waited, it gave back what it never had");
        drop(call);
        assert!(is_free(limiter) && is_forgotten(limiter), "{stage}");
    }
    assert_eq!((granted(limiter), client.sent().len()), (2, 2), "those that waited were let pass by nobody");
    assert!(who(&hub).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn calls_joined_in_one_task_keep_to_the_ceiling_and_lose_nothing() {
    // An eighth of the first 64 attempts fails, for which the budget for retries is enough.
    let script: Vec<Answer> =
        (0..64).map(|number| if number % 8 == 0 { Answer::Unavailable } else { Answer::Ok }).collect();
    let simulator = slow_organization(1, 20 * MS, [Fault::on("sts", "*").answers(script)]);
    let hub = builder(&simulator).limiter(in_flight(4)).load().await.unwrap();
    let calls = (0..64).map(|_| who(&hub));
    assert!(futures::future::join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(simulator.log().len(), 64 + 8);
    assert_eq!(granted(hub.limiter()), 64 + 8);
    assert_eq!(simulator.peak_in_flight(), 4);
    assert!(is_forgotten(hub.limiter()));
}

#[tokio::test(start_paused = true)]
async fn an_event_stream_is_in_flight_only_until_it_begins_and_an_error_in_its_form_until_it_ends() {
    let simulator = organization(1, []);
    let open = |number, _: &_| {
        let status = [200, 400].get(number).copied()?;
        let headers = [("content-type", "application/vnd.amazon.eventstream")];
        Some(answers(response(status, &headers, body("event", Duration::ZERO, End::Never))))
    };
    let client = Scripted::new(simulator.http_client(), open);
    let hub = builder(&simulator).http_client(client).limiter(in_flight(1)).load().await.unwrap();
    // This client reads the body whole, so its operation goes on all the time.
    for is_free_meanwhile in [true, false] {
        let mut call = pin!(who(&hub));
        assert!(timeout(MS, &mut call).await.is_err());
        assert_eq!(is_free(hub.limiter()), is_free_meanwhile);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_with_an_http_client_of_its_own_holds_its_place_longer_and_does_not_hang() {
    let script = [Answer::Unavailable, Answer::Reset];
    let simulator = organization(1, [Fault::on("sts", "*").answers(script)]);
    let hub = builder(&simulator).limiter(in_flight(1)).load().await.unwrap();
    let config = Builder::from(&*hub.config()).http_client(simulator.http_client()).build();
    let client = Client::from_conf(config);
    timeout(MINUTE, client.get_caller_identity().send()).await.expect("it waits for itself").unwrap();
    assert_eq!((granted(hub.limiter()), simulator.log().len()), (3, 3));
    assert!(is_free(hub.limiter()) && is_forgotten(hub.limiter()));
}

#[tokio::test(start_paused = true)]
async fn a_rate_and_a_place_are_taken_together_so_no_burst_follows_a_busy_time() {
    // One place, taken for half a second, in which the rate alone would let ten calls pass.
    let simulator = organization(1, []);
    let slow_first =
        |number, _: &_| (number == 0).then(|| answers(response(200, &[], body("<a>", 500 * MS, End::Whole))));
    let client = Scripted::new(simulator.http_client(), slow_first);
    let limiter = limits_in_flight(&["sts=20/s burst 1"], 1);
    let hub = builder(&simulator).http_client(client.clone()).limiter(limiter).load().await.unwrap();
    futures::future::join_all((0..10).map(|_| who(&hub))).await;
    let sent: Vec<_> = client.sent().iter().map(|sent| sent.at).collect();
    assert_eq!(sent.len(), 10);
    assert!(sent[1] - sent[0] >= 500 * MS, "{sent:?}");
    for pair in sent.windows(2) {
        assert!(pair[1] - pair[0] >= 50 * MS, "{sent:?}");
    }
}
