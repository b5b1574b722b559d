use comfy_table::Table;
use orgwide_ledger::{Column, Columns, Kind, Reader, RunInfo};
use serde::Serialize;

use crate::args::RunsArgs;
use crate::exit::Exit;
use crate::output::print;
use crate::stop::Stop;
use crate::store::unusable;
use crate::{table, verbs};

/// The members of a row of `runs`.
const COLUMNS: Columns = &[
    Column::new("run", Kind::Integer),
    Column::new("verb", Kind::Text),
    Column::new("state", Kind::Text),
    Column::new("started_at", Kind::Text),
    Column::new("ended_at", Kind::Text),
    Column::new("exit", Kind::Integer),
    Column::new("resumed", Kind::Integer),
    Column::new("plan_complete", Kind::Boolean),
    Column::new("planned", Kind::Integer),
    Column::new("completed", Kind::Integer),
    Column::new("denied", Kind::Integer),
    Column::new("failed", Kind::Integer),
    Column::new("timed_out", Kind::Integer),
    Column::new("skipped", Kind::Integer),
    Column::new("cancelled", Kind::Integer),
    Column::new("rows", Kind::Integer),
    Column::new("out", Kind::Json),
];

/// A row of `runs`.
#[derive(Debug, Serialize)]
struct RunRow {
    run: u64,
    verb: String,
    /// `complete`, `incomplete`, or `open` where nobody wrote an end: it is going on, or it was killed.
    state: &'static str,
    started_at: String,
    ended_at: Option<String>,
    exit: Option<u8>,
    resumed: u32,
    plan_complete: bool,
    planned: u64,
    completed: u64,
    denied: u64,
    failed: u64,
    timed_out: u64,
    skipped: u64,
    cancelled: u64,
    rows: u64,
    /// Where its rows went besides.
    out: Vec<String>,
}

/// Lists the runs in a ledger, the newest last.
pub(crate) fn run(args: &RunsArgs) -> Result<Exit, Stop> {
    let path = verbs::ledger_at(&args.store)?;
    let runs = Reader::open(path).and_then(|reader| reader.runs()).map_err(unusable)?;
    let rows: Vec<_> = runs.iter().map(row).collect();
    print(&args.output, COLUMNS, &rows, || as_table(&rows))?;
    Ok(Exit::Complete)
}

fn row(run: &RunInfo) -> RunRow {
    let time = |time: jiff::Timestamp| format!("{time:.3}");
    let totals = &run.totals;
    RunRow {
        run: run.id.get(),
        verb: run.verb.clone(),
        state: match (run.ended_at, run.exit) {
            (None, _) => "open",
            (Some(_), Some(0)) => "complete",
            (Some(_), _) => "incomplete",
        },
        started_at: time(run.started_at),
        ended_at: run.ended_at.map(time),
        exit: run.exit,
        resumed: run.resumed,
        plan_complete: run.plan_complete,
        planned: totals.planned,
        completed: totals.completed,
        denied: totals.denied,
        failed: totals.failed,
        timed_out: totals.timed_out,
        skipped: totals.skipped,
        cancelled: totals.cancelled,
        rows: totals.rows,
        out: run.sinks.iter().map(|path| path.display().to_string()).collect(),
    }
}

fn as_table(rows: &[RunRow]) -> Table {
    let mut table =
        table::new(["run", "verb", "began", "state", "exit", "targets", "completed", "lost", "rows"]);
    for row in rows {
        let lost = row.denied + row.failed + row.timed_out;
        table.add_row([
            row.run.to_string(),
            row.verb.clone(),
            row.started_at.chars().take(19).collect(),
            row.state.to_owned(),
            row.exit.map_or_else(|| "-".to_owned(), |exit| exit.to_string()),
            format!("{}{}", row.planned, if row.plan_complete { "" } else { "+" }),
            row.completed.to_string(),
            lost.to_string(),
            row.rows.to_string(),
        ]);
    }
    table
}
