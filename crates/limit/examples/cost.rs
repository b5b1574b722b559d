//! What passing a limiter costs: `cargo run --release -p orgwide-limit --example cost`.
//!
//! Wall time on the real clock, best of several where it does not say otherwise. A busy machine makes it longer,
//! never shorter.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints figures")]

mod common;

use std::time::{Duration, Instant};

use common::{Contest, Goal, ample, bucket, figure, key, limiter, one_at_a_ceiling, one_at_a_time, real};
use orgwide_limit::{Key, Rule};

/// Nanoseconds for each of so many calls: the best of so many runs, and the one in the middle.
fn measure(runs: usize, calls: usize, run: impl Fn() -> Duration) -> (f64, f64) {
    let mut took: Vec<Duration> = (0..runs).map(|_| run()).collect();
    took.sort();
    let each = |run: Duration| run.as_secs_f64() * 1e9 / calls as f64;
    (each(took[0]), each(took[runs / 2]))
}

/// Calls that need not wait, by so many accounts in turn, whose buckets are there already.
fn free(rules: &[Rule], accounts: u64) -> f64 {
    let keys: Vec<Key> = (0..accounts).map(key).collect();
    let calls = 20_000;
    let (best, _) = measure(40, calls, || {
        real(0, async {
            let limiter = limiter(rules.to_vec());
            common::pass(&limiter, &keys, keys.len()).await;
            let start = Instant::now();
            common::pass(&limiter, &keys, calls).await;
            let took = start.elapsed();
            assert_eq!(limiter.counters().total.waited, 0);
            took
        })
    });
    best
}

/// Calls that wait for the only permit, each handing it to the next.
fn handed_over(threads: usize, rules: &[Rule], accounts: u64, callers_each: usize) -> (f64, f64) {
    let callers = accounts as usize * callers_each;
    let rounds = 10_000 / callers;
    measure(15, callers * rounds, || {
        real(threads, async {
            let limiter = limiter(rules.to_vec());
            let contest = Contest::new(&limiter, accounts, callers_each, rounds).await;
            let start = Instant::now();
            contest.run().await;
            start.elapsed()
        })
    })
}

fn main() {
    let one = [bucket(ample())];
    let three = common::three_levels();
    figure("free acquire, one bucket", free(&one, 1), "ns", Goal::AtMost(300.0));
    figure("free acquire, one of 10,000 buckets", free(&one, 10_000), "ns", Goal::None);
    figure("free acquire, three levels", free(&three, 1), "ns", Goal::AtMost(600.0));
    figure("free acquire, three levels, 10,000 accounts", free(&three, 10_000), "ns", Goal::None);

    let (best, _) = handed_over(0, &one_at_a_time(), 1, 1000);
    figure("hand-over, 1,000 callers of one bucket", best, "ns", Goal::AtMost(2000.0));
    // The best of two threads is as fast as one: likely a run in which one of them had nothing to do.
    let (_, middle) = handed_over(2, &one_at_a_time(), 1, 1000);
    figure("hand-over, the same on two threads, median", middle, "ns", Goal::AtMost(2000.0));
    let (best, _) = handed_over(0, &one_at_a_ceiling(), 10_000, 1);
    figure("hand-over, 10,000 heads at one ceiling", best, "ns", Goal::AtMost(4000.0));
}
