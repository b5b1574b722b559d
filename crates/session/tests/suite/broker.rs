//! One set of credentials for all who ask for the same.

use std::sync::Arc;
use std::time::Duration;

use orgwide_simulator::{Answer, Fault};

use crate::common::*;

#[tokio::test(start_paused = true)]
async fn five_hundred_calls_assume_once_though_the_first_of_them_is_given_up() {
    let simulator = slow_organization(2, Duration::from_millis(100), []);
    let member = hub(&simulator).await.assumed(&role(id(1)));
    let calls: Vec<_> = (0..500)
        .map(|_| {
            let member = member.clone();
            tokio::spawn(async move { who(&member).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(10)).await;
    calls[0].abort();

    let mut answered = 0;
    for (number, call) in calls.into_iter().enumerate() {
        match call.await {
            Ok(answer) => {
                assert_eq!(answer.unwrap(), id(1).as_str());
                answered += 1;
            }
            Err(error) => assert!(error.is_cancelled() && number == 0, "{number}: {error}"),
        }
    }
    assert_eq!(answered, 499);
    assert_eq!(requests(&simulator, "AssumeRole").len(), 1);
    assert_eq!(requests(&simulator, "GetCallerIdentity").len(), 499);
    assert_eq!((member.calls().assume_role, member.calls().calls), (1, 500));
}

#[tokio::test(start_paused = true)]
async fn equal_requests_of_one_session_share_credentials_and_others_do_not() {
    let simulator = organization(3, []);
    let hub = hub(&simulator).await;
    let sessions = [
        hub.assumed(&role(id(1))),
        hub.assumed(&role(id(1))),
        hub.clone().assumed(&role(id(1)).session_name("orgwide")),
        hub.assumed(&role(id(1)).session_name("other")),
        hub.assumed(&role(id(2))),
    ];
    let answers = futures::future::join_all(sessions.iter().map(who)).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(assumptions(&simulator, id(1)).len(), 2);
    assert_eq!(assumptions(&simulator, id(2)).len(), 1);

    let mut keys = Vec::new();
    for session in &sessions {
        keys.push(session.credentials().await.unwrap().access_key_id().to_owned());
    }
    assert!(keys[0] == keys[1] && keys[1] == keys[2]);
    assert!(keys[2] != keys[3] && keys[3] != keys[4] && keys[2] != keys[4]);
    let same_config = |a: usize, b: usize| Arc::ptr_eq(&sessions[a].config(), &sessions[b].config());
    assert!(same_config(0, 1) && same_config(1, 2));
    assert!(!same_config(2, 3) && !same_config(3, 4) && !same_config(2, 4));
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_roles_asks_once_for_each_hop_however_often_it_is_built() {
    let simulator = organization(3, []);
    let hub = hub(&simulator).await;
    // The second hop is refused by the simulated trust policy; that it is asked for once is the point.
    let chains: Vec<_> = (0..5).map(|_| hub.assumed(&role(id(1))).assumed(&role(id(2)))).collect();
    for answer in futures::future::join_all(chains.iter().map(who)).await {
        assert!(answer.unwrap_err().class().is_denied());
    }
    assert_eq!(assumptions(&simulator, id(1)).len(), 1);
    let second = assumptions(&simulator, id(2));
    assert_eq!(second.len(), 1);
    assert_eq!(second[0].account.as_deref(), Some(id(1).as_str()), "signed with the first hop's credentials");
}

#[tokio::test(start_paused = true)]
async fn credentials_are_asked_for_anew_once_nobody_holds_them() {
    let simulator = organization(2, []);
    let hub = hub(&simulator).await;
    for assumed in 1..=3 {
        let member = hub.assumed(&role(id(1)));
        let client = aws_sdk_sts::Client::new(&member.config());
        drop(member);
        assert!(client.get_caller_identity().send().await.is_ok(), "a client keeps them");
        assert_eq!(requests(&simulator, "AssumeRole").len(), assumed);
    }
}

#[tokio::test(start_paused = true)]
async fn an_assumed_session_knows_who_it_is_without_a_call_of_its_own() {
    let simulator = organization(2, []);
    let hub = hub(&simulator).await;
    let member = hub.assumed(&role(id(1)).session_name("night"));
    assert_eq!(member.account(), Some(id(1)));
    let identity = member.identity().await.unwrap();
    assert_eq!(identity.account(), id(1));
    let arn = format!("arn:aws:sts::{}:assumed-role/OrganizationAccountAccessRole/night", id(1));
    assert_eq!(identity.arn(), arn);
    assert!(identity.user_id().ends_with(":night"));
    assert_eq!(simulator.log().len(), 1);
    assert_eq!(simulator.log()[0].operation, "AssumeRole");

    assert_eq!(hub.account(), None);
    let asked = futures::future::join_all((0..20).map(|_| hub.identity())).await;
    assert!(asked.iter().all(|identity| identity.as_ref().unwrap().account() == id(0)));
    assert_eq!(requests(&simulator, "GetCallerIdentity").len(), 1);
    assert_eq!(hub.account(), Some(id(0)));
}

#[tokio::test(start_paused = true)]
async fn who_the_base_is_is_asked_again_after_a_failure() {
    let script = Fault::on("sts", "GetCallerIdentity").answers([Answer::AccessDenied]);
    let simulator = organization(1, [script]);
    let hub = hub(&simulator).await;
    assert!(hub.identity().await.is_err());
    assert_eq!(hub.identity().await.unwrap().account(), id(0));
}
