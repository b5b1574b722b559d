//! What buckets and waiting calls take in memory: `cargo run --release -p orgwide-limit --example memory`.
//!
//! Bytes are what the process's resident memory grows by, so they include what the allocator keeps for itself
//! and the spare room of tables that grow by doubling.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints figures")]

mod common;

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use common::{Goal, bucket, figure, key, limiter, paused};
use orgwide_limit::{Quota, Rule, Scope};
use tokio::time::{advance, sleep};

const BUCKETS: u64 = 200_000;
const CALLERS: u64 = 100_000;
const KEYS: u64 = 1_000_000;

/// Resident memory in bytes, where the system tells.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024.0)
}

/// Bytes for each bucket that nobody waits for, and for each call that waits in the line of one.
async fn bytes() -> Option<(f64, f64)> {
    // One call empties a bucket for hours, so it stays.
    let limiter = limiter([bucket(Quota::new(0.0001, 1).unwrap())]);
    let before = resident()?;
    for account in 0..BUCKETS {
        drop(limiter.acquire(&key(account)).await.unwrap());
    }
    let with_buckets = resident()?;
    assert_eq!(limiter.in_memory() as u64, BUCKETS);
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let limiter = limiter.clone();
            tokio::spawn(async move { limiter.acquire(&key(0)).await.map(drop) })
        })
        .collect();
    // Time moves only when everyone waits.
    sleep(Duration::from_millis(1)).await;
    let with_callers = resident()?;
    callers.iter().for_each(|caller| caller.abort());
    Some(((with_buckets - before) / BUCKETS as f64, (with_callers - with_buckets) / CALLERS as f64))
}

/// How many buckets and ceilings are there at most while a million keys are touched once each, and how many at the
/// end; and nanoseconds for each key, to make it included.
async fn touched_once() -> (usize, usize, f64) {
    let in_flight = Rule::in_flight_ceiling(NonZeroU32::new(20).unwrap()).with_scope(Scope::ACCOUNT);
    let limiter = limiter([bucket(Quota::new(10.0, 1).unwrap()), in_flight]);
    let start = Instant::now();
    let mut most = 0;
    for account in 0..KEYS {
        drop(limiter.acquire(&key(account)).await.unwrap());
        if account % 10 == 0 {
            advance(Duration::from_millis(1)).await;
        }
        if account % 1000 == 0 {
            most = most.max(limiter.in_memory());
        }
    }
    let each = start.elapsed().as_secs_f64() * 1e9 / KEYS as f64;
    sleep(Duration::from_secs(1)).await;
    limiter.sweep();
    (most, limiter.in_memory(), each)
}

fn main() {
    if let Some((bucket, caller)) = paused(bytes()) {
        figure("memory of an idle bucket, 200,000 of them", bucket, "bytes", Goal::None);
        figure("memory of a waiting call, 100,000 of them, its task included", caller, "bytes", Goal::None);
    }
    let (most, left, each) = paused(touched_once());
    figure("1,000,000 keys touched once: in memory at the end", left as f64, "", Goal::AtMost(0.0));
    figure("1,000,000 keys touched once: at most in memory", most as f64, "", Goal::None);
    figure("1,000,000 keys touched once: time for each, to make the key included", each, "ns", Goal::None);
}
