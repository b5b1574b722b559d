//! Roles with conditions, as the simulated token service enforces them.

use std::time::Duration;

use orgwide_session::{Class, Denial, RoleRequest, SecretSource, Session};
use orgwide_simulator::{RoleRule, Simulator, WorldSpec};

use crate::common::*;

fn world(accounts: usize, roles: impl IntoIterator<Item = RoleRule>) -> Simulator {
    Simulator::new(WorldSpec { roles: roles.into_iter().collect(), ..spec(accounts) }).unwrap()
}

/// A role of this name in the account of this number.
fn named(name: &str, index: usize) -> RoleRequest {
    RoleRequest::new(format!("arn:aws:iam::{}:role/{name}", id(index)).parse().unwrap())
}

fn code(code: &str) -> SecretSource {
    let code = code.to_owned();
    SecretSource::asking(move || std::future::ready(Ok(code.clone())))
}

async fn is_refused(hub: &Session, request: &RoleRequest) -> String {
    let failure = hub.assume_role(request).await.unwrap_err();
    assert_eq!(failure.class(), Class::Denied(Denial::RoleNotAssumable), "{failure}");
    failure.next_step()
}

#[tokio::test(start_paused = true)]
async fn the_external_id_of_the_trust_policy_opens_and_no_other_does() {
    let simulator = world(2, [RoleRule::new("Audit").external_id("k7/a:b")]);
    let hub = hub(&simulator).await;
    let without = is_refused(&hub, &named("Audit", 1)).await;
    assert!(without.contains("neither an external id nor MFA"), "{without}");
    let wrong = is_refused(&hub, &named("Audit", 1).external_id("k7")).await;
    assert!(wrong.contains("has the external id that was given"), "{wrong}");
    hub.assume_role(&named("Audit", 1).external_id("k7/a:b")).await.unwrap();
    assert_eq!(who(&hub).await.unwrap(), id(1).as_str());
}

#[tokio::test(start_paused = true)]
async fn a_code_opens_a_role_that_demands_mfa_and_a_used_one_does_not() {
    let simulator = world(2, [RoleRule::new("Audit").mfa()]);
    let hub = hub(&simulator).await;
    let serial = format!("arn:aws:iam::{}:mfa/hub", id(0));
    let with = |digits: &str| named("Audit", 1).mfa(&serial, code(digits));
    assert!(is_refused(&hub, &named("Audit", 1)).await.contains("MFA"));
    assert!(is_refused(&hub, &with("000000")).await.contains("next code"));
    let first = hub.assumed(&with("123456"));
    first.credentials().await.unwrap();
    assert!(is_refused(&hub, &with("123456")).await.contains("next code"), "another request, the same code");

    // A duration that is not granted is not asked for twice, for the code is used up.
    let failure = hub.assume_role(&with("111111").duration(Duration::from_secs(7200))).await.unwrap_err();
    assert_eq!(failure.class(), Class::Invalid, "{failure}");
    assert!(failure.next_step().contains("shorter duration"), "{}", failure.next_step());
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_three_roles_lasts_an_hour_at_most_and_carries_who_is_behind_it() {
    let trusts = |name: &str, from: usize, role: &str| {
        RoleRule::new(name)
            .trusts(format!("arn:aws:iam::{}:role/{role}", id(from)))
            .max_session_duration(43_200)
    };
    let rules = [
        RoleRule::new("One").max_session_duration(43_200),
        trusts("ops/Two", 1, "One"),
        trusts("Three", 2, "ops/Two"),
    ];
    let simulator = world(4, rules);
    let hub = hub(&simulator).await;
    let long = |name: &str, index| named(name, index).duration(Duration::from_secs(43_200));
    let chain = [long("One", 1).source_identity("alice"), long("ops/Two", 2), long("Three", 3)];
    let last = hub.assumed_chain(&chain);
    assert_eq!(who(&last).await.unwrap(), id(3).as_str());
    let asked = requests(&simulator, "AssumeRole");
    assert!(asked.iter().all(|request| request.status == Some(200)));
    let durations: Vec<_> =
        asked.iter().map(|asked| asked.session.as_ref().unwrap().duration_seconds.clone().unwrap()).collect();
    assert_eq!(durations, ["43200", "3600", "3600"]);
    // Another name for the one behind it is refused from the second role on.
    let other = hub.assumed_chain(&[chain[0].clone(), long("ops/Two", 2).source_identity("bob")]);
    let failure = other.credentials().await.unwrap_err();
    assert_eq!((failure.frame(), failure.role().unwrap().account()), (Some(2), id(2)));
}

#[tokio::test(start_paused = true)]
async fn a_maximum_of_the_role_that_is_lower_than_what_is_asked_for_costs_one_more_call() {
    let simulator = world(2, [RoleRule::new("Audit").max_session_duration(7200)]);
    let hub = hub(&simulator).await;
    let ask = |seconds| named("Audit", 1).duration(Duration::from_secs(seconds));
    hub.assumed(&ask(7200)).credentials().await.unwrap();
    hub.assumed(&ask(7201)).credentials().await.unwrap();
    let statuses: Vec<_> = requests(&simulator, "AssumeRole").iter().map(|request| request.status).collect();
    assert_eq!(statuses, [Some(200), Some(400), Some(200)]);
}
