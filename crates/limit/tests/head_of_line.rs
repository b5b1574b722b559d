//! Calls of which one limit is full must not stop those it does not concern, and accounts must share what
//! they have in common evenly. Sixty seconds each; what is possible is worked out beside each figure.

#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

mod common;

use std::num::NonZeroU32;
use std::time::Duration;

use common::{Log, busy, call, limiter, most_in_a_window, paused, rule};
use orgwide_limit::{Key, Limiter, Match, Quota, Rule, Rules, Scope};
use tokio::time::{Instant, sleep};

const AT_ONCE: Duration = Duration::ZERO;

fn per_account(rate: f64, burst: u32) -> Rule {
    Rule::ceiling(Match::ANYTHING, Quota::new(rate, burst).unwrap()).with_scope(Scope::ACCOUNT)
}

fn under(rules: impl IntoIterator<Item = Rule>) -> Limiter {
    let free = ["ec2:*=unlimited", "s3:*=unlimited", "kms:*=unlimited"].map(rule);
    Limiter::new(Rules::new(rules.into_iter().chain(free)))
}

/// How many calls each of these made in a minute.
async fn a_minute(limiter: &Limiter, callers: impl IntoIterator<Item = (Key, Duration)>) -> Vec<usize> {
    let start = Instant::now();
    let running: Vec<_> = callers.into_iter().map(|(key, takes)| busy(limiter, key, takes, start)).collect();
    sleep(Duration::from_secs(60)).await;
    running.iter().for_each(|(_, task)| task.abort());
    running.iter().map(|(log, _): &(Log, _)| log.borrow().len()).collect()
}

#[test]
fn calls_stopped_by_a_slow_service_do_not_stop_their_accounts_other_calls() {
    paused(async {
        // Twenty accounts with 20/s each, all of which also ask a service that lets one a second pass.
        let limiter = under([per_account(20.0, 20), rule("s3=1/s burst 1 per run")]);
        let slow = (1..=20).map(|account| (call(account, "s3", "ListBuckets"), AT_ONCE));
        let other = (1..=20).map(|account| (call(account, "ec2", "DescribeInstances"), AT_ONCE));
        let calls = a_minute(&limiter, slow.chain(other)).await;
        let (slow, other) = calls.split_at(20);
        // 1 + 60 of the slow; of the rest 20 x (20 + 1200), less those.
        assert!((60..=62).contains(&slow.iter().sum::<usize>()), "{slow:?}");
        let possible = 24_400 - 61;
        assert!(other.iter().sum::<usize>() * 10 >= possible * 9, "{other:?}");
    });
}

#[test]
fn an_account_that_is_slow_does_not_stop_the_others_at_a_shared_service() {
    paused(async {
        let slow = Match::ANYTHING.by_accounts([common::payer(1)]);
        let slow = Rule::ceiling(slow, Quota::new(0.5, 1).unwrap()).with_scope(Scope::ACCOUNT);
        let limiter = under([per_account(20.0, 20), slow, rule("s3=200/s burst 10 per run")]);
        let calls =
            a_minute(&limiter, (1..=20).map(|account| (call(account, "s3", "ListBuckets"), AT_ONCE))).await;
        let possible = 200 * 60 + 10;
        assert!(calls[0] <= 31 && calls[0] >= 27, "{calls:?}");
        assert!(calls[1..].iter().sum::<usize>() * 10 >= (possible - 31) * 9, "{calls:?}");
    });
}

#[test]
fn an_account_whose_permits_are_held_long_does_not_stop_the_others() {
    paused(async {
        let two = Rule::in_flight_ceiling(NonZeroU32::new(2).unwrap()).with_scope(Scope::ACCOUNT);
        let limiter = under([two, rule("s3=200/s burst 10 per run")]);
        let mut callers = vec![(call(1, "s3", "ListBuckets"), Duration::from_secs(10))];
        callers.extend((0..3).map(|n| (call(1, "s3", &format!("Get{n}")), Duration::from_secs(10))));
        callers.extend((2..=20).map(|account| (call(account, "s3", "ListBuckets"), AT_ONCE)));
        let calls = a_minute(&limiter, callers).await;
        let (held, others) = calls.split_at(4);
        // Two at a time for ten seconds each.
        assert!((12..=14).contains(&held.iter().sum::<usize>()), "{held:?}");
        assert!(others.iter().sum::<usize>() * 10 >= (200 * 60 + 10 - 14) * 9, "{others:?}");
    });
}

#[test]
fn an_account_busy_with_other_calls_gets_its_share_of_a_contended_service() {
    paused(async {
        let two = Rule::in_flight_ceiling(NonZeroU32::new(2).unwrap()).with_scope(Scope::ACCOUNT);
        let limiter = under([two, rule("s3=5/s burst 1 per run")]);
        let takes = Duration::from_millis(50);
        let mut callers: Vec<_> = (0..4).map(|n| (call(1, "ec2", &format!("Describe{n}")), takes)).collect();
        callers.extend((1..=10).map(|account| (call(account, "s3", "ListBuckets"), takes)));
        let calls = a_minute(&limiter, callers).await;
        let (other, shared) = calls.split_at(4);
        // 301 over ten accounts. Each of its own calls that has to wait costs it a turn, so its share gets smaller
        // the more of them wait together: with 10 it is 25 of 30, with 40 it is 20.
        assert!(shared[0] >= 27, "{shared:?}");
        assert!(shared.iter().sum::<usize>() * 10 >= 301 * 9, "{shared:?}");
        // Two permits, twenty calls a second each, less its share.
        assert!(other.iter().sum::<usize>() * 10 >= (2400 - 30) * 9, "{other:?}");
    });
}

#[test]
fn accounts_take_turns_at_a_ceiling_even_if_one_has_a_hundred_keys() {
    for (many, takes) in [(1, AT_ONCE), (100, AT_ONCE), (100, Duration::from_millis(30))] {
        paused(async {
            let limiter = under([rule("s3=200/s burst 10 per run"), per_account(50.0, 50)]);
            let mut callers: Vec<_> = (0..many).map(|n| (call(1, "s3", &format!("Get{n}")), takes)).collect();
            callers.extend((2..=100).map(|account| (call(account, "s3", "ListBuckets"), takes)));
            let calls = a_minute(&limiter, callers).await;
            let (first, others) = calls.split_at(many);
            let mut accounts = others.to_vec();
            accounts.push(first.iter().sum());
            let (most, least) = (accounts.iter().max().unwrap(), accounts.iter().min().unwrap());
            assert!(*most as f64 <= 1.1 * *least as f64, "{many}: {least} to {most}");
            assert!(accounts.iter().sum::<usize>() >= 12_000, "{many}");
        });
    }
}

#[test]
fn a_hundred_keys_under_one_ceiling_keep_every_limit_and_use_the_ceiling() {
    paused(async {
        let limiter = limiter(&["ec2:*=20/s burst 5", "ec2=200/s burst 10 per run"]);
        let start = Instant::now();
        let callers: Vec<_> = (0..100)
            .flat_map(|n| {
                let waiters = if n == 0 { 1000 } else { 1 };
                std::iter::repeat_n(call(1 + n / 10, "ec2", &format!("Describe{}", n % 10)), waiters)
            })
            .map(|key| (key.clone(), busy(&limiter, key, AT_ONCE, start)))
            .collect();
        sleep(Duration::from_secs(60)).await;
        callers.iter().for_each(|(_, (_, task))| task.abort());

        let mut by_key: std::collections::HashMap<Key, Vec<f64>> = Default::default();
        for (key, (log, _)) in &callers {
            by_key.entry(key.clone()).or_default().extend(log.borrow().iter());
        }
        let mut all = Vec::new();
        for times in by_key.values_mut() {
            times.sort_by(f64::total_cmp);
            assert!(most_in_a_window(20.0, times) <= 5.0 + 1e-6);
            all.extend_from_slice(times);
        }
        all.sort_by(f64::total_cmp);
        assert!(most_in_a_window(200.0, &all) <= 10.0 + 1e-6);
        assert!(all.len() * 100 >= 12_010 * 99, "{}", all.len());
    });
}
