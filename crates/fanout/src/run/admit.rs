//! From the plan into the lanes, from the lanes into slots.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};

use tokio::time::Instant;

use super::{Queued, Retry, Run, Running};
use crate::{Activity, Ended, Event, Outcome, Planned, StopReason, Target};

impl<T, V, E> Run<T, V, E>
where
    T: Target,
    V: Send + 'static,
    E: Send + 'static,
{
    /// Takes targets from the plan and starts them, as far as there is room for either.
    pub(super) fn refill(&mut self, cx: &mut Context<'_>) {
        while let Some(retry) = self.retries.poll_due(cx) {
            self.lanes.push_again(retry.ended.target.lane(), Queued::Again(retry));
        }
        loop {
            self.heed_stop(cx);
            // Look first, then start: the more lanes are in sight, the fairer the choice.
            let more = self.pull(cx);
            if self.control.stopped().is_some() {
                self.heed_stop(cx);
            }
            let started = self.start();
            if !more || !started {
                return;
            }
        }
    }

    /// Fills the look-ahead; returns whether the plan may have more at once.
    fn pull(&mut self, cx: &mut Context<'_>) -> bool {
        while self.queued() < self.look_ahead {
            // Asked for each target: the plan itself may have stopped the run.
            if self.barrier || self.control.stopped().is_some() {
                return false;
            }
            let Some(plan) = &mut self.plan else { return false };
            match catch_unwind(AssertUnwindSafe(|| plan.as_mut().poll_next(cx))) {
                Ok(Poll::Ready(Some(planned))) => self.take(planned, cx),
                Ok(Poll::Ready(None)) => {
                    self.plan = None;
                    if self.control.stopped().is_none() {
                        self.summary.plan_complete = true;
                        self.tell(Event::PlanComplete { planned: self.summary.planned });
                    }
                    return false;
                }
                Ok(Poll::Pending) => return false,
                Err(panic) => {
                    self.plan_panic = Some(panic);
                    self.control.stop(Instant::now(), StopReason::PlanPanicked);
                    return false;
                }
            }
        }
        true
    }

    fn take(&mut self, planned: Planned<T>, cx: &Context<'_>) {
        match planned {
            Planned::Run(target) => {
                self.summary.planned += 1;
                self.tell(Event::Planned { target: &target });
                self.lanes.push(target.lane(), Queued::New(target));
            }
            Planned::Skip(target, reason) => {
                self.summary.planned += 1;
                self.tell(Event::Planned { target: &target });
                self.settled.push_back(Ended::uncalled(target, Outcome::Skipped(reason)));
            }
            Planned::Barrier => {
                self.barrier = true;
                if self.open() == 0 {
                    // Nothing is ahead of it whose end would have the run polled again.
                    cx.waker().wake_by_ref();
                }
            }
        }
    }

    /// Starts what waits while there are slots; returns whether any did.
    fn start(&mut self) -> bool {
        let mut started = false;
        while self.running.len() < self.window && self.lanes.waiting() > 0 {
            let Some(lane) = self.board.parking.next(&mut self.lanes) else { break };
            let Some(queued) = self.lanes.pop(lane) else { break };
            let start = Instant::now();
            let (target, attempts, first_start) = match queued {
                Queued::New(target) => (target, 0, start),
                Queued::Again(retry) => {
                    let Retry { ended, first_start } = *retry;
                    drop_quietly(ended.outcome);
                    (ended.target, ended.attempts, first_start)
                }
            };
            self.tell(Event::Started { target: &target });
            let activity = Activity::start(self.board.clone(), lane, attempts.saturating_add(1));
            let task = (self.spawn)(&mut self.tasks, target.clone(), activity.clone());
            self.running.insert(task, Running { target, lane, activity, first_start, start });
            started = true;
        }
        started
    }
}

/// The error of an earlier attempt is the job's, and its destructor may panic.
fn drop_quietly<V, E>(outcome: Outcome<V, E>) {
    if catch_unwind(AssertUnwindSafe(|| drop(outcome))).is_err() {
        tracing::warn!("the destructor of a job's error panicked; its target is run again");
    }
}
