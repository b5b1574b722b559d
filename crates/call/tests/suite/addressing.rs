//! Where requests go, and for what they are signed.

use serde_json::{Value, json};

use crate::script::*;

async fn sent(
    caller: &orgwide_call::Caller,
    world: &World,
    service: &str,
    operation: &str,
    input: Value,
) -> Asked {
    // What comes back does not matter here.
    let _ = caller.call(service, operation, input).await;
    world.asked().pop().unwrap()
}

#[tokio::test(start_paused = true)]
async fn regional_and_global_services_go_to_their_hosts_and_are_signed_for_their_regions() {
    let world = World::new(|_, _| status(400, "")).await;
    for (service, operation, host, scope) in [
        ("ec2", "DescribeVpcs", "https://ec2.eu-central-1.amazonaws.com", "eu-central-1/ec2"),
        ("sts", "GetCallerIdentity", "https://sts.eu-central-1.amazonaws.com", "eu-central-1/sts"),
        ("iam", "ListRoles", "https://iam.amazonaws.com", "us-east-1/iam"),
        ("route53", "ListHostedZones", "https://route53.amazonaws.com", "us-east-1/route53"),
        (
            "organizations",
            "ListRoots",
            "https://organizations.us-east-1.amazonaws.com",
            "us-east-1/organizations",
        ),
        (
            "elbv2",
            "DescribeLoadBalancers",
            "https://elasticloadbalancing.eu-central-1.amazonaws.com",
            "eu-central-1/elasticloadbalancing",
        ),
        ("s3", "ListBuckets", "https://s3.eu-central-1.amazonaws.com", "eu-central-1/s3"),
    ] {
        let asked = sent(&world.caller, &world, service, operation, json!({})).await;
        assert_eq!((&*asked.origin, asked.signed_for().as_deref()), (host, Some(scope)), "{service}");
    }
    let asked = sent(&world.in_region("cn-north-1"), &world, "iam", "ListRoles", json!({})).await;
    assert_eq!(
        (&*asked.origin, &*asked.signed_for().unwrap()),
        ("https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1/iam")
    );
}

#[tokio::test(start_paused = true)]
async fn a_global_service_counts_in_the_region_it_is_signed_for() {
    let world = World::limited(&["iam=1/s burst 1"], |_, _| {
        ok("<ListRolesResponse><ListRolesResult/></ListRolesResponse>")
    })
    .await;
    let here = world.caller.call("iam", "ListRoles", json!({})).await;
    let elsewhere = world.in_region("us-west-2");
    let there = elsewhere.call("iam", "ListRoles", json!({})).await;
    assert!(here.is_ok() && there.is_ok());
    let asked = world.asked();
    assert!(
        asked[1].at - asked[0].at >= std::time::Duration::from_millis(990),
        "one bucket for both regions"
    );
}

#[tokio::test(start_paused = true)]
async fn a_bucket_is_in_the_host_or_in_the_path_and_never_in_both() {
    let world = World::new(|_, _| status(400, "")).await;
    let list = |bucket: &str| json!({"Bucket": bucket, "EncodingType": "url"});
    let get = |key: &str| json!({"Bucket": "my-bucket", "Key": key});
    let local = world.at("http://127.0.0.1:5000");
    let other = world.at("https://s3.example.com/base");
    for (caller, operation, input, origin, target) in [
        (
            &world.caller,
            "ListObjectsV2",
            list("my-bucket"),
            "https://my-bucket.s3.eu-central-1.amazonaws.com",
            "/?list-type=2&encoding-type=url",
        ),
        (
            &world.caller,
            "ListObjectsV2",
            list("dotted.bucket"),
            "https://s3.eu-central-1.amazonaws.com",
            "/dotted.bucket?list-type=2&encoding-type=url",
        ),
        (
            &world.caller,
            "GetObject",
            get("a b/ü/../c//d+e"),
            "https://my-bucket.s3.eu-central-1.amazonaws.com",
            "/a%20b/%C3%BC/../c//d%2Be",
        ),
        (
            &world.caller,
            "HeadBucket",
            json!({"Bucket": "my-bucket"}),
            "https://my-bucket.s3.eu-central-1.amazonaws.com",
            "/",
        ),
        (
            &world.caller,
            "GetBucketLocation",
            json!({"Bucket": "my-bucket"}),
            "https://s3.eu-central-1.amazonaws.com",
            "/my-bucket?location",
        ),
        (&local, "GetObject", get("k"), "http://127.0.0.1:5000", "/my-bucket/k"),
        (
            &local,
            "ListObjectsV2",
            list("my-bucket"),
            "http://127.0.0.1:5000",
            "/my-bucket?list-type=2&encoding-type=url",
        ),
        (&other, "GetObject", get("k"), "https://my-bucket.s3.example.com", "/base/k"),
    ] {
        let asked = sent(caller, &world, "s3", operation, input.clone()).await;
        assert_eq!((&*asked.origin, &*asked.target), (origin, target), "{operation} {input}");
        assert_eq!(asked.header("x-amz-content-sha256").map(str::len), Some(64));
    }
}

#[tokio::test(start_paused = true)]
async fn a_prefix_of_the_host_is_left_out_where_the_endpoint_is_the_user_s() {
    let world = World::new(|_, _| status(400, "")).await;
    let input = json!({"AccountId": "111122223333"});
    let asked = sent(&world.caller, &world, "s3control", "ListJobs", input.clone()).await;
    assert_eq!(asked.origin, "https://111122223333.s3-control.eu-central-1.amazonaws.com");
    let workflow = json!({});
    let asked = sent(
        &world.caller,
        &world,
        "stepfunctions",
        "StartSyncExecution",
        json!({"stateMachineArn": "arn:x"}),
    )
    .await;
    assert_eq!(asked.origin, "https://sync-states.eu-central-1.amazonaws.com");
    let asked = sent(
        &world.at("http://127.0.0.1:5000"),
        &world,
        "stepfunctions",
        "StartSyncExecution",
        json!({"stateMachineArn": "arn:x"}),
    )
    .await;
    assert_eq!(asked.origin, "http://127.0.0.1:5000", "{workflow}");
}

#[tokio::test(start_paused = true)]
async fn operations_without_a_signature_have_none_and_pass_the_gate_all_the_same() {
    let world = World::new(|_, _| status(400, "")).await;
    let input = json!({"RoleArn": "arn:aws:iam::111122223333:role/x", "RoleSessionName": "s", "WebIdentityToken": "tttt"});
    let asked = sent(&world.caller, &world, "sts", "AssumeRoleWithWebIdentity", input).await;
    assert_eq!(asked.header("authorization"), None);
    assert_eq!(world.session.calls().calls, 1);
}

#[tokio::test(start_paused = true)]
async fn fips_is_asked_for_and_refused_with_an_endpoint_of_the_user_s() {
    let world = World::new(|_, _| status(400, "")).await;
    let fips = world.session.config_in(&"us-east-1".parse().unwrap()).to_builder().use_fips(true).build();
    let asked = sent(&orgwide_call::Caller::new(&fips), &world, "ec2", "DescribeVpcs", json!({})).await;
    assert_eq!(asked.origin, "https://ec2-fips.us-east-1.amazonaws.com");
    let both = fips.to_builder().endpoint_url("http://127.0.0.1:1").build();
    let error = orgwide_call::Caller::new(&both).call("ec2", "DescribeVpcs", json!({})).await.unwrap_err();
    assert!(error.to_string().contains("FIPS and custom endpoint are not supported"), "{error}");
    assert_eq!(world.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_names_its_host_is_asked_once() {
    let world = World::new(|_, asked| {
        if asked.header("x-amz-target").unwrap().ends_with(".DescribeEndpoints") {
            ok(r#"{"Endpoints": [{"Address": "ingest-cell1.timestream.eu-central-1.amazonaws.com", "CachePeriodInMinutes": 60}]}"#)
        } else {
            ok(r#"{"Databases": []}"#)
        }
    })
    .await;
    for _ in 0..3 {
        world.caller.call("timestream-write", "ListDatabases", json!({})).await.unwrap();
    }
    let asked = world.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[1].origin, "https://ingest-cell1.timestream.eu-central-1.amazonaws.com");
    tokio::time::sleep(std::time::Duration::from_secs(3601)).await;
    world.caller.call("timestream-write", "ListDatabases", json!({})).await.unwrap();
    assert_eq!(world.asked().len(), 6, "it is asked again when it has grown old");

    let world = World::new(|_, _| {
        ok(r#"{"Endpoints": [{"Address": "evil.example/x?", "CachePeriodInMinutes": 1}]}"#)
    })
    .await;
    assert!(world.caller.call("timestream-write", "ListDatabases", json!({})).await.is_err());
    assert_eq!(world.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_is_elsewhere_is_asked_there_and_from_then_on_at_once() {
    let world = World::new(|_, asked| {
        if asked.origin.contains("ap-south-1") {
            ok("<Tagging><TagSet/></Tagging>")
        } else {
            let moved = "<Error><Code>PermanentRedirect</Code></Error>";
            status(301, moved).header("x-amz-bucket-region", "ap-south-1")
        }
    })
    .await;
    for _ in 0..2 {
        world.caller.call("s3", "GetBucketTagging", json!({"Bucket": "b-1"})).await.unwrap();
    }
    let asked: Vec<_> =
        world.asked().into_iter().map(|asked| (asked.origin.clone(), asked.signed_for())).collect();
    let there = ("https://b-1.s3.ap-south-1.amazonaws.com".to_owned(), Some("ap-south-1/s3".to_owned()));
    assert_eq!(asked.len(), 3);
    assert!(asked[0].0.contains("eu-central-1") && asked[1] == there && asked[2] == there, "{asked:?}");

    // Who is sent on and on is told so in the end; an endpoint of the user's is the only one there is.
    let round = World::new(|number, _| {
        let next = ["ap-south-1", "ap-south-2"][number % 2];
        status(301, "<Error><Code>PermanentRedirect</Code></Error>").header("x-amz-bucket-region", next)
    })
    .await;
    let error = round.caller.call("s3", "HeadBucket", json!({"Bucket": "b-1"})).await.unwrap_err();
    assert_eq!(error.failure().unwrap().status(), Some(301));
    assert_eq!(round.asked().len(), 2);
    let own = round.at("https://s3.example.com");
    own.call("s3", "HeadBucket", json!({"Bucket": "b-2"})).await.unwrap_err();
    assert_eq!(round.asked().len(), 3);
}
