//! Right answers whose bodies come badly.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;
use orgwide_simulator::{Answer, Fault, Simulator, WorldSpec};
use serde_json::json;
use tokio::time::Instant;

use crate::support::*;

/// The first answer of each operation of S3 and Organizations is this one.
fn first(answer: Answer) -> Simulator {
    let on = |service: &str| Fault::on(service, "*").answers([answer.clone()]);
    Simulator::builder(WorldSpec::default()).faults([on("s3"), on("organizations")]).build().unwrap()
}

/// The answer that a fault meets, and the one after it, in XML and in JSON.
async fn with_and_without(answer: Answer) -> [[Answered; 2]; 2] {
    let sim = first(answer);
    let buckets = async || send(&sim, s3(&Key::hub(), "/")).await;
    let accounts = async || send(&sim, organizations(&Key::hub(), "ListAccounts", json!({}))).await;
    [[buckets().await, buckets().await], [accounts().await, accounts().await]]
}

fn length(answer: &Answered) -> usize {
    answer.header("content-length").parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn f06_a_body_that_is_cut_off_looks_whole_and_is_half() {
    for [cut, whole] in with_and_without(Answer::CutOff).await {
        assert_eq!((cut.status, length(&cut)), (200, whole.body.len() / 2));
        assert_eq!(cut.body, whole.body[..whole.body.len() / 2]);
        assert_eq!(cut.header("content-type"), whole.header("content-type"));
    }
}

#[tokio::test(start_paused = true)]
async fn f08_an_oversized_page_is_the_right_one_with_blanks_behind_it() {
    for [large, whole] in with_and_without(Answer::Oversized(3_000_000)).await {
        assert_eq!((large.status, length(&large), large.body.len()), (200, 3_000_000, 3_000_000));
        assert_eq!(large.body.trim_end(), whole.body);
    }
    // What is larger by itself stays as it is.
    for [same, whole] in with_and_without(Answer::Oversized(10)).await {
        assert_eq!(same.body, whole.body);
    }
}

#[tokio::test(start_paused = true)]
async fn f15_a_dripping_body_takes_its_time_for_every_byte() {
    let sim = first(Answer::Drip(Duration::from_secs(10)));
    let start = Instant::now();
    let slow = send(&sim, s3(&Key::hub(), "/")).await;
    let whole = send(&sim, s3(&Key::hub(), "/")).await;
    assert_eq!(slow.body, whole.body);
    assert_eq!(start.elapsed().as_secs(), 10 * whole.body.len() as u64);
}

#[tokio::test(start_paused = true)]
async fn f15_the_read_timeout_is_for_the_beginning_of_an_answer_not_for_its_body() {
    let sim = first(Answer::Drip(Duration::from_secs(10)));
    let answer = try_send(&sim, s3(&Key::hub(), "/"), Some(Duration::from_secs(30))).await;
    assert_eq!(answer.unwrap().status, 200);
}

#[tokio::test(start_paused = true)]
async fn f05_a_reset_in_the_body_gives_half_of_it_and_then_an_error() {
    let sim = first(Answer::ResetInBody);
    let request = HttpRequest::try_from(s3(&Key::hub(), "/").map(SdkBody::from)).unwrap();
    let response = sim.http_connector(None).call(request).await.unwrap().try_into_http1x().unwrap();
    let announced: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let mut body = response.into_body();
    let half = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let broken = body.frame().await.unwrap().unwrap_err();
    let error = broken.downcast_ref::<std::io::Error>().unwrap();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    let whole = send(&sim, s3(&Key::hub(), "/")).await;
    assert_eq!((announced, half), (whole.body.len(), whole.body[..whole.body.len() / 2].to_owned().into()));
    assert_eq!(sim.log().iter().map(|request| request.status).collect::<Vec<_>>(), [Some(200); 2]);
}
