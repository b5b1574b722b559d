//! Requests written by hand: signed, retried and bounded as asked for.

use std::time::Duration;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use orgwide_limit::{Key, Payer, Rules};
use orgwide_session::{Call, Class, Failure, RawClient, RawError, RawRequest, Session, Signing};
use orgwide_simulator::Simulator;

use crate::common::*;
use crate::script::{End, Scripted, answers, body, response};

/// A query without parameters, to be sent wherever the session sends all.
pub(crate) fn query(
    service_id: &'static str,
    signing_name: &'static str,
    operation: &'static str,
) -> RawRequest {
    let endpoint = "https://example.eu-central-1.amazonaws.com";
    let text = format!("Action={operation}&Version=2016-11-15");
    let mut request =
        RawRequest::post(service_id, operation, endpoint, Signing::v4(signing_name, HOME), text);
    request.headers.push(("content-type".into(), "application/x-www-form-urlencoded".to_owned()));
    request
}

pub(crate) fn describe_regions() -> RawRequest {
    query("EC2", "ec2", "DescribeRegions")
}

pub(crate) async fn send(
    session: &Session,
    request: RawRequest,
) -> Result<Bytes, SdkError<RawError, HttpResponse>> {
    let read = |answer: orgwide_session::RawAnswer<'_>| {
        if answer.is_success() { Ok(answer.body) } else { Err(RawError::in_text(&answer)) }
    };
    RawClient::new(&session.config()).send(request, read).await
}

/// What a client sent, header by header.
type Sent = std::sync::Arc<std::sync::Mutex<Vec<(String, Vec<(String, String)>)>>>;

/// A session whose requests are answered by these, one after the other, and the last from then on.
async fn answered(
    simulator: &Simulator,
    with: impl Fn(usize) -> HttpResponse + Send + Sync + 'static,
) -> (Session, Sent) {
    let sent = Sent::default();
    let log = sent.clone();
    let client = Scripted::new(simulator.http_client(), move |number, request| {
        let headers = request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        log.lock().unwrap().push((request.uri().to_owned(), headers.collect()));
        Some(answers(with(number)))
    });
    (builder(simulator).http_client(client).load().await.unwrap(), sent)
}

fn header<'a>(sent: &'a [(String, String)], name: &str) -> Option<&'a str> {
    sent.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

#[tokio::test(start_paused = true)]
async fn a_bare_429_and_the_throttled_of_sns_are_tried_again() {
    let simulator = organization(1, []);
    let (session, _) = answered(&simulator, |number| match number {
        0 => response(429, &[], SdkBody::from("busy")),
        1 => response(400, &[], SdkBody::from("<E><Code>Throttled</Code></E>")),
        _ => response(200, &[], SdkBody::from("done")),
    })
    .await;
    assert_eq!(send(&session, describe_regions()).await.unwrap(), "done");
    let counts = session.calls();
    assert_eq!((counts.calls, counts.retries, counts.throttled), (3, 2, 2));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_too_large_is_an_error_and_is_asked_for_once() {
    for with_length in [true, false] {
        let simulator = organization(1, []);
        let (session, _) = answered(&simulator, move |_| {
            let text = "x".repeat(10_000);
            let headers: &[_] = if with_length { &[("content-length", "10000")] } else { &[] };
            // Without a length the body would never end.
            let end = if with_length { End::Whole } else { End::Never };
            response(200, headers, body(&text, Duration::from_secs(1), end))
        })
        .await;
        let mut request = describe_regions();
        request.largest_body = 9_999;
        let error = send(&session, request).await.unwrap_err();
        assert_eq!(error.code(), Some("AnswerTooLarge"), "{error:?}");
        assert!(error.message().unwrap().contains("9999 bytes"));
        assert_eq!(Failure::of(&error, Call::new("ec2", "X")).class(), Class::TooLarge);
        assert_eq!(session.calls().calls, 1);

        if with_length {
            let mut request = describe_regions();
            request.largest_body = 10_000;
            assert_eq!(send(&session, request).await.unwrap().len(), 10_000);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_is_read_without_being_copied() {
    let simulator = organization(1, []);
    let (session, _) = answered(&simulator, |_| response(200, &[], SdkBody::from("x".repeat(5000)))).await;
    let places = RawClient::new(&session.config())
        .send(describe_regions(), |answer| Ok((answer.body.as_ptr() as usize, answer.body)))
        .await
        .unwrap();
    assert_eq!(places.0, places.1.as_ptr() as usize);
    assert_eq!(places.1.len(), 5000);
}

#[tokio::test(start_paused = true)]
async fn a_request_is_signed_as_asked_for() {
    let simulator = organization(1, []);
    let (session, sent) = answered(&simulator, |_| response(200, &[], SdkBody::empty())).await;
    let with = |signing: Signing| {
        let mut request = describe_regions();
        (request.signing, request.target) = (signing, "/a%20b//c/../d?x=%2B".to_owned());
        request
    };
    for signing in [
        Signing::v4("ec2", "eu-west-1"),
        Signing::s3("s3", "us-east-1"),
        Signing::v4("glacier", "eu-west-1").without_body(),
        Signing::None,
    ] {
        send(&session, with(signing)).await.unwrap();
    }
    let sent = sent.lock().unwrap();
    let [(uri, v4), (_, s3), (_, unsigned_body), (_, unsigned)] = &sent[..] else { panic!("{sent:?}") };
    assert!(uri.ends_with("amazonaws.com/a%20b//c/../d?x=%2B"), "{uri}");
    assert!(header(v4, "authorization").unwrap().contains("/eu-west-1/ec2/aws4_request"));
    assert_eq!(header(v4, "x-amz-content-sha256"), None);
    assert!(header(s3, "authorization").unwrap().contains("/us-east-1/s3/aws4_request"));
    assert_eq!(header(s3, "x-amz-content-sha256").unwrap().len(), 64);
    assert_eq!(header(unsigned_body, "x-amz-content-sha256"), Some("UNSIGNED-PAYLOAD"));
    assert_eq!(header(unsigned, "authorization"), None);
    assert!(header(v4, "user-agent").unwrap().contains("aws-sdk-rust/"));
    assert!(header(v4, "x-amz-user-agent").unwrap().contains("api/orgwide/"));
    // All four passed the gate.
    assert_eq!(session.calls().calls, 4);
}

#[tokio::test(start_paused = true)]
async fn a_paged_call_has_the_full_rate_of_its_operation() {
    let key = |paged| Key {
        account: Payer::Base,
        region: HOME.parse().unwrap(),
        service: "ec2".parse().unwrap(),
        operation: "DescribeInstances".parse().unwrap(),
        paged,
    };
    let rate = |paged| Rules::default().decide(&key(paged)).quota().rate();
    assert_eq!((rate(false), rate(true)), (Some(5.0), Some(10.0)));

    // Bursts of 20 and of 40 by those rules.
    for (paged, at_once) in [(false, 20), (true, 40)] {
        let simulator = organization(1, []);
        let client = Scripted::new(simulator.http_client(), |_, _| {
            Some(answers(response(200, &[], SdkBody::empty())))
        });
        let limiter = limits(&["sts=unlimited"]);
        let hub = builder(&simulator).http_client(client.clone()).limiter(limiter).load().await.unwrap();
        let begun = tokio::time::Instant::now();
        for _ in 0..=at_once {
            let mut request = query("EC2", "ec2", "DescribeInstances");
            request.paged = paged;
            send(&hub, request).await.unwrap();
        }
        let sent = client.sent();
        assert_eq!(sent[at_once - 1].at, begun, "within the burst");
        assert!(sent[at_once].at > begun, "after it");
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_wrong_is_noticed_and_the_next_attempt_is_signed_by_the_server_s() {
    let simulator = organization(1, []);
    let (session, sent) = answered(&simulator, |number| {
        let date = [("date", "Fri, 01 Jan 2100 00:00:00 GMT")];
        match number {
            0 => response(403, &date, SdkBody::from("<E><Code>RequestTimeTooSkewed</Code></E>")),
            _ => response(200, &date, SdkBody::empty()),
        }
    })
    .await;
    send(&session, describe_regions()).await.unwrap();
    let sent = sent.lock().unwrap();
    assert_eq!(sent.len(), 2);
    assert!(header(&sent[1].1, "x-amz-date").unwrap().starts_with("2100"), "{sent:?}");
}

#[tokio::test(start_paused = true)]
async fn an_error_that_its_reader_calls_transient_is_tried_again_though_the_status_is_200() {
    let simulator = organization(1, []);
    let (session, _) = answered(&simulator, |number| {
        response(200, &[], SdkBody::from(if number == 0 { "<Error/>" } else { "<Done/>" }))
    })
    .await;
    let read = |answer: orgwide_session::RawAnswer<'_>| {
        if answer.body == "<Error/>" { Err(RawError::in_text(&answer).transient()) } else { Ok(answer.body) }
    };
    let client = RawClient::new(&session.config());
    assert_eq!(client.send(describe_regions(), read).await.unwrap(), "<Done/>");
    assert_eq!(session.calls().calls, 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_none_is_refused_and_its_secrets_are_not_told() {
    let simulator = organization(1, []);
    let hub = hub(&simulator).await;
    for (endpoint, target) in [
        ("localhost:8000", "/"),
        ("ftp://host", "/"),
        ("https://", "/"),
        ("not a url", "/"),
        ("https://host", "no-slash"),
        ("https://host", "/a b"),
    ] {
        let mut request = describe_regions();
        (request.endpoint, request.target) = (endpoint.to_owned(), target.to_owned());
        request.body = Bytes::from_static(b"SecretString=canary-in-body");
        assert!(!format!("{request:?}").contains("canary"));
        let error = send(&hub, request).await.unwrap_err();
        let failure = Failure::of(&error, Call::new("ec2", "X"));
        assert_eq!(failure.class(), Class::Bug, "{endpoint} {target}");
        assert!(!format!("{error:?} {failure:?} {failure}").contains("canary"));
    }
    assert_eq!((simulator.log().len(), hub.calls().calls), (0, 0));
}
