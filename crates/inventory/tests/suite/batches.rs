//! Types that are listed within another, and calls that tell of many resources at once.

use orgwide_inventory::Collectors;
use orgwide_models::Catalog;
use orgwide_session::Class;
use serde_json::{Value, json};

use crate::script::{ACCOUNT, Answer, Asked, Collected, REGION, collect, error, ok};

fn cluster(name: &str) -> String {
    format!("arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{name}")
}

fn service(cluster: &str, number: usize) -> String {
    format!("arn:aws:ecs:{REGION}:{ACCOUNT}:service/{cluster}/s{number:02}")
}

/// Three clusters: with 23 services on two pages, none, and one service.
fn ecs(asked: &Asked) -> Answer {
    let input = asked.json();
    let of = input["cluster"].as_str().and_then(|arn| arn.rsplit('/').next()).unwrap_or_default();
    let services =
        |range: std::ops::Range<usize>| range.map(|number| service(of, number)).collect::<Vec<_>>();
    match (asked.operation.as_str(), of, input["nextToken"].as_str()) {
        ("ListClusters", ..) => {
            ok(json!({"clusterArns": [cluster("big"), cluster("empty"), cluster("small")]}))
        }
        ("ListServices", "big", None) => ok(json!({"serviceArns": services(0..21), "nextToken": "2"})),
        ("ListServices", "big", Some(_)) => ok(json!({"serviceArns": services(21..23)})),
        ("ListServices", "empty", _) => ok(json!({"serviceArns": []})),
        ("ListServices", "small", _) => ok(json!({"serviceArns": services(0..1)})),
        ("DescribeServices", ..) => {
            let told = input["services"].as_array().unwrap().iter().rev().map(
                |arn| json!({"serviceArn": arn, "clusterArn": input["cluster"], "tags": [{"key": "k", "value": arn}]}),
            );
            ok(json!({"services": told.collect::<Vec<_>>(), "failures": []}))
        }
        other => panic!("{other:?}"),
    }
}

async fn services(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Collected {
    let collectors = Collectors::built_in(Catalog::embedded()).unwrap();
    collect(&collectors, "ecs:service", REGION, script).await
}

fn batches(found: &Collected) -> Vec<usize> {
    let asked = found.asked.iter().filter(|asked| asked.operation == "DescribeServices");
    asked.map(|asked| asked.json()["services"].as_array().unwrap().len()).collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_within_another_type_is_listed_once_for_each_of_it() {
    let found = services(ecs).await;
    assert!(found.error.is_none() && found.gaps.is_empty());
    assert_eq!((found.count("ListClusters"), found.count("ListServices")), (1, 4));
    assert!(
        found
            .asked
            .iter()
            .filter(|asked| asked.operation == "ListServices")
            .all(|asked| { asked.json()["maxResults"] == 100 })
    );
    let mut expected: Vec<_> = (0..23).map(|number| service("big", number)).collect();
    expected.push(service("small", 0));
    let ids: Vec<_> = found.records().map(|record| record.id.clone()).collect();
    assert_eq!(ids, expected);
    assert_eq!(found.records().last().unwrap().data["clusterArn"], cluster("small"));
}

#[tokio::test(start_paused = true)]
async fn a_batch_has_as_many_as_the_service_takes_and_each_gets_its_own_answer() {
    let found = services(ecs).await;
    let mut sizes = batches(&found);
    sizes.sort_unstable();
    // Of the pages of 21, 2 and 1.
    assert_eq!(sizes, [1, 1, 2, 10, 10]);
    for record in found.records() {
        assert_eq!(record.data["DescribeServices"]["serviceArn"], *record.id);
        assert_eq!(record.tags.as_ref().unwrap()["k"], record.id);
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_answer_leaves_out_is_null() {
    let found = services(|asked| match asked.operation.as_str() {
        "DescribeServices" => ok(
            json!({"services": [], "failures": [{"arn": asked.json()["services"][0], "reason": "MISSING"}]}),
        ),
        _ => ecs(asked),
    })
    .await;
    assert!(
        found.records().all(|record| record.data["DescribeServices"] == Value::Null && record.tags.is_none())
    );
    assert_eq!(found.records().count(), 24);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_fails_for_one_is_asked_one_by_one() {
    let lost = service("big", 4);
    let found = services(move |asked| match asked.operation.as_str() {
        "DescribeServices" if asked.body.contains(&lost) => {
            error(400, "InvalidParameterException", "no such service")
        }
        _ => ecs(asked),
    })
    .await;
    assert!(found.error.is_none());
    let (told, untold): (Vec<_>, Vec<_>) =
        found.records().partition(|record| record.data["DescribeServices"]["serviceArn"] == *record.id);
    assert_eq!((told.len(), untold.len()), (23, 1));
    assert_eq!(untold[0].id, service("big", 4));
    assert_eq!(untold[0].data["DescribeServices"]["error"]["code"], "InvalidParameterException");
    assert_eq!(batches(&found).iter().filter(|size| **size == 1).count(), 10 + 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_in_a_cluster_that_is_gone_is_gone() {
    let found = services(|asked| match asked.operation.as_str() {
        "ListServices" if asked.body.contains("/empty") => error(400, "ClusterNotFoundException", "gone"),
        _ => ecs(asked),
    })
    .await;
    assert!(found.error.is_none());
    assert_eq!(found.records().count(), 24);
}

#[tokio::test(start_paused = true)]
async fn a_list_within_a_cluster_that_is_refused_is_no_empty_list() {
    let found = services(|asked| match asked.operation.as_str() {
        "ListServices" if asked.body.contains("/empty") => error(400, "AccessDeniedException", "no"),
        _ => ecs(asked),
    })
    .await;
    assert!(found.error.unwrap().failure().unwrap().class().is_denied());
    assert_eq!(found.pages.iter().map(Vec::len).sum::<usize>(), 23);
}

#[tokio::test(start_paused = true)]
async fn clusters_that_cannot_be_listed_are_the_failure_of_what_is_in_them() {
    let found = services(|_| error(500, "ServerException", "down")).await;
    assert_eq!(found.error.unwrap().failure().unwrap().class(), Class::Unavailable);
    assert!(found.pages.is_empty());
}
