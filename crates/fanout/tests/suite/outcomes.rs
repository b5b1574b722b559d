use futures::{StreamExt, stream};
use orgwide_fanout::{Failure, Fanout, Outcome, OutcomeKind, Planned, SkipReason};
use tokio::time::sleep;

use crate::common::{Census, Fault, all, counted, item, kinds, lane, plan, secs};

#[tokio::test(start_paused = true)]
async fn each_way_to_end_is_told_apart() {
    let items = stream::iter([
        Planned::Run(item(0, 0)),
        Planned::Run(item(0, 1)),
        Planned::Run(item(0, 2)),
        Planned::Run(item(0, 3)),
        Planned::Skip(item(0, 4), SkipReason::new("suspended")),
    ]);
    let mut run = Fanout::new().item_timeout(secs(10)).run(items, async |item| {
        sleep(secs(1 + u64::from(item.number))).await;
        match item.number {
            0 => Ok(7),
            1 => Err(Fault::Denied),
            2 => Err(Fault::Broken),
            _ => std::future::pending().await,
        }
    });
    let mut ended = all(&mut run).await;
    ended.sort_by_key(|ended| ended.target.number);
    let outcomes: Vec<_> = ended.iter().map(|ended| ended.outcome.clone()).collect();
    assert_eq!(
        outcomes,
        [
            Outcome::Completed(7),
            Outcome::Denied(Fault::Denied),
            Outcome::Failed(Failure::Error(Fault::Broken)),
            Outcome::TimedOut,
            Outcome::Skipped("suspended".into()),
        ]
    );
    let worked: Vec<_> = ended.iter().map(|ended| ended.working.as_secs()).collect();
    assert_eq!(worked, [1, 2, 3, 10, 0]);
    assert_eq!(run.summary(), counted(&ended, true));
    assert!(run.summary().adds_up());
}

#[tokio::test(start_paused = true)]
async fn a_denied_lane_does_not_stop_the_run() {
    let items = lane(0, 50).chain(lane(1, 50));
    let mut run = Fanout::new()
        .window(4)
        .run(plan(items), async |item| if item.lane == 0 { Err(Fault::Denied) } else { Ok(item.number) });
    all(&mut run).await;
    let summary = run.summary();
    assert_eq!((summary.planned, summary.denied, summary.completed), (100, 50, 50));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_finds_its_target_left_out_by_a_rule_skips_it() {
    let mut run = Fanout::new().run(plan(lane(0, 1)), async |_| {
        sleep(secs(2)).await;
        Err::<u32, _>(Fault::NotThere)
    });
    let ended = run.next().await.unwrap();
    assert_eq!((ended.outcome, ended.working), (Outcome::Skipped("not there".into()), secs(2)));
    assert!(run.next().await.is_none());
    assert_eq!((run.summary().skipped, run.summary().denied), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_finds_that_it_cannot_be_done_now_leaves_its_target_cancelled() {
    let mut run = Fanout::new().requeue(9).run(plan(lane(0, 1)), async |_| Err::<u32, _>(Fault::Expired));
    assert_eq!(kinds(&all(&mut run).await), [(0, OutcomeKind::Cancelled)]);
    assert_eq!((run.summary().cancelled, run.stopped()), (1, None));
}

#[tokio::test(start_paused = true)]
async fn an_empty_plan_ends_at_once_and_is_complete() {
    let mut run = Fanout::new().run(plan([]), async |_| Ok::<_, Fault>(0));
    assert_eq!(run.next().await, None);
    assert!(run.summary().plan_complete);
    assert_eq!(run.next().await, None, "it stays ended");
}

#[tokio::test(start_paused = true)]
async fn a_skipped_target_is_told_though_every_slot_is_taken() {
    let items = stream::iter([Planned::Run(item(0, 0)), Planned::Skip(item(0, 1), "closed".into())]);
    let mut run = Fanout::new().window(1).run(items, async |_| {
        sleep(secs(9)).await;
        Ok::<_, Fault>(0)
    });
    let ended = all(&mut run).await;
    assert_eq!(kinds(&ended), [(1, OutcomeKind::Skipped), (0, OutcomeKind::Completed)]);
}

#[tokio::test(start_paused = true)]
async fn many_skipped_targets_do_not_hold_up_those_that_run() {
    // Every second target is skipped; with two slots the hundred others take fifty seconds.
    let items = stream::iter((0..200).map(|number| match number % 2 {
        0 => Planned::Run(item(number, number)),
        _ => Planned::Skip(item(number, number), "odd".into()),
    }));
    let mut run = Fanout::new().window(2).run(items, async |_| {
        sleep(secs(1)).await;
        Ok::<_, Fault>(0)
    });
    let start = tokio::time::Instant::now();
    let ended = all(&mut run).await;
    assert_eq!((ended.len(), start.elapsed()), (200, secs(50)));
}

#[tokio::test(start_paused = true)]
async fn the_window_is_filled_and_never_exceeded() {
    let census = Census::default();
    let seen = census.clone();
    let mut run = Fanout::new().window(7).run(plan((0..10).flat_map(|of| lane(of, 20))), move |item| {
        let census = census.clone();
        async move {
            let _alive = census.enter();
            sleep(secs(1 + u64::from(item.number % 3))).await;
            Ok::<_, Fault>(0)
        }
    });
    all(&mut run).await;
    assert_eq!(seen.peak(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_free_slot_is_given_on_before_the_outcome_is_handed_out() {
    let census = Census::default();
    let seen = census.clone();
    let mut run = Fanout::new().window(2).run(plan(lane(0, 4)), move |_| {
        let census = census.clone();
        async move {
            let _alive = census.enter();
            sleep(secs(1)).await;
            Ok::<_, Fault>(0)
        }
    });
    run.next().await.unwrap();
    // The consumer takes its time. The second of the first two has ended unseen; the third runs all the same.
    tokio::task::yield_now().await;
    assert_eq!(seen.now(), 1);
    tokio::time::sleep(secs(30)).await;
    let start = tokio::time::Instant::now();
    assert_eq!(all(&mut run).await.len(), 3);
    assert_eq!(start.elapsed(), secs(1), "only the fourth was still to be run");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_threads_lose_nothing() {
    let census = Census::default();
    let seen = census.clone();
    let mut run = Fanout::new().window(16).run(plan((0..40).flat_map(|of| lane(of, 50))), move |item| {
        let census = census.clone();
        async move {
            let _alive = census.enter();
            for _ in 0..item.number % 5 {
                tokio::task::yield_now().await;
            }
            if item.number % 7 == 0 { Err(Fault::Broken) } else { Ok(item.number) }
        }
    });
    let ended = all(&mut run).await;
    let different: std::collections::HashSet<_> = ended.iter().map(|ended| ended.target).collect();
    assert_eq!((ended.len(), different.len()), (2_000, 2_000));
    // 0, 7, … 49: eight of the fifty numbers of each of forty lanes.
    assert_eq!((run.summary().failed, run.summary().completed), (320, 1_680));
    assert!(seen.peak() <= 16 && seen.now() == 0, "{seen:?}");
}
