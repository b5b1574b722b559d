mod told;

use std::ops::ControlFlow;

use orgwide_ledger::{Column, Columns, Difference, Ignored, Kind, Outcome, Reader, Target};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::args::DiffArgs;
use crate::exit::Exit;
use crate::output::{Output, stdout};
use crate::stop::Stop;
use crate::store::unusable;
use crate::{printer, resume, verbs};

/// The members of a row of `diff`.
const COLUMNS: Columns = &[
    Column::new("change", Kind::Text),
    Column::new("account_id", Kind::Text),
    Column::new("region", Kind::Text),
    Column::new("type", Kind::Text),
    Column::new("id", Kind::Text),
    Column::new("changed", Kind::Json),
    Column::new("before", Kind::Json),
    Column::new("after", Kind::Json),
];

/// Members that do not make a resource another: when it was seen, how its account is called and where that stands.
const APART: [&str; 3] = ["account_name", "ou_path", "collected_at"];

/// A row of `diff`.
#[derive(Debug, Serialize)]
struct DifferenceRow<'a> {
    change: &'static str,
    account_id: String,
    region: Option<String>,
    #[serde(rename = "type")]
    kind: &'a str,
    /// None where it is about a target as a whole.
    id: Option<&'a str>,
    /// The paths of what differs; none where the row came or went.
    changed: Option<&'a [String]>,
    /// The row as it was; of an unknown one how its target ended.
    before: Option<&'a RawValue>,
    after: Option<&'a RawValue>,
}

/// Compares two runs.
pub(crate) fn run(args: &DiffArgs) -> Result<Exit, Stop> {
    let path = verbs::ledger_at(&args.store)?;
    let reader = Reader::open(path).map_err(unusable)?;
    let runs = reader.runs().map_err(unusable)?;
    let before = resume::find(&runs, args.before, Some(path))?.id;
    let after = resume::find(&runs, args.after, Some(path))?.id;
    let mut output = Output::open(&args.output, COLUMNS)?;
    let mut table = output.is_for_eyes().then(told::Differing::default);
    let mut by_type = told::ByType::default();
    let mut ended = Ok(());
    let ignored = Ignored::new(APART.into_iter().chain(args.ignore.iter().map(String::as_str)));
    let compared = reader.diff(before, after, &ignored, |difference| {
        by_type.count(&difference);
        ended = with_row(difference, |row| match &mut table {
            Some(table) => {
                table.add(row);
                Ok(())
            }
            None => output.write(std::slice::from_ref(row)),
        });
        if ended.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let counts = match compared.map_err(unusable) {
        Ok(counts) => counts,
        Err(stop) => {
            output.discard();
            return Err(stop);
        }
    };
    ended?;
    if let Some(table) = table.and_then(told::Differing::print) {
        printer::data(&table).map_err(stdout)?;
    }
    output.finish()?;
    if !args.output.quiet {
        printer::note(&told::totals(&counts));
        by_type.lines().iter().for_each(|line| printer::note(line));
    }
    Ok(if counts.is_none() { Exit::Complete } else { Exit::Partial })
}

fn with_row(
    difference: Difference<'_>,
    use_it: impl FnOnce(&DifferenceRow<'_>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    // What is stored is JSON, or was not written by this program.
    let json = |text| serde_json::from_str::<&RawValue>(text).ok();
    match difference {
        Difference::Added { target, key, after } => {
            use_it(&row("added", target, Some(key), None, [None, json(after)]))
        }
        Difference::Removed { target, key, before } => {
            use_it(&row("removed", target, Some(key), None, [json(before), None]))
        }
        Difference::Changed { target, key, before, after, paths } => {
            use_it(&row("changed", target, Some(key), Some(paths), [json(before), json(after)]))
        }
        Difference::Unknown { target, before, after } => {
            let [before, after] = [before, after].map(|outcome| {
                serde_json::value::to_raw_value(outcome.map_or("not there", Outcome::as_str)).ok()
            });
            use_it(&row("unknown", target, None, None, [before.as_deref(), after.as_deref()]))
        }
    }
}

fn row<'a>(
    change: &'static str,
    target: &'a Target,
    id: Option<&'a str>,
    changed: Option<&'a [String]>,
    [before, after]: [Option<&'a RawValue>; 2],
) -> DifferenceRow<'a> {
    let region = target.region.as_ref().map(ToString::to_string);
    let account_id = target.account_id.to_string();
    DifferenceRow { change, account_id, region, kind: &target.job, id, changed, before, after }
}
