//! What a run over many types came to, type by type.

use std::cmp::Reverse;

use orgwide_ledger::JobTotals;

use crate::escape::for_terminal;
use crate::places::{IDENTITY, REGIONS};
use crate::plan::LEFT_OUT;
use crate::table;
use crate::task::NAMED;

/// Lines the table shows.
const SHOWN: usize = 40;

/// The closing table; none where there are so few types that a line has them.
pub(crate) fn table(jobs: Vec<JobTotals>) -> Option<String> {
    let is_type = |job: &JobTotals| ![IDENTITY, REGIONS, LEFT_OUT].contains(&job.job.as_str());
    let mut types: Vec<_> = jobs.into_iter().filter(is_type).collect();
    if types.len() <= NAMED {
        return None;
    }
    let lost = |job: &JobTotals| job.planned.saturating_sub(job.completed + job.skipped);
    // What is not whole first, then what there is most of.
    types.sort_by_key(|job| (Reverse(lost(job)), Reverse(job.rows)));
    let mut table = table::new(["type", "rows", "targets", "not completed"]);
    for job in types.iter().take(SHOWN) {
        let lost = match lost(job) {
            0 => "-".to_owned(),
            lost => lost.to_string(),
        };
        let name = for_terminal(&job.job).into_owned();
        table.add_row([name, job.rows.to_string(), job.planned.to_string(), lost]);
    }
    let more = match types.len().saturating_sub(SHOWN) {
        0 => String::new(),
        hidden => format!("\n… and {hidden} more types"),
    };
    Some(format!("{table}{more}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(name: &str, planned: u64, completed: u64, rows: u64) -> JobTotals {
        JobTotals { job: name.to_owned(), planned, completed, skipped: 0, rows }
    }

    #[test]
    fn few_types_need_no_table_and_what_is_no_type_is_none() {
        let jobs = vec![job("-", 1, 0, 0), job("a:a", 1, 1, 1), job("b:b", 1, 1, 1), job("c:c", 1, 1, 1)];
        assert_eq!(table(jobs), None);
    }

    #[test]
    fn what_did_not_complete_stands_first_and_the_lines_have_an_end() {
        let mut jobs: Vec<_> = (0..60).map(|n| job(&format!("t:{n}"), 10, 10, n)).collect();
        jobs.push(job("bad:one", 10, 7, 0));
        let table = table(jobs).unwrap();
        let position = |text: &str| table.find(text).unwrap_or_else(|| panic!("{text} is not in\n{table}"));
        assert!(position("bad:one") < position("t:59 ") && position("t:59 ") < position("t:58 "), "{table}");
        assert!(table.contains("and 21 more types") && !table.contains("t:20 "), "{table}");
        assert!(table.lines().count() <= SHOWN + 5, "{table}");
    }
}
