//! What becomes of answers that are errors, or no answers.

use orgwide_call::CallError;
use orgwide_session::{Class, Denial, PolicyKind};
use serde_json::json;

use crate::script::*;

#[tokio::test(start_paused = true)]
async fn an_error_says_which_call_it_was_and_what_it_means() {
    let denied = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized \
        with an explicit deny in a service control policy: \
        arn:aws:organizations::1:policy/o-1/service_control_policy/p-abcd1234</Message></Error></Errors>\
        <RequestID>in-the-body</RequestID></Response>";
    let world = World::new(move |_, _| status(403, denied)).await;
    let error = world.caller.call("ec2", "describe-vpcs", json!({})).await.unwrap_err();
    let failure = error.failure().unwrap();
    assert_eq!(failure.class(), Class::Denied(Denial::Forbidden(PolicyKind::ServiceControl)));
    assert_eq!(failure.request_id(), Some("in-the-body"));
    assert_eq!((failure.status(), failure.code()), (Some(403), Some("UnauthorizedOperation")));
    assert_eq!(failure.policy(), Some("p-abcd1234"));
    assert!(failure.next_step().contains("p-abcd1234"), "{}", failure.next_step());
    let call = failure.call();
    assert_eq!((&*call.service, &*call.operation), ("ec2", "DescribeVpcs"));
    assert_eq!(call.account.unwrap().as_str(), ACCOUNT);
    assert_eq!(call.region.as_ref().unwrap().as_str(), HOME);
    assert!(
        error
            .to_string()
            .starts_with("ec2:DescribeVpcs in 111122223333 (eu-central-1): UnauthorizedOperation")
    );
}

#[tokio::test(start_paused = true)]
async fn codes_of_every_protocol_find_their_class() {
    let query = |code: &str| format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>");
    let json_code = |code: &str| format!(r#"{{"__type":"com.amazonaws.x#{code}","message":"m"}}"#);
    for (service, operation, answer, class) in [
        ("iam", "ListRoles", status(403, query("AccessDenied")), Class::Denied(Denial::NoPermission)),
        ("iam", "GetRole", status(404, query("NoSuchEntity")), Class::NotFound),
        ("sts", "GetCallerIdentity", status(403, query("ExpiredToken")), Class::Expired),
        (
            "dynamodb",
            "ListTables",
            status(400, json_code("AccessDeniedException")),
            Class::Denied(Denial::NoPermission),
        ),
        ("kms", "ListKeys", status(400, json_code("UnrecognizedClientException")), Class::NoCredentials),
        (
            "lambda",
            "ListFunctions",
            status(403, r#"{"Message":"m"}"#).header("x-amzn-errortype", "AccessDeniedException:http://x"),
            Class::Denied(Denial::NoPermission),
        ),
        (
            "s3",
            "ListBuckets",
            status(403, "<Error><Code>InvalidAccessKeyId</Code></Error>"),
            Class::NoCredentials,
        ),
        ("s3", "HeadBucket", status(404, ""), Class::NotFound),
        ("s3", "HeadBucket", status(403, ""), Class::Denied(Denial::NoPermission)),
        (
            "sqs",
            "GetQueueUrl",
            status(400, json_code("QueueDoesNotExist"))
                .header("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"),
            Class::Other,
        ),
        ("ec2", "DescribeVpcs", status(403, "<html><body>blocked</body></html>"), Class::NotFromAws),
        ("ec2", "DescribeVpcs", status(200, "<html><body>sign in</body></html>"), Class::NotFromAws),
        ("dynamodb", "ListTables", status(200, "<html><body>sign in</body></html>"), Class::NotFromAws),
        ("dynamodb", "ListTables", status(200, "{\"TableNames\": [\"a\""), Class::CutOff),
        ("ec2", "DescribeVpcs", status(200, "<DescribeVpcsResponse><vpcSet><item>"), Class::CutOff),
    ] {
        let (code, headers, body) = (answer.0, answer.1, answer.2);
        let text = body.clone();
        let world = World::new(move |_, _| Answer(code, headers.clone(), body.clone())).await;
        let input = match operation {
            "GetRole" => json!({"RoleName": "x"}),
            "HeadBucket" => json!({"Bucket": "b"}),
            "GetQueueUrl" => json!({"QueueName": "q"}),
            _ => json!({}),
        };
        let error = world.caller.call(service, operation, input).await.unwrap_err();
        let failure = error.failure().unwrap_or_else(|| panic!("{service}: {error}"));
        assert_eq!(failure.class(), class, "{service}:{operation} {code} {text}: {error}");
        let attempts = if class == Class::CutOff { 3 } else { 1 };
        assert_eq!(world.asked().len(), attempts, "{service}:{operation} {code} {text}");
        if service == "sqs" {
            assert_eq!(failure.code(), Some("AWS.SimpleQueueService.NonExistentQueue"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_of_what_does_not_fit() {
    let world = World::new(|_, _| ok("")).await;
    let call = async |service: &str, operation: &str, input| {
        world.caller.call(service, operation, input).await.unwrap_err()
    };
    let error = call("ec2", "DescribeInstances", json!({"Filter": [{"Name": 7}], "MaxResults": "5"})).await;
    let CallError::Input { error, .. } = &error else { panic!("{error}") };
    let text = error.to_string();
    assert!(text.contains("Filters") && text.contains("MaxResults"), "{text}");

    let error = call("ec2", "DescribeInstance", json!({})).await;
    assert_eq!(
        error.to_string(),
        "ec2 has no operation `DescribeInstance`; did you mean `DescribeInstances`?"
    );
    let error = call("dynamodbb", "ListTables", json!({})).await;
    assert!(matches!(error, CallError::Service(_)) && error.to_string().contains("dynamodb"), "{error}");
    assert!(matches!(call("s3", "GetObject", json!({"Bucket": "b"})).await, CallError::Input { .. }));
    assert!(matches!(call("iam", "ListRoles", json!([1])).await, CallError::Input { .. }));
    assert!(world.asked().is_empty());
    assert_eq!(world.session.calls().calls, 0);
}

#[tokio::test(start_paused = true)]
async fn an_answer_beyond_the_bound_is_told_and_not_kept() {
    let world = World::new(|_, _| ok("x".repeat(5001))).await;
    let input = json!({"Bucket": "b", "Key": "k"});
    let bounded = world.caller.clone().largest_answer(5000);
    let error = bounded.call("s3", "GetObject", input.clone()).await.unwrap_err();
    let failure = error.failure().unwrap();
    assert_eq!((failure.class(), failure.code()), (Class::TooLarge, Some("AnswerTooLarge")));
    let whole = world.caller.call("s3", "GetObject", input).await.unwrap();
    assert_eq!(whole["Body"].as_str().unwrap().len(), 5001_usize.div_ceil(3) * 4);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_breaks_off_is_asked_for_again_and_no_part_of_it_is_given_out() {
    let whole = r#"{"TableNames": ["a", "b"]}"#;
    let world = World::new(move |number, _| ok(if number == 0 { &whole[..20] } else { whole })).await;
    let mut items = world.caller.items("dynamodb", "ListTables", json!({})).unwrap();
    let page: Vec<_> = items.next_page().await.unwrap().unwrap().map(Result::unwrap).collect();
    assert_eq!((page, world.asked().len()), (vec![json!("a"), json!("b")], 2));

    let world = World::new(move |_, _| ok(&whole[..20])).await;
    let error = world.caller.call("dynamodb", "ListTables", json!({})).await.unwrap_err();
    let failure = error.failure().unwrap();
    assert_eq!((failure.class(), failure.status()), (Class::CutOff, Some(200)));
    assert!(failure.retry_after().is_some() && failure.message().contains("breaks off"), "{failure}");
    assert_eq!(world.asked().len(), 3);
}
