use std::time::Duration;

use crate::Outcome;

/// One target that has ended: an item of the stream a [`Run`](crate::Run) is.
///
/// `retrying`, `waiting` and `working` add up to the time from the first start to the end of the last attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended<T, V, E> {
    /// The target, as it came from the plan.
    pub target: T,
    /// How it ended.
    pub outcome: Outcome<V, E>,
    /// How often its job was called; zero if it never was.
    pub attempts: u32,
    /// How long the last attempt was made to wait, as told through its [`Activity`](crate::Activity).
    pub waiting: Duration,
    /// How long the last attempt ran without being made to wait; this is what the item timeout measures.
    pub working: Duration,
    /// How long it took from the start of the first attempt to the start of the last.
    pub retrying: Duration,
}

impl<T, V, E> Ended<T, V, E> {
    /// A target that ended without its job having been called.
    pub(crate) fn uncalled(target: T, outcome: Outcome<V, E>) -> Self {
        let (waiting, working, retrying) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
        Self { target, outcome, attempts: 0, waiting, working, retrying }
    }
}
