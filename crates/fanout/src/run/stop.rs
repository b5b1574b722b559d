//! The end of a run before its plan is done.

use std::future::Future;
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep, sleep_until};

use super::{Queued, Run};
use crate::{Ended, Event, Outcome, StopReason, Target};

/// How far a run has come in being stopped.
pub(super) struct Stopping {
    stage: Stage,
    deadline: Option<Duration>,
    grace: Duration,
}

enum Stage {
    /// Not polled so far.
    New,
    Open {
        deadline: Option<Pin<Box<Sleep>>>,
    },
    Draining {
        reason: StopReason,
        grace: Pin<Box<Sleep>>,
    },
    Aborting {
        reason: StopReason,
    },
}

impl Stopping {
    pub(super) fn new(deadline: Option<Duration>, grace: Duration) -> Self {
        Self { stage: Stage::New, deadline, grace }
    }

    pub(super) fn reason(&self) -> Option<StopReason> {
        match self.stage {
            Stage::New | Stage::Open { .. } => None,
            Stage::Draining { reason, .. } | Stage::Aborting { reason } => Some(reason),
        }
    }

    /// When the deadline was, if it has passed. It runs from the first call of this.
    fn passed(&mut self, cx: &mut Context<'_>) -> Option<Instant> {
        if let Stage::New = self.stage {
            // One that is too far off to be told never comes.
            let at = self.deadline.and_then(|deadline| Instant::now().checked_add(deadline));
            self.stage = Stage::Open { deadline: at.map(|at| Box::pin(sleep_until(at))) };
        }
        let Stage::Open { deadline: Some(deadline) } = &mut self.stage else { return None };
        deadline.as_mut().poll(cx).is_ready().then(|| deadline.deadline())
    }
}

impl<T, V, E> Run<T, V, E>
where
    T: Target,
    V: Send + 'static,
    E: Send + 'static,
{
    /// Follows the control and the deadline: on a drain the plan is closed and what waits is settled; after the grace
    /// the rest is cancelled.
    pub(super) fn heed_stop(&mut self, cx: &mut Context<'_>) {
        self.control.register(cx.waker());
        if let Some(at) = self.stopping.passed(cx) {
            self.control.stop(at, StopReason::Deadline);
        }
        if self.stopping.reason().is_none()
            && let Some((at, reason)) = self.control.stopped()
        {
            self.drain(at, reason);
        }
        if let Stage::Draining { reason, grace } = &mut self.stopping.stage {
            let over = !self.running.is_empty() && grace.as_mut().poll(cx).is_ready();
            if over || self.control.aborted().is_cancelled() {
                self.stopping.stage = Stage::Aborting { reason: *reason };
                self.control.abort();
                self.tell(Event::Aborting);
            }
        }
    }

    /// Settles what does not run.
    fn drain(&mut self, at: Instant, reason: StopReason) {
        self.plan = None;
        let left = self.stopping.grace.saturating_sub(at.elapsed());
        self.stopping.stage = Stage::Draining { reason, grace: Box::pin(sleep(left)) };
        self.tell(Event::Draining { reason });
        self.settled.extend(self.lanes.clear().into_iter().map(|queued| match queued {
            Queued::New(target) => Ended::uncalled(target, Outcome::Cancelled),
            Queued::Again(retry) => retry.ended,
        }));
        self.settled.extend(self.retries.clear().map(|retry| retry.ended));
    }
}
