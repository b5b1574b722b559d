//! A session is a stack of identities that its clones share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use aws_credential_types::provider::ProvideCredentials;
use orgwide_session::{Class, Session};

use crate::common::*;
use crate::sts::{Sts, numbered, role_in};

#[tokio::test(start_paused = true)]
async fn clones_see_a_role_assumed_and_reverted_and_what_was_handed_out_stays() {
    let sts = Sts::new();
    let session = sts.session().await;
    let (other, before) = (session.clone(), session.config());
    assert!(Arc::ptr_eq(&before, &other.config()), "the same until the stack changes");

    session.assume_role(&role_in(1)).await.unwrap();
    assert_eq!((other.depth(), other.account()), (1, Some(numbered(1))));
    assert_eq!(other.identity().await.unwrap().account(), numbered(1));
    let during = other.config();
    assert!(!Arc::ptr_eq(&before, &during) && Arc::ptr_eq(&during, &session.config()));
    let client = aws_sdk_sts::Client::new(&before);
    client.get_caller_identity().send().await.unwrap();
    assert_eq!(sts.asked().last().unwrap().signer.as_deref(), Some("AKIAHUB"), "a client stays who it is");

    let popped = other.revert().unwrap();
    assert_eq!((session.depth(), popped.depth()), (0, 0));
    assert!(Arc::ptr_eq(&before, &session.config()), "back to what it was");
    assert!(Arc::ptr_eq(&during, &popped.config()), "the popped one is what it was");
    assert_eq!(who(&popped).await.unwrap(), numbered(1).as_str());
    assert!(popped.revert().is_none() && session.revert().is_none(), "the lowest stays");
    assert_eq!(sts.count("AssumeRole"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_role_is_assumed_from_the_one_below_it_and_each_once() {
    let sts = Sts::new();
    let session = sts.session().await;
    for number in 1..=3 {
        session.assume_role(&role_in(number)).await.unwrap();
    }
    let signers: Vec<_> = sts.asked().iter().map(|asked| asked.signer.clone().unwrap()).collect();
    assert_eq!(signers, ["AKIAHUB", "ASIA000000000001N1", "ASIA000000000002N2"]);

    // The same chain, as a child with a stack of its own, deferred, and as a list, costs no further call.
    let base = sts.session().await;
    let chain = [role_in(1), role_in(2), role_in(3)];
    let listed = base.assumed_chain(&chain);
    for request in &chain {
        base.assume_role_deferred(request).unwrap();
    }
    assert_eq!(sts.count("AssumeRole"), 3, "deferred");
    assert_eq!((base.depth(), listed.depth()), (3, 0));
    let (one, other) = tokio::join!(base.credentials(), listed.credentials());
    assert_eq!(one.unwrap().access_key_id(), other.unwrap().access_key_id());
    assert_eq!(sts.count("AssumeRole"), 6);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_cannot_be_assumed_leaves_the_stack_as_it_was() {
    let sts = Sts::refusing(|asked| {
        let refused = asked.get("RoleArn").is_some_and(|role| role.contains("::000000000002:"));
        refused.then(|| {
            (
                403,
                "AccessDenied",
                "User: x is not authorized to perform: sts:AssumeRole on resource: y".into(),
            )
        })
    });
    let session = sts.session().await;
    session.assume_role(&role_in(1)).await.unwrap();
    let before = session.config();
    for _ in 0..2 {
        let failure = session.assume_role(&role_in(2)).await.unwrap_err();
        assert!(failure.class().is_denied());
        assert_eq!((failure.frame(), failure.role().unwrap().account()), (Some(2), numbered(2)));
    }
    let failure = session.assume_role(&role_in(3).external_id("?")).await.unwrap_err();
    assert_eq!(failure.class(), Class::Invalid);
    assert!(session.assume_role_deferred(&role_in(3).external_id("?")).is_err());
    assert!(Arc::ptr_eq(&before, &session.config()) && session.depth() == 1);
    assert_eq!(sts.count("AssumeRole"), 3, "each time it was asked for, and never for the invalid one");
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_being_assumed_while_the_one_below_is_reverted_is_assumed_from_what_is_left() {
    let sts = Sts::new().slow(Duration::from_secs(1));
    let session = sts.session().await;
    session.assume_role(&role_in(1)).await.unwrap();
    let assuming = tokio::spawn({
        let session = session.clone();
        async move { session.assume_role(&role_in(2)).await }
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(session.revert().unwrap().account(), Some(numbered(1)));
    assuming.await.unwrap().unwrap();
    assert_eq!((session.depth(), session.account()), (1, Some(numbered(2))));
    assert_eq!(sts.asked().last().unwrap().signer.as_deref(), Some("AKIAHUB"));
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_random_steps_do_what_a_plain_list_does() {
    let (sts, mut random) = (Sts::new(), fastrand::Rng::with_seed(5));
    let session = sts.session().await;
    let clones = [session.clone(), session.clone(), session.clone()];
    let mut model: Vec<usize> = Vec::new();
    for step in 0..10_000 {
        let session = random.choice(&clones).unwrap();
        let account = random.usize(1..6);
        match random.u8(0..5) {
            0 => {
                session.assume_role(&role_in(account)).await.unwrap();
                model.push(account);
            }
            1 => {
                session.assume_role_deferred(&role_in(account)).unwrap();
                model.push(account);
            }
            2 | 3 => assert_eq!(
                session.revert().map(|popped| popped.account()),
                model.pop().map(|account| Some(numbered(account))),
                "step {step}"
            ),
            _ => {
                let given = session.credentials().await.unwrap();
                let account = given.account_id().map(|id| id.as_str().parse().unwrap());
                assert_eq!(account, model.last().copied().map(numbered), "step {step}");
            }
        }
        assert_eq!(session.depth(), model.len(), "step {step}");
        assert_eq!(session.account(), model.last().copied().map(numbered), "step {step}");
    }
    assert!(sts.count("AssumeRole") > 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn under_eight_threads_no_snapshot_is_torn_and_the_depth_is_pushes_less_pops() {
    let sts = Sts::new();
    let session = sts.session().await;
    let (pushes, pops) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..8)
        .map(|seed| {
            let (session, pushes, pops) = (session.clone(), pushes.clone(), pops.clone());
            tokio::spawn(async move {
                let mut random = fastrand::Rng::with_seed(seed);
                for _ in 0..500 {
                    let request = role_in(random.usize(1..6));
                    match random.u8(0..4) {
                        0 => {
                            session.assume_role(&request).await.unwrap();
                            pushes.fetch_add(1, SeqCst);
                        }
                        1 => {
                            session.assume_role_deferred(&request).unwrap();
                            pushes.fetch_add(1, SeqCst);
                        }
                        2 if session.revert().is_some() => _ = pops.fetch_add(1, SeqCst),
                        _ => is_whole(&session.assumed_chain([])).await,
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let (pushes, pops) = (pushes.load(SeqCst), pops.load(SeqCst));
    assert!(pushes > 1000 && pops > 500, "{pushes} {pops}");
    assert_eq!(session.depth(), pushes - pops);
}

/// Whether all that a session tells of itself is of one identity.
async fn is_whole(snapshot: &Session) {
    let account = snapshot.account();
    let config = snapshot.config().credentials_provider().unwrap().provide_credentials().await.unwrap();
    let given = snapshot.credentials().await.unwrap();
    let of = |given: &aws_credential_types::Credentials| {
        given.account_id().map(|id| id.as_str().parse::<orgwide_names::AccountId>().unwrap())
    };
    assert_eq!((of(&config), of(&given)), (account, account));
    if let Some(account) = account {
        assert_eq!(snapshot.identity().await.unwrap().account(), account);
    }
}
