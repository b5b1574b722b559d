//! Buckets take objects from their own account, in their own region, whole.

use http::Request;
use orgwide_simulator::{Denial, PolicyKind, Simulator};

use crate::support::*;

/// The first bucket of the management account with its region.
async fn bucket(sim: &Simulator) -> (String, String) {
    let name = sim.truth().accounts[0].buckets[0].clone();
    let answer = send(sim, to("HEAD", "us-east-1", &format!("/{name}"), "")).await;
    (name, answer.header("x-amz-bucket-region").to_owned())
}

fn to(method: &str, region: &str, path: &str, body: &str) -> Request<String> {
    let uri = format!("http://127.0.0.1{path}");
    signed(&Key::hub(), "s3", region).method(method).uri(uri).body(body.to_owned()).unwrap()
}

fn sim() -> Simulator {
    simulator(|spec| (spec.accounts, spec.buckets, spec.seed) = (3, 3, 4))
}

#[tokio::test(start_paused = true)]
async fn an_object_is_given_back_as_it_was_put_and_listed_by_its_key() {
    let sim = sim();
    let (name, region) = bucket(&sim).await;
    for (key, body) in [("a/b%3D1/x", "one"), ("a/c", "two"), ("b", ""), ("a/c", "three")] {
        let put = send(&sim, to("PUT", &region, &format!("/{name}/{key}?x-id=PutObject"), body)).await;
        assert_eq!(put.status, 200, "{put:?}");
    }
    let got = send(&sim, to("GET", &region, &format!("/{name}/a/c?x-id=GetObject"), "")).await;
    assert_eq!((got.status, got.body.as_str()), (200, "three"));
    let listed =
        send(&sim, to("GET", &region, &format!("/{name}?list-type=2&prefix=a/&max-keys=1"), "")).await;
    assert_eq!((listed.texts("Key"), listed.text("IsTruncated")), (vec!["a/b=1/x".into()], "true".into()));
    let token = listed.text("NextContinuationToken");
    let next = format!("/{name}?list-type=2&prefix=a/&encoding-type=url&continuation-token={token}");
    let listed = send(&sim, to("GET", &region, &next, "")).await;
    assert_eq!((listed.texts("Key"), listed.texts("Size")), (vec!["a/c".into()], vec!["5".into()]));
    assert_eq!(listed.text("IsTruncated"), "false");
    assert_eq!(sim.objects(&name).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn parts_are_no_object_before_they_are_put_together() {
    let sim = sim();
    let (name, region) = bucket(&sim).await;
    let begun = send(&sim, to("POST", &region, &format!("/{name}/k?uploads"), "")).await;
    let id = begun.text("UploadId");
    let large = "x".repeat(5 << 20);
    let mut named = String::new();
    for (number, body) in [(1, large.as_str()), (2, "end")] {
        let path = format!("/{name}/k?partNumber={number}&uploadId={id}");
        let sent = send(&sim, to("PUT", &region, &path, body)).await;
        let etag = sent.header("etag").replace('"', "&quot;");
        named += &format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>");
    }
    assert_eq!((sim.objects(&name).len(), sim.uploads()), (0, 1));
    let whole = |named: &str| {
        let body = format!("<CompleteMultipartUpload>{named}</CompleteMultipartUpload>");
        to("POST", &region, &format!("/{name}/k?uploadId={id}"), &body)
    };
    let other = named.replacen("<PartNumber>2", "<PartNumber>3", 1);
    assert_eq!(refused(&sim, whole(&other)).await, is(400, "InvalidPart"));
    assert_eq!(refused(&sim, whole("")).await, is(400, "InvalidPartOrder"));
    assert_eq!(send(&sim, whole(&named)).await.status, 200);
    assert_eq!((sim.objects(&name)["k"].len(), sim.uploads()), (large.len() + 3, 0));
    assert_eq!(refused(&sim, whole(&named)).await, is(404, "NoSuchUpload"));
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_is_aborted_leaves_nothing() {
    let sim = sim();
    let (name, region) = bucket(&sim).await;
    let id = send(&sim, to("POST", &region, &format!("/{name}/k?uploads"), "")).await.text("UploadId");
    let path = format!("/{name}/k?uploadId={id}");
    send(&sim, to("PUT", &region, &format!("{path}&partNumber=1"), "a")).await;
    assert_eq!(send(&sim, to("DELETE", &region, &path, "")).await.status, 204);
    assert_eq!((sim.objects(&name).len(), sim.uploads()), (0, 0));
    let part = to("PUT", &region, &format!("{path}&partNumber=2"), "b");
    assert_eq!(refused(&sim, part).await, is(404, "NoSuchUpload"));
}

#[tokio::test(start_paused = true)]
async fn a_bucket_is_asked_for_in_its_region_by_its_account() {
    let sim = sim();
    let (name, region) = bucket(&sim).await;
    let elsewhere = if region == "us-east-1" { "us-west-2" } else { "us-east-1" };
    let moved = send(&sim, to("HEAD", elsewhere, &format!("/{name}"), "")).await;
    assert_eq!((moved.status, moved.header("x-amz-bucket-region"), moved.body.as_str()), (301, &*region, ""));
    assert_eq!(send(&sim, to("HEAD", &region, &format!("/{name}"), "")).await.status, 200);
    assert_eq!(send(&sim, to("HEAD", &region, "/no-such-bucket", "")).await.status, 404);
    let other = sim.truth().accounts[1..].iter().find_map(|account| account.buckets.first()).unwrap();
    assert_eq!(refused(&sim, to("PUT", &region, &format!("/{other}/k"), "x")).await, is(403, "AccessDenied"));
    let put = to("PUT", &region, "/no-such-bucket/k", "x");
    assert_eq!(refused(&sim, put).await, is(404, "NoSuchBucket"));
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_by_policy_still_tells_the_region() {
    let denials = vec![Denial::of("s3", "*").by(PolicyKind::IdentityPolicy)];
    let sim = simulator(|spec| (spec.buckets, spec.seed, spec.denials) = (3, 4, denials));
    let (name, region) = bucket(&sim).await;
    assert!(!region.is_empty());
    let answer = send(&sim, to("PUT", &region, &format!("/{name}/k"), "x")).await;
    assert_eq!((answer.status, answer.header("x-amz-bucket-region")), (403, &*region));
    assert!(answer.text("Message").ends_with("allows the s3:PutObject action"), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_what_its_checksum_says_is_not_kept() {
    let sim = sim();
    let (name, region) = bucket(&sim).await;
    let mut put = to("PUT", &region, &format!("/{name}/k"), "123456789");
    // That of other bytes.
    put.headers_mut().insert("x-amz-checksum-crc32", "AAAAAA==".parse().unwrap());
    assert_eq!(refused(&sim, put).await, is(400, "BadDigest"));
    let mut put = to("PUT", &region, &format!("/{name}/k"), "123456789");
    put.headers_mut().insert("x-amz-checksum-crc32", "y/Q5Jg==".parse().unwrap());
    assert_eq!(send(&sim, put).await.header("x-amz-checksum-crc32"), "y/Q5Jg==");
    let mut put = to("PUT", &region, &format!("/{name}/k"), "x");
    put.headers_mut().insert("if-none-match", "*".parse().unwrap());
    assert_eq!(refused(&sim, put).await, is(400, "NotImplemented"));
    assert_eq!(sim.objects(&name).len(), 1);
}
