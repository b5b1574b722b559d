use std::time::Duration;

use crate::{Ended, StopReason};

/// What a reporter gets to know of a run, in the order it happens.
///
/// Of each target: `Planned` once, then `Started` for each attempt with `Requeued` in between, then one `Ended`, just
/// before the stream yields it. A target that was requeued and then not started again, because the run was stopped,
/// has its `Ended` right after a `Requeued`.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a, T, V, E> {
    /// A target was taken from the plan, to be run or to be skipped.
    Planned {
        /// The target.
        target: &'a T,
    },
    /// Its job is about to be called.
    Started {
        /// The target.
        target: &'a T,
    },
    /// Its job failed and will be called again; until then it takes no slot.
    Requeued {
        /// The target.
        target: &'a T,
        /// Which attempt failed, from 1.
        attempt: u32,
        /// How long until it may start again.
        after: Duration,
        /// What went wrong.
        error: &'a E,
    },
    /// It has its outcome.
    Ended(&'a Ended<T, V, E>),
    /// The plan came to its end: from here on `planned` is the total.
    PlanComplete {
        /// Targets in the plan.
        planned: u64,
    },
    /// Nothing more starts; what runs may go on for the drain grace.
    Draining {
        /// Why.
        reason: StopReason,
    },
    /// Whatever still runs is being cancelled, on request or because the grace is over.
    Aborting,
}
