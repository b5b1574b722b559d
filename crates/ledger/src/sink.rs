//! Where rows go besides the ledger.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::Columns;

/// A file, or stdout, that rows are written to after they were committed.
///
/// Rows come target by target, whole targets only, each under the number of its outcome, which only grows. What
/// has been written may be in a buffer until [`settle`](Self::settle).
pub trait Sink: Send {
    /// Appends rows of the outcome `outcome`, each a JSON object without the end of its line. A target with many
    /// rows comes in several calls.
    ///
    /// # Errors
    ///
    /// They cannot be written. The sink is then good for nothing but to be dropped; what it wrote since it last
    /// settled is taken back when it is opened again.
    fn write(&mut self, outcome: u64, rows: &[&[u8]]) -> Result<(), SinkError>;

    /// Makes durable what can be, and says how far that is: none where nothing can be said yet.
    ///
    /// # Errors
    ///
    /// As for [`write`](Self::write).
    fn settle(&mut self) -> Result<Option<Settled>, SinkError>;

    /// Ends it: everything is durable afterwards, and stands under its name. `complete` is whether every target of
    /// the run completed or was left out by a rule.
    ///
    /// # Errors
    ///
    /// As for [`write`](Self::write).
    fn finish(&mut self, complete: bool) -> Result<Option<Settled>, SinkError>;

    /// Leaves no trace: nothing began. A file that was there before is as it was.
    fn discard(&mut self);
}

/// How far a sink is: all rows of outcomes up to `through` are in it for good, and none of any later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The last outcome that is wholly in it; 0 for none.
    pub through: u64,
    /// What the sink needs to go on from there, in its own words.
    pub state: String,
}

/// A sink to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinkSpec {
    /// The file, or `-` for stdout.
    pub path: PathBuf,
    /// What is written.
    pub format: Format,
    /// The members of the rows.
    pub columns: Columns,
    /// Whether a file that is there may be replaced.
    pub overwrite: bool,
    /// Whether the file appears under its name only once the run is complete.
    pub only_complete: bool,
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
    /// The sink for this path, its format being that of its ending; `-` is NDJSON on stdout.
    ///
    /// # Errors
    ///
    /// The ending is unknown. Nothing is opened yet.
    pub fn of(path: &Path, columns: Columns) -> Result<Self, SinkError> {
        let format = match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.as_os_str() == "-" => Format::Ndjson,
            Some("ndjson") => Format::Ndjson,
            Some("csv") => Format::Csv,
            Some("parquet") if cfg!(feature = "parquet") => Format::Parquet,
            Some("parquet") => {
                let reason = "this build has no Parquet: build it with --features parquet";
                return Err(SinkError::Format { path: path.to_owned(), reason });
            }
            _ => {
                let reason = "rows are written as .ndjson, .csv or .parquet";
                return Err(SinkError::Format { path: path.to_owned(), reason });
            }
        };
        Ok(Self { path: path.to_owned(), format, columns, overwrite: false, only_complete: false })
    }
}
