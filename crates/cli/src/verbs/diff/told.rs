//! What a person is told of the difference between two runs.

use std::collections::BTreeMap;

use comfy_table::Table;
use orgwide_ledger::{Difference, Differences};

use super::DifferenceRow;
use crate::escape::for_terminal;
use crate::table;

/// Differences a table has at most.
const SHOWN: usize = 1_000;
/// Paths a cell has at most, and characters each of them.
const PATHS: usize = 3;
const WIDE: usize = 60;
/// Types that are counted by their names, most differences first.
const TYPES: usize = 20;

/// The table of what differs.
pub(super) struct Differing {
    table: Table,
    rows: usize,
}

impl Default for Differing {
    fn default() -> Self {
        Self { table: table::new(["change", "account", "region", "type", "id", "changed"]), rows: 0 }
    }
}

impl Differing {
    pub(super) fn add(&mut self, row: &DifferenceRow<'_>) {
        self.rows += 1;
        if self.rows <= SHOWN {
            self.table.add_row([
                row.change,
                &row.account_id,
                row.region.as_deref().unwrap_or("-"),
                &for_terminal(row.kind),
                &for_terminal(row.id.unwrap_or("-")),
                &row.changed.map(cell).unwrap_or_default(),
            ]);
        }
    }

    /// None where nothing differs.
    pub(super) fn print(self) -> Option<String> {
        match self.rows {
            0 => None,
            1..=SHOWN => Some(self.table.to_string()),
            rows => {
                let more = rows - SHOWN;
                Some(format!("{}\nand {more} more: --out differences.ndjson has them all", self.table))
            }
        }
    }
}

fn cell(paths: &[String]) -> String {
    let short = |path: &String| {
        let cut = path.char_indices().nth(WIDE).map(|(at, _)| format!("{}…", &path[..at]));
        for_terminal(cut.as_deref().unwrap_or(path)).into_owned()
    };
    let mut told: Vec<String> = paths.iter().take(PATHS).map(short).collect();
    if paths.len() > PATHS {
        told.push(format!("and {} more", paths.len() - PATHS));
    }
    told.join("\n")
}

/// How much differs of each type.
#[derive(Default)]
pub(super) struct ByType(BTreeMap<String, Differences>);

impl ByType {
    pub(super) fn count(&mut self, difference: &Difference<'_>) {
        let (Difference::Added { target, .. }
        | Difference::Removed { target, .. }
        | Difference::Changed { target, .. }
        | Difference::Unknown { target, .. }) = *difference;
        // No name is copied but the first of each.
        let counts = match self.0.get_mut(&target.job) {
            Some(counts) => counts,
            None => self.0.entry(target.job.clone()).or_default(),
        };
        *match difference {
            Difference::Added { .. } => &mut counts.added,
            Difference::Removed { .. } => &mut counts.removed,
            Difference::Changed { .. } => &mut counts.changed,
            Difference::Unknown { .. } => &mut counts.unknown,
        } += 1;
    }

    /// A line for each type, those that differ most first.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut types: Vec<_> = self.0.iter().collect();
        let sum = |counts: &Differences| counts.added + counts.removed + counts.changed + counts.unknown;
        types.sort_by_key(|(_, counts)| std::cmp::Reverse(sum(counts)));
        let line = |(kind, counts): &(&String, &Differences)| format!("  {kind}: {}", some(counts));
        let mut lines: Vec<_> = types.iter().take(TYPES).map(line).collect();
        if types.len() > TYPES {
            lines.push(format!("  and {} types more", types.len() - TYPES));
        }
        lines
    }
}

/// Everything, in one line.
pub(super) fn totals(counts: &Differences) -> String {
    let Differences { added, removed, changed, ignored, unknown } = counts;
    let ignored =
        if *ignored > 0 { format!("; {ignored} differ only in what --ignore names") } else { String::new() };
    format!("{added} added, {removed} removed, {changed} changed, {unknown} targets unknown{ignored}")
}

/// What there is any of.
fn some(counts: &Differences) -> String {
    let parts = [
        (counts.added, "added"),
        (counts.removed, "removed"),
        (counts.changed, "changed"),
        (counts.unknown, "unknown"),
    ];
    let some = parts.iter().filter(|(count, _)| *count > 0);
    some.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use orgwide_ledger::Target;

    use super::*;

    #[test]
    fn a_cell_is_short_and_safe() {
        let paths: Vec<_> = ["a.b", "tags.\u{1b}[31m", &"ä".repeat(61), "c", "d"].map(str::to_owned).into();
        assert_eq!(cell(&paths), format!("a.b\ntags.\\u{{1b}}[31m\n{}…\nand 2 more", "ä".repeat(60)));
        assert_eq!(cell(&paths[..1]), "a.b");
    }

    #[test]
    fn types_are_told_with_what_there_is_any_of() {
        let target = |job: &str| Target {
            account_id: "000000000001".parse().unwrap(),
            region: None,
            job: job.to_owned(),
        };
        let mut by_type = ByType::default();
        let (few, many) = (target("a:few"), target("b:many"));
        by_type.count(&Difference::Unknown { target: &few, before: None, after: None });
        for _ in 0..2 {
            by_type.count(&Difference::Added { target: &many, key: "k", after: "{}" });
        }
        by_type.count(&Difference::Removed { target: &many, key: "k", before: "{}" });
        assert_eq!(by_type.lines(), ["  b:many: 2 added, 1 removed", "  a:few: 1 unknown"]);
        for number in 0..30 {
            by_type.count(&Difference::Added { target: &target(&number.to_string()), key: "k", after: "{}" });
        }
        assert_eq!((by_type.lines().len(), by_type.lines()[20].as_str()), (21, "  and 12 types more"));
    }
}
