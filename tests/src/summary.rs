use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

/// What `--summary` writes: these members and no other.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the interface")]
pub struct Summary {
    pub planned: u64,
    pub completed: u64,
    pub denied: u64,
    pub failed: u64,
    pub timed_out: u64,
    pub skipped: u64,
    pub cancelled: u64,
    pub plan_complete: bool,
    pub rows: u64,
    pub duplicates: u64,
    pub calls: u64,
    pub retries: u64,
    pub throttled: u64,
    pub assume_role_calls: u64,
    pub waited_ms: u64,
    pub elapsed_ms: u64,
}

impl Summary {
    /// Reads one, and checks that every planned target ended in exactly one way.
    ///
    /// # Errors
    ///
    /// It is no summary, or does not add up.
    pub fn read(json: &str) -> Result<Self> {
        let summary: Self = serde_json::from_str(json).with_context(|| format!("no summary: {json}"))?;
        ensure!(summary.planned == summary.outcomes().iter().sum::<u64>(), "does not add up: {summary:?}");
        Ok(summary)
    }

    /// Completed, denied, failed, timed out, skipped, cancelled.
    #[must_use]
    pub fn outcomes(&self) -> [u64; 6] {
        [self.completed, self.denied, self.failed, self.timed_out, self.skipped, self.cancelled]
    }
}
