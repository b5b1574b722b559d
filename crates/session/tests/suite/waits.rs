//! Waits are told to whoever measures work.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use orgwide_session::{OnWait, WaitReason};
use tokio::time::Instant;

use crate::common::*;

/// How many waits have begun and ended, and how long those took that ended.
#[derive(Default)]
struct Waits {
    begun: AtomicUsize,
    ended: AtomicUsize,
    millis: AtomicU64,
    what: Mutex<Vec<String>>,
}

struct Guard(Arc<Waits>, Instant);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, SeqCst);
        self.0.millis.fetch_add(self.1.elapsed().as_millis() as u64, SeqCst);
    }
}

impl Waits {
    fn observer(self: &Arc<Self>) -> OnWait {
        let waits = self.clone();
        OnWait::new(move |wait| {
            let account = wait.account.map_or("base".to_owned(), |account| account.to_string());
            let region = wait.region.map_or("-", |region| region.as_str());
            let reason = match wait.reason {
                WaitReason::Rate => "rate",
                _ => "credentials",
            };
            let what = format!("{reason} {}:{} {account} {region}", wait.service, wait.operation);
            waits.what.lock().unwrap().push(what);
            waits.begun.fetch_add(1, SeqCst);
            Some(Guard(waits.clone(), Instant::now()))
        })
    }

    /// What has been waited for since it was asked last.
    fn what(&self) -> Vec<String> {
        std::mem::take(&mut *self.what.lock().unwrap())
    }

    fn seen(&self) -> (usize, usize, u64) {
        (self.begun.load(SeqCst), self.ended.load(SeqCst), self.millis.load(SeqCst))
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_the_rate_is_told_and_a_call_that_may_leave_tells_none() {
    let simulator = slow_organization(1, Duration::from_millis(70), []);
    let waits = Arc::new(Waits::default());
    let rate = limits(&["sts=0.5/s burst 2"]);
    let hub = builder(&simulator).limiter(rate).on_wait(waits.observer()).load().await.unwrap();
    hub.credentials().await.unwrap();
    let before = waits.seen();

    who(&hub).await.unwrap();
    assert_eq!(waits.seen(), before, "nothing to wait for");

    // A token is left, and the next comes 2 s after the first was taken.
    let begun = Instant::now();
    who(&hub).await.unwrap();
    assert_eq!(waits.seen(), before);
    let call = who(&hub);
    tokio::pin!(call);
    assert!(tokio::time::timeout(Duration::from_millis(500), &mut call).await.is_err());
    assert_eq!((waits.seen().0, waits.seen().1), (before.0 + 1, before.1), "it has begun and not ended");
    call.await.unwrap();
    let (begun_now, ended, millis) = waits.seen();
    assert_eq!((begun_now, ended), (before.0 + 1, before.1 + 1));
    let waited = millis - before.2;
    let rest = begun.elapsed().as_millis() as u64 - 2 * 70;
    assert!(waited.abs_diff(rest) <= 2, "waited {waited} ms of {rest}: the answers are no waits");
    assert!(hub.calls().waited.as_millis().abs_diff(u128::from(waited)) <= 2);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_credentials_is_told_by_each_call_that_waits_and_ends_when_it_is_given_up() {
    let simulator = slow_organization(2, Duration::from_millis(100), []);
    let waits = Arc::new(Waits::default());
    let hub = builder(&simulator).on_wait(waits.observer()).load().await.unwrap();
    hub.credentials().await.unwrap();
    let (before, _, millis) = waits.seen();
    let member = hub.assumed(&role(id(1)));

    let given_up = tokio::time::timeout(Duration::from_millis(40), who(&member)).await;
    assert!(given_up.is_err());
    assert_eq!(waits.seen(), (before + 1, before + 1, millis + 40));

    // 60 ms of the flight are left for these.
    let calls = futures::future::join_all((0..4).map(|_| who(&member))).await;
    assert!(calls.iter().all(Result::is_ok));
    let (begun, ended, total) = waits.seen();
    assert_eq!((begun, ended), (before + 5, before + 5));
    assert!((total - millis - 40).abs_diff(4 * 60) <= 8, "{total}");

    who(&member).await.unwrap();
    assert_eq!(waits.seen(), (begun, ended, total), "credentials at hand, rate free");
    assert_eq!(requests(&simulator, "AssumeRole").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_wait_says_which_call_it_is_for_who_pays_for_it_and_where() {
    let simulator = slow_organization(3, Duration::from_millis(100), []);
    let waits = Arc::new(Waits::default());
    let rate = limits(&["sts:GetCallerIdentity=1/s burst 1", "sts:AssumeRole=unlimited"]);
    let hub = builder(&simulator).limiter(rate).on_wait(waits.observer()).load().await.unwrap();
    hub.credentials().await.unwrap();
    assert_eq!(waits.what(), ["credentials base:credentials base -"]);

    let (first, second) = (id(1), id(2));
    let member = hub.assumed(&role(first));
    who(&member).await.unwrap();
    assert_eq!(waits.what(), [format!("credentials sts:AssumeRole base {HOME}")], "the hub pays for it");

    who(&member).await.unwrap();
    assert_eq!(waits.what(), [format!("rate sts:GetCallerIdentity {first} {HOME}")]);

    member.assumed(&role(second)).credentials().await.unwrap_err();
    assert_eq!(
        waits.what(),
        [format!("credentials sts:AssumeRole {first} {HOME}")],
        "a hop pays for the next"
    );
}
