use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::{RunId, SinkError};

/// Why a ledger cannot be opened, read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Another process writes to it.
    #[error("{} is in use by {by}: wait for it to end, or name another file", path.display())]
    Locked {
        /// The ledger.
        path: PathBuf,
        /// Who holds it, as far as can be told.
        by: String,
    },
    /// The file is something else.
    #[error("{} is not a ledger of orgwide: name another file", path.display())]
    NotALedger {
        /// The file.
        path: PathBuf,
    },
    /// A later version of this program made it, and this one does not know what it means.
    #[error(
        "{} has schema version {version}, and this program knows those up to {known}: use the version that wrote it \
         or a later one",
        path.display()
    )]
    Newer {
        /// The ledger.
        path: PathBuf,
        /// The version of its schema.
        version: i64,
        /// The last version that is known here.
        known: i64,
    },
    /// What is in it cannot be.
    #[error(
        "{} is damaged ({detail}): take a copy, and save what can be saved with `sqlite3 FILE .recover`",
        path.display()
    )]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The disk, or the quota, has no room for it.
    #[error("there is no room left for {}: free some and resume the run", path.display())]
    Full {
        /// The ledger.
        path: PathBuf,
    },
    /// The system refuses to open or write it.
    #[error("{} cannot be used: {source}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It has no such run.
    #[error("{} has no run {run}: `orgwide runs` lists those it has", path.display())]
    NoRun {
        /// The ledger.
        path: PathBuf,
        /// The run that was asked for.
        run: RunId,
    },
    /// A run is being recorded in it, through the same `Ledger`.
    #[error("a run is being recorded: it has to end first")]
    Busy,
    /// A file that follows the run cannot be written. What was committed stays.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// A query that cannot be answered.
    #[error("{message}{}", at(*offset))]
    Query {
        /// What SQLite says.
        message: String,
        /// Where in the query, in bytes from its start, if it says.
        offset: Option<usize>,
    },
    /// The recording has ended, or failed earlier with an error that was told then.
    #[error("the run is no longer recorded")]
    Closed,
    /// SQLite refuses for another reason.
    #[error("{} cannot be used: {source}", path.display())]
    Sqlite {
        /// The ledger.
        path: PathBuf,
        /// What it says.
        source: Box<dyn Error + Send + Sync>,
    },
}

/// The recording takes nothing more: it ended or failed. [`Recorder::settle`](crate::Recorder::settle) says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the run is no longer recorded")]
pub struct Closed;

impl LedgerError {
    /// Whether it is only that nobody reads stdout any more.
    #[must_use]
    pub fn is_of_reader(&self) -> bool {
        matches!(self, Self::Sink(SinkError::ReaderLeft))
    }

    /// What this error of SQLite means for the ledger at `path`.
    pub(crate) fn sqlite(path: &Path, error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotALedger { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path, detail: error.to_string() },
            Some(ErrorCode::DiskFull) => Self::Full { path },
            _ => Self::Sqlite { path, source: Box::new(error) },
        }
    }

    pub(crate) fn damaged(path: &Path, detail: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), detail: detail.to_string() }
    }
}

fn at(offset: Option<usize>) -> String {
    offset.map(|offset| format!(", at character {} of the query", offset + 1)).unwrap_or_default()
}
