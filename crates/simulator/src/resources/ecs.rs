//! Elastic Container Service.

use serde_json::{Value, json};

use super::Place;
use super::cell::{Cell, past};
use super::errors;
use super::input::{has, text, texts};
use super::kind::{Identity, Kind};
use super::listing::Selection;
use super::paging::Paging;
use super::tagging::Form;
use crate::refusal::Refusal;
use crate::seed::pick;

const ECS: Kind = Kind { service: "ecs", ..Kind::BASE };

pub(super) static KINDS: [Kind; 2] = [
    Kind {
        operation: "ListClusters",
        key: "ecs:cluster",
        items: "clusterArns",
        paging: Paging::sized("maxResults", 1, 100, 100),
        identify: |cell, number| {
            let name = cell.named(number, &["fleet", "batch", "edge"]);
            let arn = cell.arn("ecs", &format!("cluster/{name}"));
            Identity::named(name, arn)
        },
        member: |_, _, identity| identity.arn().into(),
        ..ECS
    },
    Kind {
        operation: "ListServices",
        key: "ecs:service",
        items: "serviceArns",
        // Ten for those who do not ask for more.
        paging: Paging::sized("maxResults", 1, 100, 10),
        parameters: &["cluster", "launchType"],
        count: |cell, fair| if cell.sibling(CLUSTERS).len() == 0 { 0 } else { fair },
        identify: |cell, number| {
            let clusters = cell.sibling(CLUSTERS);
            let cluster = clusters.identity(cluster_of(cell, &clusters, number));
            let name = cell.named(number, &["api", "worker", "cron"]);
            Identity::by_arn(cell.arn("ecs", &format!("service/{}/{name}", cluster.name())), name)
        },
        member: |_, _, identity| identity.arn().into(),
        select: |cell, input| {
            let clusters = cell.sibling(CLUSTERS);
            let cluster = find_cluster(&clusters, input)?;
            let launched = text(input, "launchType");
            Ok(Selection::only(cell, |number| {
                cluster_of(cell, &clusters, number) == cluster
                    && (launched.is_empty() || launch_type(cell, number) == launched)
            }))
        },
        ..ECS
    },
];

static CLUSTERS: &Kind = &KINDS[0];
static SERVICES: &Kind = &KINDS[1];

/// The cluster that a service runs in. Where there is a crowd, the first has more than a page of them.
fn cluster_of(cell: &Cell<'_>, clusters: &Cell<'_>, number: usize) -> usize {
    if cell.is_crowd && number < 101 { 0 } else { number % clusters.len() }
}

fn launch_type(cell: &Cell<'_>, number: usize) -> &'static str {
    if cell.rng(number).bool() { "FARGATE" } else { "EC2" }
}

/// The cluster a call is about; the one called `default` for those who name none.
fn find_cluster(clusters: &Cell<'_>, input: &Value) -> Result<usize, Refusal> {
    let name = if has(input, "cluster") { text(input, "cluster") } else { "default" };
    let missing = || Refusal::new(400, "ClusterNotFoundException", "Cluster not found.");
    clusters.find(name).ok_or_else(missing)
}

/// What is told of up to 100 clusters or ten services.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    match operation {
        "DescribeClusters" => Some(clusters(place, input)),
        "DescribeServices" => Some(services(place, input)),
        _ => None,
    }
}

fn batch<'a>(input: &'a Value, name: &str, most: usize) -> Result<Vec<&'a str>, Refusal> {
    let names = texts(input, name);
    if names.len() > most {
        let message = format!("{name} can have at most {most} items.");
        return Err(errors::invalid("ecs", message));
    }
    Ok(names)
}

fn with_tags(mut member: Value, cell: &Cell<'_>, number: usize, input: &Value) -> Value {
    let wanted = texts(input, "include").contains(&"TAGS");
    member["tags"] = if wanted { Form::Lower.of(&cell.tags(number)) } else { json!([]) };
    member
}

fn failure(arn: String) -> Value {
    json!({ "arn": arn, "reason": "MISSING" })
}

fn clusters(place: Place<'_>, input: &Value) -> Result<Value, Refusal> {
    let cell = place.cell(CLUSTERS);
    let names = match batch(input, "clusters", 100)? {
        names if names.is_empty() => vec!["default"],
        names => names,
    };
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        let Some(number) = cell.find(name) else {
            let full = if name.starts_with("arn:") {
                name.to_owned()
            } else {
                cell.arn("ecs", &format!("cluster/{name}"))
            };
            failures.push(failure(full));
            continue;
        };
        let (identity, services) = (cell.identity(number), cell.sibling(SERVICES));
        let running = (0..services.len()).filter(|service| cluster_of(&services, &cell, *service) == number);
        let member = json!({
            "clusterArn": identity.arn(),
            "clusterName": identity.name(),
            "status": "ACTIVE",
            "activeServicesCount": running.count(),
            "runningTasksCount": cell.rng(number).u8(..20),
            "registeredContainerInstancesCount": 0,
            "settings": [],
        });
        found.push(with_tags(member, &cell, number, input));
    }
    Ok(json!({ "clusters": found, "failures": failures }))
}

fn services(place: Place<'_>, input: &Value) -> Result<Value, Refusal> {
    let (cell, clusters) = (place.cell(SERVICES), place.cell(CLUSTERS));
    let names = batch(input, "services", 10)?;
    let cluster = find_cluster(&clusters, input)?;
    let cluster_arn = clusters.identity(cluster);
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        let is_named = |number: &usize| {
            let identity = cell.identity(*number);
            cluster_of(&cell, &clusters, *number) == cluster && (identity.is(name) || identity.name() == name)
        };
        let Some(number) = (0..cell.len()).find(is_named) else {
            failures.push(failure(name.to_owned()));
            continue;
        };
        let (identity, mut rng) = (cell.identity(number), cell.rng(number));
        let member = json!({
            "serviceArn": identity.arn(),
            "serviceName": identity.name(),
            "clusterArn": cluster_arn.arn(),
            "status": "ACTIVE",
            "launchType": launch_type(&cell, number),
            "desiredCount": rng.u8(1..10),
            "runningCount": rng.u8(1..10),
            "schedulingStrategy": "REPLICA",
            "enableExecuteCommand": rng.u8(..4) == 0,
            "platformFamily": pick(&mut rng, &["Linux", "Windows"]),
            "createdAt": past(&mut rng),
        });
        found.push(with_tags(member, &cell, number, input));
    }
    Ok(json!({ "services": found, "failures": failures }))
}
