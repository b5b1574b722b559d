//! What the programs that measure the limiter share: calls, rules, and how a figure is told.

#![allow(dead_code, reason = "each program uses some of it")]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "programs that print figures")]

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use orgwide_limit::{Key, Limiter, Match, Payer, Quota, Rule, Rules, Scope};
use tokio::task::{JoinHandle, LocalSet};

/// What a figure is meant to be.
pub(crate) enum Goal {
    AtMost(f64),
    AtLeast(f64),
    /// It is only told.
    None,
}

/// Prints a figure as a line of JSON. Names and units are plain words, in which nothing needs to be escaped.
pub(crate) fn figure(what: &str, value: f64, unit: &str, goal: Goal) {
    let goal = match goal {
        Goal::AtMost(bound) => format!(r#","at_most":{bound}"#),
        Goal::AtLeast(bound) => format!(r#","at_least":{bound}"#),
        Goal::None => String::new(),
    };
    println!(r#"{{"what":"{what}","value":{value},"unit":"{unit}"{goal}}}"#);
}

/// A call by one of many accounts.
pub(crate) fn key(account: u64) -> Key {
    Key {
        account: Payer::Account(format!("{account:012}").parse().unwrap()),
        region: "eu-central-1".parse().unwrap(),
        service: "ec2".parse().unwrap(),
        operation: "DescribeInstances".parse().unwrap(),
        paged: false,
    }
}

/// One bucket for each account, region and operation.
pub(crate) fn bucket(quota: Quota) -> Rule {
    Rule::new(Match::operations("ec2".parse().unwrap(), "*").unwrap(), quota)
}

/// A quota that a measurement does not use up.
pub(crate) fn ample() -> Quota {
    Quota::new(100_000.0, 100_000).unwrap()
}

/// A bucket, calls in flight for each account, and a rate over the whole run.
pub(crate) fn three_levels() -> [Rule; 3] {
    let in_flight = Rule::in_flight_ceiling(NonZeroU32::new(20).unwrap()).with_scope(Scope::ACCOUNT);
    [bucket(ample()), in_flight, Rule::ceiling(Match::ANYTHING, ample())]
}

/// Every bucket lets one call be in flight, and the next passes when that ends.
pub(crate) fn one_at_a_time() -> [Rule; 1] {
    [bucket(Quota::UNLIMITED).with_in_flight(NonZeroU32::MIN)]
}

/// Any number of buckets without a limit, under a ceiling of one call in flight.
pub(crate) fn one_at_a_ceiling() -> [Rule; 2] {
    [bucket(Quota::UNLIMITED), Rule::in_flight_ceiling(NonZeroU32::MIN)]
}

/// Takes so many permits, one after the other.
pub(crate) async fn pass(limiter: &Limiter, keys: &[Key], calls: usize) {
    for key in keys.iter().cycle().take(calls) {
        drop(limiter.acquire(key).await.unwrap());
    }
}

/// Callers who all wait for the only permit. Dropping it lets them go, each asking again until its rounds are over.
pub(crate) struct Contest {
    pub(crate) held: orgwide_limit::Permit,
    callers: Vec<JoinHandle<()>>,
}

impl Contest {
    /// Ready when everyone waits. Each account has so many callers.
    pub(crate) async fn new(limiter: &Limiter, accounts: u64, callers_each: usize, rounds: usize) -> Self {
        let held = limiter.acquire(&key(0)).await.unwrap();
        let waiting = Arc::new(AtomicU64::new(0));
        let callers: Vec<_> = (0..accounts)
            .flat_map(|account| std::iter::repeat_n(key(account), callers_each))
            .map(|key| {
                let (limiter, waiting) = (limiter.clone(), Arc::clone(&waiting));
                tokio::spawn(async move {
                    for _ in 0..rounds {
                        let wait = || waiting.fetch_add(1, Ordering::Relaxed);
                        drop(limiter.acquire_with(&key, wait).await.unwrap());
                        // So that the next has to wait.
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        while waiting.load(Ordering::Relaxed) < callers.len() as u64 {
            tokio::task::yield_now().await;
        }
        Self { held, callers }
    }

    /// Until everyone has passed as often as they wanted.
    pub(crate) async fn run(self) {
        drop(self.held);
        for caller in self.callers {
            caller.await.unwrap();
        }
    }
}

pub(crate) fn limiter(rules: impl IntoIterator<Item = Rule>) -> Limiter {
    Limiter::new(Rules::new(rules))
}

/// Runs on one thread under the paused clock: exact, and the same each time.
pub(crate) fn paused<T>(run: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(LocalSet::new().run_until(run))
}

/// Runs on the real clock, on the calling thread (0) or on so many others.
pub(crate) fn real<T>(threads: usize, run: impl Future<Output = T>) -> T {
    let mut runtime = match threads {
        0 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    if threads > 0 {
        runtime.worker_threads(threads);
    }
    runtime.enable_time().build().unwrap().block_on(run)
}
