//! What stops a run by itself: too many failures, and its deadline.

use futures::StreamExt;
use orgwide_fanout::{FailureBudget, Fanout, OutcomeKind, StopReason};
use tokio::time::{sleep, timeout};

use crate::common::{Fault, all, counted, kinds, lane, plan, secs, timed};

#[tokio::test(start_paused = true)]
async fn one_failure_more_than_the_budget_stops_the_run() {
    // One at a time, and every third fails: 0, 3 and 6; the fourth would be 9.
    for (most, last) in [(0, 0), (2, 6)] {
        let fanout = Fanout::new().window(1).look_ahead(1).max_failures(FailureBudget::count(most));
        let mut run =
            fanout.run(
                plan(lane(0, 50)),
                async |item| {
                    if item.number % 3 == 0 { Err(Fault::Broken) } else { Ok(0) }
                },
            );
        let ended = all(&mut run).await;
        let called: Vec<_> = ended.iter().filter(|ended| ended.attempts > 0).collect();
        assert_eq!(called.last().map(|ended| ended.target.number), Some(last));
        assert_eq!((run.stopped(), run.summary().failed), (Some(StopReason::Failures), most + 1));
        assert_eq!(run.summary(), counted(&ended, false));
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_with_as_many_failures_as_the_budget_is_done_in_full() {
    let fanout = Fanout::new().max_failures(FailureBudget::count(10)).item_timeout(secs(1));
    let mut run = fanout.run(plan(lane(0, 20)), async |item| match item.number {
        0..5 => Err(Fault::Broken),
        5..10 => std::future::pending().await,
        _ => Ok(0),
    });
    all(&mut run).await;
    assert_eq!((run.stopped(), run.summary().completed), (None, 10));
}

#[tokio::test(start_paused = true)]
async fn the_denied_targets_of_a_lane_count_as_one() {
    let denied = async |lanes: u32| {
        let fanout = Fanout::new().window(1).look_ahead(200).max_failures(FailureBudget::count(3));
        let mut run =
            fanout.run(plan((0..lanes).flat_map(|of| lane(of, 40))), async |_| Err::<u32, _>(Fault::Denied));
        all(&mut run).await;
        (run.stopped(), run.summary().denied)
    };
    assert_eq!(denied(3).await, (None, 120));
    // Lanes take turns, so the fourth is denied with the fourth target.
    assert_eq!(denied(4).await, (Some(StopReason::Failures), 4));
}

#[tokio::test(start_paused = true)]
async fn a_share_counts_what_has_finished_from_a_hundred_on() {
    // The first six of 400 fail; 5 % are exceeded at the hundredth, where six have.
    let failing = async |failures: u32| {
        let fanout = Fanout::new().window(1).max_failures(FailureBudget::percent(5.0));
        let mut run = fanout.run(plan(lane(0, 400)), move |item| async move {
            if item.number < failures { Err(Fault::Broken) } else { Ok(0) }
        });
        all(&mut run).await;
        (run.stopped(), run.summary().completed)
    };
    assert_eq!(failing(6).await, (Some(StopReason::Failures), 94));
    assert_eq!(failing(5).await, (None, 395));
}

#[tokio::test(start_paused = true)]
async fn what_is_tried_again_fails_once_at_most() {
    let fanout = Fanout::new().requeue(3).max_failures(FailureBudget::count(1));
    let mut run = fanout.run(plan(lane(0, 1)), async |_| Err::<u32, _>(Fault::Busy(0)));
    assert_eq!(kinds(&all(&mut run).await), [(0, OutcomeKind::Failed)]);
    assert_eq!(run.stopped(), None);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_drains_the_run_and_the_grace_follows_it() {
    let mut run =
        Fanout::new().window(2).deadline(secs(10)).drain_grace(secs(5)).run(plan(lane(0, 9)), async |item| {
            sleep(secs([4, 12, 60, 7][item.number as usize])).await;
            Ok::<_, Fault>(0)
        });
    // The deadline runs from the first poll.
    sleep(secs(100)).await;
    let (completed, cancelled) = (OutcomeKind::Completed, OutcomeKind::Cancelled);
    let ended: Vec<_> = timed(&mut run)
        .await
        .iter()
        .map(|(at, ended)| (at.as_secs(), ended.target.number, ended.outcome.kind()))
        .collect();
    assert_eq!(ended[0], (4, 0, completed));
    assert_eq!(ended[1..7], [3, 4, 5, 6, 7, 8].map(|number| (10, number, cancelled)));
    assert_eq!(ended[7..], [(12, 1, completed), (15, 2, cancelled)]);
    assert_eq!(run.stopped(), Some(StopReason::Deadline));
}

#[tokio::test(start_paused = true)]
async fn the_grace_runs_from_the_deadline_on_though_nobody_polls() {
    let mut run = Fanout::new().deadline(secs(10)).drain_grace(secs(5)).run(plan(lane(0, 1)), async |_| {
        sleep(secs(60)).await;
        Ok::<_, Fault>(0)
    });
    assert!(timeout(secs(1), run.next()).await.is_err());
    sleep(secs(12)).await;
    let (at, ended) = timed(&mut run).await.remove(0);
    assert_eq!((at, ended.outcome.kind(), ended.working), (secs(2), OutcomeKind::Cancelled, secs(15)));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_ends_in_time_was_not_stopped() {
    for deadline in [Some(secs(10)), Some(std::time::Duration::MAX), None] {
        let mut run = Fanout::new().deadline(deadline).run(plan(lane(0, 9)), async |_| {
            sleep(secs(9)).await;
            Ok::<_, Fault>(0)
        });
        all(&mut run).await;
        assert_eq!((run.stopped(), run.summary().completed), (None, 9));
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_cause_of_a_stop_wins() {
    let fanout = Fanout::new().window(1).deadline(secs(5)).max_failures(FailureBudget::count(0));
    let mut run = fanout.run(plan(lane(0, 3)), async |_| {
        sleep(secs(6)).await;
        Err::<u32, _>(Fault::Broken)
    });
    assert_eq!(run.next().await.map(|ended| ended.outcome.kind()), Some(OutcomeKind::Cancelled));
    run.control().drain();
    assert_eq!(all(&mut run).await.len(), 2);
    assert_eq!((run.stopped(), run.summary().failed), (Some(StopReason::Deadline), 1));
}
