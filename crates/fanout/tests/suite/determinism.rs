use std::sync::{Arc, Mutex};
use std::time::Duration;

use orgwide_fanout::{Activity, Event, Fanout};
use tokio::time::{Instant, sleep};

use crate::common::{Fault, Item, all, lane, plan};

/// Everything that happens in a run made from the seed, with the time of each.
async fn log_of(seed: u64) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(seed);
    let lanes = random.u32(5..40);
    let mut items: Vec<_> = (0..lanes).flat_map(|of| lane(of, 5)).collect();
    random.shuffle(&mut items);
    let log = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&log);
    let start = Instant::now();
    let fanout = Fanout::new()
        .window(random.usize(2..20))
        .look_ahead(random.usize(1..60))
        .item_timeout(Duration::from_millis(40))
        .drain_grace(Duration::from_millis(20))
        .requeue(random.u32(0..3))
        .seed(seed)
        .observer(move |event: Event<'_, Item, u32, Fault>| {
            told.lock().unwrap().push(format!("{:?} {event:?}", start.elapsed()));
        });
    let control = fanout.control();
    let drain = Duration::from_millis(random.u64(10..4_000));
    tokio::spawn(async move {
        sleep(drain).await;
        control.drain();
    });
    // Few different durations, so that many targets end at the same instant.
    let mut run = fanout.run(plan(items), move |item| async move {
        let mut random = fastrand::Rng::with_seed(seed ^ u64::from(item.lane * 100 + item.number));
        sleep(Duration::from_millis(10 * random.u64(0..5))).await;
        let _wait = Activity::current().map(|activity| activity.waiting());
        sleep(Duration::from_millis(10 * random.u64(0..5))).await;
        match random.u32(0..4) {
            0 | 1 => Ok(item.number),
            2 => Err(Fault::Busy(0)),
            _ => Err(Fault::Broken),
        }
    });
    all(&mut run).await;
    drop(run);
    Arc::into_inner(log).unwrap().into_inner().unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_plan_and_job_give_the_same_run() {
    let mut different = std::collections::HashSet::new();
    for seed in 0..50 {
        let (first, second) = (log_of(seed).await, log_of(seed).await);
        assert_eq!(first, second, "seed {seed}");
        different.insert(first);
    }
    assert_eq!(different.len(), 50);
}
