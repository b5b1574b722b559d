//! Which accounts a selection chooses, what that asks of AWS, and with which session each is entered.

use orgwide_account::{LeftOut, State};
use orgwide_session::Session;
use orgwide_simulator::Simulator;

use crate::common::*;

/// The accounts of the truth that fit, in its order.
fn truth(simulator: &Simulator, fits: impl Fn(usize, &str) -> bool) -> Vec<String> {
    let accounts = simulator.truth().accounts.iter();
    accounts.filter(|account| fits(account.index, &account.name)).map(|account| account.id.clone()).collect()
}

/// The account that a call made by the session is signed for.
async fn signs_for(session: &Session) -> String {
    let client = aws_sdk_sts::Client::new(&session.config());
    client.get_caller_identity().send().await.unwrap().account().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn the_organization_is_every_active_account_with_its_name() {
    let simulator = calm(45, 3);
    let hub = hub(&simulator).await;
    let chosen = chosen(&hub, selection(true, &[], &[])).await;

    assert_eq!(chosen.ids(), truth(&simulator, |index, _| index < 42));
    for (account, true_one) in chosen.included.iter().zip(&simulator.truth().accounts) {
        assert_eq!(account.name(), Some(true_one.name.as_str()));
    }
    let suspended = || LeftOut::NotActive(State::Inactive("SUSPENDED".into()));
    let left_out: Vec<_> = chosen.left_out.iter().map(|(id, why)| (id.to_string(), why.clone())).collect();
    let expected: Vec<_> =
        truth(&simulator, |index, _| index >= 42).into_iter().map(|id| (id, suspended())).collect();
    assert_eq!(left_out, expected);
    assert!(suspended().to_string().contains("SUSPENDED"));
    assert_eq!(chosen.not_selected, 0);
    assert_eq!((asked(&simulator, "ListAccounts"), asked(&simulator, "GetCallerIdentity")), (3, 1));
    assert_eq!(simulator.log().len(), 4, "and nothing else is asked: no role is assumed before it is needed");
}

#[tokio::test(start_paused = true)]
async fn the_callers_own_account_keeps_its_credentials_and_every_other_is_entered_by_the_role() {
    let simulator = calm(6, 0);
    let hub = hub(&simulator).await;
    let chosen = chosen(&hub, selection(true, &[], &[])).await;
    let mut signed = Vec::new();
    for account in &chosen.included {
        signed.push(signs_for(account.session()).await);
    }
    assert_eq!(signed, truth(&simulator, |_, _| true));
    let own = chosen.included.iter().find(|account| account.id().as_str() == signed[0]).unwrap();
    assert_eq!(own.session().credentials().await.unwrap().access_key_id(), "AKIAHUB");
    assert_eq!(asked(&simulator, "AssumeRole"), 5);
}

#[tokio::test(start_paused = true)]
async fn ids_make_no_call_to_the_organization() {
    let simulator = calm(6, 2);
    let hub = hub(&simulator).await;
    let ids: Vec<String> = truth(&simulator, |index, _| index == 1 || index == 3 || index == 5);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let chosen = chosen(&hub, selection(false, &ids, &[ids[1]])).await;

    let mut expected = vec![ids[0], ids[2]];
    expected.sort_unstable();
    assert_eq!(chosen.ids(), expected, "in order; that one is suspended only its organization could tell");
    assert!(chosen.included.iter().all(|account| account.name().is_none()));
    assert_eq!(chosen.left_out, [(ids[1].parse().unwrap(), LeftOut::Excluded)]);
    assert_eq!(asked(&simulator, "ListAccounts"), 0);
    assert!(asked(&simulator, "GetCallerIdentity") <= 1);
}

#[tokio::test(start_paused = true)]
async fn names_are_looked_up_in_the_organization() {
    let simulator = calm(60, 4);
    let hub = hub(&simulator).await;
    let is_prod = |name: &str| name.contains("-prod-");
    let chosen = chosen(&hub, selection(false, &["*-prod-*", "=1+1"], &[])).await;

    let expected = truth(&simulator, |index, name| index < 56 && (is_prod(name) || name == "=1+1"));
    assert!(expected.len() > 3, "the world has some");
    assert_eq!(chosen.ids(), expected);
    let suspended = truth(&simulator, |index, name| index >= 56 && is_prod(name));
    assert_eq!(chosen.left_out.len(), suspended.len());
    assert_eq!(chosen.not_selected, 60 - expected.len() - suspended.len());
    assert_eq!((asked(&simulator, "ListAccounts"), asked(&simulator, "GetCallerIdentity")), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn exclusions_by_id_and_by_name_win() {
    let simulator = calm(45, 0);
    let hub = hub(&simulator).await;
    let gone = simulator.truth().accounts[7].id.clone();
    let management = simulator.truth().management_account.clone();
    let chosen = chosen(&hub, selection(true, &[gone.as_str()], &[&gone, &management, "twin"])).await;

    let excluded = truth(&simulator, |index, name| index == 0 || index == 7 || name == "twin");
    assert_eq!(excluded.len(), 4, "two accounts have that name");
    assert_eq!(
        chosen.ids(),
        truth(&simulator, |_, _| true).into_iter().filter(|id| !excluded.contains(id)).collect::<Vec<_>>()
    );
    assert!(
        chosen
            .left_out
            .iter()
            .all(|(id, why)| *why == LeftOut::Excluded && excluded.contains(&id.to_string()))
    );
    assert_eq!(chosen.left_out.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn nothing_selected_is_the_callers_own_account() {
    let simulator = calm(4, 0);
    let hub = hub(&simulator).await;
    let chosen = chosen(&hub, selection(false, &[], &[])).await;
    assert_eq!(chosen.ids(), [simulator.truth().management_account.as_str()]);
    let credentials = chosen.included[0].session().credentials().await.unwrap();
    assert_eq!(credentials.access_key_id(), "AKIAHUB");
    let log: Vec<String> = simulator.log().into_iter().map(|request| request.operation).collect();
    assert_eq!(log, ["GetCallerIdentity"]);
}

#[tokio::test(start_paused = true)]
async fn the_callers_own_account_can_be_excluded_by_name_and_then_nothing_is_left() {
    let simulator = calm(25, 0);
    let hub = hub(&simulator).await;
    let chosen = chosen(&hub, selection(false, &[], &["Manage*"])).await;
    assert!(chosen.included.is_empty());
    assert_eq!(chosen.left_out, [(simulator.truth().management_account.parse().unwrap(), LeftOut::Excluded)]);
    assert_eq!(chosen.not_selected, 24);
}

#[tokio::test(start_paused = true)]
async fn an_id_the_organization_does_not_list_is_tried_all_the_same_and_comes_last() {
    let simulator = calm(25, 0);
    let hub = hub(&simulator).await;
    let chosen = chosen(&hub, selection(false, &["999999999999", "Manage*"], &[])).await;
    assert_eq!(chosen.ids(), [simulator.truth().management_account.as_str(), "999999999999"]);
    assert_eq!(chosen.included[1].name(), None);
}

#[tokio::test(start_paused = true)]
async fn who_the_caller_is_is_asked_once_for_any_number_of_selections() {
    let simulator = calm(4, 0);
    let hub = hub(&simulator).await;
    for _ in 0..3 {
        chosen(&hub, selection(true, &[], &[])).await;
        chosen(&hub, selection(false, &[], &[])).await;
    }
    assert_eq!(asked(&simulator, "GetCallerIdentity"), 1);
    assert_eq!(asked(&simulator, "ListAccounts"), 3);
}
