use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::{StreamExt, stream};
use orgwide_fanout::{Activity, Event, Failure, Fanout, Outcome, OutcomeKind};
use tokio::time::{sleep, timeout};

use crate::common::{Census, Fault, Item, all, item, kinds, lane, plan, secs, timed};

fn attempt() -> u32 {
    Activity::current().map_or(0, |activity| activity.attempt())
}

fn busy() -> Outcome<u32, Fault> {
    Outcome::Failed(Failure::Error(Fault::Busy(0)))
}

#[tokio::test(start_paused = true)]
async fn the_third_attempt_can_succeed_and_its_times_are_split() {
    let mut run = Fanout::new().requeue(2).run(plan([item(0, 7)]), async |item| {
        sleep(secs(10 * u64::from(attempt()))).await;
        let wait = Activity::current().map(|activity| activity.waiting());
        sleep(secs(3)).await;
        drop(wait);
        if attempt() < 3 { Err(Fault::Busy(60_000)) } else { Ok(item.number) }
    });
    let (at, ended) = timed(&mut run).await.remove(0);
    // 13 s, a minute off, 23 s, a minute off, 33 s.
    assert_eq!((at, ended.outcome, ended.attempts), (secs(189), Outcome::Completed(7), 3));
    assert_eq!((ended.working, ended.waiting, ended.retrying), (secs(30), secs(3), secs(156)));
}

#[tokio::test(start_paused = true)]
async fn the_last_error_counts_when_the_times_are_used_up() {
    for (times, attempts) in [(0, 1), (1, 2), (4, 5)] {
        let mut run = Fanout::new().requeue(times).run(plan([item(0, 0)]), async |_| {
            if attempt() == 1 { Err(Fault::Busy(9)) } else { Err::<u32, _>(Fault::Busy(0)) }
        });
        let ended = all(&mut run).await.remove(0);
        let expected = if times == 0 { Outcome::Failed(Failure::Error(Fault::Busy(9))) } else { busy() };
        assert_eq!((ended.outcome, ended.attempts), (expected, attempts));
        assert_eq!(run.summary().failed, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn only_an_error_that_says_so_is_repeated() {
    let calls = Census::default();
    let seen = calls.clone();
    let mut run = Fanout::new().requeue(9).item_timeout(secs(1)).run(plan(lane(0, 6)), move |item| {
        std::mem::forget(calls.enter());
        async move {
            match item.number {
                0 => Err::<u32, _>(Fault::Denied),
                1 => Err(Fault::Broken),
                2 => Err(Fault::NotThere),
                3 => Err(Fault::Expired),
                4 => resume_unwind(Box::new("no message of the hook")),
                _ => std::future::pending().await,
            }
        }
    });
    assert!(all(&mut run).await.iter().all(|ended| ended.attempts == 1));
    assert_eq!(seen.peak(), 6);
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_the_item_timeout_to_itself() {
    let mut run = Fanout::new().requeue(3).item_timeout(secs(10)).run(plan([item(0, 0)]), async |_| {
        sleep(secs(9)).await;
        if attempt() < 4 { Err(Fault::Busy(0)) } else { Ok(0) }
    });
    assert_eq!(all(&mut run).await[0].outcome, Outcome::Completed(0));
}

#[tokio::test(start_paused = true)]
async fn a_requeued_target_takes_no_slot_until_it_is_ready_and_then_goes_first_in_its_lane() {
    let mut run = Fanout::new().window(1).requeue(1).run(plan(lane(0, 8)), async |item| {
        sleep(secs(1)).await;
        if item.number == 0 && attempt() == 1 { Err(Fault::Busy(2_500)) } else { Ok(0) }
    });
    let order: Vec<_> =
        timed(&mut run).await.iter().map(|(at, ended)| (at.as_secs(), ended.target.number)).collect();
    // 0 fails at 1 s and is ready at 3.5 s; the slot is free at 4 s.
    assert_eq!(order, [(2, 1), (3, 2), (4, 3), (5, 0), (6, 4), (7, 5), (8, 6), (9, 7)]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_failed_is_told_with_what_went_wrong() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&log);
    let fanout = Fanout::new().requeue(1).observer(move |event: Event<'_, Item, u32, Fault>| match event {
        Event::Started { .. } => told.lock().unwrap().push("started".to_owned()),
        Event::Requeued { target, attempt, after, error } => {
            let number = target.number;
            told.lock().unwrap().push(format!("{number}, attempt {attempt}: {error:?}, {after:?}"));
        }
        Event::Ended(ended) => told.lock().unwrap().push(ended.outcome.kind().to_string()),
        _ => {}
    });
    all(&mut fanout.run(plan([item(0, 5)]), async |_| Err(Fault::Busy(8_000)))).await;
    assert_eq!(*log.lock().unwrap(), ["started", "5, attempt 1: Busy(8000), 8s", "started", "failed"]);
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_waits_the_same_and_another_one_does_not() {
    let ends = async |seed| {
        let mut run = Fanout::new()
            .requeue(3)
            .seed(seed)
            .run(plan(lane(0, 20)), async |_| if attempt() < 4 { Err(Fault::Busy(0)) } else { Ok(0) });
        timed(&mut run).await.into_iter().map(|(at, ended)| (at, ended.target.number)).collect::<Vec<_>>()
    };
    assert_eq!(ends(5).await, ends(5).await);
    assert_ne!(ends(5).await, ends(6).await);
}

#[tokio::test(start_paused = true)]
async fn what_was_requeued_has_failed_when_the_run_is_stopped() {
    for abort in [false, true] {
        // One slot: 0 is off for an hour, 1 comes back and waits behind 2, which takes a minute; 3 has not run.
        let mut run =
            Fanout::new().window(1).requeue(1).run(plan(lane(0, 4)), async |item| match item.number {
                0 => Err(Fault::Busy(3_600_000)),
                1 => Err(Fault::Busy(1_000)),
                _ => {
                    sleep(secs(60)).await;
                    Ok(0)
                }
            });
        let control = run.control();
        tokio::spawn(async move {
            sleep(secs(55)).await;
            if abort { control.abort() } else { control.drain() }
        });
        let ended = all(&mut run).await;
        let (failed, cancelled) = (OutcomeKind::Failed, OutcomeKind::Cancelled);
        let last = if abort { cancelled } else { OutcomeKind::Completed };
        let mut told = kinds(&ended);
        told.sort_unstable();
        assert_eq!(told, [(0, failed), (1, failed), (2, last), (3, cancelled)]);
        assert!(run.summary().adds_up());
        assert_eq!(ended.iter().filter(|ended| ended.attempts == 1).count(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_the_run_drops_what_was_requeued() {
    let census = Census::default();
    let seen = census.clone();
    let items =
        stream::iter((0..5).map(move |_| orgwide_fanout::Planned::Run(Held(Arc::new(census.enter())))));
    let mut run = Fanout::new().requeue(1).run(items, async |_| Err::<u32, _>(Fault::Busy(60_000)));
    assert!(timeout(secs(1), run.next()).await.is_err());
    assert_eq!(seen.now(), 5);
    drop(run);
    assert_eq!(seen.now(), 0);
}

#[derive(Clone)]
struct Held(#[expect(dead_code, reason = "only its end is of interest")] Arc<crate::common::Alive>);

impl orgwide_fanout::Target for Held {
    type Lane = ();
    fn lane(&self) {}
}

#[tokio::test(start_paused = true)]
async fn requeued_targets_count_against_the_look_ahead() {
    let planned = Census::default();
    let seen = planned.clone();
    let items = lane(0, 100_000).inspect(move |_| std::mem::forget(planned.enter()));
    let mut run = Fanout::new()
        .window(8)
        .look_ahead(20)
        .requeue(1)
        .run(plan(items), async |_| Err::<u32, _>(Fault::Busy(1_000_000)));
    assert!(timeout(secs(999), run.next()).await.is_err());
    // No more than may be planned and not ended, and then nothing, though every slot is free.
    assert!((20..=28).contains(&seen.now()), "{seen:?}");
}

#[derive(Debug)]
struct Bomb;

impl orgwide_fanout::JobError for Bomb {
    fn verdict(&self) -> orgwide_fanout::Verdict {
        orgwide_fanout::Verdict::Again { after: Duration::ZERO }
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            resume_unwind(Box::new("the error's destructor"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_last_errors_destructor_does_not_touch_the_run() {
    let mut run = Fanout::new().requeue(1).run(plan(lane(0, 3)), async |_| match attempt() {
        1 => Err(Bomb),
        _ => Ok(0),
    });
    let mut count = 0;
    while let Some(ended) = run.next().await {
        assert_eq!((ended.outcome.kind(), ended.attempts), (OutcomeKind::Completed, 2));
        count += 1;
    }
    assert_eq!(count, 3);
}
