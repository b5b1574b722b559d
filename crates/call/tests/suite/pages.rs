//! From page to page.

use orgwide_call::{CallError, Pages};
use serde_json::{Value, json};

use crate::script::*;

async fn all(mut pages: Pages) -> Result<Vec<Value>, CallError> {
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        found.push(page?);
    }
    assert!(pages.next().await.is_none());
    Ok(found)
}

fn asked_body(asked: &Asked) -> Value {
    serde_json::from_str(&asked.body).unwrap()
}

#[tokio::test(start_paused = true)]
async fn pages_are_followed_to_the_last_and_asked_for_as_large_as_they_may_be() {
    let world = World::new(|number, _| {
        ok(match number {
            0 => r#"{"Keys": [{"KeyId": "1"}], "Truncated": true, "NextMarker": "a"}"#,
            1 => r#"{"Keys": [{"KeyId": "2"}], "Truncated": true, "NextMarker": "b"}"#,
            // The marker does not count where it is said that this is all.
            _ => r#"{"Keys": [{"KeyId": "3"}], "Truncated": false, "NextMarker": "c"}"#,
        })
    })
    .await;
    let pages = all(world.caller.pages("kms", "ListKeys", json!({})).unwrap()).await.unwrap();
    let ids: Vec<_> = pages.iter().map(|page| page["Keys"][0]["KeyId"].as_str().unwrap()).collect();
    assert_eq!(ids, ["1", "2", "3"]);
    let asked: Vec<_> = world.asked().iter().map(asked_body).collect();
    assert_eq!(
        asked,
        [
            json!({"Limit": 1000}),
            json!({"Limit": 1000, "Marker": "a"}),
            json!({"Limit": 1000, "Marker": "b"}),
        ]
    );
    assert_eq!(world.session.calls().calls, 3);
}

#[tokio::test(start_paused = true)]
async fn the_caller_says_where_to_begin_and_how_large_pages_are() {
    let world = World::new(|_, _| ok("{}")).await;
    let input = json!({"Marker": "here", "Limit": 7});
    assert_eq!(
        all(world.caller.pages("kms", "ListKeys", input.clone()).unwrap()).await.unwrap(),
        [json!({})]
    );
    assert_eq!(asked_body(&world.asked()[0]), input);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_comes_again_is_an_error_after_its_page() {
    let world = World::new(|_, _| ok(r#"{"TableNames": ["t"], "LastEvaluatedTableName": "t"}"#)).await;
    let mut pages = world.caller.pages("dynamodb", "ListTables", json!({})).unwrap();
    assert!(pages.next().await.unwrap().is_ok());
    assert!(pages.next().await.unwrap().is_ok());
    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "dynamodb:ListTables gave the same token for the next page twice");
    assert!(pages.next().await.is_none());
    assert_eq!(world.asked().len(), 2);
    // So it is where the caller has begun with it.
    let mut pages =
        world.caller.pages("dynamodb", "ListTables", json!({"ExclusiveStartTableName": "t"})).unwrap();
    assert!(pages.next().await.unwrap().is_ok());
    assert!(matches!(pages.next().await, Some(Err(CallError::RepeatedToken { .. }))));
}

#[tokio::test(start_paused = true)]
async fn tokens_of_several_members_and_of_structures_go_back_as_they_came() {
    let world = World::new(|number, _| match number {
        0 => ok(r#"{"Items": [], "LastEvaluatedKey": {"id": {"N": "12345678901234567890123"}, "b": {"B": "AQI="}}}"#),
        _ => ok(r#"{"Items": []}"#),
    })
    .await;
    all(world.caller.pages("dynamodb", "Scan", json!({"TableName": "t"})).unwrap()).await.unwrap();
    let asked = asked_body(&world.asked()[1]);
    let key = json!({"id": {"N": "12345678901234567890123"}, "b": {"B": "AQI="}});
    assert_eq!(asked, json!({"TableName": "t", "ExclusiveStartKey": key}));

    let page = |more: &str| {
        format!(
            "<ListResourceRecordSetsResponse><ResourceRecordSets/>{more}<MaxItems>1</MaxItems>\
             </ListResourceRecordSetsResponse>"
        )
    };
    let first = page(
        "<IsTruncated>true</IsTruncated><NextRecordName>n.</NextRecordName><NextRecordType>A</NextRecordType>",
    );
    let last = page("<IsTruncated>false</IsTruncated>");
    let world = World::new(move |number, _| ok(if number == 0 { first.clone() } else { last.clone() })).await;
    let input = json!({"HostedZoneId": "/hostedzone/Z1"});
    all(world.caller.pages("route53", "ListResourceRecordSets", input).unwrap()).await.unwrap();
    let targets: Vec<_> = world.asked().iter().map(|asked| asked.target.clone()).collect();
    assert_eq!(targets[0], "/2013-04-01/hostedzone/Z1/rrset");
    assert_eq!(targets[1], "/2013-04-01/hostedzone/Z1/rrset?name=n.&type=A");
}

#[tokio::test(start_paused = true)]
async fn an_operation_without_pages_has_one() {
    let world = World::new(|_, _| ok(r#"{"KeyMetadata": {"KeyId": "1"}}"#)).await;
    let pages = all(world.caller.pages("kms", "DescribeKey", json!({"KeyId": "1"})).unwrap()).await.unwrap();
    assert_eq!(pages.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn ec2_is_always_told_the_size_of_pages_but_where_ids_are_named() {
    let body = "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>";
    let world = World::new(move |_, _| ok(body)).await;
    for input in
        [json!({}), json!({"InstanceIds": ["i-1"]}), json!({"InstanceIds": []}), json!({"MaxResults": 5})]
    {
        all(world.caller.pages("ec2", "DescribeInstances", input).unwrap()).await.unwrap();
    }
    let bodies: Vec<_> = world.asked().into_iter().map(|asked| asked.body).collect();
    let has = |number: usize, text: &str| bodies[number].contains(text);
    assert!(has(0, "MaxResults=1000") && !has(1, "MaxResults") && has(1, "InstanceId.1=i-1"), "{bodies:?}");
    assert!(has(2, "MaxResults=1000") && has(3, "MaxResults=5"), "{bodies:?}");
}

#[tokio::test(start_paused = true)]
async fn calls_that_ask_page_by_page_have_the_full_bucket_of_ec2() {
    // Every page names another: there is no end.
    let page = |number| {
        format!(
            "<DescribeInstancesResponse><reservationSet/><nextToken>{number}</nextToken>\
             </DescribeInstancesResponse>"
        )
    };
    let world = World::limited(&[], move |number, _| ok(page(number))).await;
    let mut pages = world.caller.pages("ec2", "DescribeInstances", json!({})).unwrap();
    for _ in 0..41 {
        pages.next().await.unwrap().unwrap();
    }
    let asked = world.asked();
    assert_eq!(asked[39].at, asked[0].at, "the built-in burst of reading operations");
    assert!(asked[40].at > asked[0].at);
    for _ in 0..21 {
        world.caller.call("ec2", "DescribeInstances", json!({})).await.unwrap();
    }
    let asked = &world.asked()[41..];
    assert_eq!(asked[19].at, asked[0].at, "the burst of those that ask for all at once");
    assert!(asked[20].at > asked[0].at);
}
