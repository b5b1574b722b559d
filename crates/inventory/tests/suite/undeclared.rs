//! Operations that nobody declared, and types of Cloud Control.

use std::collections::{BTreeSet, HashSet};

use orgwide_account::Account;
use orgwide_call::{Effect, effect};
use orgwide_inventory::{Collector, Collectors, Record, Scope};
use orgwide_models::Catalog;
use orgwide_names::RegionName;
use orgwide_regional::RegionalAccount;
use orgwide_session::{Credentials, Session};
use orgwide_simulator::{Answer, Fault, Simulator, WorldSpec};
use serde_json::json;

const REGION: &str = "eu-west-1";

fn simulator(faults: impl IntoIterator<Item = Fault>) -> Simulator {
    let spec = WorldSpec { accounts: 2, seed: 7, ..WorldSpec::default() };
    Simulator::builder(spec).faults(faults).build().unwrap()
}

/// The management account, which may ask for the organization too.
async fn here(simulator: &Simulator, scope: Scope) -> RegionalAccount {
    let session = Session::builder()
        .credentials(Credentials::new("AKIAHUB", "secret", None, None, "test"))
        .region(REGION.parse().unwrap())
        .http_client(simulator.http_client())
        .load()
        .await
        .unwrap();
    let id = simulator.truth().management_account.parse().unwrap();
    let region = match scope {
        Scope::Regional => REGION.parse::<RegionName>().unwrap(),
        Scope::Global | Scope::Organization => RegionName::global(),
    };
    RegionalAccount::new(Account::new(id, None, session), region)
}

fn collector(asked: &str) -> Collector {
    Collectors::built_in(Catalog::embedded()).unwrap().find(&[asked]).unwrap().remove(0)
}

/// Answered by hand on one page, not at all, or with items that are the same: what a simulated answer says is no more
/// than its form.
const OTHERWISE: [&str; 9] = [
    "account:ListRegions",
    "athena:ListSystemTableStatuses",
    "cloudtrail:GetInsightSelectors",
    "globalaccelerator:ListCrossAccountResourceAccounts",
    "iam:GetAccountProperties",
    "organizations:ListRoots",
    "payment-cryptography:GetDefaultKeyReplicationRegions",
    "s3:ListDirectoryBuckets",
    "sns:GetSMSAttributes",
];

/// Every operation that is collected although no type is declared for it.
fn undeclared() -> Vec<Collector> {
    let catalog = Catalog::embedded();
    let collectors = Collectors::built_in(Catalog::embedded()).unwrap();
    let mut found = Vec::new();
    for summary in catalog.services() {
        let model = catalog.model(&summary.name).unwrap();
        let reads =
            model.operations().filter(|operation| effect(&model, operation, &json!({})) == Effect::Read);
        for operation in reads {
            let asked = format!("{}:{}", summary.name, model.text(operation.name));
            let of_it = collectors.find(&[&asked]).unwrap_or_default();
            found
                .extend(of_it.into_iter().filter(|found| found.kind().ends_with(model.text(operation.name))));
        }
    }
    found.retain(|found| !OTHERWISE.contains(&found.kind().as_str()));
    found
}

/// Whether its answers come in pages.
fn has_pages(collector: &Collector) -> bool {
    let (service, operation) =
        collector.operation().split_once(':').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    orgwide_call::find(&Catalog::embedded(), &service, &operation).unwrap().1.paginator.is_some()
}

async fn pages(collector: &Collector, simulator: &Simulator) -> Result<Vec<Vec<Record>>, String> {
    let here = here(simulator, collector.scope()).await;
    let mut pages = collector.pages(&here).map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        found.push(page.map_err(|error| error.to_string())?);
    }
    Ok(found)
}

/// `ORGWIDE_OPERATIONS` sets how many are drawn, `ORGWIDE_SEED` from which seed.
#[tokio::test(start_paused = true)]
async fn operations_that_nobody_declared_are_collected_page_by_page() {
    let number = |name: &str, default| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let (count, seed) = (number("ORGWIDE_OPERATIONS", 40), number("ORGWIDE_SEED", 11));
    let mut drawn = undeclared();
    assert!(drawn.len() > 2_000, "{}", drawn.len());
    let mut random = fastrand::Rng::with_seed(seed);
    random.shuffle(&mut drawn);
    drawn.truncate(usize::try_from(count).unwrap());
    let (mut wrong, mut paged) = (Vec::new(), 0);
    for collector in &drawn {
        let simulator = simulator([]);
        let found = match pages(collector, &simulator).await {
            Ok(found) => found,
            Err(error) => {
                wrong.push(format!("{}: {error}", collector.kind()));
                continue;
            }
        };
        let records: Vec<&Record> = found.iter().flatten().collect();
        let ids: HashSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
        let (_, operation) =
            collector.operation().split_once(':').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let calls = simulator.log().iter().filter(|request| request.operation == operation).count();
        let wants = if has_pages(collector) { 2 } else { 1 };
        paged += usize::from(wants == 2);
        let is_right = records.iter().all(|record| record.kind == *collector.kind() && !record.id.is_empty());
        if ids.len() != records.len()
            || records.is_empty()
            || calls != found.len()
            || found.len() < wants
            || !is_right
        {
            wrong.push(format!(
                "{}: {} records with {} ids on {} pages by {calls} calls",
                collector.kind(),
                records.len(),
                ids.len(),
                found.len()
            ));
        }
    }
    println!("{} operations, {paged} of them in pages, seed {seed}", drawn.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), drawn.len(), wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_type_of_cloud_control_is_read_as_what_its_properties_say() {
    let simulator = simulator([]);
    let found = pages(&collector("AWS::Logs::LogGroup"), &simulator).await.unwrap();
    assert!(found.len() > 1);
    let records: Vec<&Record> = found.iter().flatten().collect();
    let ids: BTreeSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids.len(), records.len());
    for record in records {
        assert_eq!(record.kind, "cloudcontrol:AWS::Logs::LogGroup");
        assert_eq!(record.data["Identifier"], record.id);
        assert_eq!(record.data["Properties"]["Id"], record.id);
        assert_eq!(record.name.as_deref(), record.data["Properties"]["Name"].as_str());
        assert_eq!(record.tags.as_ref().unwrap()["team"], "web");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_of_cloud_control_keep_its_limit_whatever_the_type() {
    let simulator = simulator([]);
    let here = here(&simulator, Scope::Regional).await;
    let read = |asked: &'static str| {
        let here = here.clone();
        async move {
            let mut pages = collector(asked).pages(&here).unwrap();
            while let Some(page) = pages.next().await {
                page.unwrap();
            }
        }
    };
    tokio::join!(read("AWS::Logs::LogGroup"), read("AWS::EC2::VPC"), read("AWS::SQS::Queue"));
    let log = simulator.log();
    let arrived: Vec<u64> =
        log.iter().filter(|request| request.operation == "ListResources").map(|r| r.arrived_us).collect();
    assert!(arrived.len() >= 6, "{}", arrived.len());
    // 0.9 a second, one at a time: 54 a minute.
    let apart = arrived.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap();
    assert!(apart >= 1_100_000, "{apart} µs");
    assert!(log.iter().all(|request| request.action.as_deref() != Some("cloudcontrol:ListResources")));
    assert_eq!(collector("AWS::SQS::Queue").actions(), ["cloudformation:ListResources"]);
}

#[tokio::test(start_paused = true)]
async fn a_type_that_is_not_in_a_region_is_told_from_one_that_fails() {
    let error = |status, code: &str, message: &str| {
        let answer = Answer::Error { status, code: code.to_owned(), message: message.to_owned() };
        simulator([Fault::on("cloudcontrolapi", "ListResources").answers([answer])])
    };
    let parent = "Missing or invalid ResourceModel property in AWS::ECS::Service list handler request input. \
                  Required property: [Cluster]";
    for (asked, status, code, message, absence, step) in [
        (
            "AWS::Logs::LogGroup",
            404,
            "TypeNotFoundException",
            "not found",
            Some("AWS::Logs::LogGroup"),
            "spelled",
        ),
        // Asked in one place only, it is nowhere.
        ("AWS::IAM::Rol", 404, "TypeNotFoundException", "not found", None, "spelled"),
        ("AWS::EC2::EIPAssociation", 400, "UnsupportedActionException", "no LIST", None, "cannot be listed"),
        ("AWS::ECS::Service", 400, "InvalidRequestException", parent, None, "ResourceModel"),
    ] {
        let simulator = error(status, code, message);
        let collector = collector(asked);
        let mut pages = collector.pages(&here(&simulator, collector.scope()).await).unwrap();
        let error = pages.next().await.unwrap().unwrap_err();
        let failure = error.failure().unwrap();
        assert_eq!(failure.code(), Some(code));
        let told = collector.absence(failure);
        assert_eq!(told.is_some(), absence.is_some(), "{asked}: {told:?}");
        assert!(told.is_none_or(|told| told.contains(absence.unwrap())));
        assert!(collector.next_step(failure).unwrap().contains(step), "{asked}");
    }
    let denied = error(403, "AccessDeniedException", "no");
    let collector = collector("AWS::Logs::LogGroup");
    let mut pages = collector.pages(&here(&denied, Scope::Regional).await).unwrap();
    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!(collector.absence(error.failure().unwrap()), None);
    assert_eq!(collector.next_step(error.failure().unwrap()), None);
}
