//! How much of a rate is used while there is work: `cargo run --release -p orgwide-limit --example use_of_rate`.
//!
//! Real clock, because what loses tokens is that real timers wake late; about 35 seconds.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints figures")]

mod common;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use common::{Goal, bucket, figure, key, limiter, real};
use orgwide_limit::Quota;
use tokio::task::LocalSet;
use tokio::time::sleep;

const CALLERS: usize = 64;

/// The share of a rate that callers who always have another call to make get, once the burst is gone.
async fn used(rate: f64, burst: u32, seconds: u64) -> f64 {
    let limiter = limiter([bucket(Quota::new(rate, burst).unwrap())]);
    let passed = Rc::new(RefCell::new(Vec::new()));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (limiter, passed) = (limiter.clone(), Rc::clone(&passed));
            tokio::task::spawn_local(async move {
                let key = key(0);
                loop {
                    drop(limiter.acquire(&key).await.unwrap());
                    passed.borrow_mut().push(Instant::now());
                }
            })
        })
        .collect();
    sleep(Duration::from_secs(seconds)).await;
    callers.iter().for_each(|caller| caller.abort());
    let passed = passed.borrow();
    let steady = &passed[burst as usize..];
    let (first, last) = (steady[0], steady[steady.len() - 1]);
    (steady.len() - 1) as f64 / (last - first).as_secs_f64() / rate
}

fn main() {
    // The burst is what full use needs: one more than what 5 ms bring, rounded up.
    for (rate, burst, seconds) in [(20.0, 2, 15), (600.0, 4, 10), (5000.0, 26, 10)] {
        let used = real(0, LocalSet::new().run_until(used(rate, burst, seconds)));
        figure(
            &format!("rate used, {rate}/s burst {burst}, real clock"),
            100.0 * used,
            "%",
            Goal::AtLeast(99.0),
        );
    }
}
