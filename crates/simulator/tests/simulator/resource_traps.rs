//! What the lists of AWS do that a careless reader gets wrong.

use std::collections::BTreeSet;

use orgwide_simulator::{ResourceTruth, Simulator};

use crate::lists::{LISTS, List};
use crate::support::*;

fn world() -> Simulator {
    simulator(|spec| (spec.accounts, spec.resources, spec.crowded) = (4, 4, true))
}

fn list(operation: &str) -> List {
    *LISTS.iter().find(|list| list.operation == operation).unwrap()
}

fn ids<'a>(truth: &'a [ResourceTruth], operation: &str, region: &str) -> BTreeSet<&'a str> {
    let here = truth.iter().filter(|resource| resource.operation == operation && resource.region == region);
    here.map(|resource| resource.id.as_str()).collect()
}

/// What an operation gives with these parameters.
async fn given(sim: &Simulator, operation: &str, with: &[(&str, &str)]) -> BTreeSet<String> {
    let key = member(sim, 3).await;
    let (found, _) = list(operation).walk(sim, &key, "us-east-1", with).await;
    found.into_iter().map(|found| found.id).collect()
}

#[tokio::test(start_paused = true)]
async fn what_belongs_to_others_is_listed_to_those_who_do_not_say_whose_they_want() {
    let sim = world();
    let truth: Vec<ResourceTruth> = sim.resources(3).collect();
    let id = sim.truth().accounts[3].id.clone();
    for (operation, region, own) in [
        ("DescribeSnapshots", "us-east-1", ("Owner.1", "self")),
        ("DescribeSnapshots", "us-east-1", ("Owner.1", id.as_str())),
        ("DescribeImages", "us-east-1", ("Owner.1", "self")),
        ("ListPolicies", "global", ("Scope", "Local")),
        ("DescribeTrails", "us-east-1", ("includeShadowTrails", "false")),
    ] {
        let expected = ids(&truth, operation, region);
        let [right, wrong] = [given(&sim, operation, &[own]).await, given(&sim, operation, &[]).await];
        assert!(right.iter().eq(expected.iter()), "{operation} {own:?}");
        assert!(wrong.is_superset(&right) && wrong.len() > right.len(), "{operation}");
    }
    // A shadow is a trail of another region, in the truth of that one.
    let shadows = given(&sim, "DescribeTrails", &[]).await;
    let everywhere: BTreeSet<&str> =
        truth.iter().filter(|r| r.operation == "DescribeTrails").map(|r| r.id.as_str()).collect();
    assert!(shadows.iter().all(|trail| everywhere.contains(trail.as_str())));
    // Those of AWS alone.
    let managed = given(&sim, "ListPolicies", &[("Scope", "AWS")]).await;
    assert!(!managed.is_empty() && managed.iter().all(|arn| arn.starts_with("arn:aws:iam::aws:policy/")));
}

#[tokio::test(start_paused = true)]
async fn certificates_with_other_keys_are_told_to_those_who_name_them() {
    let sim = world();
    let all = given(&sim, "ListCertificates", list("ListCertificates").with).await;
    let silent = given(&sim, "ListCertificates", &[]).await;
    assert!(silent.len() * 2 < all.len() + 2 && !silent.is_empty(), "{} of {}", silent.len(), all.len());
}

#[tokio::test(start_paused = true)]
async fn queues_beyond_the_first_thousand_are_not_told_to_those_who_ask_for_no_size() {
    let sim = simulator(|spec| (spec.accounts, spec.resources) = (9, 1_200));
    let queues = list("ListQueues");
    let mut was_cut = false;
    for index in 1..9 {
        let key = member(&sim, index).await;
        let (all, pages) = queues.walk(&sim, &key, "us-east-1", queues.with).await;
        let (told, one) = queues.walk(&sim, &key, "us-east-1", &[]).await;
        assert_eq!((told.len(), one), (all.len().min(1_000), 1));
        assert_eq!(pages, all.len().div_ceil(1_000).max(1));
        was_cut |= all.len() > 1_000;
    }
    assert!(was_cut);
    // Nor is there a token where pages are small.
    let sim = world();
    let (told, pages) = queues.walk(&sim, &member(&sim, 3).await, "us-east-1", &[]).await;
    assert!(told.len() > 100 && pages == 1);
}

#[tokio::test(start_paused = true)]
async fn deleted_stacks_go_on_being_listed() {
    let sim = world();
    let summaries = List {
        operation: "ListStacks",
        items: "StackSummaries/member",
        tags: crate::lists::Tags::None,
        ..list("DescribeStacks")
    };
    let key = member(&sim, 3).await;
    let (all, pages) = summaries.walk(&sim, &key, "us-east-1", &[]).await;
    let (gone, _) =
        summaries.walk(&sim, &key, "us-east-1", &[("StackStatusFilter.member.1", "DELETE_COMPLETE")]).await;
    let stacks = given(&sim, "DescribeStacks", &[]).await;
    assert_eq!((all.len(), gone.len(), pages), (stacks.len() + 2, 2, 2));
    assert!(gone.iter().all(|stack| !stacks.contains(&stack.id)));
}

#[tokio::test(start_paused = true)]
async fn what_has_no_region_is_the_same_from_every_region() {
    let sim = world();
    let key = member(&sim, 3).await;
    for operation in ["ListUsers", "ListRoles", "ListPolicies", "ListHostedZones", "ListDistributions"] {
        let list = list(operation);
        let (here, _) = list.walk(&sim, &key, "us-east-1", list.with).await;
        let (there, _) = list.walk(&sim, &key, "eu-west-1", list.with).await;
        assert!(!here.is_empty());
        assert_eq!(here, there, "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn clusters_of_two_other_services_are_among_those_of_databases() {
    let sim = world();
    let truth: Vec<ResourceTruth> = sim.resources(3).collect();
    let found = given(&sim, "DescribeDBClusters", &[]).await;
    for kind in ["rds:cluster", "neptune:cluster", "docdb:cluster"] {
        let of: Vec<_> = truth.iter().filter(|r| r.kind == kind && r.region == "us-east-1").collect();
        assert!(of.len() > 10 && of.iter().all(|cluster| found.contains(&cluster.id)), "{kind}");
    }
}

/// The most items that the first page of an account has.
async fn first_page(sim: &Simulator, operation: &str, with: &[(&str, &str)]) -> usize {
    let (list, mut most) = (list(operation), 0);
    for index in 1..4 {
        let request = list.request(&member(sim, index).await, "us-east-1", &[with, list.with].concat());
        let answer = send(sim, request).await;
        assert_eq!(answer.status, 200, "{operation} {with:?} {answer:?}");
        most = most.max(list.page(&answer.body).0.len());
    }
    most
}

#[tokio::test(start_paused = true)]
async fn pages_have_the_sizes_of_each_service() {
    // Without crowds pages are as large as the services have them; so many resources that each has several.
    let sim = simulator(|spec| (spec.accounts, spec.resources, spec.seed) = (4, 900, 4));
    for (operation, with, expected) in [
        ("ListFunctions", &[][..], 50),
        ("ListFunctions", &[("MaxItems", "10000")], 50),
        ("ListFunctions", &[("MaxItems", "7")], 7),
        ("ListTables", &[], 100),
        ("ListUsers", &[], 100),
        ("ListUsers", &[("MaxItems", "150")], 150),
        ("DescribeDBInstances", &[("MaxRecords", "20")], 20),
        ("DescribeAutoScalingGroups", &[], 50),
        ("ListTopics", &[], 100),
        ("DescribeStacks", &[], 100),
        ("DescribeParameters", &[], 50),
        ("DescribeLogGroups", &[], 50),
        ("GetRestApis", &[], 25),
        ("GetRestApis", &[("limit", "300")], 300),
        ("ListHostedZones", &[], 100),
        ("ListHostedZones", &[("maxitems", "300")], 100),
        ("ListDistributions", &[("MaxItems", "300")], 100),
        ("DescribeFileSystems", &[("MaxItems", "300")], 100),
        ("DescribeRouteTables", &[], 100),
        ("DescribeVolumes", &[("MaxResults", "200")], 200),
        ("ListKeys", &[], 100),
        ("DescribeAlarms", &[], 50),
    ] {
        assert_eq!(first_page(&sim, operation, with).await, expected, "{operation} {with:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn sizes_that_a_service_does_not_take_are_refused() {
    let sim = world();
    let key = member(&sim, 3).await;
    for (operation, name, size) in [
        ("DescribeVolumes", "MaxResults", "4"),
        ("DescribeVolumes", "MaxResults", "1001"),
        ("DescribeRouteTables", "MaxResults", "101"),
        ("DescribeDBInstances", "MaxRecords", "19"),
        ("DescribeDBInstances", "MaxRecords", "101"),
        ("DescribeCacheClusters", "MaxRecords", "19"),
        ("ListUsers", "MaxItems", "1001"),
        ("ListTables", "Limit", "101"),
        ("DescribeParameters", "MaxResults", "51"),
        ("DescribeAutoScalingGroups", "MaxRecords", "101"),
        ("GetRestApis", "limit", "501"),
        ("DescribeLoadBalancers", "PageSize", "401"),
        ("ListDetectors", "maxResults", "51"),
        ("DescribeAlarms", "MaxRecords", "0"),
    ] {
        let answer = send(&sim, list(operation).request(&key, "us-east-1", &[(name, size)])).await;
        assert_eq!(answer.status, 400, "{operation} {name}={size} {answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_parameter_that_would_change_the_answer_is_refused_by_name() {
    let sim = world();
    let key = member(&sim, 3).await;
    let filtered = [("Filter.1.Name", "encrypted"), ("Filter.1.Value.1", "false")];
    let answer = send(&sim, list("DescribeVolumes").request(&key, "us-east-1", &filtered)).await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (400, "InvalidParameterValue"));
    assert!(answer.text("Message").contains("Filters of DescribeVolumes"), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn resources_can_be_picked_by_name() {
    let sim = world();
    let truth: Vec<ResourceTruth> = sim.resources(3).collect();
    for (operation, parameter, missing) in [
        ("DescribeVolumes", "VolumeId.1", "InvalidVolume.NotFound"),
        ("DescribeSecurityGroups", "GroupId.1", "InvalidGroup.NotFound"),
        ("DescribeDBInstances", "DBInstanceIdentifier", "DBInstanceNotFound"),
        ("DescribeStacks", "StackName", "ValidationError"),
        ("DescribeTargetGroups", "TargetGroupArns.member.1", "TargetGroupNotFound"),
        ("DescribeRepositories", "repositoryNames", "RepositoryNotFoundException"),
    ] {
        let id = *ids(&truth, operation, "us-east-1").iter().nth(5).unwrap();
        let text =
            |id: &str| if parameter == "repositoryNames" { format!("[\"{id}\"]") } else { id.to_owned() };
        assert_eq!(given(&sim, operation, &[(parameter, &text(id))]).await, BTreeSet::from([id.to_owned()]));
        let unknown =
            list(operation).request(&member(&sim, 3).await, "us-east-1", &[(parameter, &text("none"))]);
        assert_eq!(refused(&sim, unknown).await.1, missing);
    }
}
