use std::path::Path;

use crate::{LedgerError, SinkError};

/// What goes wrong inside, where the name of the file is not at hand.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// SQLite said so.
    Sql(rusqlite::Error),
    /// A file that follows.
    Sink(SinkError),
    /// What is stored cannot be.
    Stored(String),
}

impl Trouble {
    /// The same, to be told to a user of the ledger at `path`.
    pub(crate) fn told(self, path: &Path) -> LedgerError {
        match self {
            Self::Sql(error) => LedgerError::sqlite(path, error),
            Self::Sink(error) => LedgerError::Sink(error),
            Self::Stored(detail) => LedgerError::damaged(path, detail),
        }
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<SinkError> for Trouble {
    fn from(error: SinkError) -> Self {
        Self::Sink(error)
    }
}
