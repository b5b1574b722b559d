//! Base credentials change, end and fail to come.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials};
use orgwide_session::Class;
use orgwide_simulator::WallClock;
use tokio::time::Instant;

use crate::common::*;
use crate::sts::{Sts, role_in};

/// Gives another key each time it is asked, which lasts so long.
#[derive(Debug, Clone)]
struct Rotating {
    time: WallClock,
    life: Option<Duration>,
    asked: Arc<AtomicUsize>,
}

impl Rotating {
    fn new(life: Option<Duration>) -> Self {
        Self { time: WallClock::start(), life, asked: Arc::default() }
    }
}

impl ProvideCredentials for Rotating {
    fn provide_credentials<'a>(&'a self) -> provider::future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let number = self.asked.fetch_add(1, SeqCst) + 1;
        let end = self.life.map(|life| aws_smithy_async::time::TimeSource::now(&self.time) + life);
        let key = format!("AKIAHUB{number}");
        provider::future::ProvideCredentials::ready(Ok(Credentials::new(key, "x", None, end, "test")))
    }
}

#[tokio::test(start_paused = true)]
async fn roles_are_renewed_with_the_base_credentials_of_the_day() {
    let (sts, base) = (Sts::new(), Rotating::new(Some(Duration::from_secs(2 * 3600))));
    let hub = sts.builder().credentials_provider(base).load().await.unwrap();
    let member = hub.assumed(&role_in(1));
    for _ in 0..5 {
        member.credentials().await.unwrap();
        tokio::time::sleep(Duration::from_secs(3599)).await;
    }
    let signers: Vec<_> = sts.asked().iter().map(|asked| asked.signer.clone().unwrap()).collect();
    // Two hours' credentials are renewed in the background in their last quarter of an hour or a little before, and so by
    // the assumption at 2 h at the latest.
    assert_eq!(signers, ["AKIAHUB1", "AKIAHUB1", "AKIAHUB2", "AKIAHUB2", "AKIAHUB3"]);
}

#[tokio::test(start_paused = true)]
async fn base_credentials_that_aws_refuses_are_fetched_again_at_once_and_the_call_is_made_with_the_new_ones()
{
    for code in ["ExpiredToken", "InvalidClientTokenId"] {
        let sts = Sts::refusing(move |asked| {
            (asked.signer.as_deref() == Some("AKIAHUB1")).then(|| (403, code, "it is gone".to_owned()))
        });
        let hub = sts.builder().credentials_provider(Rotating::new(None)).load().await.unwrap();
        hub.assumed(&role_in(1)).credentials().await.unwrap();
        let signers: Vec<_> = sts.asked().iter().map(|asked| asked.signer.clone().unwrap()).collect();
        assert_eq!(signers, ["AKIAHUB1", "AKIAHUB2"], "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn base_credentials_that_aws_refuses_and_that_have_no_others_are_the_caller_s_to_renew() {
    let sts = Sts::refusing(|_| {
        Some((403, "ExpiredToken", "The security token included in the request is expired".into()))
    });
    let member = sts.session().await.assumed(&role_in(1));
    let failure = member.credentials().await.unwrap_err();
    assert_eq!((failure.class(), failure.is_of_callers_own()), (Class::Expired, true));
    assert_eq!(failure.next_step(), "sign in again");
    assert_eq!(sts.asked().len(), 1, "the same are not tried twice");
}

/// Gives the same key whenever it is asked, and counts that.
#[derive(Debug, Clone, Default)]
struct Stubborn(Arc<AtomicUsize>);

impl ProvideCredentials for Stubborn {
    fn provide_credentials<'a>(&'a self) -> provider::future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.0.fetch_add(1, SeqCst);
        provider::future::ProvideCredentials::ready(Ok(Credentials::new("AKIASAME", "x", None, None, "test")))
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_gives_refused_credentials_again_is_not_asked_by_every_account() {
    let sts =
        Sts::refusing(|_| Some((403, "ExpiredToken", "expired".to_owned()))).slow(Duration::from_millis(10));
    let source = Stubborn::default();
    let hub = sts.builder().credentials_provider(source.clone()).load().await.unwrap();
    let members: Vec<_> = (1..=100).map(|number| hub.assumed(&role_in(number))).collect();
    let all = futures::future::join_all(members.iter().map(|member| member.credentials())).await;
    assert!(all.iter().all(|failure| failure.as_ref().unwrap_err().is_of_callers_own()));
    assert_eq!((source.0.load(SeqCst), sts.asked().len()), (2, 100));
    tokio::time::sleep(Duration::from_secs(6)).await;
    members[0].credentials().await.unwrap_err();
    assert_eq!(source.0.load(SeqCst), 3, "they may have been renewed by now");
}

#[tokio::test(start_paused = true)]
async fn base_credentials_that_have_ended_are_not_used() {
    let sts = Sts::new();
    let end = sts.now() + Duration::from_secs(3600);
    let own = Credentials::new("AKIAHUB", "x", None, Some(end), "test");
    let hub = sts.builder().credentials(own).load().await.unwrap();
    let member = hub.assumed(&role_in(1));
    member.credentials().await.unwrap();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    for _ in 0..2 {
        let failure = member.credentials().await.unwrap_err();
        assert_eq!((failure.class(), failure.is_of_callers_own()), (Class::Expired, true), "{failure}");
        assert!(failure.to_string().contains("they ended at "), "{failure}");
        tokio::time::sleep(MINUTE).await;
    }
    assert_eq!(sts.asked().len(), 1);
}

/// Never answers.
#[derive(Debug)]
struct Hung;

impl ProvideCredentials for Hung {
    fn provide_credentials<'a>(&'a self) -> provider::future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        provider::future::ProvideCredentials::new(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_is_given_up_after_a_minute_by_all_who_wait() {
    let sts = Sts::new();
    let hub = sts.builder().credentials_provider(Hung).load().await.unwrap();
    let begun = Instant::now();
    let members: Vec<_> = (1..=20).map(|number| hub.assumed(&role_in(number))).collect();
    let all = futures::future::join_all(members.iter().map(|member| member.credentials())).await;
    assert_eq!(begun.elapsed().as_secs(), 60);
    for failure in all {
        let failure = failure.unwrap_err();
        assert_eq!((failure.class(), failure.is_of_callers_own()), (Class::NoCredentials, true), "{failure}");
    }
    assert!(sts.asked().is_empty());
}
