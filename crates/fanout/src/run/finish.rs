//! From ended tasks to outcomes, or back into the queue.

use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task::{Id, JoinError};
use tokio::time::Instant;

use super::{Retry, Run, Running};
use crate::attempt::{Again, Attempted};
use crate::{Ended, Event, Failure, Outcome, StopReason, Target};

impl<T, V, E> Run<T, V, E>
where
    T: Target,
    V: Send + 'static,
    E: Send + 'static,
{
    /// The next target with an outcome, counted and told.
    pub(super) fn next_ended(&mut self, cx: &mut Context<'_>) -> Option<Ended<T, V, E>> {
        let ended = self.choose_ended(cx)?;
        self.summary.count(ended.outcome.kind());
        self.tell(Event::Ended(&ended));
        if let Some(failures) = &mut self.failures
            && failures.count(&ended)
        {
            self.control.stop(Instant::now(), StopReason::Failures);
        }
        Some(ended)
    }

    /// From the tasks first: each that has ended frees a slot.
    fn choose_ended(&mut self, cx: &mut Context<'_>) -> Option<Ended<T, V, E>> {
        while let Poll::Ready(Some(joined)) = self.tasks.poll_join_next_with_id(cx) {
            if let Some(ended) = self.finish(joined) {
                return Some(ended);
            }
        }
        self.settled.pop_front()
    }

    /// How the target of this task ended; `None` if it will be run again.
    fn finish(&mut self, joined: Result<(Id, Attempted<V, E>), JoinError>) -> Option<Ended<T, V, E>> {
        let id = joined.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let Running { target, lane, activity, first_start, start } = self.running.remove(&id)?;
        let Attempted { result, times } = match joined {
            Ok((_, attempted)) => attempted,
            Err(error) => {
                // A task ends without a result when its runtime shuts down.
                let outcome = error.try_into_panic().map_or(Outcome::Cancelled, Outcome::panicked);
                Attempted { result: Ok(outcome), times: activity.end() }
            }
        };
        self.lanes.ended(lane);
        let (outcome, after) = match result {
            Ok(outcome) => (outcome, None),
            Err(Again { error, after }) => (Outcome::Failed(Failure::Error(error)), Some(after)),
        };
        let ended = Ended {
            target,
            outcome,
            attempts: activity.attempt(),
            waiting: times.waiting,
            working: times.working,
            retrying: start - first_start,
        };
        match after {
            Some(after) if ended.attempts <= self.requeue && self.control.stopped().is_none() => {
                let after = self.backoff.after(ended.attempts, after);
                self.requeue(after, Retry { ended, first_start });
                None
            }
            _ => Some(ended),
        }
    }

    fn requeue(&mut self, after: Duration, retry: Retry<T, V, E>) {
        let Ended { target, outcome, attempts, .. } = &retry.ended;
        if let Outcome::Failed(Failure::Error(error)) = outcome {
            self.tell(Event::Requeued { target, attempt: *attempts, after, error });
        }
        self.retries.push(after, Box::new(retry));
    }
}
