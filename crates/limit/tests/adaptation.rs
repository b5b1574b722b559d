//! How rates follow a server whose limits are not known, and how much of what the server allows is used.

#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]
#![allow(clippy::print_stdout, reason = "the figures themselves are worth a look")]

mod common;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use common::{call, drain, free, limiter, paused};
use orgwide_limit::{Key, Learned, Limiter, Payer, Quota};
use tokio::time::{Instant, advance, sleep};

fn key() -> Key {
    call(1, "ec2", "DescribeInstances")
}

/// A server with a bucket of its own, in floating point, that refuses what is above its limit and remembers.
struct Server {
    rate: f64,
    burst: f64,
    tokens: f64,
    since: f64,
    /// When each call came, and whether it was served.
    log: Vec<(f64, bool)>,
}

impl Server {
    fn new(rate: f64, burst: f64) -> Self {
        Self { rate, burst, tokens: burst, since: 0.0, log: Vec::new() }
    }

    fn serve(&mut self, now: f64) -> bool {
        self.tokens = (self.tokens + self.rate * (now - self.since)).min(self.burst);
        self.since = now;
        let served = self.tokens >= 1.0;
        if served {
            self.tokens -= 1.0;
        }
        self.log.push((now, served));
        served
    }

    /// How many calls were served and how many refused from one second to another.
    fn between(&self, from: f64, to: f64) -> (f64, f64) {
        let calls = self.log.iter().filter(|(at, _)| (from..to).contains(at));
        calls.fold(
            (0.0, 0.0),
            |(served, not), (_, ok)| if *ok { (served + 1.0, not) } else { (served, not + 1.0) },
        )
    }
}

/// A hundred callers that always have another call to make.
fn a_hundred_callers(limiter: &Limiter, server: &Rc<RefCell<Server>>, latency: Duration, start: Instant) {
    for _ in 0..100 {
        let (limiter, server) = (limiter.clone(), Rc::clone(server));
        tokio::task::spawn_local(async move {
            loop {
                let permit = limiter.acquire(&key()).await.unwrap();
                // It arrives half way.
                sleep(latency / 2).await;
                let served = server.borrow_mut().serve(start.elapsed().as_secs_f64());
                sleep(latency / 2).await;
                if served { permit.succeeded() } else { permit.throttled(None) }
            }
        });
    }
}

/// Whose configured rate is five times what the server allows.
fn run(allowed: f64, latency: u64, then: impl AsyncFnOnce(&Limiter, &Rc<RefCell<Server>>)) {
    paused(async {
        let configured = 5.0 * allowed;
        let limiter = limiter(&[&format!("ec2={configured}/s burst {configured}")]);
        let server = Rc::new(RefCell::new(Server::new(allowed, allowed.ceil())));
        a_hundred_callers(&limiter, &server, Duration::from_millis(latency), Instant::now());
        then(&limiter, &server).await;
    });
}

fn uses_what_there_is(allowed: f64, latency: u64) {
    run(allowed, latency, async |limiter, server| {
        sleep(Duration::from_secs(600)).await;
        let (served, refused) = server.borrow().between(10.0, 600.0);
        let (used, throttled) = (served / (590.0 * allowed), refused / (served + refused));
        println!(
            "{allowed}/s, {latency} ms: {:.2} % used, {:.2} % throttled",
            100.0 * used,
            100.0 * throttled
        );
        assert!(
            used >= 0.95 && throttled <= 0.01,
            "{allowed}/s, {latency} ms: {used} used, {throttled} throttled"
        );
        let reported = limiter.counters().total.throttled as usize;
        let happened = server.borrow().log.iter().filter(|(_, served)| !served).count();
        assert!(happened - reported <= 100, "all but those under way are counted");
    });
}

#[test]
fn at_2_a_second_the_limit_is_found_and_used() {
    [10, 50, 500].into_iter().for_each(|latency| uses_what_there_is(2.0, latency));
}

#[test]
fn at_5_a_second_the_limit_is_found_and_used() {
    [10, 50, 500].into_iter().for_each(|latency| uses_what_there_is(5.0, latency));
}

#[test]
fn at_20_a_second_the_limit_is_found_and_used() {
    [10, 50, 500].into_iter().for_each(|latency| uses_what_there_is(20.0, latency));
}

#[test]
fn at_200_a_second_the_limit_is_found_and_used() {
    // With half a second each a hundred callers cannot reach it.
    [10, 50].into_iter().for_each(|latency| uses_what_there_is(200.0, latency));
}

#[test]
fn a_limit_that_triples_is_found_within_two_thousand_calls() {
    run(20.0, 50, async |limiter, server| {
        sleep(Duration::from_secs(300)).await;
        {
            let mut server = server.borrow_mut();
            (server.rate, server.burst) = (60.0, 60.0);
        }
        let before = limiter.counters().total.granted;
        // Until what was served in the last two seconds is 95 % of it.
        let mut second = 300.0;
        loop {
            sleep(Duration::from_millis(500)).await;
            second += 0.5;
            if server.borrow().between(second - 2.0, second).0 >= 0.95 * 60.0 * 2.0 {
                break;
            }
        }
        let calls = limiter.counters().total.granted - before;
        println!("{calls} calls, {} s", second - 300.0);
        assert!(calls <= 2000, "{calls}");
    });
}

fn only(learned: &[Learned]) -> f64 {
    assert_eq!(learned.len(), 1, "{learned:?}");
    learned[0].rate
}

#[tokio::test(start_paused = true)]
async fn calls_under_way_together_are_one_cut_and_each_permit_tells_once() {
    let limiter = limiter(&["ec2=100/s burst 100"]);
    let mut volley = Vec::new();
    for _ in 0..50 {
        volley.push(limiter.acquire(&key()).await.unwrap());
    }
    volley.iter().for_each(|permit| permit.throttled(None));
    assert_eq!(only(&limiter.learned()), 50.0);
    let next = limiter.acquire(&key()).await.unwrap();
    volley[0].throttled(None);
    volley.iter().for_each(|permit| permit.succeeded());
    assert_eq!(only(&limiter.learned()), 50.0, "they have told already");
    next.throttled(None);
    assert_eq!(only(&limiter.learned()), 25.0, "it left after the cut");
    assert_eq!(limiter.counters().total.throttled, 51);
}

#[tokio::test(start_paused = true)]
async fn a_throttle_leaves_nothing_of_the_burst_so_that_a_retry_does_not_run_into_it_again() {
    let limiter = limiter(&["ec2=10/s burst 100"]);
    let (first, second) = (limiter.acquire(&key()).await.unwrap(), limiter.acquire(&key()).await.unwrap());
    first.throttled(None);
    let retry = limiter.acquire(&key()).await.unwrap();
    assert_eq!(retry.waited(), Duration::from_millis(200), "a token at the halved rate of 5/s");
    second.throttled(None);
    let next = limiter.acquire(&key()).await.unwrap();
    assert_eq!(next.waited(), Duration::from_millis(200), "the same volley empties nothing twice");
}

#[tokio::test(start_paused = true)]
async fn what_was_learned_is_of_one_bucket_and_says_which() {
    let limiter = limiter(&["ec2:Describe*=10/s burst 10"]);
    limiter.acquire(&key()).await.unwrap().throttled(None);
    let other = call(2, "ec2", "DescribeInstances");
    limiter.acquire(&other).await.unwrap().succeeded();
    assert_eq!(
        limiter.learned(),
        [Learned {
            account: Some(common::payer(1)),
            region: Some("eu-central-1".parse().unwrap()),
            service: Some("ec2".parse().unwrap()),
            operation: Some("DescribeInstances".parse().unwrap()),
            configured: 10.0,
            rate: 5.0,
        }]
    );
    assert_eq!(limiter.quota(&key()), Quota::new(10.0, 10).unwrap(), "what was asked for is as it was");
}

#[tokio::test(start_paused = true)]
async fn the_rate_of_a_bucket_that_nobody_waits_for_stays() {
    let limiter = limiter(&["ec2=10/s burst 10"]);
    limiter.acquire(&key()).await.unwrap().throttled(None);
    for _ in 0..5000 {
        advance(Duration::from_secs(1)).await;
        let permit = limiter.acquire(&key()).await.unwrap();
        assert_eq!(permit.waited(), Duration::ZERO);
        permit.succeeded();
    }
    assert_eq!(only(&limiter.learned()), 5.0);
    // Nor does leaving memory change it.
    advance(Duration::from_secs(60)).await;
    limiter.sweep();
    assert_eq!(limiter.in_memory(), 0);
    assert_eq!(only(&limiter.learned()), 5.0);
    assert_eq!(drain(&limiter, &key()).await, 10);
    assert_eq!(limiter.acquire(&key()).await.unwrap().waited(), Duration::from_millis(200));
    assert_eq!(limiter.learned().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_rate_comes_back_to_what_was_asked_for_and_no_further() {
    let limiter = limiter(&["ec2=10/s burst 1"]);
    limiter.acquire(&key()).await.unwrap().throttled(None);
    let mut calls = 0;
    while !limiter.learned().is_empty() {
        let permit = limiter.acquire(&key()).await.unwrap();
        permit.succeeded();
        calls += 1;
        assert!(calls < 5000);
    }
    // The sum of the steps reaches ln 2: 0.0002 x (2^(n/200) - 1) / (2^(1/200) - 1) = 0.693, n about 740.
    assert!((650..850).contains(&calls), "{calls}");
    for _ in 0..3 {
        let start = Instant::now();
        drop(limiter.acquire(&key()).await.unwrap());
        assert!(start.elapsed() <= Duration::from_millis(100));
        let permit = limiter.acquire(&key()).await.unwrap();
        assert_eq!(permit.waited(), Duration::from_millis(100));
        permit.succeeded();
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_closes_the_bucket_for_that_long_and_a_minute_at_most() {
    for (asked, closed) in [(7, 7), (60, 60), (3600, 60)] {
        let limiter = limiter(&["ec2=10/s burst 10"]);
        let permit = limiter.acquire(&key()).await.unwrap();
        let (start, waiter) = (Instant::now(), limiter.clone());
        permit.throttled(Some(Duration::from_secs(asked)));
        assert!(!free(&limiter, &key()).await);
        assert!(free(&limiter, &call(2, "ec2", "DescribeInstances")).await, "another account's is open");
        drop(waiter.acquire(&key()).await.unwrap());
        assert_eq!(start.elapsed(), Duration::from_secs(closed));
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_learned_stays_below_a_quota_set_later_and_never_above_it() {
    let limiter = limiter(&["ec2=100/s burst 100"]);
    limiter.acquire(&key()).await.unwrap().throttled(None);
    limiter.set_quota(&key(), Quota::new(80.0, 10).unwrap());
    assert_eq!(only(&limiter.learned()), 50.0);
    limiter.set_quota(&key(), Quota::new(20.0, 10).unwrap());
    assert!(limiter.learned().is_empty());
    let base = Key { account: Payer::Base, ..key() };
    limiter.set_quota(&base, Quota::UNLIMITED);
    limiter.acquire(&base).await.unwrap().throttled(None);
    assert!(limiter.learned().is_empty(), "there is no rate to cut");
}
