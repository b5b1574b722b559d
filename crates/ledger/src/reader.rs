use std::fmt;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::trouble::Trouble;
use crate::{
    Answer, Difference, Differences, Failure, Ignored, JobTotals, LedgerError, RunId, RunInfo, diff, query,
    runs, schema,
};

/// A ledger to be read, even while another process writes to it: what is read is what was committed, and the writer
/// neither waits nor loses anything.
pub struct Reader {
    path: PathBuf,
    connection: Connection,
}

/// SQLite's own lock is only ever held for moments.
const PATIENCE: Duration = Duration::from_secs(10);

const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// False where SQLite may not make the file it shares with a writer, as in a folder that cannot be written.
fn is_readable(connection: &Connection) -> bool {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).is_ok()
}

/// Whether the ledger was closed: all there is of it is in its one file, and nobody writes it.
fn is_at_rest(path: &Path) -> bool {
    ["-wal", "-journal"].iter().all(|ending| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(ending);
        fs::metadata(beside).map_or(true, |found| found.len() == 0)
    })
}

/// The name by which SQLite reads a file without making or locking anything.
fn as_it_is(path: &Path) -> Result<String, LedgerError> {
    let whole =
        fs::canonicalize(path).map_err(|source| LedgerError::Unusable { path: path.to_owned(), source })?;
    // What means something in such a name is written by its number.
    let plain = |c: char| c.is_alphanumeric() || "/-_.~".contains(c);
    let named: String = whole
        .to_string_lossy()
        .chars()
        .map(|c| if plain(c) || !c.is_ascii() { c.to_string() } else { format!("%{:02X}", c as u32) })
        .collect();
    Ok(format!("file:{named}?immutable=1"))
}

impl Reader {
    /// Opens the ledger, of which nothing is changed.
    ///
    /// # Errors
    ///
    /// There is none, it is not a ledger, of a later version, damaged, or may not be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        let path = path.as_ref().to_owned();
        fs::File::open(&path).map_err(|source| LedgerError::Unusable { path: path.clone(), source })?;
        let sqlite = |error| LedgerError::sqlite(&path, error);
        let mut connection = Connection::open_with_flags(&path, FLAGS).map_err(sqlite)?;
        if !is_readable(&connection) && is_at_rest(&path) {
            let flags = FLAGS | OpenFlags::SQLITE_OPEN_URI;
            connection = Connection::open_with_flags(as_it_is(&path)?, flags).map_err(sqlite)?;
        }
        connection.busy_timeout(PATIENCE).map_err(sqlite)?;
        schema::version(&path, &connection)?;
        Ok(Self { path, connection })
    }

    /// The runs in it, oldest first.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn runs(&self) -> Result<Vec<RunInfo>, LedgerError> {
        runs::all(&self.connection).map_err(|trouble| self.told(trouble))
    }

    /// One of its runs.
    ///
    /// # Errors
    ///
    /// [`NoRun`](LedgerError::NoRun), or it cannot be read.
    pub fn run(&self, run: RunId) -> Result<RunInfo, LedgerError> {
        let found = runs::one(&self.connection, run).map_err(|trouble| self.told(trouble))?;
        found.ok_or_else(|| LedgerError::NoRun { path: self.path.clone(), run })
    }

    /// Shows every target of the run that did not complete and that no rule left out, by account, region and job.
    ///
    /// # Errors
    ///
    /// As for [`run`](Self::run).
    pub fn failures(&self, run: RunId, each: impl FnMut(Failure)) -> Result<(), LedgerError> {
        self.run(run)?;
        runs::failures(&self.connection, run, each).map_err(|trouble| self.told(trouble))
    }

    /// What came of each job of the run, in the order of their names.
    ///
    /// # Errors
    ///
    /// As for [`run`](Self::run).
    pub fn jobs(&self, run: RunId) -> Result<Vec<JobTotals>, LedgerError> {
        self.run(run)?;
        runs::jobs(&self.connection, run).map_err(|trouble| self.told(trouble))
    }

    /// Answers one SQL query, which may read everything and change nothing. `each` gets the names of the columns,
    /// then row after row, until it breaks off.
    ///
    /// What there is to read is in [`views`](crate::views()). `runs`, `targets` and `rows` are of all runs, the others of
    /// the run that is named, or else of the newest.
    ///
    /// # Errors
    ///
    /// [`Query`](LedgerError::Query): it is no SQL, more than one statement, or does anything but read.
    /// [`NoRun`](LedgerError::NoRun).
    pub fn query(
        &mut self,
        sql: &str,
        run: Option<RunId>,
        each: impl FnMut(Answer<'_>) -> ControlFlow<()>,
    ) -> Result<(), LedgerError> {
        run.map_or(Ok(()), |run| self.run(run).map(drop))?;
        query::answer(&self.path, &mut self.connection, sql, run, each)
    }

    /// Shows what differs between the rows of two runs, by account, region, type and key, and counts it.
    ///
    /// A row has changed when its digest has, and a member that is not `ignored` differs.
    ///
    /// A target that one of them did not complete gives one [`Unknown`](Difference::Unknown), never what would look
    /// like rows that came or went.
    ///
    /// # Errors
    ///
    /// As for [`run`](Self::run).
    pub fn diff(
        &self,
        before: RunId,
        after: RunId,
        ignored: &Ignored,
        each: impl FnMut(Difference<'_>) -> ControlFlow<()>,
    ) -> Result<Differences, LedgerError> {
        let complete = (self.run(before)?.plan_complete, self.run(after)?.plan_complete);
        diff::compare(&self.connection, (before, after), complete, ignored, each)
            .map_err(|trouble| self.told(trouble))
    }

    fn told(&self, trouble: Trouble) -> LedgerError {
        trouble.told(&self.path)
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ledger;

    #[test]
    fn a_file_of_any_name_is_read_as_it_is_and_nothing_appears_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a?b%41 #ä.sqlite");
        drop(Ledger::open(&path).unwrap());
        assert!(is_at_rest(&path));
        let before = fs::read_dir(folder.path()).unwrap().count();
        let connection =
            Connection::open_with_flags(as_it_is(&path).unwrap(), FLAGS | OpenFlags::SQLITE_OPEN_URI)
                .unwrap();
        assert!(is_readable(&connection) && schema::version(&path, &connection).is_ok());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before);
    }
}
