//! Lanes that wait, next to lanes that could work.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use futures::{StreamExt, stream};
use orgwide_fanout::{Activity, Event, Fanout, OutcomeKind};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::common::{Fault, Item, TestEnded, lane, plan, secs, timed};

#[tokio::test(start_paused = true)]
async fn a_lane_that_waits_for_ever_does_not_keep_a_later_one_out() {
    let later = stream::once(sleep(secs(1))).flat_map(|()| plan(lane(1, 320)));
    let mut run =
        Fanout::new().window(64).look_ahead(20_000).run(plan(lane(0, 10_000)).chain(later), async |item| {
            let _wait = match item.lane {
                0 => Some(Activity::current().map(|activity| activity.waiting())),
                _ => None,
            };
            sleep(secs(if item.lane == 0 { 1_000_000 } else { 1 })).await;
            Ok::<_, Fault>(0)
        });
    let mut ended = 0;
    // The lane that came first has half of the slots; on the other half 320 seconds of work take ten.
    while timeout(secs(11) - Duration::from_millis(1), run.next()).await.is_ok() {
        ended += 1;
    }
    assert_eq!(ended, 320);
}

#[tokio::test(start_paused = true)]
async fn a_lane_alone_has_the_whole_window_while_it_works() {
    let mut run = Fanout::new().window(64).run(plan(lane(0, 640)), async |_| {
        sleep(secs(1)).await;
        Ok::<_, Fault>(0)
    });
    assert_eq!(timed(&mut run).await.last().unwrap().0, secs(10));
}

#[tokio::test(start_paused = true)]
async fn waits_that_hold_nothing_back_do_not_wake_the_run() {
    let mut run = Fanout::new().window(8).run(plan(lane(0, 4)), async |_| {
        for _ in 0..100 {
            let _wait = Activity::current().map(|activity| activity.waiting());
            sleep(secs(1)).await;
        }
        Ok::<_, Fault>(0)
    });
    let mut polls = 0;
    let mut ended = 0;
    std::future::poll_fn(|cx| {
        polls += 1;
        while let Poll::Ready(next) = run.poll_next_unpin(cx) {
            match next {
                Some(_) => ended += 1,
                None => return Poll::Ready(()),
            }
        }
        Poll::Pending
    })
    .await;
    // Four targets wait a hundred times each. It is woken when they have been polled, and when they end.
    assert!(ended == 4 && polls <= 10, "{ended} {polls}");
}

/// What a model of the rule has to know.
#[derive(Default)]
struct Lane {
    queued: usize,
    running: usize,
    parked: usize,
}

type Lanes = Arc<Mutex<(BTreeMap<u32, Lane>, Vec<String>)>>;

fn with<R>(lanes: &Lanes, of: impl FnOnce(&mut BTreeMap<u32, Lane>, &mut Vec<String>) -> R) -> R {
    let mut lanes = lanes.lock().unwrap_or_else(PoisonError::into_inner);
    let (lanes, faults) = &mut *lanes;
    of(lanes, faults)
}

#[tokio::test(start_paused = true)]
async fn a_slot_is_idle_only_where_half_of_the_window_waits_and_so_does_every_lane_with_more() {
    let (mut idle, mut spoilt) = (0, 0);
    for seed in 0..100 {
        let mut random = fastrand::Rng::with_seed(seed);
        let window = random.usize(1..24);
        let mut items: Vec<_> = (0..random.u32(1..8)).flat_map(|of| lane(of, 1 + of * 5)).collect();
        random.shuffle(&mut items);
        let lanes = Lanes::default();
        let seen = Arc::clone(&lanes);
        let fanout = Fanout::new().window(window).look_ahead(1_000).observer(
            move |event: Event<'_, Item, u32, Fault>| {
                with(&seen, |lanes, faults| match event {
                    Event::Planned { target } => lanes.entry(target.lane).or_default().queued += 1,
                    Event::Started { target } => {
                        let all: usize = lanes.values().map(|lane| lane.parked).sum();
                        let lane = lanes.get_mut(&target.lane).unwrap();
                        if lane.parked > 0 && all >= window.div_ceil(2) {
                            faults.push(format!("started with {} of {all} parked", lane.parked));
                        }
                        lane.queued -= 1;
                        lane.running += 1;
                    }
                    Event::Ended(ended) => lanes.get_mut(&ended.target.lane).unwrap().running -= 1,
                    _ => {}
                });
            },
        );
        let jobs = Arc::clone(&lanes);
        let mut run = fanout.run(plan(items), move |item| {
            let lanes = Arc::clone(&jobs);
            async move {
                let mut random =
                    fastrand::Rng::with_seed(seed << 32 | u64::from(item.lane << 16 | item.number));
                // Even, so that nothing happens on an odd millisecond.
                for _ in 0..random.u32(1..4) {
                    let time = Duration::from_millis(2 * random.u64(1..50));
                    let waiting = random.u32(0..10) < item.lane % 4 * 3;
                    let parked = |by: isize| {
                        with(&lanes, |lanes, _| {
                            let parked = &mut lanes.get_mut(&item.lane).unwrap().parked;
                            *parked = parked.strict_add_signed(by);
                        });
                    };
                    if waiting {
                        let _wait = Activity::current().unwrap().waiting();
                        parked(1);
                        sleep(time).await;
                        parked(-1);
                    } else {
                        sleep(time).await;
                    }
                }
                Ok(0)
            }
        });
        let watched = Arc::clone(&lanes);
        let watch = tokio::spawn(async move {
            let mut idle = 0;
            sleep(Duration::from_millis(1)).await;
            loop {
                sleep(Duration::from_millis(2)).await;
                idle += with(&watched, |lanes, faults| {
                    let sum = |of: fn(&Lane) -> usize| lanes.values().map(of).sum::<usize>();
                    let (queued, running, parked) =
                        (sum(|lane| lane.queued), sum(|lane| lane.running), sum(|lane| lane.parked));
                    if running == window || queued == 0 {
                        return 0;
                    }
                    let held = lanes.values().filter(|lane| lane.queued > 0).all(|lane| lane.parked > 0);
                    if !held || parked < window.div_ceil(2) {
                        faults.push(format!("{} idle with {parked} parked", window - running));
                    }
                    1
                });
                if with(&watched, |lanes, _| lanes.values().all(|lane| lane.queued + lane.running == 0)) {
                    return idle;
                }
            }
        });
        timed(&mut run).await;
        let held = watch.await.unwrap();
        (idle, spoilt) = (idle + held, spoilt + usize::from(held > 0));
        assert!(with(&lanes, |_, faults| faults.is_empty()), "seed {seed}: {:?}", lanes.lock().unwrap().1);
    }
    // It means something only where slots were held back.
    assert!(idle > 100 && spoilt > 20, "{idle} {spoilt}");
}

const SLOW: u32 = 1_000_000;
const AGAIN: u32 = SLOW + 1;
const HOLE: u32 = SLOW + 2;

/// When the last target ended of those that nothing is wrong with.
fn good(all: &[(Duration, TestEnded)]) -> Duration {
    let good = all.iter().filter(|(_, ended)| ended.target.lane < SLOW);
    good.map(|&(at, _)| at).max().unwrap_or_default()
}

/// Every lane has a limit of its own: one of its targets works at a time, for a second, and the others wait.
async fn makespan(window: usize, look_ahead: usize, items: Vec<Item>) -> Duration {
    let limits: Arc<Mutex<BTreeMap<u32, Arc<Semaphore>>>> = Arc::default();
    let fanout = Fanout::new().window(window).look_ahead(look_ahead).requeue(u32::MAX).deadline(secs(3_000));
    let mut run = fanout.run(plan(items), move |item| {
        let limit = Arc::clone(
            limits.lock().unwrap().entry(item.lane).or_insert_with(|| Arc::new(Semaphore::new(1))),
        );
        async move {
            let waiting = Activity::current().map(|activity| activity.waiting_for("its lane"));
            let _permit = limit.acquire().await.unwrap();
            drop(waiting);
            match item.lane {
                SLOW => sleep(secs(100)).await,
                AGAIN => return Err(Fault::Busy(100)),
                HOLE => std::future::pending().await,
                _ => sleep(secs(1)).await,
            }
            Ok(0)
        }
    });
    let all = timed(&mut run).await;
    let expected = all.iter().filter(|(_, ended)| ended.target.lane < SLOW);
    assert!(expected.clone().all(|(_, ended)| ended.outcome.kind() == OutcomeKind::Completed));
    good(&all)
}

/// The lanes one after the other, or a target of each in turn.
fn items(lanes: impl Iterator<Item = u32>, each: u32, mixed: bool) -> Vec<Item> {
    let mut items: Vec<_> = lanes.flat_map(|of| lane(of, each)).collect();
    if mixed {
        items.sort_by_key(|item| item.number);
    }
    items
}

#[tokio::test(start_paused = true)]
async fn a_slow_lane_one_always_busy_and_a_black_hole_cost_the_others_at_most_one_per_cent() {
    let bad = SLOW..=HOLE;
    // Twenty lanes on 64 slots, all in sight: each works at its limit, 30 s.
    for mixed in [true, false] {
        let without = makespan(64, 1_000, items(0..20, 30, mixed)).await;
        let with = makespan(64, 1_000, items(bad.clone().chain(0..20), 30, mixed)).await;
        assert!(without == secs(30) && with <= without.mul_f64(1.01), "{without:?} {with:?}");
    }
    // A thousand lanes on 512 slots, where the window is what binds: 1,000 × 30 / 512 = 58.6 s.
    for (look_ahead, mixed) in [(2_048, true), (40_000, false)] {
        let without = makespan(512, look_ahead, items(0..1_000, 30, mixed)).await;
        let with = makespan(512, look_ahead, items(bad.clone().chain(0..1_000), 30, mixed)).await;
        assert!(without == secs(59) && with <= without.mul_f64(1.01), "{without:?} {with:?}");
    }
}
