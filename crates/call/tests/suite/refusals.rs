//! What cannot be done is refused by name, before anything is sent.

use orgwide_call::CallError;
use serde_json::json;

use crate::script::*;

#[tokio::test(start_paused = true)]
async fn what_is_beyond_this_is_refused_by_name() {
    let world = World::new(|_, _| ok("{}")).await;
    for (service, operation, input, why) in [
        ("bedrock-runtime", "ConverseStream", json!({}), "stream of events"),
        ("kinesis", "SubscribeToShard", json!({}), "stream of events"),
        ("s3", "SelectObjectContent", json!({}), "stream of events"),
        ("sdb", "ListDomains", json!({}), "version 2"),
        ("codecatalyst", "ListSpaces", json!({}), "token"),
        (
            "ec2",
            "CopySnapshot",
            json!({"SourceRegion": "us-east-1", "SourceSnapshotId": "snap-1"}),
            "URL signed",
        ),
        (
            "rds",
            "CopyDBSnapshot",
            json!({"SourceRegion": "us-east-1", "SourceDBSnapshotIdentifier": "a", "TargetDBSnapshotIdentifier": "b"}),
            "URL signed",
        ),
        (
            "s3",
            "ListObjectsV2",
            json!({"Bucket": "arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap"}),
            "SigV4a",
        ),
        ("s3", "HeadObject", json!({"Bucket": "b--use1-az4--x-s3", "Key": "k"}), "S3 Express"),
        (
            "s3",
            "PutBucketTagging",
            json!({"Bucket": "b", "ChecksumAlgorithm": "SHA1", "Tagging": {"TagSet": []}}),
            "SHA1",
        ),
    ] {
        let error = world.caller.call(service, operation, input).await.unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, CallError::Unsupported { .. }), "{text}");
        assert!(text.contains(why) && text.contains(operation) && text.contains(service), "{text}");
    }
    assert!(world.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn copies_that_need_no_signed_url_or_bring_one_are_made() {
    let world = World::new(|_, _| status(400, "")).await;
    for (service, operation, input, sent) in [
        (
            "ec2",
            "CopySnapshot",
            json!({"SourceRegion": HOME, "SourceSnapshotId": "snap-1"}),
            "SourceRegion=eu-central-1",
        ),
        (
            "rds",
            "CopyDBSnapshot",
            json!({"SourceDBSnapshotIdentifier": "a", "TargetDBSnapshotIdentifier": "b"}),
            "TargetDBSnapshotIdentifier=b",
        ),
        (
            "rds",
            "CopyDBSnapshot",
            json!({"SourceRegion": "us-east-1", "PreSignedUrl": "https://u", "SourceDBSnapshotIdentifier": "a",
                "TargetDBSnapshotIdentifier": "b"}),
            "PreSignedUrl=https",
        ),
    ] {
        let error = world.caller.call(service, operation, input).await.unwrap_err();
        assert!(error.failure().is_some(), "{error}");
        let body = world.asked().pop().unwrap().body;
        assert!(body.contains(sent), "{body}");
        assert!(service == "ec2" || !body.contains("SourceRegion"), "{body}");
    }
}
