use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

use crate::lock::{Lock, open_private};
use crate::recorder::Recorder;
use crate::trouble::Trouble;
use crate::writer::{Sitting, Writer};
use crate::{
    Again, Failure, Follow, JobTotals, LedgerError, NewRun, RunId, RunInfo, Settled, Sink, SinkError,
    SinkSpec, runs, schema,
};

/// A file of runs that this process alone may write to.
///
/// It is an SQLite database in WAL mode, with the files `-wal` and `-shm` beside it while it is open and `-lock`
/// from then on, all of mode 0600. Others may read it meanwhile, by [`Reader`](crate::Reader) or by `sqlite3`. It
/// has to be on a disk of this machine: on NFS and its like neither the lock nor WAL holds, and that is not noticed.
///
/// One run is recorded at a time.
pub struct Ledger {
    slot: Arc<Slot>,
    inline: bool,
    open: Box<OpenSink>,
}

/// What opens a sink.
type OpenSink = dyn Fn(&SinkSpec, Option<&Settled>) -> Result<(Box<dyn Sink>, u64), SinkError> + Send + Sync;

/// The connection, while no run is being recorded, and what is to be kept as long as anybody has it.
pub(crate) struct Slot {
    pub(crate) path: PathBuf,
    connection: Mutex<Option<Connection>>,
    // After the connection: it goes last.
    lock: Option<Lock>,
    made: bool,
}

/// How long another program may keep SQLite's own lock, as `BEGIN IMMEDIATE` in a shell does.
const PATIENCE: Duration = Duration::from_secs(10);

impl Ledger {
    /// Opens the ledger, made if there is none, and brought up to this version if it is of an earlier one.
    ///
    /// # Errors
    ///
    /// [`Locked`](LedgerError::Locked), at once, if another process has it; the file is no ledger, of a later
    /// version, damaged, or cannot be opened or written.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        let path = path.as_ref();
        let unusable = |source| LedgerError::Unusable { path: path.to_owned(), source };
        let made = !path.exists();
        let file = open_private(path).map_err(unusable)?;
        // SQLite takes a file of one byte for an empty one.
        if file.metadata().map_err(unusable)?.len() == 1 {
            return Err(LedgerError::NotALedger { path: path.to_owned() });
        }
        // One file, one lock, by whatever name it is called.
        let path = fs::canonicalize(path).map_err(unusable)?;
        let lock = Lock::take(&path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let sqlite = |error| LedgerError::sqlite(&path, error);
        let mut connection = Connection::open_with_flags(&path, flags).map_err(sqlite)?;
        connection.busy_timeout(PATIENCE).map_err(sqlite)?;
        schema::prepare(&path, &mut connection)?;
        let mode: String = connection
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
            .map_err(sqlite)?;
        if mode != "wal" {
            let reason = "the file system has no shared memory, which SQLite's WAL needs";
            return Err(LedgerError::Sqlite { path, source: reason.into() });
        }
        tune(&connection, "FULL").map_err(sqlite)?;
        Ok(Self::of(Slot { path, connection: Mutex::new(Some(connection)), lock: Some(lock), made }))
    }

    /// A ledger for a run that nobody keeps: on disk, where no name leads to it, and gone with this value and the
    /// recorder, or with the process.
    ///
    /// # Errors
    ///
    /// The folder for temporary files cannot be used.
    pub fn temporary() -> Result<Self, LedgerError> {
        let path = PathBuf::from("the temporary ledger");
        let sqlite = |error| LedgerError::sqlite(&path, error);
        let mut connection = Connection::open("").map_err(sqlite)?;
        schema::prepare(&path, &mut connection)?;
        connection.pragma_update_and_check(None, "journal_mode", "memory", |_| Ok(())).map_err(sqlite)?;
        tune(&connection, "OFF").map_err(sqlite)?;
        Ok(Self::of(Slot { path, connection: Mutex::new(Some(connection)), lock: None, made: false }))
    }

    fn of(slot: Slot) -> Self {
        Self { slot: Arc::new(slot), inline: false, open: Box::new(crate::sink::open) }
    }

    /// Makes recorders do at once, where they are called, what a thread of theirs would do: nothing then depends on
    /// when that thread runs.
    #[doc(hidden)]
    #[must_use]
    pub fn inline(mut self) -> Self {
        self.inline = true;
        self
    }

    /// Opens sinks by `open` instead of by [`open`](crate::open): for sinks of one's own.
    pub fn open_sinks_by(
        &mut self,
        open: impl Fn(&SinkSpec, Option<&Settled>) -> Result<(Box<dyn Sink>, u64), SinkError>
        + Send
        + Sync
        + 'static,
    ) {
        self.open = Box::new(open);
    }

    /// The runs in it, oldest first.
    ///
    /// # Errors
    ///
    /// [`Busy`](LedgerError::Busy) while a run is being recorded; it cannot be read.
    pub fn runs(&self) -> Result<Vec<RunInfo>, LedgerError> {
        self.slot.with(runs::all)
    }

    /// One of its runs.
    ///
    /// # Errors
    ///
    /// [`NoRun`](LedgerError::NoRun); as for [`runs`](Self::runs).
    pub fn run(&self, run: RunId) -> Result<RunInfo, LedgerError> {
        let found = self.slot.with(|connection| runs::one(connection, run))?;
        found.ok_or_else(|| LedgerError::NoRun { path: self.slot.path.clone(), run })
    }

    /// Shows every target of the run that did not complete and that no rule left out, by account, region and job.
    ///
    /// # Errors
    ///
    /// As for [`run`](Self::run).
    pub fn failures(&self, run: RunId, each: impl FnMut(Failure)) -> Result<(), LedgerError> {
        self.run(run)?;
        self.slot.with(|connection| runs::failures(connection, run, each))
    }

    /// What came of each job of the run, in the order of their names.
    ///
    /// # Errors
    ///
    /// As for [`run`](Self::run).
    pub fn jobs(&self, run: RunId) -> Result<Vec<JobTotals>, LedgerError> {
        self.run(run)?;
        self.slot.with(|connection| runs::jobs(connection, run))
    }

    /// Begins a run whose rows go to these files too, once they are committed.
    ///
    /// # Errors
    ///
    /// A file cannot be opened: then no run has begun, and no file is left. [`Busy`](LedgerError::Busy).
    pub fn begin(&self, run: NewRun, sinks: Vec<SinkSpec>, follow: Follow) -> Result<Recorder, LedgerError> {
        self.record(|connection| Sitting::first(connection, &run, &sinks, follow, &*self.open))
    }

    /// Goes on with a run. Nothing changes before its first target is asked for, planned or settled; then what
    /// `again` says is taken back, and what an attempt left that came to nothing is deleted.
    ///
    /// A file that follows the run already goes on where it is; another gets all its rows.
    ///
    /// # Errors
    ///
    /// [`NoRun`](LedgerError::NoRun); as for [`begin`](Self::begin).
    pub fn resume(
        &self,
        run: RunId,
        again: Again,
        sinks: Vec<SinkSpec>,
        follow: Follow,
    ) -> Result<Recorder, LedgerError> {
        self.run(run)?;
        self.record(|connection| Sitting::next(connection, run, again, &sinks, follow, &*self.open))
    }

    fn record(
        &self,
        sitting: impl FnOnce(&mut Connection) -> Result<Sitting, Trouble>,
    ) -> Result<Recorder, LedgerError> {
        let mut connection = self.slot.connection.lock().take().ok_or(LedgerError::Busy)?;
        match sitting(&mut connection) {
            Ok(sitting) => {
                let writer = Writer::new(connection, Arc::clone(&self.slot), sitting);
                if self.inline { Ok(Recorder::inline(writer)) } else { Recorder::threaded(writer) }
            }
            Err(trouble) => {
                self.slot.give_back(connection);
                Err(trouble.told(&self.slot.path))
            }
        }
    }

    /// Removes the file, if this made it and there is no run in it: nothing began.
    pub fn discard(self) {
        let has_runs = !matches!(self.runs(), Ok(runs) if runs.is_empty());
        let Some(mut slot) = Arc::into_inner(self.slot) else { return };
        if !slot.made || has_runs {
            return;
        }
        // Closing removes the files beside it, all but that of the lock.
        drop(slot.connection.get_mut().take());
        let _ = fs::remove_file(&slot.path);
        if let Some(lock) = slot.lock.take() {
            lock.remove();
        }
    }
}

impl Slot {
    fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Trouble>) -> Result<T, LedgerError> {
        let guard = self.connection.lock();
        let connection = guard.as_ref().ok_or(LedgerError::Busy)?;
        read(connection).map_err(|trouble| trouble.told(&self.path))
    }

    pub(crate) fn give_back(&self, connection: Connection) {
        *self.connection.lock() = Some(connection);
    }
}

fn tune(connection: &Connection, synchronous: &str) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", synchronous)?;
    // In KiB. What is written is seldom read again, and then at once.
    connection.pragma_update(None, "cache_size", -4096)?;
    connection.pragma_update(None, "wal_autocheckpoint", 2000)?;
    connection.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(48);
    Ok(())
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("path", &self.slot.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Again, End, Ended, Follow, Ledger, LedgerError, NewRun, Outcome, Row, Target};

    /// Lets the file grow to so many pages.
    fn room(ledger: &Ledger, pages: u32) {
        let guard = ledger.slot.connection.lock();
        guard.as_ref().unwrap().pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
    }

    #[tokio::test]
    async fn a_full_disk_ends_the_recording_and_a_later_sitting_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path().join("l.sqlite")).unwrap();
        let run = NewRun { verb: "inventory".into(), version: "1".into(), invocation: "{}".into() };
        room(&ledger, 60);
        let mut recorder = ledger.begin(run, vec![], Follow::default()).unwrap();
        let id = recorder.run();
        for sitting in 0..2 {
            let mut closed = false;
            for number in 0..100 {
                let account_id = format!("{number:012}").parse().unwrap();
                let target = Target { account_id, region: None, job: "a".into() };
                let rows = vec![Row { key: "k".into(), digest: 1, json: vec![b'x'; 7000] }];
                let told = async {
                    let planned = recorder.plan(&target).await?;
                    if planned.done {
                        return Ok(());
                    }
                    let attempt = recorder.attempt(planned.id);
                    attempt.page(rows).await?;
                    let ended = Ended { winner: Some(&attempt), ..Ended::new(Outcome::Completed) };
                    recorder.end(planned.id, ended).await
                };
                closed |= told.await.is_err();
            }
            if sitting == 0 {
                recorder.failed().await;
                assert!(matches!(recorder.settle().await, Err(LedgerError::Full { .. })));
                assert!(closed);
                assert!(ledger.run(id).unwrap().totals.completed < 100);
                room(&ledger, 10_000);
                recorder = ledger.resume(id, Again::Unfinished, vec![], Follow::default()).unwrap();
            }
        }
        let totals = recorder.settle().await.unwrap();
        assert_eq!((totals.completed, totals.rows, totals.unfinished()), (100, 100, 0));
        recorder.finish(End { exit: 0, complete: true, summary: "{}".into() }).await.unwrap();
    }
}
