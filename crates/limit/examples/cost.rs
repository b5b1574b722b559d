//! What passing a limiter costs: `cargo run --release -p orgwide-limit --example cost`.
//!
//! Wall time on the real clock, best of five; on a busy machine take the least of several runs.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints figures")]

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use orgwide_limit::{Key, Limiter, Match, Payer, Quota, Rule, Rules, Scope};

fn key(account: u64, operation: u64) -> Key {
    Key {
        account: Payer::Account(format!("{account:012}").parse().unwrap()),
        region: "eu-central-1".parse().unwrap(),
        service: "ec2".parse().unwrap(),
        operation: format!("Describe{operation}").parse().unwrap(),
    }
}

fn ample() -> Quota {
    Quota::new(100_000.0, 100_000).unwrap()
}

fn bucket() -> Rule {
    Rule::new(Match::operations("ec2".parse().unwrap(), "*").unwrap(), ample())
}

fn per_account() -> Rule {
    Rule::in_flight_ceiling(NonZeroU32::new(20).unwrap()).with_scope(Scope::ACCOUNT)
}

fn per_run() -> Rule {
    Rule::ceiling(Match::ANYTHING, ample())
}

/// Nanoseconds for each of so many calls, the best of five.
async fn best(calls: usize, mut run: impl AsyncFnMut() -> Duration) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..5 {
        least = least.min(run().await.as_secs_f64() * 1e9 / calls as f64);
    }
    least
}

/// Calls that need not wait, each by another of so many accounts.
async fn free(rules: Vec<Rule>, accounts: u64) -> f64 {
    let limiter = Limiter::new(Rules::new(rules));
    let keys: Vec<Key> = (0..accounts).map(|account| key(account, 0)).collect();
    let calls = 50_000;
    best(calls, async || {
        let start = Instant::now();
        for key in keys.iter().cycle().take(calls) {
            drop(limiter.acquire(key).await.unwrap());
        }
        start.elapsed()
    })
    .await
}

/// Calls that wait for one place in flight, each handing it to the next.
async fn handed_over(heads: u64, waiters: u64) -> f64 {
    let one = Rule::in_flight_ceiling(NonZeroU32::MIN);
    let calls = (heads * waiters).max(10_000);
    best(calls as usize, async || {
        let unlimited = Rule::new(Match::operations("ec2".parse().unwrap(), "*").unwrap(), Quota::UNLIMITED);
        let limiter = Limiter::new(Rules::new([unlimited, one.clone()]));
        let tasks: Vec<_> = (0..heads)
            .flat_map(|head| std::iter::repeat_n(key(head, 0), waiters as usize))
            .map(|key| {
                let limiter = limiter.clone();
                tokio::spawn(async move {
                    for _ in 0..calls / (heads * waiters) {
                        drop(limiter.acquire(&key).await.unwrap());
                        // So that the next has to wait.
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        let held = limiter.acquire(&key(heads, 0)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let start = Instant::now();
        drop(held);
        for task in tasks {
            task.await.unwrap();
        }
        start.elapsed()
    })
    .await
}

/// Memory in use, in bytes, where the system tells.
fn resident() -> Option<f64> {
    let pages: f64 = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096.0)
}

/// Bytes for each bucket in memory, and for each call that waits in one line, its task included.
async fn memory() -> Option<(f64, f64)> {
    let slow = Quota::new(0.0001, 1).unwrap();
    let limiter =
        Limiter::new(Rules::new([Rule::new(Match::operations("ec2".parse().unwrap(), "*").unwrap(), slow)]));
    let first = key(0, 0);
    let before = resident()?;
    for account in 0..200_000 {
        drop(limiter.acquire(&Key { account: key(account, 0).account, ..first.clone() }).await.unwrap());
    }
    let full = resident()?;
    let tasks: Vec<_> = (0..100_000)
        .map(|_| {
            let (limiter, key) = (limiter.clone(), first.clone());
            tokio::spawn(async move { limiter.acquire(&key).await.map(drop) })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let waiting = resident()?;
    tasks.iter().for_each(|task| task.abort());
    Some(((full - before) / 200_000.0, (waiting - full) / 100_000.0))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Some((bucket, waiter)) = memory().await {
        println!("a bucket in memory             {bucket:6.0} bytes");
        println!("a call that waits              {waiter:6.0} bytes");
    }
    println!("free, one bucket               {:6.0} ns", free(vec![bucket()], 1).await);
    println!("free, bucket of 10,000         {:6.0} ns", free(vec![bucket()], 10_000).await);
    println!(
        "free, three levels             {:6.0} ns",
        free(vec![bucket(), per_account(), per_run()], 1).await
    );
    println!(
        "free, three levels of 10,000   {:6.0} ns",
        free(vec![bucket(), per_account(), per_run()], 10_000).await
    );
    println!("1,000 calls in one line        {:6.0} ns", handed_over(1, 1000).await);
    println!("10,000 heads at one ceiling    {:6.0} ns", handed_over(10_000, 1).await);
}
