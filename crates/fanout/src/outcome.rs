use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

use crate::SkipReason;

/// An error of the job that can tell what it means for the target.
pub trait JobError {
    /// Whether the target was denied: the caller may not do this there, and trying again changes nothing.
    fn is_denied(&self) -> bool;

    /// Why a rule leaves the target out after all, where only the job could find that out: a region that was
    /// named and is not enabled. By default no error does.
    fn skip_reason(&self) -> Option<SkipReason> {
        None
    }
}

impl JobError for Infallible {
    fn is_denied(&self) -> bool {
        match *self {}
    }
}

/// How a target ended. Every target taken from the plan has exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<V, E> {
    /// The job returned a value.
    Completed(V),
    /// The job returned an error that [is a denial](JobError::is_denied).
    Denied(E),
    /// The job went wrong in another way.
    Failed(Failure<E>),
    /// The job worked for the item timeout without an end and was dropped; [`Ended`] has the times.
    TimedOut,
    /// A rule left the target out: before the job was called, or by what the job [found](JobError::skip_reason).
    Skipped(SkipReason),
    /// The run was stopped before the job ended, or before it began (then `worked` and `waited` are zero).
    Cancelled,
}

/// What went wrong in a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure<E> {
    /// It returned this error.
    Error(E),
    /// It panicked, with this message.
    Panicked(String),
}

/// The six ways to end, without what comes with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutcomeKind {
    /// See [`Outcome::Completed`].
    Completed,
    /// See [`Outcome::Denied`].
    Denied,
    /// See [`Outcome::Failed`].
    Failed,
    /// See [`Outcome::TimedOut`].
    TimedOut,
    /// See [`Outcome::Skipped`].
    Skipped,
    /// See [`Outcome::Cancelled`].
    Cancelled,
}

/// One target that has ended: an item of the stream a [`Run`](crate::Run) is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended<T, V, E> {
    /// The target, as it came from the plan.
    pub target: T,
    /// How it ended.
    pub outcome: Outcome<V, E>,
    /// How long the job ran without being made to wait; this is what the item timeout measures.
    pub worked: Duration,
    /// How long it was made to wait, as told through its [`Activity`](crate::Activity).
    pub waited: Duration,
}

impl<V, E> Outcome<V, E> {
    /// Which of the six it is.
    pub fn kind(&self) -> OutcomeKind {
        match self {
            Self::Completed(_) => OutcomeKind::Completed,
            Self::Denied(_) => OutcomeKind::Denied,
            Self::Failed(_) => OutcomeKind::Failed,
            Self::TimedOut => OutcomeKind::TimedOut,
            Self::Skipped(_) => OutcomeKind::Skipped,
            Self::Cancelled => OutcomeKind::Cancelled,
        }
    }

    pub(crate) fn panicked(payload: Box<dyn Any + Send>) -> Self {
        let message = match payload.downcast::<String>() {
            Ok(message) => *message,
            Err(payload) => match payload.downcast::<&'static str>() {
                Ok(message) => (*message).to_owned(),
                Err(_) => "a panic without a message".to_owned(),
            },
        };
        Self::Failed(Failure::Panicked(message))
    }
}

impl OutcomeKind {
    /// Its name in lower case, words joined by underscores, such as `timed_out`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Denied => "denied",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for OutcomeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<T, V, E> Ended<T, V, E> {
    /// A target that ended without its job having been called.
    pub(crate) fn uncalled(target: T, outcome: Outcome<V, E>) -> Self {
        Self { target, outcome, worked: Duration::ZERO, waited: Duration::ZERO }
    }
}
