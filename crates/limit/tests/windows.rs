//! The promise of a rate, judged from the times at which calls left, against a model that shares nothing with
//! the limiter. Each number is a seed and stands for one schedule.

#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

mod common;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use common::seeds;
use orgwide_limit::{Key, Limiter, Match, Payer, Quota, Rule, Rules};
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, timeout};

fn key() -> Key {
    Key {
        account: Payer::Base,
        region: "eu-central-1".parse().unwrap(),
        service: "ec2".parse().unwrap(),
        operation: "DescribeInstances".parse().unwrap(),
        paged: false,
    }
}

fn limiter(rate: f64, burst: u32) -> Limiter {
    let quota = Quota::new(rate, burst).unwrap();
    Limiter::new(Rules::new([Rule::new(Match::service("ec2".parse().unwrap()), quota)]))
}

fn paused<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(LocalSet::new().run_until(test))
}

/// The greatest of `calls - rate * T` over all windows that begin and end with a call.
fn most_in_a_window(rate: f64, seconds: &[f64]) -> f64 {
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for (number, second) in seconds.iter().enumerate() {
        let gone = number as f64 - rate * second;
        least = least.min(gone);
        most = most.max(gone + 1.0 - least);
    }
    most
}

/// What a bucket that fills without a break has left after calls at these times.
fn left_over(rate: f64, burst: u32, seconds: &[f64], now: f64) -> f64 {
    let (mut tokens, mut last) = (f64::from(burst), 0.0);
    for &second in seconds {
        tokens = (tokens + rate * (second - last)).min(f64::from(burst)) - 1.0;
        last = second;
    }
    (tokens + rate * (now - last)).min(f64::from(burst))
}

/// Callers that come at random, ask several times with pauses, and give up now and then.
async fn random_schedule(
    random: &mut fastrand::Rng,
    limiter: &Limiter,
    scale: f64,
    start: Instant,
) -> (Vec<f64>, u32) {
    let left = Rc::new(RefCell::new(Vec::new()));
    let given_up = Rc::new(RefCell::new(0));
    let tasks: Vec<_> = (0..random.usize(1..60))
        .map(|_| {
            let (limiter, left, given_up) = (limiter.clone(), Rc::clone(&left), Rc::clone(&given_up));
            let mut random = random.fork();
            tokio::task::spawn_local(async move {
                for _ in 0..random.usize(1..8) {
                    if random.bool() {
                        sleep(Duration::from_secs_f64(random.f64() * scale * 20.0)).await;
                    }
                    let patience = if random.u8(..3) == 0 { random.f64() * scale * 30.0 } else { 1e6 };
                    match timeout(Duration::from_secs_f64(patience), limiter.acquire(&key())).await {
                        Ok(granted) => {
                            drop(granted.unwrap());
                            left.borrow_mut().push(start.elapsed().as_secs_f64());
                        }
                        Err(_) => *given_up.borrow_mut() += 1,
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        // Some are stopped from outside as well, wherever they are by then.
        if random.u8(..10) == 0 {
            task.abort();
            *given_up.borrow_mut() += 1;
        }
        let _ = task.await;
    }
    (left.take(), given_up.take())
}

#[test]
fn no_window_holds_more_than_the_quota_and_no_token_is_lost() {
    let (mut left_in_all, mut given_up_in_all, mut waited) = (0, 0, 0);
    for seed in seeds(1000) {
        let mut random = fastrand::Rng::with_seed(seed);
        let rate = 10f64.powf(random.f64() * 5.0 - 1.5);
        let burst = if random.bool() { random.u32(1..5) } else { random.u32(1..50) };
        paused(async {
            let start = Instant::now();
            let limiter = limiter(rate, burst);
            let (mut left, given_up) = random_schedule(&mut random, &limiter, 1.0 / rate, start).await;
            let counters = limiter.counters().total;
            assert!(counters.granted >= left.len() as u64, "seed {seed}");
            left_in_all += left.len();
            given_up_in_all += given_up;
            waited += counters.waited;

            let most = most_in_a_window(rate, &left);
            assert!(most <= f64::from(burst) + 1e-6, "seed {seed}: {rate}/s burst {burst}: {most}");

            // What is left now is what the model says: the rest of the burst, and not one call more.
            let model = left_over(rate, burst, &left, start.elapsed().as_secs_f64());
            let mut free = 0;
            while timeout(Duration::ZERO, limiter.acquire(&key())).await.is_ok() {
                left.push(start.elapsed().as_secs_f64());
                free += 1;
            }
            let lost = model - f64::from(free);
            // Periods are whole nanoseconds, rounded up: at 3,000/s that is a ten-thousandth of a percent.
            assert!(
                (-1e-3..1.0 + 1e-3).contains(&lost),
                "seed {seed}: {rate}/s burst {burst}: {model} and {free}"
            );
        });
    }
    // The schedules are worth something only if they come near the limit.
    assert!(
        left_in_all > 60_000 && given_up_in_all > 10_000 && waited > 40_000,
        "{left_in_all} {given_up_in_all} {waited}"
    );
}

#[test]
fn work_that_waits_gets_at_least_99_percent_of_the_rate() {
    // The burst is what full use needs: one more than what 5 ms bring, rounded up.
    for (rate, burst) in
        [(0.1, 2), (2.0, 2), (20.0, 2), (100.0, 2), (600.0, 4), (5000.0, 26), (20_000.0, 101)]
    {
        paused(async {
            let limiter = limiter(rate, burst);
            let start = Instant::now();
            let left = Rc::new(RefCell::new(Vec::new()));
            let tasks: Vec<_> = (0..64)
                .map(|_| {
                    let (limiter, left) = (limiter.clone(), Rc::clone(&left));
                    tokio::task::spawn_local(async move {
                        loop {
                            drop(limiter.acquire(&key()).await.unwrap());
                            left.borrow_mut().push(start.elapsed().as_secs_f64());
                        }
                    })
                })
                .collect();
            let seconds = (2000.0 / rate).max(2.0);
            sleep(Duration::from_secs_f64(seconds)).await;
            tasks.iter().for_each(|task| task.abort());
            let left = left.take();
            let used = (left.len() as f64 - f64::from(burst)) / (rate * seconds);
            assert!(used >= 0.99, "{rate}/s burst {burst}: {used}");
            assert!(most_in_a_window(rate, &left) <= f64::from(burst) + 1e-6, "{rate}/s burst {burst}");
        });
    }
}
