//! Work for an instruction counter: `instructions WORKLOAD ROUNDS`, on one thread.
//!
//! Prints how many calls passed. The count of one run less that of a run with fewer rounds is what the
//! additional calls cost, without what it takes to start. `cargo xtask bench limiter` does this.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints figures")]

mod common;

use common::{
    Contest, ample, bucket, key, limiter, one_at_a_ceiling, one_at_a_time, pass, real, three_levels,
};
use orgwide_limit::Limiter;

/// Calls that need not wait, a thousand a round.
async fn free(limiter: &Limiter, rounds: usize) {
    pass(limiter, &[key(0)], 1000 * rounds).await;
    assert_eq!(limiter.counters().total.waited, 0);
}

/// Calls that all wait.
async fn contest(limiter: &Limiter, accounts: u64, callers_each: usize, rounds: usize) {
    Contest::new(limiter, accounts, callers_each, rounds).await.run().await;
    let total = limiter.counters().total;
    // All but the one that held the permit, and the last rounds of the last callers.
    assert!(total.waited * 100 > total.granted * 95, "{total:?}");
}

async fn run(workload: &str, rounds: usize) -> Option<u64> {
    let limiter = match workload {
        "free-one-bucket" => limiter([bucket(ample())]),
        "free-three-levels" => limiter(three_levels()),
        "contended" => limiter(one_at_a_time()),
        "ten-thousand-heads" => limiter(one_at_a_ceiling()),
        _ => return None,
    };
    match workload {
        "contended" => contest(&limiter, 1, 1000, rounds).await,
        "ten-thousand-heads" => contest(&limiter, 10_000, 1, rounds).await,
        _ => free(&limiter, rounds).await,
    }
    Some(limiter.counters().total.granted)
}

fn main() -> Result<(), &'static str> {
    const USAGE: &str = "instructions WORKLOAD ROUNDS";
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [workload, rounds] = arguments.as_slice() else { return Err(USAGE) };
    let rounds = rounds.parse().map_err(|_| USAGE)?;
    println!("{}", real(0, run(workload, rounds)).ok_or("there is no such workload")?);
    Ok(())
}
