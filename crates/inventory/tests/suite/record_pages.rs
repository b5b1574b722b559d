//! The pages of a collector.

use std::collections::BTreeSet;

use orgwide_account::Account;
use orgwide_inventory::{Collectors, RecordPages};
use orgwide_models::Catalog;
use orgwide_names::{AccountId, Partition, RegionName, RoleSpec};
use orgwide_regional::RegionalAccount;
use orgwide_session::{Credentials, RoleRequest, Session};
use orgwide_simulator::{Answer, Fault, Simulator, WorldSpec};

const REGION: &str = "eu-west-1";

/// One member account whose region has more instances than a page holds, and fewer than three pages do.
fn world(faults: impl IntoIterator<Item = Fault>) -> (Simulator, Vec<String>) {
    let spec = WorldSpec { accounts: 2, instances: 1_500, seed: 2, ..WorldSpec::default() };
    let simulator = Simulator::builder(spec).faults(faults).build().unwrap();
    let there = simulator.truth().accounts[1].instances[REGION].clone();
    assert!((1_001..3_000).contains(&there.len()), "choose another seed: {}", there.len());
    (simulator, there)
}

async fn pages(simulator: &Simulator) -> RecordPages {
    let id: AccountId = simulator.truth().accounts[1].id.parse().unwrap();
    let hub = Session::builder()
        .credentials(Credentials::new("AKIAHUB", "secret", None, None, "test"))
        .region(REGION.parse().unwrap())
        .http_client(simulator.http_client())
        .load()
        .await
        .unwrap();
    let role = RoleSpec::default().resolve(Partition::aws(), id).unwrap();
    let account = Account::new(id, None, hub.assumed(&RoleRequest::new(role)));
    let here = RegionalAccount::new(account, REGION.parse::<RegionName>().unwrap());
    let collectors = Collectors::built_in(Catalog::embedded()).unwrap();
    collectors.find(&["ec2:instance"]).unwrap()[0].pages(&here).unwrap()
}

fn listings(simulator: &Simulator) -> usize {
    simulator.log().iter().filter(|request| request.operation == "DescribeInstances").count()
}

#[tokio::test(start_paused = true)]
async fn a_page_is_what_one_answer_gave_and_is_fetched_when_it_is_asked_for() {
    let (simulator, there) = world([]);
    let mut pages = pages(&simulator).await;
    assert_eq!(simulator.log().len(), 0);
    let mut found = BTreeSet::new();
    let mut answers = 0;
    while let Some(page) = pages.next().await {
        answers += 1;
        assert_eq!(listings(&simulator), answers);
        let page = page.unwrap();
        assert!((1..=1_000).contains(&page.len()));
        found.extend(page.into_iter().map(|record| record.id));
    }
    assert_eq!(answers, there.len().div_ceil(1_000));
    assert_eq!(found, there.into_iter().collect());
    assert!(pages.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn after_an_error_there_is_nothing_more_and_the_pages_before_it_stand() {
    let refusal = Fault::on("ec2", "DescribeInstances").answers([Answer::Ok, Answer::AccessDenied]);
    let (simulator, _) = world([refusal]);
    let mut pages = pages(&simulator).await;
    assert!(!pages.next().await.unwrap().unwrap().is_empty());
    let error = pages.next().await.unwrap().unwrap_err();
    assert!(error.failure().unwrap().class().is_denied(), "{error}");
    assert!(pages.next().await.is_none());
    assert_eq!(listings(&simulator), 2);
}
