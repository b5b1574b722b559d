//! Limits that change while calls wait for them. Each number is a seed.

#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

mod common;

use std::rc::Rc;
use std::time::Duration;

use common::{Log, busy, call, call_in, drain, free, limiter, paused, payer, seeds};
use orgwide_limit::{Key, Limiter, Quota};
use tokio::time::{Instant, advance, sleep, timeout};

fn key() -> Key {
    call(1, "ec2", "DescribeInstances")
}

fn quota(rate: f64, burst: u32) -> Quota {
    Quota::new(rate, burst).unwrap()
}

/// A bucket in floating point, which shares nothing with the one under test.
struct Model {
    rate: f64,
    burst: f64,
    tokens: f64,
}

impl Model {
    fn pass(&mut self, seconds: f64) {
        self.tokens = (self.tokens + self.rate * seconds).min(self.burst);
    }

    fn change(&mut self, rate: f64, burst: u32) {
        (self.rate, self.burst) = (rate, f64::from(burst));
        self.tokens = self.tokens.min(self.burst);
    }
}

#[test]
fn a_change_carries_over_what_was_left_and_never_adds_to_it() {
    for seed in seeds(200) {
        let mut random = fastrand::Rng::with_seed(seed);
        paused(async {
            let limiter = limiter(&["ec2=100/s burst 50"]);
            let mut model = Model { rate: 100.0, burst: 50.0, tokens: 50.0 };
            for step in 0..500 {
                match random.u8(..3) {
                    0 => {
                        let (rate, burst) = (10f64.powf(random.f64() * 4.0 - 1.0), random.u32(1..200));
                        limiter.set_quota(&key(), quota(rate, burst));
                        model.change(rate, burst);
                    }
                    1 => {
                        let nanos = 10f64.powf(random.f64() * 4.0 + 5.0) as u64;
                        // Not slept: timers have a tick of a millisecond.
                        advance(Duration::from_nanos(nanos)).await;
                        model.pass(nanos as f64 / 1e9);
                    }
                    _ => {
                        let free = free(&limiter, &key()).await;
                        // Too near to call for floating point.
                        if (model.tokens - 1.0).abs() > 1e-4 {
                            assert_eq!(
                                free,
                                model.tokens > 1.0,
                                "seed {seed}, step {step}: {}",
                                model.tokens
                            );
                        }
                        model.tokens -= f64::from(u8::from(free));
                    }
                }
            }
            let left = drain(&limiter, &key()).await;
            assert!(
                (model.tokens.max(0.0) - f64::from(left)).abs() < 1.001,
                "seed {seed}: {left}, {}",
                model.tokens
            );
        });
    }
}

#[test]
fn a_hundred_thousand_changes_give_no_token() {
    paused(async {
        let limiter = limiter(&["ec2=100/s burst 50"]);
        for _ in 0..20 {
            assert!(free(&limiter, &key()).await);
        }
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..100_000 {
            limiter.set_quota(&key(), quota(10f64.powf(random.f64() * 6.0 - 2.0), random.u32(50..10_000)));
        }
        limiter.set_quota(&key(), quota(100.0, 50));
        let left = drain(&limiter, &key()).await;
        // Rounding loses a little of each change, and never gives.
        assert!((29..=30).contains(&left), "{left}");
    });
}

#[test]
fn no_window_holds_more_than_the_quotas_in_force_allow() {
    for (rate, burst) in [(50.0, 50), (200.0, 50), (100.0, 5), (100.0, 500), (50.0, 1)] {
        for idle in [0.0, 0.4] {
            paused(async {
                let limiter = limiter(&["ec2=100/s burst 50"]);
                let start = Instant::now();
                assert_eq!(drain(&limiter, &key()).await, 50);
                sleep(Duration::from_secs_f64(idle)).await;
                limiter.set_quota(&key(), quota(rate, burst));
                let callers: Vec<(Log, _)> =
                    (0..100).map(|_| busy(&limiter, key(), Duration::ZERO, start)).collect();
                sleep(Duration::from_secs(10)).await;
                callers.iter().for_each(|(_, task)| task.abort());
                let mut times: Vec<f64> = callers.iter().flat_map(|(log, _)| log.borrow().clone()).collect();
                times.sort_by(f64::total_cmp);
                let after = times.len() as f64 - rate * 10.0;
                // What was left when it changed, and no more.
                let left = (100.0 * idle).min(f64::from(burst));
                assert!(
                    after <= left + 1e-6 && after > left - 2.0,
                    "{rate}/s burst {burst}: {after} of {left}"
                );
                assert!(common::most_in_a_window(rate, &times) <= f64::from(burst) + 1e-6);
            });
        }
    }
}

#[test]
fn random_changes_keep_every_window_below_what_was_allowed_in_it() {
    let mut calls = 0;
    for seed in seeds(1000) {
        let mut random = fastrand::Rng::with_seed(seed);
        paused(async {
            let (mut rate, mut burst) = (10f64.powf(random.f64() * 3.0), random.u32(1..30));
            let limiter = limiter(&[&format!("ec2={rate}/s burst {burst}")]);
            let start = Instant::now();
            let callers: Vec<_> = (0..random.usize(1..10))
                .map(|_| busy(&limiter, key(), Duration::from_secs_f64(random.f64() / rate), start))
                .collect();
            // The quota in force from each time on.
            let mut quotas = vec![(0.0, rate, burst)];
            for _ in 0..random.usize(1..6) {
                sleep(Duration::from_secs_f64(random.f64() * 20.0 / rate)).await;
                match random.u8(..4) {
                    0 => rate /= 2.0,
                    1 => rate *= 2.0,
                    2 => burst = (burst / 2).max(1),
                    _ => burst *= 2,
                }
                limiter.set_quota(&key(), quota(rate, burst));
                quotas.push((start.elapsed().as_secs_f64(), rate, burst));
                if random.u8(..4) == 0 {
                    random.choice(&callers).unwrap().1.abort();
                }
            }
            sleep(Duration::from_secs_f64(20.0 / rate)).await;
            callers.iter().for_each(|(_, task)| task.abort());
            let mut times: Vec<f64> = callers.iter().flat_map(|(log, _)| log.borrow().clone()).collect();
            times.sort_by(f64::total_cmp);
            calls += times.len();

            let earned = |until: f64| -> f64 {
                let ends = quotas.iter().skip(1).map(|(from, _, _)| *from).chain([f64::INFINITY]);
                quotas
                    .iter()
                    .zip(ends)
                    .map(|((from, rate, _), to)| rate * (until.min(to) - from).max(0.0))
                    .sum()
            };
            for (first, from) in times.iter().enumerate() {
                // A change at the very instant of a call may come before or after it.
                let before = quotas.iter().rposition(|(since, _, _)| since < from).unwrap_or(0);
                let at = quotas[before..].iter().take_while(|(since, _, _)| since <= from);
                let burst = at.map(|(_, _, burst)| *burst).max().unwrap();
                for (last, to) in times.iter().enumerate().skip(first) {
                    let held = (last - first + 1) as f64;
                    let allowed = f64::from(burst) + earned(*to) - earned(*from);
                    assert!(held <= allowed + 1e-3, "seed {seed}: {held} of {allowed} from {from} to {to}");
                }
            }
        });
    }
    assert!(calls > 50_000, "{calls}");
}

#[tokio::test(start_paused = true)]
async fn who_waits_notices_at_once() {
    let limiter = limiter(&["ec2=0.01/s burst 1"]);
    let start = Instant::now();
    assert!(free(&limiter, &key()).await);
    let waiters: Vec<_> = (0..100)
        .map(|_| {
            let limiter = limiter.clone();
            tokio::spawn(async move {
                drop(limiter.acquire(&key()).await.unwrap());
                start.elapsed()
            })
        })
        .collect();
    sleep(Duration::from_secs(5)).await;
    limiter.set_quota(&key(), quota(100.0, 1));
    assert_eq!(limiter.quota(&key()), quota(100.0, 1));
    for (turn, waiter) in waiters.into_iter().enumerate() {
        // 0.05 of a token was there at 5 s, so the next is due 9.5 ms later; timers have a tick of 1 ms.
        let due = Duration::from_millis(5010) + Duration::from_millis(10) * turn as u32;
        assert!(waiter.await.unwrap().abs_diff(due) <= Duration::from_millis(1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_changed_bucket_stays_changed_when_it_has_left_memory() {
    let limiter = limiter(&["ec2=1000/s burst 10"]);
    limiter.set_quota(&key(), quota(500.0, 4));
    limiter.set_blocking(&key(), false);
    assert_eq!(drain(&limiter, &key()).await, 4);
    sleep(Duration::from_secs(1)).await;
    limiter.sweep();
    assert_eq!(limiter.in_memory(), 0);
    assert_eq!(limiter.quota(&key()), quota(500.0, 4));
    for _ in 0..4 {
        assert!(free(&limiter, &key()).await);
    }
    assert!(limiter.acquire(&key()).await.is_err(), "it still does not let wait");
    let other = call(2, "ec2", "DescribeInstances");
    assert_eq!(limiter.quota(&other), quota(1000.0, 10), "only that bucket was changed");
}

#[tokio::test(start_paused = true)]
async fn a_limit_taken_away_lets_everyone_pass_and_one_set_again_holds() {
    let limiter = limiter(&["ec2=0.0001/s burst 1"]);
    assert!(free(&limiter, &key()).await);
    let waiters: Vec<_> = (0..50)
        .map(|_| {
            let limiter = limiter.clone();
            tokio::spawn(async move { limiter.acquire(&key()).await.unwrap().waited() })
        })
        .collect();
    sleep(Duration::from_secs(1)).await;
    limiter.set_quota(&key(), Quota::UNLIMITED);
    for waiter in waiters {
        assert_eq!(waiter.await.unwrap(), Duration::from_secs(1));
    }
    limiter.set_quota(&key(), quota(0.0001, 3));
    assert_eq!(drain(&limiter, &key()).await, 3);
}

#[test]
fn a_ceiling_over_an_account_in_a_region_comes_changes_and_goes() {
    paused(async {
        let limiter = limiter(&["ec2=unlimited", "s3=unlimited"]);
        let calls = || [("ec2", "DescribeInstances"), ("ec2", "DescribeVolumes"), ("s3", "ListBuckets")];
        let set = |limiter: &Limiter, quota| {
            limiter.set_ceiling(payer(1), "eu-central-1".parse().unwrap(), quota, true);
        };
        let start = Instant::now();
        set(&limiter, Some(quota(10.0, 1)));
        let callers: Vec<_> = calls()
            .map(|(service, operation)| busy(&limiter, call(1, service, operation), Duration::ZERO, start))
            .into();
        sleep(Duration::from_secs(10)).await;
        let count = |callers: &[(Log, _)]| -> Vec<usize> {
            callers.iter().map(|(log, _)| log.borrow().len()).collect()
        };
        let ten = count(&callers);
        assert!((100..=101).contains(&ten.iter().sum::<usize>()), "{ten:?}");
        // The two of ec2 are one bucket, and buckets of one account go in the order they come.
        assert!(ten[2] >= 45 && ten[0].abs_diff(ten[1]) <= 2, "all share it: {ten:?}");

        set(&limiter, Some(quota(20.0, 1)));
        sleep(Duration::from_secs(10)).await;
        let twenty = count(&callers).iter().sum::<usize>() - ten.iter().sum::<usize>();
        assert!((199..=201).contains(&twenty), "{twenty}");
        assert!(free(&limiter, &call_in(1, "us-east-1", "s3", "ListBuckets")).await, "another region");
        assert!(free(&limiter, &call(2, "s3", "ListBuckets")).await, "another account");
        callers.iter().for_each(|(_, task)| task.abort());

        // Those who wait when it is taken away pass.
        let log = Rc::clone(&callers[0].0);
        sleep(Duration::from_secs(1)).await;
        let waiter = {
            let limiter = limiter.clone();
            set(&limiter, Some(quota(0.0001, 1)));
            drain(&limiter, &call(1, "ec2", "DescribeInstances")).await;
            tokio::task::spawn_local(async move {
                limiter.acquire(&call(1, "s3", "ListBuckets")).await.unwrap().waited()
            })
        };
        sleep(Duration::from_secs(2)).await;
        assert!(!waiter.is_finished());
        set(&limiter, None);
        assert_eq!(waiter.await.unwrap(), Duration::from_secs(2));
        drop(log);
        for _ in 0..1000 {
            assert!(free(&limiter, &call(1, "ec2", "DescribeInstances")).await);
        }
    });
}

#[test]
fn a_ceiling_set_while_calls_wait_elsewhere_holds_for_them_too() {
    paused(async {
        let limiter = limiter(&["ec2:*=1/s burst 1"]);
        let start = Instant::now();
        // Fifty buckets, each with a call that waits at its own limit.
        let callers: Vec<_> = (0..50)
            .map(|n| busy(&limiter, call(1, "ec2", &format!("Describe{n}")), Duration::ZERO, start))
            .collect();
        sleep(Duration::from_millis(500)).await;
        limiter.set_ceiling(payer(1), "eu-central-1".parse().unwrap(), Some(quota(10.0, 1)), true);
        sleep(Duration::from_secs(10)).await;
        let mut times: Vec<f64> = callers.iter().flat_map(|(log, _)| log.borrow().clone()).collect();
        times.retain(|time| *time > 0.5);
        times.sort_by(f64::total_cmp);
        assert!(times.len() >= 94, "{}", times.len());
        assert!(common::most_in_a_window(10.0, &times) <= 1.0 + 1e-6);
    });
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_wait_at_a_changed_limit_leaves_nothing_behind() {
    let limiter = limiter(&["ec2=1/s burst 1", "ec2=1/s burst 1 per run"]);
    assert!(free(&limiter, &key()).await);
    for _ in 0..100 {
        assert!(timeout(Duration::from_millis(1), limiter.acquire(&key())).await.is_err());
        limiter.set_quota(&key(), quota(2.0, 1));
        limiter.set_quota(&key(), quota(1.0, 1));
    }
    sleep(Duration::from_secs(2)).await;
    assert_eq!(drain(&limiter, &key()).await, 1);
}
