//! Details that are missing in what was collected.

use std::collections::BTreeMap;
use std::sync::Arc;

use orgwide_inventory::Gap;
use parking_lot::Mutex;

/// Reasons kept apart; those beyond it are only counted.
const KEPT: usize = 200;
/// Reasons that are told.
const SHOWN: usize = 10;

/// Why details are missing, and in how many resources for each reason; clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gaps(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    /// By operation and code.
    reasons: BTreeMap<(String, String), u64>,
    beyond: u64,
}

impl Gaps {
    /// Notes what is missing in the resources of a target.
    pub(crate) fn note(&self, gaps: &[Gap]) {
        let mut counts = self.0.lock();
        let Counts { reasons, beyond } = &mut *counts;
        for Gap { operation, code, records } in gaps {
            let key = (operation.clone(), code.clone());
            if let Some(count) = reasons.get_mut(&key) {
                *count += records;
            } else if reasons.len() < KEPT {
                reasons.insert(key, *records);
            } else {
                *beyond += records;
            }
        }
    }

    /// A line for each reason, the ones that most resources lack something for first, and what to do.
    pub(crate) fn lines(&self) -> Vec<String> {
        let counts = self.0.lock();
        let mut reasons: Vec<_> = counts.reasons.iter().collect();
        if reasons.is_empty() {
            return Vec::new();
        }
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let hidden: u64 = reasons.iter().skip(SHOWN).map(|(_, count)| **count).sum::<u64>() + counts.beyond;
        let shown = reasons.iter().take(SHOWN).map(|((operation, code), count)| {
            let resources = if **count == 1 { "resource" } else { "resources" };
            format!("{count} {resources} without what {operation} tells: {code}")
        });
        let hidden = (hidden > 0).then(|| format!("{hidden} resources without details for other reasons"));
        let next = "see `error` in their data; `orgwide inventory --list --permissions --details` has all a role needs";
        shown.chain(hidden).chain([next.to_owned()]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(operation: &str, code: &str, records: u64) -> Gap {
        Gap { operation: operation.to_owned(), code: code.to_owned(), records }
    }

    #[test]
    fn what_is_missing_is_counted_by_operation_and_code_and_the_lines_have_an_end() {
        let gaps = Gaps::default();
        assert_eq!(gaps.lines(), Vec::<String>::new());
        for n in 0..300 {
            gaps.note(&[gap("s3:GetBucketPolicy", "AccessDenied", 2), gap("x:y", &format!("E{n}"), 1)]);
        }
        let lines = gaps.lines();
        assert_eq!(lines[0], "600 resources without what s3:GetBucketPolicy tells: AccessDenied");
        assert_eq!(lines[1], "1 resource without what x:y tells: E0");
        assert_eq!(lines.len(), SHOWN + 2, "{lines:?}");
        // 300 of them, of which nine are shown.
        assert_eq!(lines[SHOWN], "291 resources without details for other reasons");
    }
}
