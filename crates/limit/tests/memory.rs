//! What is idle leaves memory.

#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]
#![allow(clippy::print_stdout, reason = "the figures themselves are worth a look")]

mod common;

use std::num::NonZeroU32;
use std::time::Duration;

use common::{call, free, is_soak, limiter, rule};
use orgwide_limit::{Limiter, Rule, Rules, Scope};
use tokio::time::{advance, sleep};

#[tokio::test(start_paused = true)]
async fn keys_touched_once_leave_an_empty_map_and_never_pile_up() {
    let keys: u64 = if is_soak() { 1_000_000 } else { 100_000 };
    let twenty = Rule::in_flight_ceiling(NonZeroU32::new(20).unwrap()).with_scope(Scope::ACCOUNT);
    let limiter = Limiter::new(Rules::new([rule("ec2=10/s burst 1"), twenty]));
    let mut most = 0;
    for account in 0..keys {
        drop(limiter.acquire(&call(account, "ec2", "DescribeInstances")).await.unwrap());
        if account % 10 == 0 {
            advance(Duration::from_millis(1)).await;
        }
        if account % 1000 == 0 {
            most = most.max(limiter.in_memory());
        }
    }
    // A thousand buckets are short of a token at any time, and no ceiling is in use.
    assert!(most <= 5_000, "{most}");
    println!("at most {most} of {keys} in memory");
    sleep(Duration::from_secs(1)).await;
    limiter.sweep();
    assert_eq!(limiter.in_memory(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_held_or_not_full_stays() {
    let limiter = limiter(&["ec2=10/s burst 1"]);
    let keys = [1, 2].map(|account| call(account, "ec2", "DescribeInstances"));
    let held = limiter.acquire(&keys[0]).await.unwrap();
    assert!(free(&limiter, &keys[1]).await);
    limiter.sweep();
    assert_eq!(limiter.in_memory(), 2);
    assert!(!free(&limiter, &keys[1]).await, "a token is missing from it");
    advance(Duration::from_millis(100)).await;
    limiter.sweep();
    assert_eq!(limiter.in_memory(), 1, "the other is as good as new");
    drop(held);
    limiter.sweep();
    assert_eq!(limiter.in_memory(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_leaves_comes_back_full_and_not_fuller() {
    let limiter = limiter(&["ec2=10/s burst 3"]);
    let key = call(1, "ec2", "DescribeInstances");
    for _ in 0..100 {
        assert_eq!(common::drain(&limiter, &key).await, 3);
        limiter.sweep();
        assert!(!free(&limiter, &key).await, "sweeping gives nothing back");
        advance(Duration::from_millis(300)).await;
        limiter.sweep();
    }
}
