use std::convert::Infallible;
use std::time::Duration;

use crate::SkipReason;

/// An error of the job that can tell what it means for the target.
pub trait JobError {
    /// What it means. It is asked once, in the task of the job; a panic in it fails the target.
    fn verdict(&self) -> Verdict;
}

/// What an error of the job means for its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It went wrong, and trying again changes nothing.
    Failed,
    /// The caller may not do this there, and trying again changes nothing.
    Denied,
    /// It went wrong, and trying again may help, but not before so long: see [`Fanout::requeue`](crate::Fanout::requeue).
    Again {
        /// How long to wait at least; zero where nobody said.
        after: Duration,
    },
    /// A rule leaves the target out after all, where only the job could find that out: a region that was named and
    /// is not enabled.
    Skipped(SkipReason),
    /// Not the target's doing, and not done: the caller's credentials ended, say. It ends as
    /// [`Outcome::Cancelled`](crate::Outcome::Cancelled).
    Unfinished,
}

impl JobError for Infallible {
    fn verdict(&self) -> Verdict {
        match *self {}
    }
}
