use std::panic::{AssertUnwindSafe, panic_any};
use std::sync::Mutex;

use futures::{FutureExt, StreamExt, stream};
use orgwide_fanout::{Event, Failure, Fanout, JobError, Outcome, OutcomeKind, Planned, StopReason, Verdict};
use tokio::time::sleep;

use crate::common::{Fault, Item, all, item, kinds, lane, plan, secs};

fn panicked(message: &str) -> Outcome<u32, Fault> {
    Outcome::Failed(Failure::Panicked(message.to_owned()))
}

#[tokio::test(start_paused = true)]
async fn a_panic_fails_its_target_with_the_message_and_no_other() {
    let mut run = Fanout::new().run(plan(lane(0, 5)), async |item| {
        sleep(secs(u64::from(item.number))).await;
        match item.number {
            0 => panic!("a literal"),
            1 => panic!("number {}", item.number),
            2 => panic_any(5_u8),
            _ => Ok(item.number),
        }
    });
    let outcomes: Vec<_> = all(&mut run).await.into_iter().map(|ended| ended.outcome).collect();
    assert_eq!(
        outcomes,
        [
            panicked("a literal"),
            panicked("number 1"),
            panicked("a panic without a message"),
            Outcome::Completed(3),
            Outcome::Completed(4),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_panic_before_there_is_a_future_is_caught_too() {
    let mut run = Fanout::new().run(plan(lane(0, 2)), |item| {
        assert!(item.number > 0, "no future for this one");
        async { Ok::<u32, Fault>(1) }
    });
    let ended = all(&mut run).await;
    assert_eq!(ended[0].outcome, panicked("no future for this one"));
    assert_eq!(ended[1].outcome, Outcome::Completed(1));
}

struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic_any("in the destructor");
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_a_destructor_is_caught_when_the_job_is_timed_out() {
    let mut run = Fanout::new().item_timeout(secs(3)).run(plan(lane(0, 1)), async |_| {
        let _bomb = PanicsOnDrop;
        std::future::pending::<Result<u32, Fault>>().await
    });
    let ended = all(&mut run).await;
    assert_eq!((ended[0].outcome.clone(), ended[0].working), (panicked("in the destructor"), secs(3)));
}

#[derive(Debug)]
struct Undecided;

impl JobError for Undecided {
    fn verdict(&self) -> Verdict {
        panic_any("cannot tell")
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_error_is_caught() {
    let mut run = Fanout::new().run(plan(lane(0, 1)), async |_| Err::<u32, _>(Undecided));
    let outcome = run.next().await.unwrap().outcome;
    assert!(matches!(outcome, Outcome::Failed(Failure::Panicked(message)) if message == "cannot tell"));
    assert!(run.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_observer_does_not_touch_the_run() {
    let calls = Mutex::new(0);
    let told = std::sync::Arc::new(calls);
    let count = std::sync::Arc::clone(&told);
    let fanout = Fanout::new().observer(move |_: Event<'_, Item, u32, Fault>| {
        *count.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += 1;
        panic_any("the observer");
    });
    let mut run = fanout.run(plan(lane(0, 3)), async |item| Ok(item.number));
    assert_eq!(all(&mut run).await.len(), 3);
    // Planned, started and ended for each of three, and the end of the plan.
    assert_eq!(*told.lock().unwrap_or_else(std::sync::PoisonError::into_inner), 10);
    assert!(run.summary().plan_complete);
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_plan_reaches_the_caller_after_every_outcome() {
    let items = stream::iter(0..10).map(|number| {
        assert!(number < 4, "the plan broke");
        Planned::Run(item(0, number))
    });
    let mut run = Fanout::new().window(2).look_ahead(1).run(items, async |item| {
        sleep(secs(1)).await;
        Ok::<_, Fault>(item.number)
    });
    let mut ended = Vec::new();
    let panic = loop {
        match AssertUnwindSafe(run.next()).catch_unwind().await {
            Ok(next) => ended.push(next.unwrap()),
            Err(panic) => break panic,
        }
    };
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the plan broke"));
    // Two run, one waits; when the first two have ended, the third and the fourth run to their end.
    let completed = OutcomeKind::Completed;
    assert_eq!(kinds(&ended), [(0, completed), (1, completed), (2, completed), (3, completed)]);
    assert!(run.next().await.is_none());
    assert!(run.summary().adds_up() && !run.summary().plan_complete);
    assert_eq!(run.stopped(), Some(StopReason::PlanPanicked));
}
