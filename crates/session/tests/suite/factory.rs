//! One session for equal parameters.

use std::sync::Arc;
use std::time::Duration;

use orgwide_session::{SessionError, SessionFactory, SessionParams};

use crate::common::*;
use crate::sts::{Sts, numbered, role_in};

fn params() -> SessionParams {
    SessionParams::default()
}

#[tokio::test(start_paused = true)]
async fn equal_parameters_in_any_order_give_the_same_session() {
    let factory = SessionFactory::new(Sts::new().builder());
    let (sts, ec2) = ("sts".parse().unwrap(), "ec2".parse().unwrap());
    let one = params()
        .profile("p")
        .region("eu-west-1".parse().unwrap())
        .endpoint(sts, None, "https://sts.example")
        .endpoint(ec2, None, "https://ec2.example")
        .role(role_in(1).tag("a", "1").tag("b", "2"));
    let (sts, ec2) = ("STS".parse().unwrap(), "EC2".parse().unwrap());
    let other = params()
        .role(role_in(1).tag("b", "2").tag("a", "1"))
        .endpoint(ec2, None, "https://ec2.example")
        .endpoint(sts, None, "https://sts.example")
        .region("eu-west-1".parse().unwrap())
        .profile("p");
    let session = factory.get(&one).await.unwrap();
    assert!(Arc::ptr_eq(&session, &factory.get(&other).await.unwrap()));
    assert_eq!((session.home_region().as_str(), session.depth()), ("eu-west-1", 1));
    for different in [
        params(),
        one.clone().region("us-east-1".parse().unwrap()),
        one.clone().role(role_in(2)),
        one.clone().profile("q"),
        one.clone().endpoint_url("https://all.example"),
    ] {
        assert!(!Arc::ptr_eq(&session, &factory.get(&different).await.unwrap()));
    }
}

#[tokio::test(start_paused = true)]
async fn sessions_of_one_base_share_each_role_s_credentials_the_limiter_and_the_counts() {
    let sts = Sts::new();
    let factory = SessionFactory::new(sts.builder());
    let hop = params().role(role_in(1));
    let (base, one) = (factory.get(&params()).await.unwrap(), factory.get(&hop).await.unwrap());
    let two = factory.get(&hop.clone().role(role_in(2))).await.unwrap();
    let three = factory.get(&hop.clone().role(role_in(3))).await.unwrap();
    for session in [&two, &three, &one] {
        session.credentials().await.unwrap();
    }
    assert_eq!(sts.count("AssumeRole"), 3, "the first hop once");
    assert_eq!(base.calls(), three.calls());
    assert_eq!(granted(factory.limiter()), 3);

    // The chain is on the stack, and whoever holds the session sees it move.
    assert_eq!(two.depth(), 2);
    assert_eq!(two.revert().unwrap().account(), Some(numbered(2)));
    let again = factory.get(&hop.role(role_in(2))).await.unwrap();
    assert_eq!((again.depth(), again.account()), (1, Some(numbered(1))));
}

#[tokio::test(start_paused = true)]
async fn a_session_nobody_holds_is_dropped_and_made_anew() {
    let sts = Sts::new();
    let factory = SessionFactory::new(sts.builder());
    for made in 1..=20 {
        let session = factory.get(&params().role(role_in(1))).await.unwrap();
        let gone = Arc::downgrade(&session);
        session.credentials().await.unwrap();
        assert_eq!(sts.count("AssumeRole"), made);
        drop(session);
        assert!(gone.upgrade().is_none());
    }
    for number in 0..100 {
        factory.get(&params().profile(number.to_string())).await.unwrap();
    }
    let text = format!("{factory:?}");
    let left: usize =
        text.split_once("sessions: ").unwrap().1.split([',', ' ']).next().unwrap().parse().unwrap();
    assert!(left <= 64, "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_asks_at_the_same_time_gets_the_same_session() {
    let factory = Arc::new(SessionFactory::new(Sts::new().builder()));
    for round in 0..200 {
        let together = Arc::new(tokio::sync::Barrier::new(16));
        let asking: Vec<_> = (0..16)
            .map(|_| {
                let (factory, together) = (factory.clone(), together.clone());
                let params = params().profile(round.to_string()).role(role_in(1));
                tokio::spawn(async move {
                    together.wait().await;
                    factory.get(&params).await.unwrap()
                })
            })
            .collect();
        let sessions = futures::future::join_all(asking).await;
        let first = sessions[0].as_ref().unwrap();
        assert!(sessions.iter().all(|session| Arc::ptr_eq(first, session.as_ref().unwrap())), "{round}");
    }
}

#[tokio::test(start_paused = true)]
async fn parameters_that_cannot_be_are_refused_and_nothing_is_kept_of_them() {
    let factory = SessionFactory::new(Sts::new().builder());
    let long = role_in(1).duration(Duration::from_secs(1));
    let error = factory.get(&params().role(long)).await.unwrap_err();
    assert!(matches!(error, SessionError::Role(_)), "{error}");
    assert!(factory.get(&params().endpoint_url("nowhere")).await.is_err());
    factory.get(&params()).await.unwrap();
}
