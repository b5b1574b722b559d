use std::path::Path;
use std::time::Duration;

use orgwide_ledger::Totals;
use orgwide_session::CallCounts;
use serde::Serialize;

use crate::exit::Exit;
use crate::stop::Stop;

/// The counts of a run. `planned` is the sum of the six after it.
///
/// Targets and rows are those of the whole run, however often it was resumed; calls and times those of this sitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Summary {
    planned: u64,
    completed: u64,
    denied: u64,
    failed: u64,
    timed_out: u64,
    skipped: u64,
    cancelled: u64,
    plan_complete: bool,
    rows: u64,
    duplicates: u64,
    calls: u64,
    retries: u64,
    throttled: u64,
    assume_role_calls: u64,
    waited_ms: u64,
    elapsed_ms: u64,
}

impl Summary {
    pub(crate) fn new(run: Totals, calls: CallCounts, elapsed: Duration) -> Self {
        let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        Self {
            planned: run.planned,
            completed: run.completed,
            denied: run.denied,
            failed: run.failed,
            timed_out: run.timed_out,
            skipped: run.skipped,
            cancelled: run.cancelled,
            plan_complete: run.plan_complete,
            rows: run.rows,
            duplicates: run.duplicates,
            calls: calls.calls,
            retries: calls.retries,
            throttled: calls.throttled,
            assume_role_calls: calls.assume_role,
            waited_ms: millis(calls.waited),
            elapsed_ms: millis(elapsed),
        }
    }

    /// Whether targets are left that have no outcome of their own yet.
    pub(crate) fn is_unfinished(&self) -> bool {
        !self.plan_complete || self.cancelled > 0
    }

    /// Whether every target completed or was left out by a rule.
    pub(crate) fn is_complete(&self) -> bool {
        self.plan_complete && self.completed + self.skipped == self.planned
    }

    /// Whether there is something to run again.
    pub(crate) fn not_completed(&self) -> bool {
        self.denied + self.failed + self.timed_out > 0
    }

    /// One line for people.
    pub(crate) fn line(&self) -> String {
        let mut parts = vec![format!("{} targets: {} completed", self.planned, self.completed)];
        for (count, what) in [
            (self.denied, "denied"),
            (self.failed, "failed"),
            (self.timed_out, "timed out"),
            (self.skipped, "skipped"),
            (self.cancelled, "cancelled"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        let throttled =
            if self.throttled > 0 { format!(", {} throttled", self.throttled) } else { String::new() };
        format!(
            "{}; {} rows; {} calls ({} retries{throttled}) in {:.1} s{}",
            parts.join(", "),
            self.rows,
            self.calls,
            self.retries,
            self.elapsed_ms as f64 / 1000.0,
            if self.plan_complete { "" } else { "; the plan is not complete" },
        )
    }

    /// It as JSON.
    pub(crate) fn to_json(self) -> String {
        // Numbers are always JSON.
        serde_json::to_string(&self).unwrap_or_default()
    }

    /// Writes it as JSON.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Stop> {
        let json = self.to_json() + "\n";
        std::fs::write(path, json).map_err(|error| {
            Stop::new(Exit::Output, format!("{} cannot be written: {error}", path.display()))
        })
    }
}
