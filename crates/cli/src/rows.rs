use std::collections::BTreeMap;

use orgwide_fanout::Control;
use orgwide_inventory::Record;
use orgwide_names::RegionName;
use tokio::sync::mpsc;

use crate::escape::for_terminal;
use crate::output::Output;
use crate::printer;
use crate::progress::Progress;
use crate::stop::Stop;
use crate::table;

/// Rows shown to a person whose rows go nowhere else.
const SHOWN: usize = 20;

/// The first rows of a run, and how many there are of each type.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    rows: Vec<Record>,
    by_kind: BTreeMap<&'static str, u64>,
}

/// Writes pages as they arrive, until no target is left, and gives the output back. A failure to write stops
/// the run.
pub(crate) fn write_rows(
    output: Output,
    mut arriving: mpsc::Receiver<Vec<Record>>,
    progress: &Progress,
    control: &Control,
) -> Result<(Output, Option<Sample>), Stop> {
    let mut output = output;
    let mut sample = output.is_for_eyes().then(Sample::default);
    while let Some(page) = arriving.blocking_recv() {
        if let Err(stop) = output.write(&page) {
            control.abort();
            return Err(stop);
        }
        progress.rows(page.len() as u64);
        if let Some(sample) = &mut sample {
            sample.take(page);
        }
    }
    Ok((output, sample))
}

impl Sample {
    fn take(&mut self, page: Vec<Record>) {
        for row in page {
            *self.by_kind.entry(row.kind).or_default() += 1;
            if self.rows.len() < SHOWN {
                self.rows.push(row);
            }
        }
    }

    /// Prints it to stderr, with how to keep all of them.
    pub(crate) fn print(&self) {
        if self.rows.is_empty() {
            return;
        }
        let mut table = table::new(["account", "name", "region", "type", "id", "resource name"]);
        for row in &self.rows {
            table.add_row([
                row.account_id.as_str(),
                &for_terminal(row.account_name.as_deref().unwrap_or("-")),
                RegionName::as_str(&row.region),
                row.kind,
                &for_terminal(&row.id),
                &for_terminal(row.name.as_deref().unwrap_or("-")),
            ]);
        }
        printer::block(&table.to_string());
        let total: u64 = self.by_kind.values().sum();
        let kinds: Vec<_> = self.by_kind.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let hidden = total.saturating_sub(self.rows.len() as u64);
        if hidden > 0 {
            printer::note(&format!("… and {hidden} more: --out rows.ndjson keeps them all"));
        }
        printer::note(&kinds.join(", "));
    }
}
