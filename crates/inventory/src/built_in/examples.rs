//! Of every type an item as its service tells it, written by hand from AWS's documentation, and what its record is.

use std::collections::BTreeMap;
use std::path::Path;

use orgwide_account::Account;
use orgwide_models::Catalog;
use orgwide_names::RegionName;
use orgwide_regional::RegionalAccount;
use orgwide_session::{Credentials, Session};
use orgwide_simulator::{Simulator, WorldSpec};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{FILES, facts};
use crate::{Collector, Collectors, Record, Scope, expression, shapes};

/// An item as a service tells it, and what its record has to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    /// The caller's region.
    at: String,
    item: Value,
    /// The record's region where it is neither the caller's nor `global`.
    region: Option<String>,
    id: String,
    arn: Option<String>,
    name: Option<String>,
    /// None where the list does not tell them.
    tags: Option<BTreeMap<String, String>>,
}

/// Every example there is, by its type.
fn examples() -> BTreeMap<String, Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/items");
    let mut examples = BTreeMap::new();
    for (file, _) in FILES {
        let text =
            std::fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let read: BTreeMap<String, Example> =
            serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        examples.extend(read);
    }
    examples
}

fn collectors() -> Vec<Collector> {
    Collectors::built_in(Catalog::embedded()).unwrap().all().to_vec()
}

async fn account(region: &str, simulator: &Simulator) -> Account {
    let session = Session::builder()
        .credentials(Credentials::new("AKIATEST", "secret", None, None, "test"))
        .region(region.parse().unwrap())
        .http_client(simulator.http_client())
        .load()
        .await
        .unwrap();
    Account::new("123456789012".parse().unwrap(), None, session)
}

#[tokio::test(start_paused = true)]
async fn every_type_makes_of_what_its_service_tells_what_aws_calls_it() {
    let simulator = Simulator::builder(WorldSpec::default()).build().unwrap();
    let mut examples = examples();
    for collector in collectors() {
        let kind = collector.kind().to_string();
        let example = examples.remove(&kind).unwrap_or_else(|| panic!("{kind} has no example"));
        let at = match collector.scope() {
            Scope::Regional => example.at.as_str(),
            Scope::Global | Scope::Organization => "global",
        };
        let account = account(&example.at, &simulator).await;
        let here = RegionalAccount::new(account, at.parse::<RegionName>().unwrap());
        let record = Record::of(&collector, &here, example.item, &Map::new(), "2026-11-24T12:00:00.000Z");
        assert_eq!(record.id, example.id, "{kind}");
        assert_eq!(record.arn, example.arn, "{kind}");
        assert_eq!(record.name, example.name, "{kind}");
        assert_eq!(record.tags, example.tags, "{kind}");
        assert_eq!(record.region.as_str(), example.region.as_deref().unwrap_or(at), "{kind}");
    }
    assert!(examples.is_empty(), "of no type: {:?}", examples.keys());
}

#[test]
fn every_example_is_of_the_form_that_the_model_of_its_service_has() {
    let examples = examples();
    for collector in collectors() {
        let spec = collector.spec();
        let (model, operation) = facts::model(spec);
        let item = shapes::items(&model, &operation, &expression::Path::new(spec.items.as_deref().unwrap()))
            .unwrap();
        let Some(members) = examples[collector.kind().as_str()].item.as_object() else { continue };
        for member in members.keys() {
            shapes::at(&model, item, &expression::Path::new(member))
                .unwrap_or_else(|error| panic!("{}: {error}", collector.kind()));
        }
    }
}
