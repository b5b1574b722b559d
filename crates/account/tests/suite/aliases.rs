//! What accounts call themselves.

use orgwide_account::Account;
use orgwide_simulator::{Answer, Fault, Simulator, WorldSpec};

use crate::common::*;

async fn accounts(simulator: &Simulator) -> Vec<Account> {
    chosen(&hub(simulator).await, selection(true, &[], &[])).await.included
}

fn world() -> WorldSpec {
    WorldSpec { accounts: 20, instances: 0, buckets: 0, ..WorldSpec::default() }
}

#[tokio::test(start_paused = true)]
async fn the_alias_is_asked_for_when_wanted_once_and_with_the_accounts_own_session() {
    let simulator = Simulator::builder(world()).build().unwrap();
    let accounts = accounts(&simulator).await;
    assert_eq!(asked(&simulator, "ListAccountAliases"), 0);
    let truth = &simulator.truth().accounts;
    assert!(truth.iter().any(|one| one.alias.is_none()) && truth.iter().any(|one| one.alias.is_some()));
    for (account, truth) in accounts.iter().zip(truth) {
        let clone = account.clone();
        let (one, other) = tokio::join!(account.alias(), clone.alias());
        assert_eq!(one, truth.alias.as_deref().unwrap_or(&truth.id), "the id where there is none");
        assert_eq!(one, other);
        assert_eq!(account.aliases().await.unwrap().first(), truth.alias.as_ref());
    }
    assert_eq!(asked(&simulator, "ListAccountAliases"), 20);
    assert_eq!(asked(&simulator, "AssumeRole"), 19);
}

#[tokio::test(start_paused = true)]
async fn a_denied_alias_is_the_id_and_is_not_asked_for_again() {
    let fault = Fault::on("iam", "ListAccountAliases").answers([Answer::AccessDenied]);
    let simulator = Simulator::builder(world()).faults([fault]).build().unwrap();
    let account = &accounts(&simulator).await[1];
    for _ in 0..3 {
        assert_eq!(account.alias().await, account.id().as_str());
        let failure = account.aliases().await.unwrap_err();
        assert!(failure.class().is_denied() && failure.call().account == Some(account.id()));
    }
    assert_eq!(asked(&simulator, "ListAccountAliases"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_alias_that_could_not_be_had_for_a_while_is_asked_for_again() {
    let fault = Fault::on("iam", "ListAccountAliases").answers(vec![Answer::Unavailable; 3]);
    let simulator = Simulator::builder(world()).faults([fault]).build().unwrap();
    let truth = simulator.truth().accounts.iter().find(|one| one.index > 0 && one.alias.is_some()).unwrap();
    let accounts = accounts(&simulator).await;
    let account = accounts.iter().find(|account| account.id().as_str() == truth.id).unwrap();
    assert_eq!(account.alias().await, truth.id);
    assert_eq!(Some(account.alias().await), truth.alias.as_deref());
}
