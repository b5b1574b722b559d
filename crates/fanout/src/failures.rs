use std::collections::HashSet;

use crate::{Ended, FailureBudget, OutcomeKind, Target};

/// What has been used of the failure budget.
pub(crate) struct Failures<L> {
    budget: FailureBudget,
    failures: u64,
    finished: u64,
    /// The lanes that have a denied target.
    denied: HashSet<L>,
}

impl<L: Eq + std::hash::Hash> Failures<L> {
    pub(crate) fn new(budget: FailureBudget) -> Self {
        Self { budget, failures: 0, finished: 0, denied: HashSet::new() }
    }

    /// Counts one more target; returns whether these are too many failures.
    pub(crate) fn count<T: Target<Lane = L>, V, E>(&mut self, ended: &Ended<T, V, E>) -> bool {
        self.failures += u64::from(match ended.outcome.kind() {
            OutcomeKind::Skipped | OutcomeKind::Cancelled => return false,
            OutcomeKind::Completed => false,
            OutcomeKind::Failed | OutcomeKind::TimedOut => true,
            OutcomeKind::Denied => self.denied.insert(ended.target.lane()),
        });
        self.finished += 1;
        self.budget.is_exceeded(self.failures, self.finished)
    }
}
