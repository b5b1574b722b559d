//! Every declared type, over the whole command: what is found is what is there, with the calls and the permissions
//! that `inventory --list` names.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use orgwide_names::ServiceName;
use orgwide_simulator::{ResourceTruth, Simulator, WorldSpec};
use orgwide_tests::Stage;
use serde::Deserialize;
use serde_json::Value;

/// Account, region, id, ARN and tags of a resource. What people call it is a matter of taste: the truth has its own.
type Resource = (String, String, String, Option<String>, Option<BTreeMap<String, String>>);

/// A line of `inventory --list`.
#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "type")]
    kind: String,
    operation: String,
    page: Option<usize>,
    permissions: BTreeSet<String>,
}

/// The types whose content the simulated organization has a truth about of its own kind.
const ELSEWHERE: [&str; 2] = ["iam:account-alias", "organizations:account"];

/// Whoever runs it needs these besides: to enter accounts, and to know which there are and where they may be.
const FINDING: [&str; 4] =
    ["sts:AssumeRole", "sts:GetCallerIdentity", "organizations:ListAccounts", "account:ListRegions"];

fn world(accounts: usize) -> WorldSpec {
    WorldSpec { accounts, crowded: true, ..WorldSpec::default() }
}

fn list(stage: &Stage) -> Result<Vec<Listed>> {
    stage.run_to(0, &["inventory", "--list", "*", "--out", "list.ndjson", "--overwrite"])?;
    let text = stage.file("list.ndjson")?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// What was found, by the operation that lists it.
fn found(stage: &Stage, listed: &[Listed]) -> Result<BTreeMap<String, Vec<Resource>>> {
    let operations: BTreeMap<&str, &str> =
        listed.iter().map(|listed| (listed.kind.as_str(), listed.operation.as_str())).collect();
    let mut found: BTreeMap<String, Vec<Resource>> = BTreeMap::new();
    for line in stage.file("rows.ndjson")?.lines() {
        let row: Value = serde_json::from_str(line)?;
        let text = |member: &str| row[member].as_str().map(str::to_owned);
        let must = |member: &str| text(member).with_context(|| format!("no {member} in {line}"));
        let operation =
            operations.get(must("type")?.as_str()).context("a type that is not listed")?.to_string();
        let tags = serde_json::from_value(row["tags"].clone())?;
        let resource = (must("account_id")?, must("region")?, must("id")?, text("arn"), tags);
        found.entry(operation).or_default().push(resource);
    }
    found.values_mut().for_each(|resources| resources.sort());
    Ok(found)
}

/// What is there, likewise.
fn there(stage: &Stage) -> Result<BTreeMap<String, Vec<Resource>>> {
    let mut there: BTreeMap<String, Vec<Resource>> = BTreeMap::new();
    for account in &stage.truth().accounts {
        for resource in stage.simulator().resources(account.index) {
            let ResourceTruth { service, operation, region, id, arn, tags, .. } = resource;
            let service: ServiceName = service.parse()?;
            let resource = (account.id.clone(), region, id, arn, tags);
            there.entry(format!("{service}:{operation}")).or_default().push(resource);
        }
    }
    there.values_mut().for_each(|resources| resources.sort());
    Ok(there)
}

fn all_is_found(stage: &Stage, listed: &[Listed]) -> Result<()> {
    let (mut found, there) = (found(stage, listed)?, there(stage)?);
    for (operation, there) in &there {
        let found = found.remove(operation).unwrap_or_default();
        let missing: Vec<_> = there.iter().filter(|resource| !found.contains(resource)).take(3).collect();
        let beyond: Vec<_> = found.iter().filter(|resource| !there.contains(resource)).take(3).collect();
        ensure!(
            missing.is_empty() && beyond.is_empty(),
            "{operation}: missing {missing:#?}\ntoo many {beyond:#?}"
        );
        ensure!(found.len() == there.len(), "{operation}: {} of {}", found.len(), there.len());
    }
    let beyond: Vec<_> = found.keys().collect();
    let elsewhere: Vec<_> =
        listed.iter().filter(|l| ELSEWHERE.contains(&l.kind.as_str())).map(|l| &l.operation).collect();
    ensure!(beyond.iter().all(|operation| elsewhere.contains(operation)), "nothing is known of {beyond:?}");
    Ok(())
}

/// How many requests each operation got in each place.
fn asked(stage: &Stage) -> BTreeMap<String, BTreeMap<(String, String), usize>> {
    let mut asked: BTreeMap<String, BTreeMap<(String, String), usize>> = BTreeMap::new();
    for request in stage.simulator().log() {
        let place = (request.account.unwrap_or_default(), request.region.unwrap_or_default());
        *asked.entry(request.operation).or_default().entry(place).or_default() += 1;
    }
    asked
}

#[test]
fn every_type_is_found_whole_over_several_pages_with_the_permissions_that_are_listed() -> Result<()> {
    let stage = Stage::set(Simulator::builder(world(5)))?;
    let listed = list(&stage)?;
    ensure!(listed.len() >= 51, "{} types", listed.len());
    stage.run_to(0, &["inventory", "*", "--org", "--out", "rows.ndjson", "--summary", "summary.json"])?;
    all_is_found(&stage, &listed)?;

    let summary = stage.summary()?;
    let sent: u64 = stage.simulator().calls().values().sum();
    assert_eq!((summary.retries, summary.calls), (0, sent), "nothing is hidden, and nothing was asked twice");

    let asked = asked(&stage);
    for listed in listed.iter().filter(|listed| listed.page.is_some()) {
        // An organization of five is one page of accounts, and an account has one alias at most.
        if ELSEWHERE.contains(&listed.kind.as_str()) {
            continue;
        }
        let (_, operation) = listed.operation.split_once(':').context("an operation of no service")?;
        let most = asked.get(operation).and_then(|places| places.values().max()).copied().unwrap_or(0);
        ensure!(most >= 2, "{}: {most} pages at most", listed.kind);
    }

    let permitted: BTreeSet<&str> =
        listed.iter().flat_map(|listed| &listed.permissions).map(String::as_str).chain(FINDING).collect();
    let used: BTreeSet<String> =
        stage.simulator().log().into_iter().filter_map(|request| request.action).collect();
    let beyond: Vec<_> = used.iter().filter(|action| !permitted.contains(action.as_str())).collect();
    ensure!(beyond.is_empty(), "used and not listed: {beyond:?}");
    Ok(())
}

/// The calls for the clusters of EKS, and twice those of ECS.
fn clusters(there: &BTreeMap<String, Vec<Resource>>, stage: &Stage) -> usize {
    let pages = |operation: &str, account: &str| {
        let listed = there.get(operation).into_iter().flatten();
        listed.filter(|(of, ..)| of == account).count().div_ceil(100).max(1)
    };
    let in_account =
        |account: &str| 2 * pages("ecs:ListClusters", account) + pages("eks:ListClusters", account);
    stage.truth().accounts.iter().map(|account| in_account(&account.id)).sum()
}

#[test]
fn each_type_takes_as_few_calls_as_its_pages_need() -> Result<()> {
    // Pages as long as AWS makes them, and some places with more than one of them.
    let spec =
        WorldSpec { accounts: 3, regions: vec!["us-east-1".into()], resources: 120, ..WorldSpec::default() };
    let stage = Stage::set(Simulator::builder(spec))?;
    let listed = list(&stage)?;
    stage.run_to(0, &["inventory", "*", "--org", "--out", "rows.ndjson", "--summary", "summary.json"])?;
    let there = there(&stage)?;
    let asked = asked(&stage);
    for Listed { kind, operation, page, .. } in &listed {
        // One list for each of its clusters.
        if kind == "ecs:service" || ELSEWHERE.contains(&kind.as_str()) {
            continue;
        }
        let page = page.unwrap_or(usize::MAX);
        let mut in_account: BTreeMap<&str, usize> = BTreeMap::new();
        for (account, ..) in there.get(operation).into_iter().flatten() {
            *in_account.entry(account).or_default() += 1;
        }
        let least = |account: &str| in_account.get(account).map_or(1, |count| count.div_ceil(page)).max(1);
        let least: usize = stage.truth().accounts.iter().map(|account| least(&account.id)).sum();
        let (_, name) = operation.split_once(':').context("an operation of no service")?;
        let calls: usize = asked.get(name).map_or(0, |places| places.values().sum());
        // Clusters of ECS are listed a second time, for the services in them, by a name that EKS has for its own.
        let least = if name == "ListClusters" { clusters(&there, &stage) } else { least };
        ensure!(calls == least, "{kind}: {calls} calls, {least} needed");
    }
    Ok(())
}
