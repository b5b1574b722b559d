//! The reads of one resource, against the truth.

use std::collections::BTreeMap;

use http::Request;
use orgwide_simulator::{ResourceTruth, Simulator};
use serde_json::json;

use crate::lists::{Wire, ask, escaped, pairs};
use crate::support::*;
use crate::tree::Node;

const ECS: Wire = Wire::Json("AmazonEC2ContainerServiceV20141113");
const KMS: Wire = Wire::Json("TrentService");
const TRAILS: Wire = Wire::Json("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101");
const DYNAMODB: Wire = Wire::Json("DynamoDB_20120810");
const ELBV2: Wire = Wire::Form("2015-12-01");
const IAM: Wire = Wire::Form("2010-05-08");
const SQS: Wire = Wire::Json("AmazonSQS");
const SNS: Wire = Wire::Form("2010-03-31");

fn world() -> Simulator {
    simulator(|spec| (spec.accounts, spec.resources, spec.crowded) = (4, 4, true))
}

/// The resources of a kind in the crowd.
fn crowd<'a>(truth: &'a [ResourceTruth], kind: &str) -> Vec<&'a ResourceTruth> {
    let found: Vec<_> =
        truth.iter().filter(|r| r.kind == kind && ["us-east-1", "global"].contains(&&*r.region)).collect();
    assert!(!found.is_empty(), "{kind}");
    found
}

fn call(key: &Key, service: &str, wire: Wire, operation: &str, with: &[(&str, &str)]) -> Request<String> {
    ask(key, service, "us-east-1", wire, operation, with)
}

/// Where the tags of an answer are, and what their keys and values are called; no names for a map.
type Place = (&'static str, Option<(&'static str, &'static str)>);

fn tags_of(answer: &Node, (path, names): Place) -> BTreeMap<String, String> {
    match names {
        Some((key, value)) => pairs(answer, path, key, value),
        None => {
            let entries = answer.all(path).into_iter().flat_map(|map| &map.children);
            entries.map(|entry| (entry.name.clone(), entry.text.clone())).collect()
        }
    }
}

const UPPER: Option<(&str, &str)> = Some(("Key", "Value"));
const LOWER: Option<(&str, &str)> = Some(("key", "value"));

#[tokio::test(start_paused = true)]
async fn tags_that_no_list_tells_are_told_one_by_one() {
    let sim = world();
    let key = &member(&sim, 3).await;
    let truth: Vec<ResourceTruth> = sim.resources(3).collect();
    let json = |service, wire, operation, parameter: &'static str| {
        move |name: &str| call(key, service, wire, operation, &[(parameter, name)])
    };
    let get = |service: &'static str, path: &'static str| {
        move |name: &str| {
            let path = format!("http://127.0.0.1{}", path.replace("{}", &escaped(name)));
            signed(key, service, "us-east-1").method("GET").uri(path).body(String::new()).unwrap()
        }
    };
    type Ask<'a> = Box<dyn Fn(&str) -> Request<String> + 'a>;
    let in_member = |path: &'static str| -> Place { (path, UPPER) };
    let reads: Vec<(&str, bool, Ask<'_>, Place)> = vec![
        (
            "iam:user",
            false,
            Box::new(json("iam", IAM, "ListUserTags", "UserName")),
            in_member("ListUserTagsResult/Tags/member"),
        ),
        (
            "iam:role",
            false,
            Box::new(json("iam", IAM, "ListRoleTags", "RoleName")),
            in_member("ListRoleTagsResult/Tags/member"),
        ),
        (
            "iam:role",
            false,
            Box::new(json("iam", IAM, "GetRole", "RoleName")),
            in_member("GetRoleResult/Role/Tags/member"),
        ),
        (
            "iam:policy",
            false,
            Box::new(json("iam", IAM, "ListPolicyTags", "PolicyArn")),
            in_member("ListPolicyTagsResult/Tags/member"),
        ),
        ("lambda:function", true, Box::new(get("lambda", "/2017-03-31/tags/{}")), ("Tags", None)),
        (
            "dynamodb:table",
            true,
            Box::new(json("dynamodb", DYNAMODB, "ListTagsOfResource", "ResourceArn")),
            in_member("Tags/member"),
        ),
        (
            "ecs:cluster",
            true,
            Box::new(json("ecs", ECS, "ListTagsForResource", "resourceArn")),
            ("tags/member", LOWER),
        ),
        (
            "ecs:service",
            true,
            Box::new(json("ecs", ECS, "ListTagsForResource", "resourceArn")),
            ("tags/member", LOWER),
        ),
        ("eks:cluster", false, Box::new(get("eks", "/clusters/{}")), ("cluster/tags", None)),
        ("eks:cluster", true, Box::new(get("eks", "/tags/{}")), ("tags", None)),
        (
            "elbv2:load-balancer",
            true,
            Box::new(json("elasticloadbalancing", ELBV2, "DescribeTags", "ResourceArns.member.1")),
            in_member("DescribeTagsResult/TagDescriptions/member/Tags/member"),
        ),
        (
            "elbv2:target-group",
            true,
            Box::new(json("elasticloadbalancing", ELBV2, "DescribeTags", "ResourceArns.member.1")),
            in_member("DescribeTagsResult/TagDescriptions/member/Tags/member"),
        ),
        (
            "kms:key",
            false,
            Box::new(json("kms", KMS, "ListResourceTags", "KeyId")),
            ("Tags/member", Some(("TagKey", "TagValue"))),
        ),
        (
            "ssm:parameter",
            false,
            Box::new(|name: &str| {
                call(
                    key,
                    "ssm",
                    Wire::Json("AmazonSSM"),
                    "ListTagsForResource",
                    &[("ResourceType", "Parameter"), ("ResourceId", name)],
                )
            }),
            in_member("TagList/member"),
        ),
        (
            "sns:topic",
            true,
            Box::new(json("sns", SNS, "ListTagsForResource", "ResourceArn")),
            in_member("ListTagsForResourceResult/Tags/member"),
        ),
        ("sqs:queue", false, Box::new(json("sqs", SQS, "ListQueueTags", "QueueUrl")), ("Tags", None)),
        (
            "ecr:repository",
            true,
            Box::new(json(
                "ecr",
                Wire::Json("AmazonEC2ContainerRegistry_V20150921"),
                "ListTagsForResource",
                "resourceArn",
            )),
            in_member("tags/member"),
        ),
        (
            "acm:certificate",
            true,
            Box::new(json(
                "acm",
                Wire::Json("CertificateManager"),
                "ListTagsForCertificate",
                "CertificateArn",
            )),
            in_member("Tags/member"),
        ),
        (
            "logs:log-group",
            true,
            Box::new(json("logs", Wire::Json("Logs_20140328"), "ListTagsForResource", "resourceArn")),
            ("tags", None),
        ),
        (
            "cloudwatch:alarm",
            true,
            Box::new(json("monitoring", Wire::Form("2010-08-01"), "ListTagsForResource", "ResourceARN")),
            in_member("ListTagsForResourceResult/Tags/member"),
        ),
        (
            "cloudtrail:trail",
            true,
            Box::new(|arn: &str| {
                call(key, "cloudtrail", TRAILS, "ListTags", &[("ResourceIdList", &json!([arn]).to_string())])
            }),
            in_member("ResourceTagList/member/TagsList/member"),
        ),
        ("guardduty:detector", false, Box::new(get("guardduty", "/detector/{}")), ("tags", None)),
        (
            "config:recorder",
            true,
            Box::new(json("config", Wire::Json("StarlingDoveService"), "ListTagsForResource", "ResourceArn")),
            in_member("Tags/member"),
        ),
        (
            "elasticache:cluster",
            true,
            Box::new(json("elasticache", Wire::Form("2015-02-02"), "ListTagsForResource", "ResourceName")),
            in_member("ListTagsForResourceResult/TagList/Tag"),
        ),
        (
            "opensearch:domain",
            true,
            Box::new(get("es", "/2021-01-01/tags/?arn={}")),
            in_member("TagList/member"),
        ),
        (
            "route53:zone",
            false,
            Box::new(get("route53", "/2013-04-01/tags/hostedzone/{}")),
            in_member("ResourceTagSet/Tags/Tag"),
        ),
        (
            "cloudfront:distribution",
            true,
            Box::new(get("cloudfront", "/2020-05-31/tagging?Resource={}")),
            in_member("Items/Tag"),
        ),
    ];
    for (kind, by_arn, ask, place) in reads {
        for resource in crowd(&truth, kind) {
            let name = if by_arn { resource.arn.as_deref().unwrap() } else { &resource.id };
            let answer = send(&sim, ask(name)).await;
            assert_eq!(answer.status, 200, "{kind} {answer:?}");
            let tags = tags_of(&Node::read(&answer.body), place);
            assert_eq!(Some(tags), resource.detail_tags, "{kind} {answer:?}");
        }
        // What is not there is told so.
        let answer = send(
            &sim,
            ask(&crowd(&truth, kind)[0]
                .arn
                .as_ref()
                .unwrap()
                .replace("us-east-1", "eu-west-1")
                .replace(":user/", ":user/x")
                .replace("::", "::x")),
        )
        .await;
        assert!((400..500).contains(&answer.status), "{kind} {answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn tags_of_a_bucket_are_told_where_it_is() {
    let sim = world();
    let key = member(&sim, 3).await;
    let ask = |bucket: &str, region: &str, what: &str| {
        signed(&key, "s3", region)
            .method("GET")
            .uri(format!("http://127.0.0.1/{bucket}?{what}"))
            .body(String::new())
            .unwrap()
    };
    let truth: Vec<ResourceTruth> = sim.resources(3).filter(|r| r.kind == "s3:bucket").collect();
    let (mut untagged, mut policies, mut public) = (0, 0, 0);
    for bucket in &truth {
        let tags = send(&sim, ask(&bucket.id, &bucket.region, "tagging")).await;
        match bucket.detail_tags.as_ref().unwrap() {
            none if none.is_empty() => {
                assert_eq!((tags.status, tags.text("Code").as_str()), (404, "NoSuchTagSet"));
                untagged += 1;
            }
            some => assert_eq!(&pairs(&Node::read(&tags.body), "TagSet/Tag", "Key", "Value"), some),
        }
        let status = send(&sim, ask(&bucket.id, &bucket.region, "policyStatus")).await;
        let policy = send(&sim, ask(&bucket.id, &bucket.region, "policy")).await;
        assert_eq!(status.status, policy.status);
        if policy.status == 200 {
            let is_public = policy.json()["Statement"][0]["Principal"] == "*";
            assert_eq!(status.text("IsPublic"), is_public.to_string());
            policies += 1;
            public += usize::from(is_public);
        } else {
            assert_eq!(policy.text("Code"), "NoSuchBucketPolicy");
        }
        for (what, element) in [("encryption", "SSEAlgorithm"), ("versioning", "Versioning")] {
            let answer = send(&sim, ask(&bucket.id, &bucket.region, what)).await;
            assert!(answer.status == 200 && answer.body.contains(element), "{answer:?}");
        }
        let location = send(&sim, ask(&bucket.id, "us-east-1", "location")).await;
        let expected = if bucket.region == "us-east-1" { "" } else { &bucket.region };
        assert_eq!(Node::read(&location.body).text, expected, "{location:?}");
        let elsewhere = if bucket.region == "us-east-1" { "eu-west-1" } else { "us-east-1" };
        let moved = send(&sim, ask(&bucket.id, elsewhere, "tagging")).await;
        assert_eq!((moved.status, moved.header("x-amz-bucket-region")), (301, &*bucket.region));
    }
    assert!(untagged > 5 && policies > 20 && public > 3 && public < policies);
    assert_eq!(refused(&sim, ask("nobodys", "us-east-1", "tagging")).await, is(404, "NoSuchBucket"));
    let others = (0..3).flat_map(|index| sim.resources(index)).find(|r| r.kind == "s3:bucket").unwrap();
    assert_eq!(refused(&sim, ask(&others.id, &others.region, "tagging")).await, is(403, "AccessDenied"));
}

#[tokio::test(start_paused = true)]
async fn batches_are_described_up_to_their_size_and_refused_beyond() {
    let sim = world();
    let key = member(&sim, 3).await;
    let truth: Vec<ResourceTruth> = sim.resources(3).collect();
    let ids = |kind: &str, count: usize| {
        let ids: Vec<String> = crowd(&truth, kind).into_iter().take(count).map(|r| r.id.clone()).collect();
        assert_eq!(ids.len(), count);
        ids
    };
    let list = |ids: &[String]| json!(ids).to_string();

    let clusters = |count| list(&ids("ecs:cluster", count));
    let ask = |ids: &str| {
        call(&key, "ecs", ECS, "DescribeClusters", &[("clusters", ids), ("include", "[\"TAGS\"]")])
    };
    let answer = Node::read(&send(&sim, ask(&clusters(100))).await.body);
    assert_eq!(answer.texts("clusters/member/clusterName"), ids("ecs:cluster", 100));
    for (cluster, truth) in answer.all("clusters/member").into_iter().zip(crowd(&truth, "ecs:cluster")) {
        assert_eq!(Some(pairs(cluster, "tags/member", "key", "value")), truth.detail_tags);
    }
    assert_eq!(refused(&sim, ask(&clusters(101))).await, is(400, "InvalidParameterException"));
    let answer = Node::read(&send(&sim, ask("[\"none\"]")).await.body);
    assert_eq!(answer.text("failures/member/reason").as_deref(), Some("MISSING"));

    let cluster = ids("ecs:cluster", 1).remove(0);
    let ask = |ids: &str| {
        let with = [("cluster", cluster.as_str()), ("services", ids), ("include", "[\"TAGS\"]")];
        call(&key, "ecs", ECS, "DescribeServices", &with)
    };
    let answer = Node::read(&send(&sim, ask(&list(&ids("ecs:service", 10)))).await.body);
    assert_eq!(answer.texts("services/member/serviceArn"), ids("ecs:service", 10));
    for (service, truth) in answer.all("services/member").into_iter().zip(crowd(&truth, "ecs:service")) {
        assert_eq!(Some(pairs(service, "tags/member", "key", "value")), truth.detail_tags);
        assert_eq!(service.text("serviceName"), truth.name);
    }
    assert_eq!(
        refused(&sim, ask(&list(&ids("ecs:service", 11)))).await,
        is(400, "InvalidParameterException")
    );

    let arns = ids("elbv2:load-balancer", 21);
    let ask = |count: usize| {
        let names: Vec<String> = (1..=count).map(|number| format!("ResourceArns.member.{number}")).collect();
        let with: Vec<(&str, &str)> =
            names.iter().zip(&arns).map(|(name, arn)| (name.as_str(), arn.as_str())).collect();
        call(&key, "elasticloadbalancing", ELBV2, "DescribeTags", &with)
    };
    let answer = Node::read(&send(&sim, ask(20)).await.body);
    assert_eq!(answer.texts("DescribeTagsResult/TagDescriptions/member/ResourceArn"), arns[..20]);
    assert_eq!(refused(&sim, ask(21)).await, is(400, "ValidationError"));

    let ask = |count| {
        signed(&key, "es", "us-east-1")
            .method("POST")
            .uri("http://127.0.0.1/2021-01-01/opensearch/domain-info")
            .header("content-type", "application/json")
            .body(json!({ "DomainNames": ids("opensearch:domain", count) }).to_string())
            .unwrap()
    };
    let answer = Node::read(&send(&sim, ask(5)).await.body);
    assert_eq!(answer.texts("DomainStatusList/member/DomainName"), ids("opensearch:domain", 5));
    assert_eq!(refused(&sim, ask(6)).await, is(400, "ValidationException"));
}

#[tokio::test(start_paused = true)]
async fn one_paged_call_tells_all_users_roles_and_policies_with_their_tags() {
    let sim = world();
    let key = member(&sim, 3).await;
    let truth: Vec<ResourceTruth> = sim.resources(3).collect();
    let walk = async |with: Vec<(&str, &str)>| {
        let (mut details, mut marker, mut pages) = (Vec::new(), None::<String>, 0);
        loop {
            let mut with = with.clone();
            with.extend(marker.as_deref().map(|marker| ("Marker", marker)));
            let answer = send(&sim, call(&key, "iam", IAM, "GetAccountAuthorizationDetails", &with)).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            let answer = Node::read(&answer.body);
            let result = answer.all("GetAccountAuthorizationDetailsResult")[0].clone();
            marker = result.text("Marker");
            assert_eq!(result.text("IsTruncated").unwrap(), marker.is_some().to_string());
            pages += 1;
            details.push(result);
            if marker.is_none() {
                return (details, pages);
            }
        }
    };
    let (details, pages) = walk(vec![("MaxItems", "70")]).await;
    assert!(pages >= 5);
    for (kind, list) in [("iam:user", "UserDetailList/member"), ("iam:role", "RoleDetailList/member")] {
        let told: BTreeMap<String, _> = details
            .iter()
            .flat_map(|page| page.all(list))
            .map(|item| (item.text("Arn").unwrap(), Some(pairs(item, "Tags/member", "Key", "Value"))))
            .collect();
        let expected: BTreeMap<String, _> = crowd(&truth, kind)
            .into_iter()
            .map(|resource| (resource.arn.clone().unwrap(), resource.detail_tags.clone()))
            .collect();
        assert_eq!(told, expected);
    }
    let arns = |pages: &[Node]| {
        let mut arns: Vec<String> = pages.iter().flat_map(|page| page.texts("Policies/member/Arn")).collect();
        arns.sort();
        arns
    };
    let mut own: Vec<String> = crowd(&truth, "iam:policy").into_iter().map(|r| r.id.clone()).collect();
    own.sort();
    assert!(arns(&details).len() > own.len());
    let (filtered, _) = walk(vec![("Filter.member.1", "LocalManagedPolicy")]).await;
    assert_eq!(arns(&filtered), own);
    assert!(filtered.iter().all(|page| page.all("UserDetailList/member").is_empty()));
}

#[tokio::test(start_paused = true)]
async fn single_reads_tell_what_the_list_names_and_refuse_what_is_not_there() {
    let sim = world();
    let key = &member(&sim, 3).await;
    let truth: Vec<ResourceTruth> = sim.resources(3).collect();
    let id = |kind: &str| crowd(&truth, kind)[7].id.clone();
    let arn = |kind: &str| crowd(&truth, kind)[7].arn.clone().unwrap();
    let path = |service: &'static str, path: &'static str| {
        move |name: &str| {
            let uri = format!("http://127.0.0.1{}", path.replace("{}", &escaped(name)));
            signed(key, service, "us-east-1").method("GET").uri(uri).body(String::new()).unwrap()
        }
    };
    let with = |service, wire, operation, parameter: &'static str| {
        move |name: &str| call(key, service, wire, operation, &[(parameter, name)])
    };
    type Ask<'a> = Box<dyn Fn(&str) -> Request<String> + 'a>;
    let cases: Vec<(&str, Ask<'_>, &str, &str)> = vec![
        (
            "dynamodb:table",
            Box::new(with("dynamodb", DYNAMODB, "DescribeTable", "TableName")),
            "Table/TableArn",
            "ResourceNotFoundException",
        ),
        (
            "kms:key",
            Box::new(with("kms", KMS, "DescribeKey", "KeyId")),
            "KeyMetadata/Arn",
            "NotFoundException",
        ),
        (
            "kms:key",
            Box::new(with("kms", KMS, "GetKeyRotationStatus", "KeyId")),
            "KeyId",
            "NotFoundException",
        ),
        ("eks:cluster", Box::new(path("eks", "/clusters/{}")), "cluster/arn", "ResourceNotFoundException"),
        (
            "lambda:function",
            Box::new(path("lambda", "/2015-03-31/functions/{}/configuration")),
            "FunctionArn",
            "ResourceNotFoundException",
        ),
        ("sns:topic", Box::new(with("sns", SNS, "GetTopicAttributes", "TopicArn")), "", "NotFound"),
        (
            "iam:role",
            Box::new(with("iam", IAM, "GetRole", "RoleName")),
            "GetRoleResult/Role/Arn",
            "NoSuchEntity",
        ),
        (
            "iam:user",
            Box::new(with("iam", IAM, "GetUser", "UserName")),
            "GetUserResult/User/Arn",
            "NoSuchEntity",
        ),
        (
            "iam:policy",
            Box::new(with("iam", IAM, "GetPolicy", "PolicyArn")),
            "GetPolicyResult/Policy/Arn",
            "NoSuchEntity",
        ),
        (
            "opensearch:domain",
            Box::new(path("es", "/2021-01-01/opensearch/domain/{}")),
            "DomainStatus/ARN",
            "ResourceNotFoundException",
        ),
        ("apigateway:rest-api", Box::new(path("apigateway", "/restapis/{}/stages")), "", "NotFoundException"),
        ("guardduty:detector", Box::new(path("guardduty", "/detector/{}")), "", "BadRequestException"),
        (
            "cloudtrail:trail",
            Box::new(with("cloudtrail", TRAILS, "GetTrailStatus", "Name")),
            "",
            "TrailNotFoundException",
        ),
    ];
    for (kind, ask, told, missing) in cases {
        let answer = send(&sim, ask(&id(kind))).await;
        assert_eq!(answer.status, 200, "{kind} {answer:?}");
        if !told.is_empty() {
            assert_eq!(Node::read(&answer.body).text(told), Some(arn(kind)), "{answer:?}");
        }
        assert_eq!(refused(&sim, ask("none")).await.1, missing, "{kind}");
    }
    let attributes = [("QueueUrl", id("sqs:queue")), ("AttributeNames", "[\"QueueArn\"]".to_owned())];
    let attributes = attributes.each_ref().map(|(name, value)| (*name, value.as_str()));
    let answer = Node::read(&send(&sim, call(key, "sqs", SQS, "GetQueueAttributes", &attributes)).await.body);
    assert_eq!(
        (answer.text("Attributes/QueueArn"), answer.all("Attributes")[0].children.len()),
        (Some(arn("sqs:queue")), 1)
    );
}
