use crate::Ended;

/// What a reporter gets to know of a run, in the order it happens.
///
/// Of each target: `Planned` once, then at most one `Started`, then one `Ended`, just before the stream yields it.
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
    /// It has its outcome.
    Ended(&'a Ended<T, V, E>),
    /// The plan came to its end: from here on `planned` is the total.
    PlanComplete {
        /// Targets in the plan.
        planned: u64,
    },
    /// Nothing more starts; what runs may go on for the drain grace.
    Draining,
    /// Whatever still runs is being cancelled, on request or because the grace is over.
    Aborting,
}
