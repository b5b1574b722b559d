//! Limits that do not let calls wait.

#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

mod common;

use std::error::Error;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use common::{call, free, limiter, payer, rule};
use orgwide_limit::{Key, Limiter, Quota, RateLimited, Rule, Rules, Scope};
use tokio::time::sleep;

fn key() -> Key {
    call(1, "ec2", "DescribeInstances")
}

async fn refused(limiter: &Limiter, key: &Key) -> Duration {
    limiter.acquire(key).await.unwrap_err().retry_after
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_fails_fast_says_when_the_next_token_comes() {
    let limiter = Limiter::new(Rules::new([rule("ec2=10/s burst 2").failing_fast()]));
    assert!(free(&limiter, &key()).await && free(&limiter, &key()).await);
    assert_eq!(refused(&limiter, &key()).await, Duration::from_millis(100));
    tokio::time::advance(Duration::from_millis(30)).await;
    assert_eq!(refused(&limiter, &key()).await, Duration::from_millis(70));
    tokio::time::advance(Duration::from_millis(70)).await;
    assert!(free(&limiter, &key()).await);
    let total = limiter.counters().total;
    assert_eq!((total.granted, total.refused, total.waited), (3, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_refused_behind_others_is_told_their_time_too() {
    // Three calls wait for a place in flight; their bucket has two tokens left, and does not let wait.
    let one = Rule::in_flight_ceiling(NonZeroU32::MIN).with_scope(Scope::ACCOUNT);
    let limiter = Limiter::new(Rules::new([one, rule("ec2=10/s burst 3").failing_fast()]));
    let held = limiter.acquire(&key()).await.unwrap();
    let waiters: Vec<_> = (0..2)
        .map(|_| {
            let limiter = limiter.clone();
            tokio::spawn(async move { limiter.acquire(&key()).await.map(|permit| permit.waited()) })
        })
        .collect();
    tokio::task::yield_now().await;
    // Both tokens are theirs; a third is there in 100 ms.
    assert_eq!(refused(&limiter, &key()).await, Duration::from_millis(100));
    tokio::time::advance(Duration::from_millis(50)).await;
    drop(held);
    for waiter in waiters {
        assert_eq!(
            waiter.await.unwrap().unwrap(),
            Duration::from_millis(50),
            "waited for a place, not for a rate"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn turning_waiting_off_sends_those_away_who_wait() {
    let limiter = limiter(&["ec2=10/s burst 1"]);
    assert!(free(&limiter, &key()).await);
    let waiters: Vec<_> = (0..20)
        .map(|_| {
            let limiter = limiter.clone();
            tokio::spawn(async move { limiter.acquire(&key()).await.map(drop) })
        })
        .collect();
    sleep(Duration::from_millis(150)).await;
    limiter.set_blocking(&key(), false);
    let mut passed = 0;
    for waiter in waiters {
        match waiter.await.unwrap() {
            Ok(()) => passed += 1,
            // The first is told 50 ms; nobody stands before the next when its turn comes.
            Err(refused) => assert_eq!(refused.retry_after, Duration::from_millis(50)),
        }
    }
    assert_eq!(passed, 1);
    limiter.set_blocking(&key(), true);
    assert!(limiter.acquire(&key()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_ceiling_that_fails_fast_refuses_whatever_the_bucket() {
    let limiter = limiter(&["ec2=unlimited", "s3=unlimited"]);
    let set = |quota, blocking| {
        limiter.set_ceiling(payer(1), "eu-central-1".parse().unwrap(), Some(quota), blocking);
    };
    set(Quota::new(2.0, 2).unwrap(), false);
    assert!(free(&limiter, &key()).await && free(&limiter, &call(1, "s3", "ListBuckets")).await);
    assert_eq!(refused(&limiter, &key()).await, Duration::from_millis(500));
    assert!(free(&limiter, &call(2, "s3", "ListBuckets")).await);
    set(Quota::new(2.0, 2).unwrap(), true);
    assert_eq!(limiter.acquire(&key()).await.unwrap().waited(), Duration::from_millis(500));
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_response_is_told_no_time() {
    let one = Rule::in_flight_ceiling(NonZeroU32::MIN).failing_fast();
    let limiter = Limiter::new(Rules::new([one, rule("ec2=unlimited")]));
    let held = limiter.acquire(&key()).await.unwrap();
    let refused = limiter.acquire(&key()).await.unwrap_err();
    assert_eq!(refused.retry_after, Duration::ZERO);
    assert!(refused.to_string().contains("in flight"), "{refused}");
    drop(held);
    assert!(free(&limiter, &key()).await);
}

/// On the real clock, where nothing comes back for hours.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn threads_together_are_refused_exactly_when_nothing_is_left() {
    let limiter = Limiter::new(Rules::new([rule("ec2=0.0001/s burst 1000").failing_fast()]));
    let passed = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (limiter, passed) = (limiter.clone(), Arc::clone(&passed));
            tokio::spawn(async move {
                for _ in 0..1000 {
                    if limiter.acquire(&key()).await.is_ok() {
                        passed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(passed.load(Ordering::Relaxed), 1000);
    assert_eq!(limiter.counters().total.refused, 3000);
}

#[derive(Debug)]
struct Outer(Box<dyn Error + Send + Sync>);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("outer")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

#[test]
fn a_refusal_is_found_however_deep_it_lies() {
    let refused = RateLimited { retry_after: Duration::from_millis(1500) };
    assert_eq!(RateLimited::find(&refused), Some(&refused));
    let deep = Outer(Box::new(std::io::Error::other(Outer(Box::new(refused)))));
    assert_eq!(RateLimited::find(&deep), Some(&refused));
    assert_eq!(RateLimited::find(&Outer("something else".into())), None);
    assert_eq!(
        refused.to_string(),
        "the rate limit is reached and does not let calls wait; try again in 1.5s"
    );
}
