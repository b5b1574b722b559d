//! How pages are asked for: what is listed, and what is found in the models.
#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

use orgwide_models::{Catalog, Kind, Model, Paginator, ShapeId, Text};
use serde_json::{Value, json};

/// Tokens in, tokens out, items, size of a page: names with commas between.
fn shown(model: &Model, paginator: &Paginator) -> [String; 4] {
    let list = |texts: &[Text]| texts.iter().map(|text| model.text(*text)).collect::<Vec<_>>().join(",");
    let Paginator { input_tokens, output_tokens, results, limit, .. } = paginator;
    [list(input_tokens), list(output_tokens), list(results), list(limit.as_slice())]
}

fn of(service: &str, operation: &str) -> Option<([String; 4], bool)> {
    let model = Catalog::embedded().model(service).unwrap();
    let paginator = model.operation(operation).unwrap().paginator.as_ref()?;
    Some((shown(&model, paginator), paginator.is_derived))
}

#[test]
fn a_listed_paginator_is_taken_as_it_is() {
    let expect = |service: &str, operation: &str, expected: [&str; 4]| {
        assert_eq!(of(service, operation), Some((expected.map(str::to_owned), false)), "{operation}");
    };
    expect("ec2", "DescribeInstances", ["NextToken", "NextToken", "Reservations", "MaxResults"]);
    expect(
        "s3",
        "ListObjects",
        ["Marker", "NextMarker || Contents[-1].Key", "Contents,CommonPrefixes", "MaxKeys"],
    );
    let zones = ["Marker", "DistributionList.NextMarker", "DistributionList.Items", "MaxItems"];
    expect("cloudfront", "ListDistributions", zones);
    let records = "StartRecordName,StartRecordType,StartRecordIdentifier";
    let next = "NextRecordName,NextRecordType,NextRecordIdentifier";
    expect("route53", "ListResourceRecordSets", [records, next, "ResourceRecordSets", "MaxItems"]);
}

#[test]
fn operations_page_that_nobody_lists() {
    let expect = |service: &str, operation: &str, expected: [&str; 4]| {
        assert_eq!(of(service, operation), Some((expected.map(str::to_owned), true)), "{operation}");
    };
    // Its answer repeats the request's token under the same name.
    let expected = ["ContinuationToken", "NextContinuationToken", "InventoryConfigurationList", ""];
    expect("s3", "ListBucketInventoryConfigurations", expected);
    // Token and items are together in a structure.
    let policies = ["Marker", "CachePolicyList.NextMarker", "CachePolicyList.Items", "MaxItems"];
    expect("cloudfront", "ListCachePolicies", policies);
    expect(
        "pinpoint",
        "GetApps",
        ["Token", "ApplicationsResponse.NextToken", "ApplicationsResponse.Item", "PageSize"],
    );
    // The items are in a structure beside the token.
    expect(
        "wafv2",
        "ListTagsForResource",
        ["NextMarker", "NextMarker", "TagInfoForResource.TagList", "Limit"],
    );
    // A token that is a map is not an item.
    expect("dynamodb", "ExecuteStatement", ["NextToken", "NextToken", "Items", "Limit"]);
    // These are in a table.
    let streams =
        ["ExclusiveStartDeliveryStreamName", "DeliveryStreamNames[-1]", "DeliveryStreamNames", "Limit"];
    expect("firehose", "ListDeliveryStreams", streams);
    expect(
        "route53",
        "ListHostedZonesByName",
        ["DNSName,HostedZoneId", "NextDNSName,NextHostedZoneId", "HostedZones", "MaxItems"],
    );
}

#[test]
fn what_takes_no_token_or_gives_none_has_no_pages() {
    for (service, operation) in [
        ("sts", "GetCallerIdentity"),
        ("sqs", "ListMessageMoveTasks"),
        ("s3", "GetObject"),
        // Its two tokens, forward and backward, never end.
        ("logs", "GetLogEvents"),
    ] {
        let found = of(service, operation);
        assert!(found.as_ref().is_none_or(|(_, is_derived)| !is_derived), "{operation}: {found:?}");
    }
}

#[test]
fn a_page_has_a_greatest_size_where_the_model_says() {
    let most = |service: &str, operation: &str| {
        let model = Catalog::embedded().model(service).unwrap();
        model.operation(operation).unwrap().paginator.as_ref().unwrap().limit_max
    };
    assert_eq!(most("organizations", "ListAccounts"), 20);
    assert_eq!(most("lambda", "ListFunctions"), 10_000);
    assert_eq!(most("ec2", "DescribeInstances"), 0);
}

#[test]
fn so_many_operations_have_pages() {
    let catalog = Catalog::embedded();
    let (mut listed, mut found, mut found_lists) = (0, 0, 0);
    for service in catalog.services() {
        let model = catalog.model(&service.name).unwrap();
        for operation in model.operations() {
            let name = model.text(operation.name);
            match &operation.paginator {
                Some(paginator) if paginator.is_derived => {
                    found += 1;
                    found_lists += usize::from(name.starts_with("List") || name.starts_with("Describe"));
                }
                Some(_) => listed += 1,
                None => {}
            }
        }
    }
    assert_eq!((listed, found, found_lists), (3_449, 949, 762));
}

/// The shape at a path of member names; `[-1]` is the last of a list.
fn at(model: &Model, root: ShapeId, path: &str) -> Option<ShapeId> {
    path.split('.').try_fold(root, |id, step| {
        let (name, is_last) = step.strip_suffix("[-1]").map_or((step, false), |name| (name, true));
        let inside = |id: ShapeId, name: &str| {
            model
                .shape(id)
                .members
                .iter()
                .find(|member| model.text(member.name) == name)
                .map(|member| member.shape)
        };
        let member = inside(id, name)?;
        if is_last { inside(member, "") } else { Some(member) }
    })
}

/// Listed by botocore, with names that its models do not have.
const STALE: &[&str] = &[];

#[test]
fn every_token_and_every_list_is_a_member_of_request_or_answer() {
    let catalog = Catalog::embedded();
    let mut stale = Vec::new();
    for service in catalog.services() {
        let model = catalog.model(&service.name).unwrap();
        for operation in model.operations() {
            let Some(paginator) = &operation.paginator else { continue };
            let (Some(input), Some(output)) = (operation.input, operation.output) else {
                panic!("{} pages without input or output", model.text(operation.name))
            };
            let is_in = |root: ShapeId, text: &Text| {
                model.text(*text).split("||").all(|path| at(&model, root, path.trim()).is_some())
            };
            let Paginator { input_tokens, output_tokens, limit, more, results, .. } = paginator;
            let fits = input_tokens.iter().chain(limit).all(|text| is_in(input, text))
                && output_tokens.iter().chain(more).chain(results).all(|text| is_in(output, text));
            if !fits {
                stale.push(format!(
                    "{} {} {:?}",
                    service.name,
                    model.text(operation.name),
                    shown(&model, paginator)
                ));
            }
            let is_list = |text: &Text| {
                let kind = at(&model, output, model.text(*text)).map(|id| model.shape(id).kind);
                matches!(kind, Some(Kind::List | Kind::Map))
            };
            assert!(!paginator.is_derived || results.iter().all(is_list), "{}", model.text(operation.name));
        }
    }
    assert_eq!(stale, STALE);
}

fn derived(input: Value, output: Value) -> Option<[String; 4]> {
    let service = json!({
        "metadata": { "protocol": "json" },
        "operations": { "ListThings": { "input": { "shape": "Input" }, "output": { "shape": "Output" } } },
        "shapes": {
            "Input": { "type": "structure", "members": input },
            "Output": { "type": "structure", "members": output },
            "Text": { "type": "string" },
            "Number": { "type": "integer", "max": 50 },
            "Texts": { "type": "list", "member": { "shape": "Text" } },
            "Map": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Text" } },
            "Page": { "type": "structure", "members": { "Items": { "shape": "Texts" }, "NextToken": { "shape": "Text" } } },
        },
    });
    let model = Model::from_botocore("x", &service, &[], None).unwrap();
    model.operations().next().unwrap().paginator.as_ref().map(|paginator| shown(&model, paginator))
}

#[test]
fn the_rule_wants_a_token_in_a_token_out_and_items() {
    let token = || json!({ "NextToken": { "shape": "Text" } });
    let both = || json!({ "NextToken": { "shape": "Text" }, "Things": { "shape": "Texts" } });
    assert!(derived(token(), both()).is_some());
    assert_eq!(derived(json!({}), both()), None);
    assert_eq!(derived(json!({ "NextToken": { "shape": "Number" } }), both()), None);
    assert_eq!(derived(token(), token()), None);
    assert_eq!(derived(token(), json!({ "Things": { "shape": "Texts" } })), None);
    // A list of headers is no list of items.
    let header = json!({ "NextToken": { "shape": "Text" }, "H": { "shape": "Map", "location": "headers" } });
    assert_eq!(derived(token(), header), None);
}

#[test]
fn the_rule_takes_every_list_and_map_and_the_size_of_a_page() {
    let found = derived(
        json!({ "Marker": { "shape": "Text" }, "maxItems": { "shape": "Number" } }),
        json!({
            "A": { "shape": "Texts" }, "B": { "shape": "Map" }, "C": { "shape": "Number" },
            "Marker": { "shape": "Text" }, "NextMarker": { "shape": "Text" },
        }),
    );
    assert_eq!(found, Some(["Marker", "NextMarker", "A,B", "maxItems"].map(str::to_owned)));
}

#[test]
fn of_two_structures_that_could_be_the_page_none_is_taken() {
    let token = || json!({ "NextToken": { "shape": "Text" } });
    let one = derived(token(), json!({ "A": { "shape": "Page" }, "B": { "shape": "Text" } }));
    assert_eq!(one, Some(["NextToken", "A.NextToken", "A.Items", ""].map(str::to_owned)));
    assert_eq!(derived(token(), json!({ "A": { "shape": "Page" }, "B": { "shape": "Page" } })), None);
}
