use std::collections::BTreeMap;

use orgwide_fanout::Outcome;

use crate::failures::Ended;

/// Reasons kept apart; those beyond it are only counted.
const KEPT: usize = 20;

/// Why targets were left out, and how many for each reason.
#[derive(Debug, Default)]
pub(crate) struct Skips {
    reasons: BTreeMap<String, u64>,
    beyond: u64,
}

impl Skips {
    /// Notes the target if a rule left it out.
    pub(crate) fn note(&mut self, ended: &Ended) {
        let Outcome::Skipped(reason) = &ended.outcome else { return };
        let reason = reason.to_string();
        if let Some(count) = self.reasons.get_mut(&reason) {
            *count += 1;
        } else if self.reasons.len() < KEPT {
            self.reasons.insert(reason, 1);
        } else {
            self.beyond += 1;
        }
    }

    /// A line for each reason.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        let beyond = (self.beyond > 0).then(|| format!("{} skipped for other reasons", self.beyond));
        self.reasons.iter().map(|(reason, count)| format!("{count} skipped: {reason}")).chain(beyond)
    }
}
