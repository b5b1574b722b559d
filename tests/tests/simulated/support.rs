//! What several themes need.

use anyhow::Result;
use orgwide_simulator::{Answer, Fault, Simulator, SimulatorBuilder, WorldSpec};
use orgwide_tests::{Ran, Stage};

/// The flags that make a run leave `rows.ndjson` and `summary.json`.
pub(crate) const FILES: [&str; 4] = ["--out", "rows.ndjson", "--summary", "summary.json"];

/// A world of the first `regions` of these five, with the usual content.
pub(crate) fn world(accounts: usize, regions: usize) -> WorldSpec {
    let mut spec = WorldSpec { accounts, ..WorldSpec::default() };
    spec.regions.truncate(regions);
    spec
}

/// An account of three regions, in each of which its instances fill three or four pages.
pub(crate) fn long_lists() -> WorldSpec {
    WorldSpec { instances: 2_200, seed: 2, ..world(1, 3) }
}

/// A stage with these disturbances.
pub(crate) fn disturbed(spec: WorldSpec, faults: impl IntoIterator<Item = Fault>) -> Result<Stage> {
    Stage::set(Simulator::builder(spec).faults(faults))
}

pub(crate) fn calm(spec: WorldSpec) -> Result<Stage> {
    Stage::set(simulator(spec))
}

pub(crate) fn simulator(spec: WorldSpec) -> SimulatorBuilder {
    Simulator::builder(spec)
}

/// A fault that never ends.
pub(crate) fn always(service: &str, operation: &str, answer: Answer) -> Fault {
    Fault::on(service, operation).answers([answer]).repeat()
}

/// The types of which a world's truth tells everything.
pub(crate) const TYPES: [&str; 2] = ["ec2:instance", "s3:bucket"];

/// `inventory` with what more is given, of [`TYPES`] unless that names a type, and the files of [`FILES`].
pub(crate) fn inventory<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let services = ["dynamodb", "ec2", "iam", "organizations", "s3"];
    let is_type = |word: &&str| {
        !word.contains('=') && word.split_once(':').is_some_and(|(service, _)| services.contains(&service))
    };
    let names_a_type = more.iter().any(is_type);
    let types: &[&str] = if names_a_type { &[] } else { &TYPES };
    [&["inventory"], types, more, &FILES].concat()
}

/// `call` with what it calls and what more is given, and the files of [`FILES`].
pub(crate) fn call<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["call"], more, &FILES].concat()
}

/// The one `error:` line and the `next:` line after it, if it has one. Nothing panicked.
pub(crate) fn complaint(ran: &Ran) -> (String, Option<String>) {
    let all = &ran.stderr;
    assert!(!all.contains("panicked"), "{all}");
    let lines: Vec<&str> = all.lines().collect();
    let errors: Vec<usize> =
        (0..lines.len()).filter(|at| lines[*at].trim_start().starts_with("error:")).collect();
    assert_eq!(errors.len(), 1, "not one error line:\n{all}");
    let next = lines.get(errors[0] + 1).and_then(|line| line.trim_start().strip_prefix("next: "));
    (lines[errors[0]].to_owned(), next.map(str::to_owned))
}

/// A column of the closing table on stderr, its cells' lines joined by blanks.
///
/// Words too long for the column are broken anywhere, so compare without blanks.
pub(crate) fn column(ran: &Ran, title: &str) -> String {
    const TITLES: [&str; 5] = ["account", "where", "what", "cause", "next"];
    let is_header =
        |line: &str| TITLES.iter().all(|title| line.split_whitespace().any(|word| word == *title));
    let mut lines = ran.stderr.lines().skip_while(|line| !is_header(line));
    let header = lines.next().unwrap_or_default();
    assert!(!header.is_empty(), "no closing table:\n{}", ran.stderr);
    let start = |title: &str| header.split(title).next().unwrap_or_default().chars().count();
    let from = start(title);
    let to = TITLES.map(start).into_iter().filter(|other| *other > from).min().unwrap_or(usize::MAX);
    let cells = lines.take_while(|line| line.starts_with([' ', '─', '═', '━', '╌'])).filter_map(|line| {
        let cell: String = line.chars().skip(from).take(to - from).collect();
        let cell = cell.trim();
        (!cell.is_empty() && !cell.starts_with(['─', '═', '━', '╌'])).then(|| cell.to_owned())
    });
    cells.collect::<Vec<_>>().join(" ")
}

/// Without any blank.
pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}
