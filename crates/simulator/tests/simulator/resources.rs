//! What a plain reader of every list gets, against the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use orgwide_simulator::{ResourceTruth, Simulator, WorldSpec};

use crate::lists::{Found, GLOBAL, LISTS, List};
use crate::support::*;

/// Two accounts, one of them crowded, in two regions.
fn world() -> Simulator {
    simulator(|spec| {
        (spec.accounts, spec.resources, spec.crowded) = (4, 4, true);
        spec.regions.truncate(2);
    })
}

/// What the truth says of a list, as far as the list tells it.
fn expected(list: &List, truth: &[ResourceTruth], region: &str) -> Vec<Found> {
    let here = truth.iter().filter(|resource| {
        let place = if GLOBAL.contains(&list.service) { "global" } else { region };
        (&*resource.service, &*resource.operation, &*resource.region) == (list.service, list.operation, place)
    });
    let mut found: Vec<Found> = here
        .map(|resource| Found {
            id: resource.id.clone(),
            arn: list.arn.and(resource.arn.clone()),
            tags: resource.tags.clone(),
        })
        .collect();
    found.sort();
    found
}

#[tokio::test(start_paused = true)]
async fn every_list_gives_exactly_what_the_truth_says() {
    let sim = world();
    for index in [2, 3] {
        let key = member(&sim, index).await;
        let truth: Vec<ResourceTruth> = sim.resources(index).collect();
        for list in &LISTS {
            for region in &sim.truth().regions {
                let (found, pages) = list.walk(&sim, &key, region, list.with).await;
                assert_eq!(found, expected(list, &truth, region), "{}:{}", list.service, list.operation);
                let is_crowd = index == 3 && (region == "us-east-1" || GLOBAL.contains(&list.service));
                if is_crowd {
                    assert!((101..=150).contains(&found.len()), "{} {}", list.operation, found.len());
                    let least = if list.token.is_some() { 2 } else { 1 };
                    assert!(pages >= least, "{} has {pages} pages", list.operation);
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn services_of_a_cluster_are_listed_ten_at_a_time() {
    let sim = world();
    let key = member(&sim, 3).await;
    let services = List {
        operation: "ListServices",
        items: "serviceArns/member",
        id: "",
        arn: Some(""),
        ..*LISTS.iter().find(|list| list.service == "ecs").unwrap()
    };
    let truth: Vec<ResourceTruth> = sim.resources(3).collect();
    let of = |operation: &'static str| {
        truth.iter().filter(move |r| r.operation == operation && r.region == "us-east-1")
    };
    let mut seen = Vec::new();
    for cluster in of("ListClusters").filter(|resource| resource.service == "ecs") {
        for name in [cluster.id.as_str(), cluster.arn.as_deref().unwrap()] {
            let (found, pages) = services.walk(&sim, &key, "us-east-1", &[("cluster", name)]).await;
            assert_eq!(pages, found.len().div_ceil(10).max(1));
            let (at_once, _) =
                services.walk(&sim, &key, "us-east-1", &[("cluster", name), ("maxResults", "100")]).await;
            assert_eq!(at_once, found);
            if name == cluster.id {
                seen.extend(found.into_iter().map(|service| service.id));
            }
        }
    }
    seen.sort();
    let mut expected: Vec<String> = of("ListServices").map(|service| service.id.clone()).collect();
    expected.sort();
    assert_eq!(seen, expected);
    let unknown = services.request(&key, "us-east-1", &[("cluster", "none")]);
    assert_eq!(refused(&sim, unknown).await, is(400, "ClusterNotFoundException"));
    let unnamed = services.request(&key, "us-east-1", &[]);
    assert_eq!(refused(&sim, unnamed).await, is(400, "ClusterNotFoundException"));
}

#[test]
fn the_truth_holds_all_kinds_each_resource_once() {
    let sim = world();
    let truth: Vec<ResourceTruth> = sim.resources(3).collect();
    let kinds: BTreeSet<&str> = truth.iter().map(|resource| resource.kind.as_str()).collect();
    // 48 lists of regional and global kinds, with the services of ECS, and two more kinds in that of the clusters.
    let operations: BTreeSet<_> = truth.iter().map(|r| (&*r.service, &*r.operation)).collect();
    assert_eq!(operations.len(), LISTS.len() + 1 + 2);
    assert_eq!(kinds.len(), operations.len() + 2, "{kinds:?}");
    let arns: BTreeSet<_> = truth.iter().filter_map(|resource| resource.arn.as_ref()).collect();
    assert_eq!(arns.len(), truth.len());
    // Instances and buckets are those of the other truth.
    let account = &sim.truth().accounts[3];
    let ids = |kind: &str, region: Option<&str>| {
        let of = truth.iter().filter(|r| r.kind == kind && region.is_none_or(|region| r.region == region));
        let mut ids: Vec<String> = of.map(|resource| resource.id.clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids("s3:bucket", None), account.buckets);
    for (region, instances) in &account.instances {
        assert_eq!(&ids("ec2:instance", Some(region)), instances);
    }
    assert!(account.buckets.len() > 100 && account.instances["us-east-1"].len() > 100);
    assert!(account.instances["us-west-2"].len() < 6);
}

#[test]
fn names_are_what_people_call_things() {
    let truth: Vec<ResourceTruth> = world().resources(3).collect();
    let some = |kind: &str| truth.iter().find(|resource| resource.kind == kind).unwrap();
    for resource in &truth {
        let by_tag = ["ec2", "efs"].contains(&&*resource.service);
        let tag = || resource.tags.as_ref().unwrap().get("Name").cloned();
        assert_eq!(resource.name, if by_tag { tag() } else { resource.name.clone() }, "{resource:?}");
        assert!(by_tag || resource.name.is_some(), "{resource:?}");
        assert_ne!(resource.tags.is_some(), resource.detail_tags.is_some(), "{resource:?}");
    }
    let id = "0123456789abcdef";
    for (kind, prefix, arn) in [
        ("ec2:volume", "vol-0", ":volume/vol-0"),
        ("ec2:nat-gateway", "nat-0", ":natgateway/nat-0"),
        ("ec2:elastic-ip", "eipalloc-0", ":elastic-ip/eipalloc-0"),
        ("ec2:vpc-endpoint", "vpce-0", ":vpc-endpoint/vpce-0"),
        ("efs:file-system", "fs-0", ":file-system/fs-0"),
    ] {
        let resource = some(kind);
        assert!(
            resource.id.starts_with(prefix) && resource.arn.as_ref().unwrap().contains(arn),
            "{resource:?}"
        );
        let rest = &resource.id[prefix.len()..];
        assert!(rest.len() == 16 && rest.chars().all(|c| id.contains(c)), "{resource:?}");
    }
    assert!(some("sqs:queue").id.starts_with("https://sqs.us-east-1.amazonaws.com/"));
    assert!(some("ec2:snapshot").arn.as_ref().unwrap().starts_with("arn:aws:ec2:us-east-1::snapshot/snap-0"));
    assert!(some("route53:zone").id.starts_with('Z'));
    let paths = truth
        .iter()
        .filter(|r| r.kind == "iam:role" && r.arn.as_ref().unwrap().contains(":role/division/team/"));
    assert!(paths.count() > 10);
}

#[test]
fn a_specification_without_crowds_has_the_instances_and_buckets_it_always_had() {
    // Written down from the simulator before there were other resources.
    let sim = simulator(|spec| spec.accounts = 30);
    let truth = sim.truth();
    assert_eq!((truth.totals.instances, truth.totals.buckets), (377, 56));
    let by_region: Vec<usize> = truth.totals.instances_by_region.values().copied().collect();
    assert_eq!(by_region, [93, 79, 76, 62, 67]);
    assert_eq!(truth.accounts[3].buckets, ["uploads-041107353472-0"]);
    assert_eq!(truth.accounts[3].instances["us-east-1"][0], "i-0843c8e4cfd807df7");
}

#[test]
fn nothing_is_there_where_nothing_is_asked_for_and_nobody_gets_in() {
    let empty = simulator(|spec| {
        (spec.resources, spec.instances, spec.buckets, spec.crowded) = (0, 0, 0, true);
    });
    assert_eq!((0..25).flat_map(|index| empty.resources(index)).count(), 0);
    let sim = simulator(|spec| (spec.accounts, spec.suspended) = (5, 1));
    assert_eq!((sim.resources(4).count(), sim.resources(5).count()), (0, 0));
    assert!(sim.resources(3).count() > 100);
}

#[test]
fn detectors_and_recorders_are_single_where_there_is_no_crowd() {
    let sim = simulator(|spec| spec.resources = 50);
    let mut counts: BTreeMap<(usize, String, String), usize> = BTreeMap::new();
    for index in 0..10 {
        for resource in sim.resources(index).filter(|r| r.service == "guardduty" || r.service == "config") {
            *counts.entry((index, resource.kind, resource.region)).or_default() += 1;
        }
    }
    assert!(counts.len() > 50 && counts.values().all(|count| *count == 1));
}

#[test]
fn the_first_resource_of_a_large_organization_is_there_at_once() {
    let regions = (1..=17).map(|number| format!("eu-west-{number}")).collect();
    let spec = WorldSpec { accounts: 1_000, resources: 100_000, regions, ..WorldSpec::default() };
    let sim = Simulator::new(spec).unwrap();
    let begun = Instant::now();
    let first: Vec<ResourceTruth> = (0..1_000).flat_map(|index| sim.resources(index).take(1)).collect();
    assert_eq!(first.len(), 1_000);
    // All of it would be hundreds of millions.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}
