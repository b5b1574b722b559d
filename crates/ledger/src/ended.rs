use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::Attempt;

/// The six ways a target ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// All its rows are there.
    Completed,
    /// AWS refused.
    Denied,
    /// It went wrong in another way.
    Failed,
    /// It took too long.
    TimedOut,
    /// A rule left it out.
    Skipped,
    /// The run was stopped before it ended.
    Cancelled,
}

/// How a target ended, and why.
#[derive(Debug, Clone)]
pub struct Ended<'a> {
    /// Which of the six.
    pub outcome: Outcome,
    /// The attempt whose rows are the target's; only that of a completed target counts.
    pub winner: Option<&'a Attempt>,
    /// How often it was tried.
    pub attempts: u32,
    /// The kind of failure, or the rule that left the target out: one word.
    pub kind: Option<String>,
    /// AWS's error code.
    pub code: Option<String>,
    /// What happened, for a person.
    pub message: Option<String>,
    /// The role that refused, or was refused.
    pub hop: Option<String>,
    /// The policy that denied.
    pub policy: Option<String>,
    /// AWS's request id.
    pub request_id: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// Milliseconds it was made to wait.
    pub waiting_ms: u64,
    /// Milliseconds it worked.
    pub working_ms: u64,
    /// Milliseconds between its attempts.
    pub retrying_ms: u64,
}

impl Ended<'_> {
    /// This outcome, and nothing else said yet.
    #[must_use]
    pub fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            winner: None,
            attempts: 0,
            kind: None,
            code: None,
            message: None,
            hop: None,
            policy: None,
            request_id: None,
            hint: None,
            waiting_ms: 0,
            working_ms: 0,
            retrying_ms: 0,
        }
    }
}

impl Outcome {
    /// All of them, in the order of summaries.
    pub const ALL: [Self; 6] =
        [Self::Completed, Self::Denied, Self::Failed, Self::TimedOut, Self::Skipped, Self::Cancelled];

    /// Its name in the ledger and in summaries, such as `timed_out`.
    #[must_use]
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

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is none of the six outcomes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no outcome: one is completed, denied, failed, timed_out, skipped or cancelled")]
pub struct ParseOutcomeError(String);

impl FromStr for Outcome {
    type Err = ParseOutcomeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|outcome| outcome.as_str() == text);
        known.ok_or_else(|| ParseOutcomeError(text.escape_debug().take(64).collect()))
    }
}
