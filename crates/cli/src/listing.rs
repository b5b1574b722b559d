use orgwide_account::Listed;
use orgwide_ledger::{Column, Columns, Kind};
use orgwide_names::{AccountId, RegionName};
use serde::Serialize;

use crate::escape::for_terminal;
use crate::output::{Output, stdout};
use crate::printer;
use crate::stop::Stop;
use crate::table;

/// The members of a row of `accounts`, `regions` and `targets`.
pub(crate) const COLUMNS: Columns = &[
    Column::new("account_id", Kind::Text),
    Column::new("account_name", Kind::Text),
    Column::new("region", Kind::Text),
    Column::new("included", Kind::Boolean),
    Column::new("reason", Kind::Text),
];

/// A row of `accounts`, `regions` and `targets`.
#[derive(Debug, Serialize)]
pub(crate) struct ListingRow {
    account_id: AccountId,
    account_name: Option<String>,
    region: Option<RegionName>,
    included: bool,
    reason: Option<String>,
}

impl ListingRow {
    pub(crate) fn included(account: Listed, region: Option<RegionName>) -> Self {
        Self { account_id: account.id, account_name: account.name, region, included: true, reason: None }
    }

    pub(crate) fn left_out(account: Listed, reason: impl Into<String>) -> Self {
        let reason = Some(reason.into());
        Self { account_id: account.id, account_name: account.name, region: None, included: false, reason }
    }

    /// A region of an account that is in, and why the region is not.
    pub(crate) fn without_region(account: Listed, region: RegionName, reason: impl Into<String>) -> Self {
        Self { region: Some(region), ..Self::left_out(account, reason) }
    }
}

/// Rows on their way out: to files and pipes as they come, to a terminal as a table at the end.
pub(crate) struct Listing {
    output: Output,
    for_eyes: Vec<ListingRow>,
    included: u64,
}

impl Listing {
    pub(crate) fn new(output: Output) -> Self {
        Self { output, for_eyes: Vec::new(), included: 0 }
    }

    pub(crate) fn add(&mut self, row: ListingRow) -> Result<(), Stop> {
        self.included += u64::from(row.included);
        if self.output.is_for_eyes() {
            self.for_eyes.push(row);
            Ok(())
        } else {
            self.output.write(&[row])
        }
    }

    /// Rows that are in.
    pub(crate) fn included(&self) -> u64 {
        self.included
    }

    pub(crate) fn finish(self) -> Result<(), Stop> {
        if self.output.is_for_eyes() && !self.for_eyes.is_empty() {
            printer::data(&as_table(&self.for_eyes)).map_err(stdout)?;
        }
        self.output.finish()
    }

    /// Nothing could start: leaves no trace.
    pub(crate) fn discard(self) {
        self.output.discard();
    }
}

fn as_table(rows: &[ListingRow]) -> String {
    let mut table = table::new(["account", "name", "region", "in", "reason"]);
    for row in rows {
        table.add_row([
            row.account_id.as_str(),
            &for_terminal(row.account_name.as_deref().unwrap_or("-")),
            row.region.as_ref().map_or("-", RegionName::as_str),
            if row.included { "yes" } else { "no" },
            &for_terminal(row.reason.as_deref().unwrap_or("")),
        ]);
    }
    table.to_string()
}
