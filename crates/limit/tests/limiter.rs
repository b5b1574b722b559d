//! Who waits for whom, and what waiting leaves behind. The clock is paused throughout.

#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use orgwide_limit::{Key, Limiter, Payer, Rules, Tally};
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};

fn call(account: u64, region: &str, service: &str, operation: &str) -> Key {
    Key {
        account: Payer::Account(format!("{account:012}").parse().unwrap()),
        region: region.parse().unwrap(),
        service: service.parse().unwrap(),
        operation: operation.parse().unwrap(),
        paged: false,
    }
}

fn instances() -> Key {
    call(1, "eu-central-1", "ec2", "DescribeInstances")
}

fn limiter(user: &[&str]) -> Limiter {
    Limiter::new(Rules::new(user.iter().map(|text| text.parse().unwrap())))
}

/// Whether a call could leave at once. It leaves if so.
async fn free(limiter: &Limiter, key: &Key) -> bool {
    matches!(timeout(Duration::ZERO, limiter.acquire(key)).await, Ok(Ok(_)))
}

/// Empties a bucket and says how many calls that took.
async fn drain(limiter: &Limiter, key: &Key) -> u32 {
    let mut taken = 0;
    while free(limiter, key).await {
        taken += 1;
    }
    taken
}

#[tokio::test(start_paused = true)]
async fn waiters_leave_in_the_order_they_came_at_the_pace_of_the_rate() {
    let limiter = limiter(&["ec2=10/s burst 2"]);
    let start = Instant::now();
    let left = Arc::new(Mutex::new(Vec::new()));
    let tasks: Vec<_> = (0..6)
        .map(|number| {
            let (limiter, left) = (limiter.clone(), Arc::clone(&left));
            tokio::spawn(async move {
                let waited = limiter.acquire(&instances()).await.unwrap().waited();
                assert_eq!(waited, start.elapsed(), "all came at the start");
                left.lock().unwrap().push((number, start.elapsed().as_millis()));
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*left.lock().unwrap(), [(0, 0), (1, 0), (2, 100), (3, 200), (4, 300), (5, 400)]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_comes_when_a_token_does_stands_behind_those_who_wait() {
    let limiter = limiter(&["ec2=10/s burst 1"]);
    assert!(free(&limiter, &instances()).await);
    let waiter = tokio::spawn({
        let limiter = limiter.clone();
        async move { limiter.acquire(&instances()).await.unwrap().waited() }
    });
    yield_now().await;
    // The token is there, and the waiter has not yet run: no one else may have it.
    tokio::time::advance(Duration::from_millis(100)).await;
    assert!(!free(&limiter, &instances()).await);
    assert_eq!(waiter.await.unwrap(), Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn dropped_waiters_take_neither_a_token_nor_a_turn() {
    let limiter = limiter(&["ec2=10/s burst 1"]);
    assert!(free(&limiter, &instances()).await);
    let start = Instant::now();
    let left = Arc::new(Mutex::new(Vec::new()));
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let (limiter, left) = (limiter.clone(), Arc::clone(&left));
            tokio::spawn(async move {
                drop(limiter.acquire(&instances()).await.unwrap());
                left.lock().unwrap().push((number, start.elapsed().as_millis()));
            })
        })
        .collect();
    // At 50 ms the first is at its timer and the others behind it; every even one goes, the first too.
    tokio::time::sleep(Duration::from_millis(50)).await;
    for task in tasks.iter().step_by(2) {
        task.abort();
    }
    for (number, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.is_ok(), number % 2 == 1);
    }
    let expected: Vec<_> = (0..50).map(|turn| (2 * turn + 1, 100 * (turn + 1))).collect();
    assert_eq!(*left.lock().unwrap(), expected);
    assert_eq!(limiter.counters().total.granted, 51);
}

#[tokio::test(start_paused = true)]
async fn waiters_of_one_bucket_do_not_hold_up_another() {
    let limiter = limiter(&["ec2=1/s burst 1"]);
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let limiter = limiter.clone();
            tokio::spawn(async move { limiter.acquire(&instances()).await })
        })
        .collect();
    yield_now().await;
    let start = Instant::now();
    for account in 2..1000 {
        let other = call(account, "eu-central-1", "ec2", "DescribeInstances");
        assert_eq!(limiter.acquire(&other).await.unwrap().waited(), Duration::ZERO);
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    tasks.iter().for_each(|task| task.abort());
}

#[tokio::test(start_paused = true)]
async fn a_rule_over_a_service_makes_a_bucket_per_account_and_region() {
    let limiter = limiter(&["ec2=1/h burst 1"]);
    assert!(free(&limiter, &instances()).await);
    assert!(!free(&limiter, &instances()).await);
    assert!(!free(&limiter, &call(1, "eu-central-1", "ec2", "RunInstances")).await, "same bucket");
    assert!(free(&limiter, &call(1, "eu-west-1", "ec2", "DescribeInstances")).await, "another region");
    assert!(free(&limiter, &call(2, "eu-central-1", "ec2", "DescribeInstances")).await, "another account");
    let base = Key { account: Payer::Base, ..instances() };
    assert!(free(&limiter, &base).await, "the caller's own account");
    assert!(!free(&limiter, &base).await);
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_picks_operations_makes_a_bucket_for_each() {
    let limiter = limiter(&["ec2:Describe*=1/h burst 1"]);
    assert!(free(&limiter, &instances()).await);
    assert!(!free(&limiter, &instances()).await);
    assert!(free(&limiter, &call(1, "eu-central-1", "ec2", "DescribeVolumes")).await, "another operation");
    assert!(free(&limiter, &call(1, "eu-west-1", "ec2", "DescribeInstances")).await, "another region");
    assert!(free(&limiter, &call(2, "eu-central-1", "ec2", "DescribeInstances")).await, "another account");
}

#[tokio::test(start_paused = true)]
async fn built_in_scopes_make_the_buckets_they_say() {
    let limiter = limiter(&[]);
    // s3: one of 20 per account, wherever and whatever.
    assert_eq!(drain(&limiter, &call(1, "eu-central-1", "s3", "ListBuckets")).await, 20);
    assert_eq!(drain(&limiter, &call(1, "us-east-1", "s3", "GetBucketTagging")).await, 0);
    // organizations: per operation, over regions.
    assert_eq!(drain(&limiter, &call(1, "us-east-1", "organizations", "DescribeOrganization")).await, 1);
    assert_eq!(drain(&limiter, &call(1, "eu-west-1", "organizations", "DescribeOrganization")).await, 0);
    assert_eq!(drain(&limiter, &call(1, "us-east-1", "organizations", "ListRoots")).await, 1);
    // ecs: one of 25 for the operations of a category.
    assert_eq!(drain(&limiter, &call(1, "us-east-1", "ecs", "ListClusters")).await, 25);
    assert_eq!(drain(&limiter, &call(1, "us-east-1", "ecs", "DescribeClusters")).await, 0);
    assert_eq!(drain(&limiter, &call(1, "us-east-1", "ecs", "ListTagsForResource")).await, 25);
    // sts: one of 200 per region.
    assert_eq!(drain(&limiter, &call(1, "us-east-1", "sts", "AssumeRole")).await, 200);
    assert_eq!(drain(&limiter, &call(1, "us-east-1", "sts", "GetCallerIdentity")).await, 0);
    assert_eq!(drain(&limiter, &call(1, "eu-west-1", "sts", "AssumeRole")).await, 200);
    // Any other service: one of 5 per service and region.
    assert_eq!(drain(&limiter, &call(1, "us-east-1", "glacier", "ListVaults")).await, 5);
    assert_eq!(drain(&limiter, &call(1, "us-east-1", "glacier", "ListJobs")).await, 0);
    assert_eq!(drain(&limiter, &call(1, "us-east-1", "batch", "DescribeJobs")).await, 5);
    assert_eq!(drain(&limiter, &call(1, "eu-west-1", "glacier", "ListVaults")).await, 5);
}

#[tokio::test(start_paused = true)]
async fn an_unlimited_service_never_waits_and_is_counted() {
    let limiter = limiter(&["ec2=unlimited"]);
    for _ in 0..100_000 {
        assert_eq!(limiter.acquire(&instances()).await.unwrap().waited(), Duration::ZERO);
    }
    assert_eq!(limiter.counters().total, Tally { granted: 100_000, ..Tally::default() });
}

#[tokio::test(start_paused = true)]
async fn the_caller_is_told_of_a_wait_from_its_beginning_to_its_end_and_of_no_other() {
    struct Waiting<'a>(&'a AtomicBool);
    impl Drop for Waiting<'_> {
        fn drop(&mut self) {
            self.0.store(false, Ordering::Relaxed);
        }
    }
    let limiter = limiter(&["ec2=10/s burst 1"]);
    let (waiting, waits) = (AtomicBool::new(false), AtomicU32::new(0));
    let acquire = || {
        let (waiting, waits) = (&waiting, &waits);
        let limiter = limiter.clone();
        async move {
            let on_wait = move || {
                waiting.store(true, Ordering::Relaxed);
                waits.fetch_add(1, Ordering::Relaxed);
                Waiting(waiting)
            };
            limiter.acquire_with(&instances(), on_wait).await
        }
    };
    let state = || (waiting.load(Ordering::Relaxed), waits.load(Ordering::Relaxed));

    drop(acquire().await.unwrap());
    assert_eq!(state(), (false, 0), "a token was there");

    let mut second = Box::pin(acquire());
    assert!(timeout(Duration::from_millis(99), &mut second).await.is_err());
    assert_eq!(state(), (true, 1));
    drop(second.await.unwrap());
    assert_eq!(state(), (false, 1), "granted");

    assert!(timeout(Duration::from_millis(99), acquire()).await.is_err());
    assert_eq!(state(), (false, 2), "given up");
}

#[tokio::test(start_paused = true)]
async fn counters_add_up_by_operation_and_in_all() {
    let limiter = limiter(&["ec2:DescribeInstances=10/s burst 1"]);
    for _ in 0..3 {
        drop(limiter.acquire(&instances()).await.unwrap()); // the second and the third wait 100 ms each
    }
    drop(limiter.acquire(&call(2, "us-east-1", "ec2", "DescribeInstances")).await.unwrap());
    drop(limiter.acquire(&call(1, "us-east-1", "s3", "ListBuckets")).await.unwrap());
    assert!(!free(&limiter, &instances()).await, "given up: counts nowhere");

    let counters = limiter.counters();
    let waited_time = Duration::from_millis(200);
    assert_eq!(counters.total, Tally { granted: 5, waited: 2, waited_time, ..Tally::default() });
    let by_operation: Vec<_> = counters
        .by_operation
        .iter()
        .map(|((service, operation), tally)| (format!("{service}:{operation}"), *tally))
        .collect();
    assert_eq!(
        by_operation,
        [
            (
                "ec2:DescribeInstances".to_owned(),
                Tally { granted: 4, waited: 2, waited_time, ..Tally::default() }
            ),
            ("s3:ListBuckets".to_owned(), Tally { granted: 1, ..Tally::default() }),
        ]
    );
}

/// The one test on the real clock, where nothing comes back for hours: it takes no sleep to see the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn threads_together_take_what_there_is_and_no_more() {
    let limiter = limiter(&["ec2=0.0001/s burst 1000"]);
    let (granted, mut grants) = mpsc::unbounded_channel();
    let tasks: Vec<_> = (0..4000)
        .map(|_| {
            let (limiter, granted) = (limiter.clone(), granted.clone());
            tokio::spawn(async move {
                drop(limiter.acquire(&instances()).await.unwrap());
                granted.send(()).unwrap();
            })
        })
        .collect();
    drop(granted);
    for _ in 0..1000 {
        grants.recv().await.unwrap();
    }
    for task in tasks {
        task.abort();
        let _ = task.await;
    }
    assert!(grants.recv().await.is_none(), "more than a thousand left");
    assert_eq!(limiter.counters().total.granted, 1000);
}
