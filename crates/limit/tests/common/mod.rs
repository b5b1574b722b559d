//! What several of the tests need: keys, runtimes under the paused clock, and a look at when calls left.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use orgwide_limit::{Key, Limiter, Payer, Rule, Rules};
use tokio::task::{JoinHandle, LocalSet};
use tokio::time::{Instant, sleep};

/// So many seeds, and ten times as many in a soak (`cargo xtask soak`).
pub(crate) fn seeds(usually: u64) -> std::ops::Range<u64> {
    0..usually * if is_soak() { 10 } else { 1 }
}

pub(crate) fn is_soak() -> bool {
    std::env::var_os("ORGWIDE_SOAK").is_some()
}

pub(crate) fn payer(account: u64) -> Payer {
    Payer::Account(format!("{account:012}").parse().unwrap())
}

pub(crate) fn call(account: u64, service: &str, operation: &str) -> Key {
    call_in(account, "eu-central-1", service, operation)
}

pub(crate) fn call_in(account: u64, region: &str, service: &str, operation: &str) -> Key {
    Key {
        account: payer(account),
        region: region.parse().unwrap(),
        service: service.parse().unwrap(),
        operation: operation.parse().unwrap(),
        paged: false,
    }
}

pub(crate) fn rule(text: &str) -> Rule {
    text.parse().unwrap()
}

pub(crate) fn limiter(rules: &[&str]) -> Limiter {
    Limiter::new(Rules::new(rules.iter().map(|text| rule(text))))
}

/// Runs on one thread under the paused clock, so that the same seed gives the same schedule.
pub(crate) fn paused<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(LocalSet::new().run_until(test))
}

/// Whether a call could leave at once. It leaves if so. No time passes, as it would in a timer of zero.
pub(crate) async fn free(limiter: &Limiter, key: &Key) -> bool {
    let mut call = pin!(limiter.acquire(key));
    poll_fn(|context| Poll::Ready(matches!(call.as_mut().poll(context), Poll::Ready(Ok(_))))).await
}

/// Empties a bucket and says how many calls that took.
pub(crate) async fn drain(limiter: &Limiter, key: &Key) -> u32 {
    let mut taken = 0;
    while free(limiter, key).await {
        taken += 1;
    }
    taken
}

/// When calls left, in seconds.
pub(crate) type Log = Rc<RefCell<Vec<f64>>>;

/// A caller that asks again as soon as its last call, which takes so long, has ended.
pub(crate) fn busy(limiter: &Limiter, key: Key, takes: Duration, start: Instant) -> (Log, JoinHandle<()>) {
    let log = Log::default();
    let (limiter, left) = (limiter.clone(), Rc::clone(&log));
    let task = tokio::task::spawn_local(async move {
        loop {
            let permit = limiter.acquire(&key).await.unwrap();
            left.borrow_mut().push(start.elapsed().as_secs_f64());
            if !takes.is_zero() {
                sleep(takes).await;
            }
            drop(permit);
        }
    });
    (log, task)
}

/// The greatest of `calls - rate * T` over all windows that begin and end with a call.
pub(crate) fn most_in_a_window(rate: f64, seconds: &[f64]) -> f64 {
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for (number, second) in seconds.iter().enumerate() {
        let gone = number as f64 - rate * second;
        least = least.min(gone);
        most = most.max(gone + 1.0 - least);
    }
    most
}
