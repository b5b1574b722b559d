//! Every type that has details, from a simulated account with a crowd of each.

use std::collections::{BTreeMap, BTreeSet};

use orgwide_account::Account;
use orgwide_inventory::{Collector, Collectors, Record, Scope};
use orgwide_models::Catalog;
use orgwide_names::{AccountId, Partition, RoleSpec, ServiceName};
use orgwide_regional::RegionalAccount;
use orgwide_session::{Credentials, RoleRequest, Session};
use orgwide_simulator::{Simulator, WorldSpec};

const REGION: &str = "us-east-1";
/// Accounts of this number are crowded.
const CROWDED: usize = 3;

type Tags = Option<BTreeMap<String, String>>;

fn simulator() -> Simulator {
    let spec = WorldSpec { accounts: 4, crowded: true, seed: 5, ..WorldSpec::default() };
    assert_eq!(spec.regions[0], REGION);
    Simulator::builder(spec).build().unwrap()
}

async fn account(simulator: &Simulator) -> Account {
    let id: AccountId = simulator.truth().accounts[CROWDED].id.parse().unwrap();
    let hub = Session::builder()
        .credentials(Credentials::new("AKIAHUB", "secret", None, None, "test"))
        .region(REGION.parse().unwrap())
        .http_client(simulator.http_client())
        .load()
        .await
        .unwrap();
    let role = RoleSpec::default().resolve(Partition::aws(), id).unwrap();
    Account::new(id, None, hub.assumed(&RoleRequest::new(role)))
}

/// The service and the operation that list a type, as the models call them.
fn lists(collector: &Collector) -> (ServiceName, String) {
    let operation = collector.operation();
    let (service, operation) = operation.split_once(':').unwrap();
    (service.parse().unwrap(), operation.to_owned())
}

/// What there is of a type: tags by ARN.
fn truth(simulator: &Simulator, collector: &Collector) -> BTreeMap<String, Tags> {
    let (service, operation) = lists(collector);
    let is_of_type = |told: &String| told.parse::<ServiceName>().is_ok_and(|told| told == service);
    simulator
        .resources(CROWDED)
        .filter(|told| told.operation == operation && is_of_type(&told.service))
        .filter(|told| collector.scope() == Scope::Global || told.region == REGION)
        .map(|told| (told.arn.unwrap(), told.tags.or(told.detail_tags)))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn of_every_type_all_is_found_with_its_tags_and_details() {
    let simulator = simulator();
    let account = account(&simulator).await;
    let collectors = Collectors::built_in(Catalog::embedded()).unwrap();
    let (mut types, mut wrong) = (0, Vec::new());
    for plain in collectors.all() {
        if plain.has_details() && plain.scope() != Scope::Organization {
            types += 1;
            if let Err(why) = check(&simulator, &account, plain).await {
                wrong.push(format!("{}: {why}", plain.kind()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {types}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(types > 25, "{types}");
}

async fn check(simulator: &Simulator, account: &Account, plain: &Collector) -> Result<(), String> {
    let region = if plain.scope() == Scope::Global { "global" } else { REGION };
    let at = RegionalAccount::new(account.clone(), region.parse().unwrap());
    let before = simulator.log().len();
    let collector = plain.with_details();
    let mut pages = collector.pages(&at).unwrap();
    let mut records: Vec<Record> = Vec::new();
    while let Some(page) = pages.next().await {
        records.extend(page.map_err(|error| error.to_string())?);
    }
    if !pages.gaps().is_empty() {
        return Err(format!("{:?}", pages.gaps()));
    }
    let expected = truth(simulator, plain);
    let found: BTreeMap<String, Tags> =
        records.iter().map(|record| (record.arn.clone().unwrap(), record.tags.clone())).collect();
    if found.len() != records.len() || found != expected {
        let (one, other) = (found.first_key_value(), expected.first_key_value());
        return Err(format!("{} of {}: {one:?} is not {other:?}", found.len(), expected.len()));
    }
    // What a role needs is what was asked, no more and no less.
    let asked: BTreeSet<String> =
        simulator.log().split_off(before).into_iter().filter_map(|request| request.action).collect();
    let asked: Vec<_> = asked.into_iter().filter(|action| !action.starts_with("sts:")).collect();
    if asked != collector.actions() {
        return Err(format!("{asked:?} was asked, and {:?} told", collector.actions()));
    }
    Ok(())
}
