use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use orgwide_fanout::{Event, Fanout};
use tokio::time::sleep;

use crate::common::{Fault, Item, TestEnded, lane, plan, secs, timed};

/// When the last target came of those that `of` picks.
fn last(all: &[(Duration, TestEnded)], of: impl Fn(u32) -> bool) -> Duration {
    all.iter().filter(|(_, ended)| of(ended.target.lane)).map(|&(at, _)| at).max().unwrap_or_default()
}

/// Lane 0 with 1,000 targets, then 99 lanes with 10 each: 1,990 targets.
fn one_large_lane_first() -> impl Iterator<Item = Item> + Send {
    lane(0, 1_000).chain((1..100).flat_map(|of| lane(of, 10)))
}

#[tokio::test(start_paused = true)]
async fn small_lanes_in_sight_finish_as_if_the_large_one_were_small_too() {
    let mut run = Fanout::new().window(100).look_ahead(2_000).run(plan(one_large_lane_first()), async |_| {
        sleep(secs(1)).await;
        Ok::<_, Fault>(0)
    });
    let all = timed(&mut run).await;
    // A hundred lanes share a hundred slots: one each, so ten targets take ten seconds.
    assert_eq!(last(&all, |lane| lane > 0), secs(10));
    // And no slot is ever idle: 1,990 targets on 100 slots take 20 seconds.
    assert_eq!(last(&all, |lane| lane == 0), secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_large_lane_ahead_of_the_look_ahead_costs_what_is_out_of_sight_and_no_more() {
    let mut run = Fanout::new().window(100).run(plan(one_large_lane_first()), async |_| {
        sleep(secs(1)).await;
        Ok::<_, Fault>(0)
    });
    let all = timed(&mut run).await;
    // 500 targets are in sight, so the first small one comes into sight with the 501st end, at 6 s. From then on the
    // large lane starts only when it runs no more than a small one does, so at most ten: the 990 small ones have 90
    // slots or more, for 11 s. In the order of the plan they would take until 20 s.
    assert!(last(&all, |lane| lane > 0) <= secs(6 + 11), "{:?}", last(&all, |lane| lane > 0));
    assert_eq!(last(&all, |_| true), secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_slow_lane_does_not_stall_the_rest() {
    let items = (0..50).flat_map(|of| lane(of, 50));
    let mut run = Fanout::new().window(100).look_ahead(2_500).run(plan(items), async |item| {
        sleep(secs(if item.lane == 0 { 100 } else { 1 })).await;
        Ok::<_, Fault>(0)
    });
    let all = timed(&mut run).await;
    // Fifty lanes share a hundred slots. The slow one keeps its two, the others have 98 for 2,450 targets: 25 s.
    assert_eq!(last(&all, |lane| lane > 0), secs(25));
}

#[derive(Default)]
struct Seen {
    waiting: HashMap<u32, usize>,
    running: HashMap<u32, usize>,
    starts: usize,
    tight: usize,
}

#[tokio::test(start_paused = true)]
async fn no_lane_is_given_more_than_its_share_of_the_lanes_that_wait() {
    for seed in 0..50 {
        let mut random = fastrand::Rng::with_seed(seed);
        let window = random.usize(1..40);
        let mut items: Vec<_> = (0..random.u32(1..30)).flat_map(|of| lane(of, 1 + of * 3)).collect();
        if seed % 2 == 0 {
            random.shuffle(&mut items);
        }
        let expected = items.len();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let watch = Arc::clone(&seen);
        let fanout = Fanout::new().window(window).look_ahead(random.usize(1..200)).observer(
            move |event: Event<'_, Item, u32, Fault>| {
                let seen = &mut *watch.lock().unwrap();
                match event {
                    Event::Planned { target } => *seen.waiting.entry(target.lane).or_default() += 1,
                    Event::Started { target } => {
                        let lanes = seen.waiting.values().filter(|&&waiting| waiting > 0).count();
                        *seen.waiting.get_mut(&target.lane).unwrap() -= 1;
                        let running = seen.running.entry(target.lane).or_default();
                        *running += 1;
                        seen.starts += 1;
                        // The observer's panic is caught: count what keeps the rule instead.
                        seen.tight += usize::from(*running <= window.div_ceil(lanes));
                    }
                    Event::Ended(ended) => *seen.running.get_mut(&ended.target.lane).unwrap() -= 1,
                    _ => {}
                }
            },
        );
        let mut run = fanout.run(plan(items), async |item| {
            sleep(Duration::from_millis(fastrand::Rng::with_seed(u64::from(item.number)).u64(1..5_000)))
                .await;
            Ok(0)
        });
        assert_eq!(timed(&mut run).await.len(), expected);
        let seen = seen.lock().unwrap();
        assert_eq!((seen.starts, seen.tight), (expected, expected), "seed {seed}");
    }
}
