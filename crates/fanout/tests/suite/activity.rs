use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use orgwide_fanout::{Activity, Fanout, Outcome, Waiting};
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::common::{Fault, TestOutcome, item, plan, secs, timed};

const MINUTE: u64 = 60;

/// Runs one job with the default timeout: when it ended, how, and its minutes of work and of waiting.
async fn one<F>(job: impl Fn() -> F + Send + Sync + 'static) -> (u64, TestOutcome, u64, u64)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut run = Fanout::new().run(plan([item(0, 0)]), move |_| {
        let job = job();
        async move {
            job.await;
            Ok::<_, Fault>(0)
        }
    });
    let (at, ended) = timed(&mut run).await.remove(0);
    let minutes = |time: Duration| time.as_secs() / MINUTE;
    (minutes(at), ended.outcome, minutes(ended.working), minutes(ended.waiting))
}

fn waiting() -> Option<Waiting> {
    Activity::current().map(|activity| activity.waiting())
}

async fn minutes(minutes: u64) {
    sleep(secs(minutes * MINUTE)).await;
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_waiting_is_no_timeout() {
    let ended = one(|| async {
        minutes(2).await;
        let wait = waiting();
        minutes(60).await;
        drop(wait);
        minutes(2).await;
    });
    assert_eq!(ended.await, (64, Outcome::Completed(0), 4, 60));
}

#[tokio::test(start_paused = true)]
async fn five_minutes_of_work_are_a_timeout() {
    assert_eq!(one(|| minutes(6)).await, (5, Outcome::TimedOut, 5, 0));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_ends_on_the_deadline_is_in_time() {
    assert_eq!(one(|| minutes(5)).await, (5, Outcome::Completed(0), 5, 0));
}

#[tokio::test(start_paused = true)]
async fn work_before_and_after_a_wait_adds_up_to_the_timeout() {
    let ended = one(|| async {
        minutes(3).await;
        let wait = waiting();
        minutes(60).await;
        drop(wait);
        minutes(3).await;
    });
    assert_eq!(ended.await, (65, Outcome::TimedOut, 5, 60));
}

#[tokio::test(start_paused = true)]
async fn many_short_waits_add_up() {
    let ended = one(|| async {
        for _ in 0..100 {
            sleep(secs(1)).await;
            let _wait = waiting();
            minutes(1).await;
        }
    });
    assert_eq!(ended.await, (101, Outcome::Completed(0), 1, 100));
}

#[tokio::test(start_paused = true)]
async fn overlapping_waits_last_until_the_last_one_ends() {
    let ended = one(|| async {
        let first = waiting();
        minutes(10).await;
        let second = waiting();
        minutes(10).await;
        drop(first);
        minutes(10).await;
        drop(second);
        minutes(6).await;
    });
    assert_eq!(ended.await, (35, Outcome::TimedOut, 5, 30));
}

#[tokio::test(start_paused = true)]
async fn a_wait_can_be_ended_from_outside_of_the_job() {
    let (sender, receiver) = oneshot::channel();
    let receiver = std::sync::Mutex::new(Some((sender, receiver)));
    let ended = one(move || {
        let pair = receiver.lock().unwrap().take();
        async move {
            let (sender, receiver) = pair.unwrap();
            let wait = waiting();
            tokio::spawn(async move {
                minutes(20).await;
                drop(wait);
                minutes(10).await;
                let _ = sender.send(());
            });
            let _: Result<(), _> = receiver.await;
        }
    });
    assert_eq!(ended.await, (25, Outcome::TimedOut, 5, 20));
}

#[tokio::test(start_paused = true)]
async fn a_spawned_task_counts_for_its_target_when_it_carries_the_clock() {
    let ended = one(|| async {
        let activity = Activity::current().unwrap();
        let inner = async {
            let wait = waiting();
            minutes(30).await;
            wait.is_some()
        };
        assert!(tokio::spawn(activity.scope(inner)).await.unwrap());
    });
    assert_eq!(ended.await, (30, Outcome::Completed(0), 0, 30));
}

#[tokio::test(start_paused = true)]
async fn outside_of_a_job_there_is_no_clock() {
    assert!(Activity::current().is_none());
    let ended = one(|| async {
        assert!(tokio::spawn(async { Activity::current().is_none() }).await.unwrap());
    });
    assert_eq!(ended.await.1, Outcome::Completed(0));
}

#[tokio::test(start_paused = true)]
async fn no_timer_runs_while_a_target_waits() {
    let polls = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&polls);
    let ended = one(move || {
        let polls = Arc::clone(&polls);
        let mut wait = None;
        let mut hour = Box::pin(sleep(secs(60 * MINUTE)));
        std::future::poll_fn(move |cx| {
            polls.fetch_add(1, Relaxed);
            wait = wait.take().or_else(waiting);
            hour.as_mut().poll(cx)
        })
    });
    assert_eq!(ended.await.0, 60);
    // The first poll, one for the change it made, the last. A timer of five minutes would add another.
    assert!(seen.load(Relaxed) <= 3, "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_timeout_a_job_may_take_days() {
    let mut run = Fanout::new().item_timeout(None).run(plan([item(0, 0)]), async |_| {
        minutes(3 * 24 * 60).await;
        Ok::<_, Fault>(0)
    });
    assert_eq!(timed(&mut run).await[0].1.outcome, Outcome::Completed(0));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_always_busy_is_still_timed_out() {
    tokio::spawn(async {
        for _ in 0..10 {
            tokio::time::advance(secs(MINUTE)).await;
        }
    });
    let ended = one(|| async {
        // Never waits for anything: it only gives the thread back when its budget is used up.
        loop {
            tokio::task::coop::consume_budget().await;
        }
    });
    let (at, outcome, worked, _) = ended.await;
    assert_eq!(outcome, Outcome::TimedOut);
    assert!((5..=6).contains(&at) && (5..=6).contains(&worked), "{at} {worked}");
}
