//! Which answers are asked for again, and that every attempt passes the gate.

use orgwide_session::Class;
use serde_json::json;

use crate::script::*;

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'>\
    <GetCallerIdentityResult><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/x</Arn>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

#[tokio::test(start_paused = true)]
async fn a_call_that_is_tried_again_takes_a_permit_for_each_attempt() {
    let world = World::new(|number, _| if number == 0 { status(503, "") } else { ok(IDENTITY) }).await;
    let answer = world.caller.call("sts", "get-caller-identity", json!({})).await.unwrap();
    assert_eq!(answer["Account"], "111122223333");

    let counts = world.session.calls();
    assert_eq!((counts.calls, counts.retries), (2, 1));
    assert_eq!(world.session.limiter().counters().total.granted, 2);
    let asked = world.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].body, asked[1].body);
    assert_eq!(asked[0].header("amz-sdk-invocation-id"), asked[1].header("amz-sdk-invocation-id"));
}

#[tokio::test(start_paused = true)]
async fn a_bare_429_is_tried_again_and_slows_the_bucket_down() {
    let world =
        World::limited(
            &["sts=100/s burst 100"],
            |number, _| {
                if number < 2 { status(429, "") } else { ok(IDENTITY) }
            },
        )
        .await;
    world.caller.call("sts", "GetCallerIdentity", json!({})).await.unwrap();
    assert_eq!((world.session.calls().calls, world.session.calls().throttled), (3, 2));
    assert!(!world.session.limiter().learned().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_idempotency_token_is_the_same_in_every_attempt() {
    let world = World::new(|number, _| if number == 0 { status(500, "") } else { ok("{}") }).await;
    let input = json!({"Name": "x", "SecretString": "y"});
    world.caller.call("secretsmanager", "CreateSecret", input).await.unwrap();
    let token = |asked: &Asked| {
        let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
        body["ClientRequestToken"].as_str().unwrap().to_owned()
    };
    let asked = world.asked();
    assert_eq!(token(&asked[0]), token(&asked[1]));
    assert_eq!(token(&asked[0]).len(), 36);
}

#[tokio::test(start_paused = true)]
async fn a_used_up_quota_is_not_asked_for_again() {
    let body = "<ErrorResponse><Error><Code>LimitExceeded</Code><Message>m</Message></Error></ErrorResponse>";
    let world = World::new(move |_, _| status(409, body)).await;
    let error =
        world.caller.call("iam", "CreateRole", json!({"RoleName": "x", "AssumeRolePolicyDocument": "{}"}));
    let error = error.await.unwrap_err();
    assert_eq!(error.failure().unwrap().code(), Some("LimitExceeded"));
    assert_eq!(world.asked().len(), 1);

    let body = r#"{"__type":"LimitExceededException","message":"m"}"#;
    for (service, attempts, class) in [("kinesis", 3, Class::Throttled), ("logs", 1, Class::Other)] {
        let world = World::new(move |_, _| status(400, body)).await;
        let operation = if service == "kinesis" { "ListStreams" } else { "DescribeLogGroups" };
        let error = world.caller.call(service, operation, json!({})).await.unwrap_err();
        assert_eq!(error.failure().unwrap().class(), class);
        assert_eq!(world.asked().len(), attempts, "{service}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_failed_under_a_status_of_success_is_tried_again_and_then_told() {
    let error = "<?xml version='1.0'?><Error><Code>InternalError</Code><Message>We failed</Message>\
        <RequestId>R1</RequestId></Error>";
    let done = "<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>";
    let input = || json!({"Bucket": "b", "Key": "k", "CopySource": "b/a"});
    let world = World::new(move |number, _| ok(if number == 0 { error } else { done })).await;
    let answer = world.caller.call("s3", "CopyObject", input()).await.unwrap();
    assert_eq!(answer["CopyObjectResult"]["ETag"], "\"e\"");
    assert_eq!(world.asked().len(), 2);

    let world = World::new(move |_, _| ok(error)).await;
    let failed = world.caller.call("s3", "CopyObject", input()).await.unwrap_err();
    let failure = failed.failure().unwrap();
    assert_eq!((failure.code(), failure.request_id()), (Some("InternalError"), Some("R1")));
    assert_eq!(world.asked().len(), 3);
}
