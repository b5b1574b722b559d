//! What is sent is signed as botocore's signer signs it: retries, special characters, and paths that look odd.

use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use orgwide_call::Caller;
use orgwide_session::{Credentials, Session};
use orgwide_tests::{Listener, python};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

const KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const ODD: &str = "ü & <x> \"q\" +%20 *~'()!;:@$,/?#[]";

/// Each is refused once with 503, so each is signed twice.
fn calls() -> Vec<(&'static str, &'static str, Value)> {
    let object = |key: &str| json!({ "Bucket": "bucket", "Key": key });
    let mut calls = vec![
        ("sts", "GetCallerIdentity", json!({})),
        ("ec2", "DescribeInstances", json!({ "Filters": [{ "Name": "tag:k", "Values": [ODD, ""] }] })),
        (
            "iam",
            "CreateUser",
            json!({ "UserName": "u", "Path": "/a b/", "Tags": [{ "Key": "k", "Value": ODD }] }),
        ),
        ("dynamodb", "GetItem", json!({ "TableName": "t", "Key": { "k": { "S": ODD } } })),
        ("sqs", "SendMessage", json!({ "QueueUrl": "https://example.com/1/q", "MessageBody": ODD })),
        (
            "lambda",
            "Invoke",
            json!({ "FunctionName": "arn:aws:lambda:eu-west-1:1:function:f", "Payload": "AP8=" }),
        ),
        ("lambda", "ListTags", json!({ "Resource": "arn:aws:lambda:eu-west-1:1:function:f" })),
        (
            "route53",
            "ListResourceRecordSets",
            json!({ "HostedZoneId": "Z1", "StartRecordName": "\\052.é.example" }),
        ),
        ("apigateway", "GetResource", json!({ "restApiId": "id", "resourceId": "r", "embed": ["m e", "n"] })),
        (
            "eks",
            "TagResource",
            json!({ "resourceArn": "arn:aws:eks:r:1:cluster/a b+c", "tags": { ODD: ODD } }),
        ),
        ("cloudwatch", "DescribeAlarms", json!({ "AlarmNames": [ODD] })),
        ("glacier", "DescribeVault", json!({ "accountId": "-", "vaultName": "a_b.c-d" })),
        ("mediastore-data", "PutObject", json!({ "Path": "/a b/c", "Body": "AP8=" })),
        (
            "glacier",
            "UploadArchive",
            json!({ "accountId": "-", "vaultName": "v", "body": "AP8=", "checksum": "0" }),
        ),
        ("iotdata", "Publish", json!({ "topic": "a/b c//é", "payload": "AP8=" })),
        ("s3", "ListObjectsV2", json!({ "Bucket": "bucket", "Prefix": ODD, "Delimiter": "/" })),
        (
            "s3",
            "PutBucketTagging",
            json!({ "Bucket": "bucket", "Tagging": { "TagSet": [{ "Key": "k", "Value": ODD }] } }),
        ),
        (
            "s3",
            "PutObject",
            json!({ "Bucket": "bucket", "Key": "key", "Body": "AP8=", "Metadata": { "one": "a  b", "two": " c " } }),
        ),
    ];
    for key in
        ["a/../b", "a/./b", "..", "a//b", "/a", "a/", "sp ace", "ü/日本 🚀", "a+b=c&d%2Fe", "100%", ODD]
    {
        calls.push(("s3", "GetObject", object(key)));
        calls.push(("s3", "DeleteObject", object(key)));
    }
    calls
}

/// One that shows what botocore would have signed, or not.
fn listener(shows: bool) -> Result<Option<Listener>> {
    let Some(mut listener) = python("botocore/listener.py") else { return Ok(None) };
    listener.args(["--key", KEY, "--secret", SECRET]);
    listener.stderr(if shows { Stdio::inherit() } else { Stdio::null() });
    Listener::start(listener).map(Some)
}

async fn session(listener: &Listener, secret: &str) -> Result<Session> {
    let credentials = Credentials::new(KEY, secret, None, None, "test");
    let session = Session::builder()
        .credentials(credentials)
        .region("eu-west-1".parse()?)
        .endpoint_url(listener.endpoint_url());
    Ok(session.load().await?)
}

#[test]
fn botocore_would_sign_each_attempt_the_same_way() -> Result<()> {
    let Some(listener) = listener(true)? else { return Ok(()) };
    Runtime::new()?.block_on(async {
        let (mut running, calls) = (JoinSet::new(), calls());
        let count = calls.len();
        for (service, operation, input) in calls {
            // One each, since they share a budget of retries.
            let session = session(&listener, SECRET).await?;
            running.spawn(async move {
                let called = Caller::new(&session.config()).call(service, operation, input.clone()).await;
                called.with_context(|| format!("{service} {operation} {input}"))?;
                let counted = session.calls();
                ensure!((counted.calls, counted.retries) == (2, 1), "{service} {operation}: {counted:?}");
                Ok(())
            });
        }
        let mut wrong = Vec::new();
        while let Some(called) = running.join_next().await {
            wrong.extend(called?.err().map(|error| format!("{error:#}")));
        }
        ensure!(wrong.is_empty(), "{} of {count} were not let in: {wrong:#?}", wrong.len());
        Ok(())
    })
}

#[test]
fn another_secret_is_not_let_in() -> Result<()> {
    let Some(listener) = listener(false)? else { return Ok(()) };
    Runtime::new()?.block_on(async {
        let session = session(&listener, "another").await?;
        let caller = Caller::new(&session.config());
        for (service, operation, input) in [
            ("sts", "GetCallerIdentity", json!({})),
            ("s3", "GetObject", json!({ "Bucket": "bucket", "Key": "key" })),
        ] {
            let error = caller.call(service, operation, input).await.err().context("it was let in")?;
            assert!(format!("{error:#} {error:?}").contains("403"), "{error:?}");
        }
        Ok(())
    })
}
