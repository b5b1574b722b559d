//! Where rows go besides the ledger.

mod cells;
mod csv;
mod destination;
mod lines;
#[cfg(feature = "parquet")]
mod parquet;
mod position;
mod stdout;

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::Columns;
use lines::Lines;
#[cfg(feature = "parquet")]
use parquet::Parquet;
use stdout::Stdout;

/// A file, or stdout, that rows are written to after they were committed.
///
/// Rows come target by target, whole targets only, each under the number of its outcome, which only grows. What
/// has been written may be in a buffer until [`settle`](Self::settle), which is asked for between targets only.
///
/// Dropping a sink ends nothing: what it wrote stays, and is gone on from when it is opened with what it last
/// settled.
pub trait Sink: Send {
    /// Appends rows of the outcome `outcome`, each a JSON object without the end of its line. A target with many
    /// rows comes in several calls.
    ///
    /// # Errors
    ///
    /// They cannot be written. The sink is then good for nothing but to be dropped; what it wrote since it last
    /// settled is taken back when it is opened again.
    fn write(&mut self, outcome: u64, rows: &[&[u8]]) -> Result<(), SinkError>;

    /// Makes durable what can be, and says how far that is: none where nothing can be said, as of stdout, or not
    /// yet. Begins nothing.
    ///
    /// # Errors
    ///
    /// As for [`write`](Self::write).
    fn settle(&mut self) -> Result<Option<Settled>, SinkError>;

    /// Ends it: everything is durable afterwards, and stands under its name. `complete` is whether every target of
    /// the run completed or was left out by a rule. Once more, it changes nothing.
    ///
    /// # Errors
    ///
    /// As for [`write`](Self::write).
    fn finish(&mut self, complete: bool) -> Result<Option<Settled>, SinkError>;

    /// Leaves no trace: nothing began. A file that was there before is as it was; one that got rows stays.
    fn discard(&mut self);
}

/// How far a sink is: all rows of outcomes up to `through` are in it for good, and none of any later.
///
/// The default is what a sink is opened with that the run had before, and that never settled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// The last outcome that is wholly in it; 0 for none.
    pub through: u64,
    /// What the sink needs to go on from there, in its own words; empty for the start.
    pub state: String,
}

/// A sink to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinkSpec {
    /// The file, `-` for stdout, or a URL such as `s3://bucket/prefix`, which only a sink of one's own
    /// [opens](crate::Ledger::open_sinks_by): it is known to later sittings as it is, from whatever folder.
    pub path: PathBuf,
    /// What is written.
    pub format: Format,
    /// The members of the rows.
    pub columns: Columns,
    /// Whether a file that is there may be replaced.
    pub overwrite: bool,
    /// Whether the file appears under its name only once the run is complete; until then it is called
    /// `NAME.partial`. Without effect on what is no regular file.
    pub only_complete: bool,
    /// What a file of a format that comes in parts holds at most.
    pub parts: Parts,
}

/// How much one of several files holds: Parquet's, of which a run writes `rows.parquet`, `rows.2.parquet` and so on,
/// as needed. Where a file ends it does so with a target, unless that alone is larger than a quarter of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Rows; 1,000,000 unless set.
    pub rows: u64,
    /// Bytes of the rows as JSON, which the file is seldom larger than; 256 MiB unless set.
    pub bytes: u64,
}

impl Default for Parts {
    fn default() -> Self {
        Self { rows: 1_000_000, bytes: 256 << 20 }
    }
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A JSON object a line.
    Ndjson,
    /// A table with a header, in which no cell is a formula to a spreadsheet.
    Csv,
    /// Apache Parquet; needs the feature `parquet`.
    Parquet,
}

/// Why rows cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SinkError {
    /// The name says no format that is known, or one that was left out of this build.
    #[error("--out {}: {reason}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with its name.
        reason: &'static str,
    },
    /// It is there already.
    #[error("--out {} exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Another run writes it, or this one does under another name.
    #[error("{} is being written already", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It was to be gone on with, but what is there was not written by this run.
    #[error("{} is not what this run wrote there: move it away, and it is written again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The system refuses to open or write it.
    #[error("{} cannot be written: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Nobody reads stdout any more.
    #[error("the reader of stdout left")]
    ReaderLeft,
    /// A row is not what its columns say.
    #[error("a row cannot be written: {0}")]
    Row(String),
}

impl SinkSpec {
    /// The sink for this path, its format being that of its ending; `-` is NDJSON on stdout, and so is what goes to
    /// a device or a pipe whose name has no such ending.
    ///
    /// # Errors
    ///
    /// The ending is unknown, or not of this build. Nothing is opened yet.
    pub fn of(path: &Path, columns: Columns) -> Result<Self, SinkError> {
        let format = format_of(path).map_err(|reason| SinkError::Format { path: path.to_owned(), reason })?;
        Ok(Self {
            path: path.to_owned(),
            format,
            columns,
            overwrite: false,
            only_complete: false,
            parts: Parts::default(),
        })
    }
}

/// Whether it names no file, but something by a scheme.
pub(crate) fn is_url(path: &Path) -> bool {
    let scheme = path.to_str().and_then(|text| text.split_once("://")).map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn format_of(path: &Path) -> Result<Format, &'static str> {
    // A link that leads nowhere is a file that is not there.
    let is_special = path.as_os_str() == "-" || std::fs::metadata(path).is_ok_and(|found| !found.is_file());
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("ndjson") => Ok(Format::Ndjson),
        Some("csv") => Ok(Format::Csv),
        Some("parquet") if is_special => Err("Parquet needs a file that can be gone back in"),
        Some("parquet") if cfg!(feature = "parquet") => Ok(Format::Parquet),
        Some("parquet") => Err("this build has no Parquet: build it with --features parquet"),
        _ if is_special => Ok(Format::Ndjson),
        _ => Err("rows are written as .ndjson, .csv or .parquet"),
    }
}

/// Opens a sink: a new one, or, with what it last settled, one that a run goes on with. The number is that of the
/// outcome after which rows are to be delivered.
///
/// What is there already is untouched until the first rows come or the sink is ended, even where it may be
/// replaced. Files get the permissions of the user's umask: they are made to be passed on, unlike the ledger. A link
/// to a file is followed, one that leads nowhere is not. Devices and pipes are written as they are and settle
/// nothing.
///
/// One to go on with is cut back to what it settled. Where it is gone, or shorter than that, it is written again
/// from the start.
///
/// # Errors
///
/// [`SinkError::Exists`] when it is there and may not be replaced, [`SinkError::InUse`] when another run has it
/// open, [`SinkError::Changed`] when it should go on but another file is in its place, and
/// [`SinkError::Unwritable`] otherwise. What was made on the way is removed again.
pub fn open(spec: &SinkSpec, settled: Option<&Settled>) -> Result<(Box<dyn Sink>, u64), SinkError> {
    if spec.path.as_os_str() == "-" {
        return Ok((Box::new(Stdout::new()), 0));
    }
    match spec.format {
        Format::Ndjson | Format::Csv => {
            let (lines, after) = Lines::open(spec, settled)?;
            Ok((Box::new(lines), after))
        }
        #[cfg(feature = "parquet")]
        Format::Parquet => {
            let (parquet, after) = Parquet::open(spec, settled)?;
            Ok((Box::new(parquet), after))
        }
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => {
            let reason = "this build has no Parquet: build it with --features parquet";
            Err(SinkError::Format { path: spec.path.clone(), reason })
        }
    }
}

impl SinkError {
    fn unwritable(path: &Path, source: io::Error) -> Self {
        Self::Unwritable { path: path.to_owned(), source }
    }
}
