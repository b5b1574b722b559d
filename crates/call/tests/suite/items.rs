//! Items one by one, over all pages.

use orgwide_call::CallError;
use orgwide_session::Class;
use serde_json::{Value, json};

use crate::script::*;

fn instances(ids: &[&str], token: &str) -> String {
    let reservations: String = ids
        .iter()
        .map(|id| {
            format!("<item><instancesSet><item><instanceId>{id}</instanceId></item></instancesSet></item>")
        })
        .collect();
    format!(
        "<DescribeInstancesResponse><nextToken>{token}</nextToken><reservationSet>{reservations}</reservationSet>\
         </DescribeInstancesResponse>"
    )
}

#[tokio::test(start_paused = true)]
async fn items_of_all_pages_come_once_each_in_order() {
    let world = World::new(|number, _| {
        ok(match number {
            0 => instances(&["i-1", "i-2"], "t"),
            1 => instances(&[], "u"),
            _ => instances(&["i-3"], ""),
        })
    })
    .await;
    let start = || world.caller.items("ec2", "DescribeInstances", json!({})).unwrap();
    let mut items = start().at("Reservations.Instances").unwrap();
    let mut ids = Vec::new();
    while let Some(item) = items.next().await {
        ids.push(item.unwrap()["InstanceId"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids, ["i-1", "i-2", "i-3"]);
    assert!(items.next().await.is_none() && items.next_page().await.unwrap().is_none());
    assert_eq!(world.asked().len(), 3);
    assert!(world.asked()[2].body.contains("NextToken=u"));
}

#[tokio::test(start_paused = true)]
async fn without_a_path_the_items_are_those_the_operation_is_known_to_list() {
    let world = World::new(|_, _| ok(instances(&["i-1", "i-2"], ""))).await;
    let mut items = world.caller.items("ec2", "DescribeInstances", json!({})).unwrap();
    let first = items.next().await.unwrap().unwrap();
    assert_eq!(first, json!({"Instances": [{"InstanceId": "i-1"}]}));

    let world = World::new(|_, _| ok(r#"{"KeyMetadata": {"KeyId": "1"}}"#)).await;
    let mut items = world.caller.items("kms", "DescribeKey", json!({"KeyId": "1"})).unwrap();
    assert_eq!(items.next().await.unwrap().unwrap(), json!({"KeyMetadata": {"KeyId": "1"}}));
    assert!(items.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn items_that_are_not_taken_do_not_keep_the_next_page_from_being_found() {
    let world = World::new(|number, _| {
        // The token comes after the items.
        ok(match number {
            0 => r#"{"TableNames": ["a", "b", "c"], "LastEvaluatedTableName": "c"}"#,
            _ => r#"{"TableNames": ["d"]}"#,
        })
    })
    .await;
    let mut items = world.caller.items("dynamodb", "ListTables", json!({})).unwrap();
    let first = items.next_page().await.unwrap().unwrap().next().unwrap().unwrap();
    assert_eq!(first, "a");
    let second: Vec<Value> = items.next_page().await.unwrap().unwrap().map(Result::unwrap).collect();
    assert_eq!(second, ["d"]);
    assert!(items.next_page().await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_page_that_breaks_off_gives_what_was_whole_then_one_error_and_nothing_more() {
    let body = instances(&["i-1", "i-2"], "t").replace("i-2</instanceId></item>", "i-2</wrong>");
    let world = World::new(move |_, _| ok(body.clone())).await;
    let start = || {
        let items = world.caller.items("ec2", "DescribeInstances", json!({})).unwrap();
        items.at("Reservations.Instances").unwrap()
    };
    let mut items = start();
    assert_eq!(items.next().await.unwrap().unwrap()["InstanceId"], "i-1");
    let error = items.next().await.unwrap().unwrap_err();
    let failure = error.failure().unwrap();
    assert_eq!(failure.class(), Class::NotFromAws);
    assert_eq!(failure.call().account.unwrap().as_str(), ACCOUNT);
    assert!(items.next().await.is_none() && items.next_page().await.unwrap().is_none());
    assert_eq!(world.asked().len(), 1);

    // Who does not read so far is told when the next page is asked for.
    let mut items = start();
    items.next_page().await.unwrap();
    assert!(items.next_page().await.is_err());
    assert!(items.next_page().await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_token_made_of_the_last_item_is_found_though_the_items_are_gone() {
    let world = World::new(|number, _| {
        ok(match number {
            0 => {
                "<ListBucketResult><IsTruncated>true</IsTruncated><EncodingType>url</EncodingType>\
                  <Contents><Key>a</Key></Contents><Contents><Key>b%2Fc+d</Key></Contents></ListBucketResult>"
            }
            _ => "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>",
        })
    })
    .await;
    let mut items = world.caller.items("s3", "ListObjects", json!({"Bucket": "b"})).unwrap();
    let mut keys = Vec::new();
    while let Some(item) = items.next().await {
        keys.push(item.unwrap()["Key"].as_str().unwrap().to_owned());
    }
    assert_eq!(keys, ["a", "b/c d"]);
    assert!(world.asked()[1].target.contains("marker=b%2Fc%20d"), "{}", world.asked()[1].target);
}

#[tokio::test(start_paused = true)]
async fn a_path_that_leads_to_no_list_is_refused_before_anything_is_sent() {
    let world = World::new(|_, _| ok("")).await;
    for path in ["Reservation", "NextToken", "Reservations.Instances.InstanceId", ""] {
        let items = world.caller.items("ec2", "DescribeInstances", json!({})).unwrap();
        assert!(matches!(items.at(path), Err(CallError::Path(_))), "{path}");
    }
    assert!(world.asked().is_empty());
}
