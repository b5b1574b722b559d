//! Calls of S3: what is read after the call has returned, and what is signed and never sent.

use std::time::Duration;

use aws_sdk_s3::presigning::PresigningConfig;
use aws_smithy_types::body::SdkBody;
use orgwide_session::Session;
use tokio::time::timeout;

use crate::common::*;
use crate::script::{End, Scripted, answers, body, response};

const MS: Duration = Duration::from_millis(1);

fn get(hub: &Session) -> aws_sdk_s3::operation::get_object::builders::GetObjectFluentBuilder {
    aws_sdk_s3::Client::new(&hub.config()).get_object().bucket("a-bucket").key("a-key")
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_its_user_reads_at_leisure_keeps_nobody_waiting() {
    let simulator = organization(1, []);
    let stream = |number, _: &_| {
        let body = match number {
            0 => body("slow", Duration::from_secs(3), End::Whole),
            1 => body("short", MS, End::Whole),
            _ => body("broken", MS, End::Cut),
        };
        Some(answers(response(200, &[], body)))
    };
    let client = Scripted::new(simulator.http_client(), stream);
    let hub = builder(&simulator).http_client(client).limiter(in_flight(1)).load().await.unwrap();

    let first = get(&hub).send().await.unwrap();
    assert!(is_free(hub.limiter()), "the call has returned");
    let second = timeout(MS, get(&hub).send()).await.expect("it waits for a reader").unwrap();
    assert_eq!(second.body.collect().await.unwrap().into_bytes(), "short");
    let third = get(&hub).send().await.unwrap();
    assert!(third.body.collect().await.is_err());
    assert!(is_free(hub.limiter()));
    assert_eq!(first.body.collect().await.unwrap().into_bytes(), "slow");
    assert!(is_free(hub.limiter()) && is_forgotten(hub.limiter()));
    assert_eq!(granted(hub.limiter()), 3);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_refused_for_its_rate_is_told_to_the_limiter() {
    let simulator = organization(1, []);
    let slow_down = |number, _: &_| {
        let error = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
        Some(answers(match number {
            0 => response(503, &[], SdkBody::from(error)),
            _ => response(200, &[], SdkBody::from("object")),
        }))
    };
    let client = Scripted::new(simulator.http_client(), slow_down);
    let hub = builder(&simulator).http_client(client).limiter(in_flight(1)).load().await.unwrap();
    assert_eq!(get(&hub).send().await.unwrap().body.collect().await.unwrap().into_bytes(), "object");
    assert_eq!((hub.calls().throttled, hub.limiter().counters().total.throttled), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_presigned_request_holds_no_place() {
    let simulator = organization(1, []);
    let hub = builder(&simulator).limiter(in_flight(1)).load().await.unwrap();
    let hour = PresigningConfig::expires_in(Duration::from_secs(3600)).unwrap();
    let first = get(&hub).presigned(hour.clone()).await.unwrap();
    assert!(is_free(hub.limiter()), "while the request is kept");
    let second = timeout(MS, get(&hub).presigned(hour)).await.expect("it waits for the first").unwrap();
    assert!(first.uri().contains("X-Amz-Signature=") && second.uri().contains("X-Amz-Signature="));
    assert_eq!((granted(hub.limiter()), simulator.log().len()), (2, 0), "permits, and nothing sent");
    assert!(is_forgotten(hub.limiter()));
}
