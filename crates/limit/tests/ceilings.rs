//! Limits of several levels, on rates and on calls in flight, in random order, with callers that give up: nothing
//! hangs, nothing is lost, nothing is early. Each number is a seed.

#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

mod common;

use std::cell::{Cell, RefCell};
use std::num::NonZeroU32;
use std::rc::Rc;
use std::time::Duration;

use common::{call_in, drain, free, most_in_a_window, paused, payer, rule, seeds};
use orgwide_limit::{Key, Limiter, Match, Quota, Rule, Rules, Scope};
use tokio::time::{Instant, sleep, timeout};

const SCOPES: [Scope; 4] = [Scope::RUN, Scope::ACCOUNT, Scope::ACCOUNT_REGION, Scope::ACCOUNT_OPERATION];
const REGIONS: [&str; 2] = ["eu-central-1", "us-east-1"];

/// Limits at three levels or more; some on the rate, some on the calls in flight, some on both.
struct Level {
    scope: Scope,
    rate: Option<(f64, u32)>,
    in_flight: Option<u32>,
}

impl Level {
    fn random(random: &mut fastrand::Rng) -> Self {
        let kind = random.u8(..4);
        Self {
            scope: *random.choice(&SCOPES).unwrap(),
            rate: (kind != 0).then(|| (10f64.powf(random.f64() * 2.0), random.u32(1..8))),
            in_flight: kind.is_multiple_of(2).then(|| random.u32(1..6)),
        }
    }

    fn rule(&self) -> Rule {
        let quota = self.rate.map_or(Quota::UNLIMITED, |(rate, burst)| Quota::new(rate, burst).unwrap());
        let rule = Rule::ceiling(Match::ANYTHING, quota).with_scope(self.scope);
        match self.in_flight {
            Some(most) => rule.with_in_flight(NonZeroU32::new(most).unwrap()),
            None => rule,
        }
    }

    /// Whether two calls count on the same one.
    fn shared(&self, one: &Key, other: &Key) -> bool {
        (!self.scope.account || one.account == other.account)
            && (!self.scope.region || one.region == other.region)
            && (!self.scope.operation || one.operation == other.operation)
    }
}

/// A call that left: when, and when its response ended.
type Left = (Key, f64, f64);

fn check(levels: &[Level], left: &[Left], seed: u64) {
    for level in levels {
        for (key, _, _) in left {
            let mut times: Vec<f64> = Vec::new();
            let mut changes: Vec<(f64, i32)> = Vec::new();
            for (_, from, to) in left.iter().filter(|(other, _, _)| level.shared(key, other)) {
                times.push(*from);
                // Of what happens at one instant, ends go first.
                changes.extend([(*from, 1), (*to, -1)]);
            }
            times.sort_by(f64::total_cmp);
            if let Some((rate, burst)) = level.rate {
                let most = most_in_a_window(rate, &times);
                assert!(most <= f64::from(burst) + 1e-6, "seed {seed}: {rate}/s burst {burst}: {most}");
            }
            if let Some(allowed) = level.in_flight {
                changes.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
                let mut flying = 0;
                for (_, change) in changes {
                    flying += change;
                    assert!(flying <= allowed as i32, "seed {seed}: {flying} of {allowed} in flight");
                }
            }
        }
    }
}

#[test]
fn nothing_hangs_or_leaks_or_is_early_whatever_the_order_of_the_ceilings() {
    let (mut left_in_all, mut given_up_in_all) = (0, 0);
    for seed in seeds(1000) {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut levels: Vec<Level> = (0..random.usize(2..5)).map(|_| Level::random(&mut random)).collect();
        random.shuffle(&mut levels);
        paused(async {
            let bucket = rule("ec2:*=50/s burst 3");
            let limiter = Limiter::new(Rules::new(levels.iter().map(Level::rule).chain([bucket])));
            let start = Instant::now();
            let (left, given_up) = (Rc::new(RefCell::new(Vec::<Left>::new())), Rc::new(Cell::new(0)));
            let tasks: Vec<_> = (0..random.usize(5..40))
                .map(|_| {
                    let (limiter, left, given_up) = (limiter.clone(), Rc::clone(&left), Rc::clone(&given_up));
                    let mut random = random.fork();
                    let region = *random.choice(&REGIONS).unwrap();
                    let operation = ["DescribeInstances", "DescribeVolumes"][random.usize(..2)];
                    let key = call_in(random.u64(1..4), region, "ec2", operation);
                    tokio::task::spawn_local(async move {
                        for _ in 0..random.usize(1..4) {
                            let patience = if random.u8(..3) == 0 { random.f64() * 2.0 } else { 1e6 };
                            let Ok(permit) =
                                timeout(Duration::from_secs_f64(patience), limiter.acquire(&key)).await
                            else {
                                given_up.set(given_up.get() + 1);
                                continue;
                            };
                            let permit = permit.unwrap();
                            let from = start.elapsed().as_secs_f64();
                            sleep(Duration::from_millis(random.u64(1..200))).await;
                            left.borrow_mut().push((key.clone(), from, start.elapsed().as_secs_f64()));
                            drop(permit);
                        }
                    })
                })
                .collect();
            let all = async {
                for task in tasks {
                    task.await.unwrap();
                }
            };
            // The slowest level lets one a second pass; nobody needs longer than all calls together.
            timeout(Duration::from_secs(3600), all).await.unwrap_or_else(|_| panic!("seed {seed} hangs"));
            check(&levels, &left.borrow(), seed);
            left_in_all += left.borrow().len();
            given_up_in_all += given_up.get();
            assert_eq!(limiter.counters().total.granted, left.borrow().len() as u64, "seed {seed}");

            // When all is over and full again, every limit is as good as new: none leaves anything behind.
            sleep(Duration::from_secs(60)).await;
            limiter.sweep();
            assert_eq!(limiter.in_memory(), 0, "seed {seed}");
        });
    }
    assert!(left_in_all > 20_000 && given_up_in_all > 5_000, "{left_in_all} {given_up_in_all}");
}

#[test]
fn cancellation_anywhere_loses_neither_tokens_nor_permits() {
    for seed in seeds(1000) {
        let mut random = fastrand::Rng::with_seed(seed);
        paused(async {
            // Nothing comes back, so what was taken can be counted.
            let three = Rule::in_flight_ceiling(NonZeroU32::new(3).unwrap()).with_scope(Scope::ACCOUNT);
            let rules = [three, rule("ec2=0.0001/s burst 60 per run"), rule("ec2=0.0001/s burst 40")];
            let limiter = Limiter::new(Rules::new(rules));
            let done = Rc::new(Cell::new(0));
            let tasks: Vec<_> = (0..60)
                .map(|n| {
                    let (limiter, done) = (limiter.clone(), Rc::clone(&done));
                    let key = call_in(1 + n % 2, "eu-central-1", "ec2", "DescribeInstances");
                    let takes = Duration::from_millis(random.u64(1..50));
                    tokio::task::spawn_local(async move {
                        let permit = limiter.acquire(&key).await.unwrap();
                        done.set(done.get() + 1);
                        sleep(takes).await;
                        drop(permit);
                    })
                })
                .collect();
            for task in &tasks {
                if random.bool() {
                    sleep(Duration::from_millis(random.u64(..20))).await;
                    task.abort();
                }
            }
            sleep(Duration::from_secs(5)).await;
            tasks.iter().for_each(|task| task.abort());
            for task in tasks {
                let _ = task.await;
            }
            let mut rest = 0;
            for account in 1..=2 {
                rest += drain(&limiter, &call_in(account, "eu-central-1", "ec2", "DescribeInstances")).await;
            }
            // 60 in all, 40 for each account: what was not used is there.
            assert_eq!(done.get() + rest, 60, "seed {seed}");
        });
    }
}

#[test]
fn a_server_that_stalls_is_not_sent_a_burst_when_it_goes_on() {
    paused(async {
        let twenty = Rule::in_flight_ceiling(NonZeroU32::new(20).unwrap()).with_scope(Scope::ACCOUNT);
        let limiter = Limiter::new(Rules::new([twenty, rule("ec2=20/s burst 20")]));
        let start = Instant::now();
        let arrived = Rc::new(RefCell::new(Vec::new()));
        for _ in 0..200 {
            let (limiter, arrived) = (limiter.clone(), Rc::clone(&arrived));
            tokio::task::spawn_local(async move {
                let key = call_in(1, "eu-central-1", "ec2", "DescribeInstances");
                loop {
                    let permit = limiter.acquire(&key).await.unwrap();
                    let now = start.elapsed();
                    arrived.borrow_mut().push(now.as_secs_f64());
                    // From second 10 to second 20 nothing is answered.
                    let stalled = (Duration::from_secs(10)..Duration::from_secs(20)).contains(&now);
                    let answered = if stalled { Duration::from_secs(20) } else { now };
                    sleep(answered - now + Duration::from_millis(100)).await;
                    drop(permit);
                }
            });
        }
        sleep(Duration::from_secs(40)).await;
        let arrived = arrived.borrow();
        assert!(most_in_a_window(20.0, &arrived) <= 20.0 + 1e-6);
        let before = arrived.iter().filter(|at| **at < 10.0).count();
        let after = arrived.iter().filter(|at| **at > 20.0).count();
        assert!(before >= 215 && after >= 410, "{before} {after}");
    });
}

#[tokio::test(start_paused = true)]
async fn a_permit_is_released_once_by_whoever_comes_first() {
    let one = Rule::in_flight_ceiling(NonZeroU32::MIN).with_scope(Scope::ACCOUNT);
    let limiter = Limiter::new(Rules::new([one, rule("ec2=unlimited")]));
    let key = call_in(1, "eu-central-1", "ec2", "DescribeInstances");
    let first = limiter.acquire(&key).await.unwrap();
    assert!(!free(&limiter, &key).await, "in flight");
    first.release();
    let second = limiter.acquire(&key).await.unwrap();
    first.release();
    drop(first);
    assert!(!free(&limiter, &key).await, "the second is still in flight");
    drop(second);
    assert!(free(&limiter, &key).await);
    let other = call_in(2, "us-east-1", "s3", "ListBuckets");
    let _held = limiter.acquire(&other).await.unwrap();
    assert!(free(&limiter, &key).await, "another account has its own");
}

#[tokio::test(start_paused = true)]
async fn one_in_flight_never_waits_for_itself() {
    let limiter = Limiter::new(Rules::new([Rule::in_flight_ceiling(NonZeroU32::MIN), rule("ec2=unlimited")]));
    let key = call_in(1, "eu-central-1", "ec2", "DescribeInstances");
    for _ in 0..100 {
        let permit = limiter.acquire(&key).await.unwrap();
        assert_eq!(permit.waited(), Duration::ZERO);
        permit.release();
        // A call made while the last one's permit is still around.
        let inner = limiter.acquire(&key).await.unwrap();
        assert_eq!(inner.waited(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn rules_for_some_accounts_and_regions_are_for_no_others() {
    let quota = Quota::new(0.0001, 2).unwrap();
    let service = Match::service("ec2".parse().unwrap());
    let some = service.clone().by_accounts([payer(1), payer(2)]).in_regions(["us-*"]);
    let limiter = Limiter::new(Rules::new([Rule::new(some, quota), rule("ec2=0.0001/s burst 7")]));
    let call = |account, region| call_in(account, region, "ec2", "DescribeInstances");
    assert_eq!(drain(&limiter, &call(1, "us-east-1")).await, 2);
    assert_eq!(drain(&limiter, &call(2, "us-west-2")).await, 2);
    assert_eq!(drain(&limiter, &call(1, "eu-west-1")).await, 7);
    assert_eq!(drain(&limiter, &call(3, "us-east-1")).await, 7);
}
