//! A server that allows less than was thought is used to the full and seldom asked too often.

use std::time::Duration;

use orgwide_limit::Payer;
use orgwide_simulator::{RateRule, Request, Simulator, Throttling, WorldSpec};
use tokio::time::{Instant, sleep};

use crate::common::*;

const CALLERS: usize = 100;

fn slow_server(rate: f64, bucket: u32) -> Simulator {
    Simulator::builder(WorldSpec { accounts: 2, instances: 0, buckets: 0, ..WorldSpec::default() })
        .latency(Duration::from_millis(50))
        .throttling(Throttling::with([RateRule::new("sts", "GetCallerIdentity", rate, bucket)]))
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_server_with_a_fifth_of_the_rate_is_used_to_the_full_with_few_throttles() {
    let simulator = slow_server(20.0, 20);
    let limiter = limits(&["sts=100/s burst 20"]);
    let hub = builder(&simulator).limiter(limiter.clone()).load().await.unwrap();
    let end = Instant::now() + Duration::from_secs(120);
    let calls = (0..CALLERS).map(|_| async {
        let mut failed = 0;
        while Instant::now() < end {
            failed += usize::from(who(&hub).await.is_err());
        }
        failed
    });
    let failed: usize = futures::future::join_all(calls).await.into_iter().sum();

    let log = simulator.log();
    let settled: Vec<&Request> =
        log.iter().filter(|request| (10_000_000..120_000_000).contains(&request.arrived_us)).collect();
    let throttled = settled.iter().filter(|request| request.code.as_deref() == Some("Throttling")).count();
    let used = (settled.len() - throttled) as f64 / (20.0 * 110.0);
    let part = throttled as f64 / settled.len() as f64;
    println!("used {used:.4}, throttled {part:.4} ({throttled} of {}), {failed} calls lost", settled.len());
    assert!(used >= 0.95, "{used}");
    assert!(part <= 0.01, "{part}");
    let counted = log.iter().filter(|request| request.code.as_deref() == Some("Throttling")).count() as u64;
    assert_eq!(limiter.counters().total.throttled, counted);
    assert_eq!(hub.calls().throttled, counted);
    assert_eq!(hub.calls().calls, log.len() as u64);
    assert_eq!(failed, 0, "each call is tried again until it succeeds");
}

#[tokio::test(start_paused = true)]
async fn the_rate_of_an_account_that_is_idle_stays_as_it_was_learned() {
    let simulator = slow_server(5.0, 5);
    let limiter = limits(&["sts=50/s burst 10"]);
    let hub = builder(&simulator).limiter(limiter.clone()).load().await.unwrap();
    let member = hub.assumed(&role(id(1)));
    futures::future::join_all((0..40).map(|_| who(&member))).await;
    let rate = || match limiter.learned().as_slice() {
        [one] => (one.account, one.rate),
        other => panic!("{other:?}"),
    };
    let learned = rate();
    assert_eq!(learned.0, Some(Payer::Account(id(1))));
    assert!(learned.1 < 25.0, "{learned:?}");

    // An hour of nothing, calls that need not wait, and the bucket away from memory.
    sleep(Duration::from_secs(3000)).await;
    for _ in 0..200 {
        who(&member).await.unwrap();
        sleep(Duration::from_secs(2)).await;
    }
    assert_eq!(rate(), learned);
    sleep(Duration::from_secs(600)).await;
    assert!(is_forgotten(&limiter));
    assert_eq!(rate(), learned);
    who(&member).await.unwrap();
    assert_eq!(rate(), learned, "and it is gone on with");
}
