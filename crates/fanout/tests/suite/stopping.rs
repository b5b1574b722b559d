use std::sync::{Arc, Mutex};

use futures::{StreamExt, stream};
use orgwide_fanout::{Control, Fanout, Outcome, OutcomeKind, Planned};
use tokio::time::{Instant, sleep, timeout};

use crate::common::{Alive, Census, Fault, Item, all, item, kinds, lane, plan, secs, timed};

const COMPLETED: OutcomeKind = OutcomeKind::Completed;
const CANCELLED: OutcomeKind = OutcomeKind::Cancelled;

/// Calls one of the handle's methods after some seconds.
fn later(control: Control, seconds: u64, stop: fn(&Control)) {
    tokio::spawn(async move {
        sleep(secs(seconds)).await;
        stop(&control);
    });
}

/// A plan that yields these and then neither ends nor yields.
fn hangs_after(
    items: impl Iterator<Item = Item> + Send + 'static,
) -> impl futures::Stream<Item = Planned<Item>> + Send {
    plan(items).chain(stream::pending())
}

#[tokio::test(start_paused = true)]
async fn a_drain_lets_what_runs_end_within_the_grace_and_starts_nothing() {
    // Three slots: 4 s, 12 s, 60 s; two more wait. Drained at 3 s, so the grace is over at 13 s.
    let mut run = Fanout::new().window(3).run(hangs_after(lane(0, 5)), async |item| {
        sleep(secs([4, 12, 60, 1, 1][item.number as usize])).await;
        Ok::<_, Fault>(0)
    });
    later(run.control(), 3, Control::drain);
    let ended: Vec<_> = timed(&mut run)
        .await
        .into_iter()
        .map(|(at, ended)| (at.as_secs(), ended.target.number, ended.outcome.kind(), ended.working.as_secs()))
        .collect();
    assert_eq!(
        ended,
        [
            (3, 3, CANCELLED, 0),
            (3, 4, CANCELLED, 0),
            (4, 0, COMPLETED, 4),
            (12, 1, COMPLETED, 12),
            (13, 2, CANCELLED, 13)
        ]
    );
    assert!(run.summary().adds_up() && !run.summary().plan_complete);
}

#[tokio::test(start_paused = true)]
async fn a_drain_ends_an_idle_run_though_the_plan_never_yields_again() {
    let mut run = Fanout::new().run(hangs_after(lane(0, 1)), async |_| Ok::<_, Fault>(0));
    later(run.control(), 7, Control::drain);
    let start = Instant::now();
    assert_eq!(all(&mut run).await.len(), 1);
    assert_eq!(start.elapsed(), secs(7));
}

#[tokio::test(start_paused = true)]
async fn the_plan_is_dropped_and_not_asked_again_after_a_drain() {
    let census = Census::default();
    let alive = Some(census.enter());
    let pulled = Arc::new(Mutex::new(0));
    let count = Arc::clone(&pulled);
    let items = stream::iter(0..1_000).map(move |number| {
        let _keep: &Option<Alive> = &alive;
        *count.lock().unwrap() += 1;
        Planned::Run(item(0, number))
    });
    let mut run = Fanout::new().window(2).look_ahead(3).run(items, async |_| {
        sleep(secs(1)).await;
        Ok::<_, Fault>(0)
    });
    run.next().await.unwrap();
    let before = *pulled.lock().unwrap();
    run.control().drain();
    let rest = all(&mut run).await;
    assert_eq!((*pulled.lock().unwrap(), census.now()), (before, 0));
    assert_eq!(rest.len() + 1, before as usize);
}

#[tokio::test(start_paused = true)]
async fn the_grace_can_be_set_and_may_be_nothing() {
    for grace in [0, 90] {
        let mut run = Fanout::new().drain_grace(secs(grace)).run(plan(lane(0, 1)), async |_| {
            sleep(secs(120)).await;
            Ok::<_, Fault>(0)
        });
        later(run.control(), 5, Control::drain);
        let (at, ended) = timed(&mut run).await.remove(0);
        assert_eq!((at.as_secs(), ended.outcome), (5 + grace, Outcome::Cancelled));
    }
}

#[tokio::test(start_paused = true)]
async fn the_grace_runs_from_the_first_call_and_while_nobody_polls() {
    let mut run = Fanout::new().run(plan(lane(0, 1)), async |_| {
        sleep(secs(120)).await;
        Ok::<_, Fault>(0)
    });
    assert!(timeout(secs(5), run.next()).await.is_err());
    run.control().drain();
    sleep(secs(8)).await;
    run.control().drain();
    let start = Instant::now();
    assert_eq!(kinds(&all(&mut run).await), [(0, CANCELLED)]);
    assert_eq!(start.elapsed(), secs(2));
}

#[tokio::test(start_paused = true)]
async fn an_abort_cancels_all_at_once() {
    let census = Census::default();
    let seen = census.clone();
    let mut run = Fanout::new().window(3).run(hangs_after(lane(0, 5)), move |_| {
        let alive = census.enter();
        async move {
            let _alive = alive;
            sleep(secs(60)).await;
            Ok::<_, Fault>(0)
        }
    });
    later(run.control(), 3, Control::abort);
    let ended = timed(&mut run).await;
    assert_eq!(ended.len(), 5);
    assert!(
        ended.iter().all(|(at, ended)| *at == secs(3) && ended.outcome == Outcome::Cancelled),
        "{ended:?}"
    );
    assert_eq!((seen.peak(), seen.now()), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn a_second_signal_cuts_the_grace_short() {
    let mut run = Fanout::new().run(plan(lane(0, 1)), async |_| {
        sleep(secs(60)).await;
        Ok::<_, Fault>(0)
    });
    later(run.control(), 3, Control::drain);
    later(run.control(), 5, Control::abort);
    let (at, ended) = timed(&mut run).await.remove(0);
    assert_eq!((at, ended.outcome), (secs(5), Outcome::Cancelled));
}

#[tokio::test(start_paused = true)]
async fn an_abort_cancels_a_job_that_is_always_busy() {
    let mut run = Fanout::new().run(plan(lane(0, 1)), async |_| -> Result<u32, Fault> {
        loop {
            tokio::task::coop::consume_budget().await;
        }
    });
    let control = run.control();
    tokio::spawn(async move { control.abort() });
    assert_eq!(kinds(&all(&mut run).await), [(0, CANCELLED)]);
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_job_runs_after_an_abort() {
    let (ready, census) = (Arc::new(tokio::sync::Notify::new()), Census::default());
    let (waited_for, went_on) = (Arc::clone(&ready), census.clone());
    let mut run = Fanout::new().run(plan(lane(0, 1)), move |_| {
        let (ready, census) = (Arc::clone(&waited_for), went_on.clone());
        async move {
            ready.notified().await;
            let _went_on = census.enter();
            Ok::<_, Fault>(0)
        }
    });
    assert!(timeout(secs(1), run.next()).await.is_err());
    // The job could go on from here, but the abort comes before it is polled.
    ready.notify_one();
    run.control().abort();
    assert_eq!(kinds(&all(&mut run).await), [(0, CANCELLED)]);
    assert_eq!(census.peak(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_abort_reaches_the_jobs_while_nobody_polls() {
    let census = Census::default();
    let seen = census.clone();
    let mut run = Fanout::new().run(plan(lane(0, 2)), move |_| {
        let alive = census.enter();
        async move {
            let _alive = alive;
            std::future::pending::<Result<u32, Fault>>().await
        }
    });
    assert!(timeout(secs(1), run.next()).await.is_err());
    assert_eq!(seen.now(), 2);
    run.control().abort();
    tokio::task::yield_now().await;
    assert_eq!(seen.now(), 0);
    assert_eq!(kinds(&all(&mut run).await), [(0, CANCELLED), (1, CANCELLED)]);
}

#[tokio::test(start_paused = true)]
async fn a_job_is_gone_before_its_outcome_is_told() {
    let census = Census::default();
    let seen = census.clone();
    let fanout = Fanout::new().window(1).item_timeout(secs(2));
    let mut run = fanout.run(plan(lane(0, 3)), move |item| {
        let alive = census.enter();
        async move {
            let _alive = alive;
            sleep(secs(if item.number == 0 { 1 } else { 60 })).await;
            Ok::<_, Fault>(0)
        }
    });
    later(run.control(), 4, Control::abort);
    let mut ended = Vec::new();
    while let Some(next) = run.next().await {
        // With one slot, whatever is alive now would be the one just told: the next has not been called yet.
        assert_eq!(seen.now(), 0);
        ended.push(next);
    }
    assert_eq!(kinds(&ended), [(0, COMPLETED), (1, OutcomeKind::TimedOut), (2, CANCELLED)]);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_run_cancels_everything() {
    let census = Census::default();
    let seen = census.clone();
    let mut run = Fanout::new().window(3).run(plan(lane(0, 10)), move |_| {
        let alive = census.enter();
        async move {
            let _alive = alive;
            sleep(secs(60)).await;
            Ok::<_, Fault>(0)
        }
    });
    assert!(timeout(secs(1), run.next()).await.is_err());
    assert_eq!(seen.now(), 3);
    drop(run);
    tokio::task::yield_now().await;
    assert_eq!((seen.now(), seen.peak()), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn a_run_stopped_before_it_began_takes_nothing_from_the_plan() {
    let fanout = Fanout::new();
    fanout.control().drain();
    let mut run = fanout.run(plan(lane(0, 10)), async |_| Ok::<_, Fault>(0));
    assert!(run.next().await.is_none());
    assert_eq!((run.summary().planned, run.summary().plan_complete), (0, false));
}

#[tokio::test(start_paused = true)]
async fn a_run_stopped_after_the_end_of_the_plan_has_a_complete_plan() {
    let mut run = Fanout::new().window(1).run(plan(lane(0, 2)), async |_| {
        sleep(secs(3)).await;
        Ok::<_, Fault>(0)
    });
    later(run.control(), 1, Control::drain);
    assert_eq!(kinds(&all(&mut run).await), [(1, CANCELLED), (0, COMPLETED)]);
    assert!(run.summary().plan_complete);
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_stops_its_run_is_not_complete() {
    let fanout = Fanout::new().window(1);
    let control = fanout.control();
    let items = plan(lane(0, 2)).chain(stream::poll_fn(move |_| {
        control.drain();
        std::task::Poll::Ready(None)
    }));
    let mut run = fanout.run(items, async |_| Ok::<_, Fault>(0));
    assert_eq!(kinds(&all(&mut run).await), [(0, CANCELLED), (1, CANCELLED)]);
    assert!(!run.summary().plan_complete);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abort_from_another_thread_ends_the_run() {
    let mut run =
        Fanout::new().window(64).run(hangs_after((0..100).flat_map(|of| lane(of, 100))), async |item| {
            match item.number % 3 {
                0 => std::future::pending().await,
                _ => Ok::<_, Fault>(0),
            }
        });
    let control = run.control();
    // With every third job hanging, all slots hang at the latest when 64 × 3 targets have been started.
    let mut ended = 0;
    while ended < 20 {
        run.next().await.unwrap();
        ended += 1;
    }
    std::thread::spawn(move || control.abort());
    ended += all(&mut run).await.len() as u64;
    assert_eq!(run.summary().planned, ended);
    assert!(run.summary().adds_up() && run.summary().cancelled > 0);
}
