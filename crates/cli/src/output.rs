use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf, absolute};

use comfy_table::Table;
use orgwide_ledger::{Columns, Sink, SinkError, SinkSpec, open as open_sink};
use orgwide_session::Failure;
use serde::Serialize;

use crate::args::OutputArgs;
use crate::exit::Exit;
use crate::printer;
use crate::s3_out::is_s3;
use crate::stop::Stop;

/// Where rows go: files and stdout.
///
/// Nothing of a file that is there already is touched before the first row, and a file made for a command
/// that could not start is removed again. Lines are whole, whatever happens.
pub(crate) struct Output {
    sinks: Vec<Box<dyn Sink>>,
}

impl Output {
    /// Opens what the command line names. Without `--out`, rows go to stdout unless it is a terminal.
    pub(crate) fn open(args: &OutputArgs, columns: Columns) -> Result<Self, Stop> {
        let mut output = Self { sinks: Vec::new() };
        let file = |path: &Path| {
            if is_s3(path) {
                return Err(Stop::usage(format!("--out {}: only runs put rows into S3", path.display()))
                    .next_step("write a file, and copy it with `aws s3 cp`"));
            }
            SinkSpec::of(path, columns).map_err(unwritable)
        };
        for spec in specs(&args.out, args.overwrite, file)? {
            match open_sink(&spec, None) {
                Ok((sink, _)) => output.sinks.push(sink),
                Err(error) => {
                    output.discard();
                    return Err(unwritable(error));
                }
            }
        }
        Ok(output)
    }

    /// Whether rows have nowhere to go, so that a person at a terminal wants to see them.
    pub(crate) fn is_for_eyes(&self) -> bool {
        self.sinks.is_empty()
    }

    /// Writes rows that belong together, to every sink.
    pub(crate) fn write<R: Serialize>(&mut self, rows: &[R]) -> Result<(), Stop> {
        let lines: Vec<_> = rows
            .iter()
            .map(serde_json::to_vec)
            .collect::<Result<_, _>>()
            .map_err(|error| Stop::new(Exit::Output, format!("a row could not be written: {error}")))?;
        let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        self.sinks.iter_mut().try_for_each(|sink| sink.write(1, &lines)).map_err(unwritable)
    }

    /// Makes sure everything is written. Files that got no row are left empty.
    pub(crate) fn finish(mut self) -> Result<(), Stop> {
        self.sinks.iter_mut().try_for_each(|sink| sink.finish(true).map(|_| ()).map_err(unwritable))
    }

    /// Leaves everything as it was: nothing started.
    pub(crate) fn discard(mut self) {
        self.sinks.iter_mut().for_each(|sink| sink.discard());
    }
}

/// What the command line says of where rows go, each made out by `of`. Nothing is opened yet.
pub(crate) fn specs(
    paths: &[PathBuf],
    overwrite: bool,
    of: impl Fn(&Path) -> Result<SinkSpec, Stop>,
) -> Result<Vec<SinkSpec>, Stop> {
    let stdout = PathBuf::from("-");
    let to_stdout = paths.is_empty() && !io::stdout().is_terminal();
    let mut specs: Vec<SinkSpec> = Vec::new();
    for path in paths.iter().chain(to_stdout.then_some(&stdout)) {
        let mut spec = of(path)?;
        if specs.iter().any(|other| is_same(&other.path, &spec.path)) {
            return Err(Stop::usage(format!("--out {} is given twice", path.display())));
        }
        spec.overwrite = overwrite;
        specs.push(spec);
    }
    Ok(specs)
}

fn is_same(one: &Path, other: &Path) -> bool {
    if is_s3(one) && is_s3(other) {
        // Objects of two formats under one prefix would be no table.
        return one.parent() == other.parent();
    }
    absolute(one).ok() == absolute(other).ok()
}

/// Writes rows that are known already: a table to a terminal, the rows to wherever else they go.
pub(crate) fn print<R: Serialize>(
    args: &OutputArgs,
    columns: Columns,
    rows: &[R],
    table: impl FnOnce() -> Table,
) -> Result<(), Stop> {
    let mut output = Output::open(args, columns)?;
    if output.is_for_eyes() {
        printer::data(&table().to_string()).map_err(stdout)?;
    } else {
        output.write(rows)?;
    }
    output.finish()
}

/// Why a sink refused, and what to do about it.
pub(crate) fn unwritable(error: SinkError) -> Stop {
    let message = error.to_string();
    if let Some(failure) = of_aws(&error) {
        return Stop::new(Exit::Output, message).next_step(failure.next_step());
    }
    match error {
        SinkError::Format { .. } => Stop::usage(message)
            .next_step("end the name in .ndjson or .csv, or write to stdout with `--out -`"),
        SinkError::Exists { .. } => {
            Stop::usage(message).next_step("name another file, or replace it with --overwrite")
        }
        SinkError::InUse { .. } => {
            Stop::new(Exit::Output, message).next_step("wait for its end, or name another file")
        }
        SinkError::Changed { .. } => Stop::usage(message),
        SinkError::ReaderLeft => Stop::new(Exit::ReaderLeft, message),
        SinkError::Unwritable { .. } => Stop::new(Exit::Output, message)
            .next_step("check the folder, its permissions and its room, or name another file"),
        _ => Stop::new(Exit::Output, message).next_step("report it, with this line"),
    }
}

/// What AWS said of an object that could not be put.
fn of_aws(error: &SinkError) -> Option<&Failure> {
    match error {
        SinkError::Unwritable { source, .. } => source.get_ref()?.downcast_ref(),
        _ => None,
    }
}

pub(crate) fn stdout(error: io::Error) -> Stop {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Stop::new(Exit::ReaderLeft, "the reader of stdout left")
    } else {
        Stop::new(Exit::Output, format!("stdout cannot be written: {error}"))
    }
}
