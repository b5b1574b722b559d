use std::any::Any;
use std::fmt;

use crate::SkipReason;

/// How a target ended. Every target taken from the plan has exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<V, E> {
    /// The job returned a value.
    Completed(V),
    /// The job returned an error that [is a denial](crate::Verdict::Denied).
    Denied(E),
    /// The job went wrong in another way.
    Failed(Failure<E>),
    /// The job worked for the item timeout without an end and was dropped; [`Ended`](crate::Ended) has the times.
    TimedOut,
    /// A rule left the target out: before the job was called, or by what the job [found](crate::Verdict::Skipped).
    Skipped(SkipReason),
    /// The run was stopped before the job ended, or before it began (then there were no attempts), or the job found
    /// that it [cannot be done now](crate::Verdict::Unfinished).
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
