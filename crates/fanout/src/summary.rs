use crate::OutcomeKind;

/// How many targets there were and how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Targets taken from the plan, those to skip included.
    pub planned: u64,
    /// See [`Outcome::Completed`](crate::Outcome::Completed).
    pub completed: u64,
    /// See [`Outcome::Denied`](crate::Outcome::Denied).
    pub denied: u64,
    /// See [`Outcome::Failed`](crate::Outcome::Failed).
    pub failed: u64,
    /// See [`Outcome::TimedOut`](crate::Outcome::TimedOut).
    pub timed_out: u64,
    /// See [`Outcome::Skipped`](crate::Outcome::Skipped).
    pub skipped: u64,
    /// See [`Outcome::Cancelled`](crate::Outcome::Cancelled).
    pub cancelled: u64,
    /// Whether the plan came to its end by itself: no target is missing from `planned`.
    ///
    /// A run that was stopped after that has a complete plan and cancelled targets.
    pub plan_complete: bool,
}

impl Summary {
    /// Targets that have their outcome: the sum of the six.
    pub fn ended(&self) -> u64 {
        self.completed + self.denied + self.failed + self.timed_out + self.skipped + self.cancelled
    }

    /// Whether every planned target has its outcome: true of every run whose stream has ended.
    pub fn adds_up(&self) -> bool {
        self.planned == self.ended()
    }

    /// Counts one more outcome.
    pub(crate) fn count(&mut self, kind: OutcomeKind) {
        *match kind {
            OutcomeKind::Completed => &mut self.completed,
            OutcomeKind::Denied => &mut self.denied,
            OutcomeKind::Failed => &mut self.failed,
            OutcomeKind::TimedOut => &mut self.timed_out,
            OutcomeKind::Skipped => &mut self.skipped,
            OutcomeKind::Cancelled => &mut self.cancelled,
        } += 1;
    }
}
