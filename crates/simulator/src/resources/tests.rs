//! The table against the API models, which were made by others.

use std::collections::{BTreeSet, HashSet};

use orgwide_models::{Catalog, Kind as Shape, Model, ShapeId};
use serde_json::{Value, json};

use super::kind::Kind;
use super::{Cell, Place, cloudformation, describe, kinds};
use crate::spec::WorldSpec;
use crate::world::World;

fn world() -> World {
    World::new(WorldSpec { accounts: 6, resources: 9, crowded: true, ..WorldSpec::default() }).unwrap()
}

fn lists() -> impl Iterator<Item = &'static Kind> {
    kinds().chain(&cloudformation::VIEWS)
}

fn place(world: &World, index: usize) -> Place<'_> {
    Place { world, account: &world.accounts[index], region: &world.spec.regions[0] }
}

/// What AWS answers and documents though its models do not have it.
const BEYOND_THE_MODELS: [(&str, &str); 1] =
    [("ec2:DescribeInternetGateways.Attachments.State", "available")];

/// What of a value has no place in a shape.
fn problems(model: &Model, shape: ShapeId, value: &Value, at: &str) -> Vec<String> {
    let shape = model.shape(shape);
    let wrong = |what: &str| vec![format!("{at}: {what}: {value}")];
    match (shape.kind, value) {
        (_, Value::Null) => Vec::new(),
        (Shape::Structure, Value::Object(members)) => {
            let found = members.iter().map(|(name, value)| {
                match shape.members.iter().find(|member| model.is(member.name, name)) {
                    Some(member) => problems(model, member.shape, value, &format!("{at}.{name}")),
                    None => vec![format!("{at} has no member {name}")],
                }
            });
            found.flatten().collect()
        }
        (Shape::List, Value::Array(items)) => {
            items.iter().flat_map(|item| problems(model, shape.members[0].shape, item, at)).collect()
        }
        (Shape::Map, Value::Object(entries)) => {
            entries.values().flat_map(|value| problems(model, shape.members[1].shape, value, at)).collect()
        }
        (Shape::String, Value::String(text)) => {
            let is = |value: &&str| value.eq_ignore_ascii_case(text);
            let is_known = shape.values.is_empty()
                || shape.values.iter().map(|value| model.text(*value)).any(|value| is(&value))
                || BEYOND_THE_MODELS.contains(&(at, text));
            if is_known { Vec::new() } else { wrong("no value of the enumeration") }
        }
        (Shape::Boolean, Value::Bool(_))
        | (Shape::Integer | Shape::Long | Shape::Float | Shape::Double, Value::Number(_))
        | (Shape::Timestamp, Value::String(_)) => Vec::new(),
        _ => wrong("another type"),
    }
}

/// The shape of a member, found by its path through structures and lists.
fn member_at(model: &Model, shape: Option<ShapeId>, path: &str) -> Option<ShapeId> {
    path.split('.').try_fold(shape?, |shape, name| {
        let mut shape = model.shape(shape);
        if shape.kind == Shape::List {
            shape = model.shape(shape.members[0].shape);
        }
        shape.members.iter().find(|member| model.is(member.name, name)).map(|member| member.shape)
    })
}

#[test]
fn every_item_fits_the_model_of_its_list() {
    let (catalog, world) = (Catalog::embedded(), world());
    let mut found = Vec::new();
    for kind in lists() {
        let model = catalog.model(kind.service).unwrap();
        let operation = model.operation(kind.operation).unwrap();
        let items = member_at(&model, operation.output, kind.items).unwrap();
        let item = model.shape(items).members[0].shape;
        let cell = place(&world, 3).cell(kind);
        assert!((101..=150).contains(&cell.len()), "{} {}", kind.key, cell.len());
        let at = format!("{}:{}", kind.service, kind.operation);
        for number in 0..cell.len() {
            found.extend(problems(&model, item, &cell.member(number), &at));
        }
        let named = kind.named.map(|named| named.parameter);
        for name in kind.parameters.iter().copied().chain(named) {
            if member_at(&model, operation.input, name).is_none() {
                found.push(format!("{at} has no parameter {name}"));
            }
        }
    }
    found.dedup();
    assert_eq!(found, [""; 0]);
}

#[test]
fn what_others_own_fits_the_model_too() {
    let (catalog, world) = (Catalog::embedded(), world());
    let mut others = 0;
    for kind in lists().filter(|kind| kind.operation != "ListServices") {
        let model = catalog.model(kind.service).unwrap();
        let operation = model.operation(kind.operation).unwrap();
        let items = member_at(&model, operation.output, kind.items).unwrap();
        let item = model.shape(items).members[0].shape;
        let selection = (kind.select)(&place(&world, 3).cell(kind), &json!({})).unwrap();
        others += selection.others.len();
        let found: Vec<String> =
            selection.others.iter().flat_map(|other| problems(&model, item, other, kind.operation)).collect();
        assert_eq!(found, [""; 0]);
    }
    assert!(others > 10, "{others}");
}

#[test]
fn sizes_of_pages_are_those_of_the_models() {
    let catalog = Catalog::embedded();
    for kind in lists() {
        let model = catalog.model(kind.service).unwrap();
        let operation = model.operation(kind.operation).unwrap();
        let limit = operation.paginator.as_ref().and_then(|paginator| paginator.limit);
        let Some(limit) = limit.map(|limit| model.text(limit).to_owned()) else { continue };
        assert!(kind.paging.is_asked_with(&limit), "{} is asked with {limit}", kind.operation);
        let shape = model.shape(member_at(&model, operation.input, &limit).unwrap());
        for (bound, step) in [(shape.min, -1), (shape.max, 1)] {
            let Some(bound) = bound.and_then(|bound| model.text(bound).parse::<i64>().ok()) else { continue };
            if shape.kind == Shape::String || bound > 10_000 {
                continue;
            }
            let asked = json!({ limit.clone(): bound + step });
            assert!(kind.paging.size(kind.service, &asked).is_err(), "{} takes {asked}", kind.operation);
        }
    }
}

#[test]
fn resources_differ_and_do_not_depend_on_the_rest_of_the_world() {
    let (large, mut seen) = (world(), HashSet::new());
    let small = World::new(WorldSpec {
        accounts: 4,
        resources: 9,
        crowded: true,
        regions: vec!["us-east-1".into()],
        ..WorldSpec::default()
    });
    let small = small.unwrap();
    for kind in kinds() {
        for index in 0..4 {
            let [here, there] = [&large, &small].map(|world| place(world, index).cell(kind));
            assert_eq!(here.len(), there.len(), "{}", kind.key);
            for number in 0..here.len() {
                let identity = here.identity(number);
                assert_eq!(here.find(&identity.id), Some(number), "{identity:?}");
                assert_eq!(here.find(identity.arn()), Some(number), "{identity:?}");
                assert_eq!((&identity, here.tags(number)), (&there.identity(number), there.tags(number)));
                assert_eq!(here.member(number), there.member(number));
                assert!(seen.insert(identity.arn.clone()), "{identity:?} is there twice");
            }
        }
    }
}

#[test]
fn about_one_cell_in_eight_is_empty_and_one_resource_in_six_untagged() {
    let world = World::new(WorldSpec { accounts: 60, resources: 5, ..WorldSpec::default() }).unwrap();
    let (mut cells, mut empty, mut all, mut untagged, mut keys) = (0, 0, 0, 0, BTreeSet::new());
    for kind in kinds().filter(|kind| kind.most > 5 && kind.key != "ecs:service") {
        for index in 0..60 {
            let cell: Cell<'_> = place(&world, index).cell(kind);
            cells += 1;
            empty += usize::from(cell.len() == 0);
            all += cell.len();
            for tags in (0..cell.len()).map(|number| cell.tags(number)) {
                untagged += usize::from(tags.is_empty());
                keys.extend(tags.into_keys());
            }
        }
    }
    assert!((cells / 10..cells / 7).contains(&empty), "{empty} of {cells}");
    assert!((48..52).contains(&(all * 10 / (cells - empty))), "{all} in {}", cells - empty);
    assert!((all / 7..all / 5).contains(&untagged), "{untagged} of {all}");
    assert_eq!(Vec::from_iter(keys), ["Name", "cost-center", "env", "owner"]);
}

/// A call of every operation that `describe` answers, about the first resource of its kind.
fn reads(world: &World) -> Vec<(&'static str, &'static str, Value)> {
    let first = |key: &str| {
        let kind = kinds().find(|kind| kind.key == key).unwrap();
        place(world, 3).cell(kind).identity(0)
    };
    let id = |key| first(key).id;
    let arn = |key| first(key).arn.unwrap();
    let mut reads = vec![
        ("acm", "ListTagsForCertificate", json!({ "CertificateArn": arn("acm:certificate") })),
        ("apigateway", "GetStages", json!({ "restApiId": id("apigateway:rest-api") })),
        ("apigateway", "GetTags", json!({ "resourceArn": arn("apigateway:rest-api") })),
        ("cloudfront", "ListTagsForResource", json!({ "Resource": arn("cloudfront:distribution") })),
        ("cloudtrail", "GetTrailStatus", json!({ "Name": id("cloudtrail:trail") })),
        ("cloudtrail", "ListTags", json!({ "ResourceIdList": [id("cloudtrail:trail")] })),
        ("cloudwatch", "ListTagsForResource", json!({ "ResourceARN": arn("cloudwatch:alarm") })),
        ("config", "DescribeConfigurationRecorderStatus", json!({})),
        ("config", "ListTagsForResource", json!({ "ResourceArn": arn("config:recorder") })),
        ("dynamodb", "DescribeTable", json!({ "TableName": id("dynamodb:table") })),
        ("dynamodb", "ListTagsOfResource", json!({ "ResourceArn": arn("dynamodb:table") })),
        ("ecr", "ListTagsForResource", json!({ "resourceArn": arn("ecr:repository") })),
        ("ecs", "DescribeClusters", json!({ "clusters": [id("ecs:cluster"), "none"], "include": ["TAGS"] })),
        ("ecs", "ListTagsForResource", json!({ "resourceArn": arn("ecs:service") })),
        ("efs", "ListTagsForResource", json!({ "ResourceId": id("efs:file-system") })),
        ("eks", "DescribeCluster", json!({ "name": id("eks:cluster") })),
        ("eks", "ListTagsForResource", json!({ "resourceArn": arn("eks:cluster") })),
        ("elasticache", "ListTagsForResource", json!({ "ResourceName": arn("elasticache:cluster") })),
        (
            "elbv2",
            "DescribeTags",
            json!({ "ResourceArns": [arn("elbv2:load-balancer"), arn("elbv2:target-group")] }),
        ),
        ("guardduty", "GetDetector", json!({ "DetectorId": id("guardduty:detector") })),
        ("guardduty", "ListTagsForResource", json!({ "ResourceArn": arn("guardduty:detector") })),
        ("iam", "GetAccountAuthorizationDetails", json!({ "MaxItems": 1_000 })),
        ("iam", "GetPolicy", json!({ "PolicyArn": arn("iam:policy") })),
        ("iam", "GetRole", json!({ "RoleName": id("iam:role") })),
        ("iam", "GetUser", json!({ "UserName": id("iam:user") })),
        ("iam", "ListPolicyTags", json!({ "PolicyArn": arn("iam:policy") })),
        ("iam", "ListRoleTags", json!({ "RoleName": id("iam:role") })),
        ("iam", "ListUserTags", json!({ "UserName": id("iam:user") })),
        ("kms", "DescribeKey", json!({ "KeyId": id("kms:key") })),
        ("kms", "GetKeyRotationStatus", json!({ "KeyId": arn("kms:key") })),
        ("kms", "ListResourceTags", json!({ "KeyId": id("kms:key") })),
        ("lambda", "GetFunction", json!({ "FunctionName": arn("lambda:function") })),
        ("lambda", "GetFunctionConfiguration", json!({ "FunctionName": id("lambda:function") })),
        ("lambda", "ListTags", json!({ "Resource": arn("lambda:function") })),
        ("logs", "ListTagsForResource", json!({ "resourceArn": arn("logs:log-group") })),
        ("logs", "ListTagsLogGroup", json!({ "logGroupName": id("logs:log-group") })),
        ("opensearch", "DescribeDomain", json!({ "DomainName": id("opensearch:domain") })),
        ("opensearch", "DescribeDomains", json!({ "DomainNames": [id("opensearch:domain"), "none"] })),
        ("opensearch", "ListTags", json!({ "ARN": arn("opensearch:domain") })),
        ("rds", "ListTagsForResource", json!({ "ResourceName": arn("rds:snapshot") })),
        (
            "route53",
            "ListTagsForResource",
            json!({ "ResourceType": "hostedzone", "ResourceId": id("route53:zone") }),
        ),
        (
            "route53",
            "ListTagsForResources",
            json!({ "ResourceType": "hostedzone", "ResourceIds": [id("route53:zone")] }),
        ),
        ("sns", "GetTopicAttributes", json!({ "TopicArn": id("sns:topic") })),
        ("sns", "ListTagsForResource", json!({ "ResourceArn": arn("sns:topic") })),
        ("sqs", "GetQueueAttributes", json!({ "QueueUrl": id("sqs:queue"), "AttributeNames": ["All"] })),
        ("sqs", "ListQueueTags", json!({ "QueueUrl": id("sqs:queue") })),
        (
            "ssm",
            "ListTagsForResource",
            json!({ "ResourceType": "Parameter", "ResourceId": id("ssm:parameter") }),
        ),
    ];
    let cluster = arn("ecs:service").split('/').nth(1).unwrap().to_owned();
    let services =
        json!({ "cluster": cluster, "services": [id("ecs:service"), "none"], "include": ["TAGS"] });
    reads.push(("ecs", "DescribeServices", services));
    let buckets = world.buckets(&world.accounts[3]);
    let here = buckets.iter().filter(|bucket| bucket.region == world.spec.regions[0]);
    for operation in [
        "GetBucketEncryption",
        "GetBucketLocation",
        "GetBucketPolicy",
        "GetBucketPolicyStatus",
        "GetBucketTagging",
        "GetBucketVersioning",
        "GetPublicAccessBlock",
    ] {
        reads.extend(here.clone().map(|bucket| ("s3", operation, json!({ "Bucket": bucket.name }))));
    }
    reads
}

#[test]
fn every_read_of_one_resource_fits_its_model() {
    let (catalog, world) = (Catalog::embedded(), world());
    for (service, operation, input) in reads(&world) {
        let place = place(&world, 3);
        let answer = describe(&world, place.account, place.region, service, operation, &input);
        let answer = match answer.unwrap() {
            Ok(answer) => answer,
            Err(refusal) => {
                assert!(
                    service == "s3" && refusal.code.starts_with("NoSuch"),
                    "{operation} {input} {refusal:?}"
                );
                continue;
            }
        };
        let model = catalog.model(service).unwrap();
        let output = model.operation(operation).unwrap().output.unwrap();
        assert_eq!(problems(&model, output, &answer, operation), [""; 0]);
    }
}
