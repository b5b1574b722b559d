use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::delivery::Following;
use super::{Start, Writer};
use crate::ledger::Slot;
use crate::shared::Shared;
use crate::sink::is_url;
use crate::trouble::Trouble;
use crate::{Again, Follow, Format, NewRun, RunId, Settled, Sink, SinkError, SinkSpec};

/// Rows of dead attempts that are deleted in one transaction.
const DELETED_AT_ONCE: usize = 10_000;

type OpenSink = dyn Fn(&SinkSpec, Option<&Settled>) -> Result<(Box<dyn Sink>, u64), SinkError> + Send + Sync;

/// What a writer begins with.
pub(crate) struct Sitting {
    run: i64,
    number: i64,
    start: Start,
    sinks: Vec<Following>,
    first_attempt: i64,
}

impl Sitting {
    /// The first of a run that begins.
    pub(crate) fn first(
        connection: &mut Connection,
        run: &NewRun,
        sinks: &[SinkSpec],
        follow: Follow,
        open: &OpenSink,
    ) -> Result<Self, Trouble> {
        let transaction = connection.transaction()?;
        transaction.execute(
            "INSERT INTO run (verb, version, invocation, started_at) VALUES (?1, ?2, ?3, ?4)",
            params![run.verb, run.version, run.invocation, super::ending::now()],
        )?;
        let run = transaction.last_insert_rowid();
        let first_attempt = first_attempt(&transaction)?;
        let sinks = follow_with(&transaction, run, sinks, follow, open)?;
        let sinks = commit_or_discard(transaction, sinks)?;
        Ok(Self { run, number: 0, start: Start::New, sinks, first_attempt })
    }

    /// The next one of a run that goes on.
    pub(crate) fn next(
        connection: &mut Connection,
        run: RunId,
        again: Again,
        sinks: &[SinkSpec],
        follow: Follow,
        open: &OpenSink,
    ) -> Result<Self, Trouble> {
        let transaction = connection.transaction()?;
        let resumed: i64 =
            transaction.query_row("SELECT resumed FROM run WHERE id = ?1", [run.0], |row| row.get(0))?;
        let first_attempt = first_attempt(&transaction)?;
        let sinks = follow_with(&transaction, run.0, sinks, follow, open)?;
        let sinks = commit_or_discard(transaction, sinks)?;
        Ok(Self { run: run.0, number: resumed + 1, start: Start::Resumed(again), sinks, first_attempt })
    }
}

impl Writer {
    pub(crate) fn new(connection: Connection, slot: Arc<Slot>, sitting: Sitting) -> Self {
        Self {
            connection,
            slot,
            shared: Arc::new(Shared::new(sitting.first_attempt)),
            run: sitting.run,
            sitting: sitting.number,
            start: Some(sitting.start),
            sinks: sitting.sinks,
            in_transaction: false,
            rows: 0,
            undelivered: false,
            unsettled: false,
            since_settled: 0,
        }
    }

    /// Before the first target: takes back what is to be done again, and deletes what attempts of processes that are
    /// gone have left.
    pub(super) fn start(&mut self) -> Result<(), Trouble> {
        let Some(start) = self.start.take() else { return Ok(()) };
        if let Start::Resumed(again) = start {
            self.open()?;
            let (also, word) = match again {
                Again::Unfinished => (false, None),
                Again::Failed(word) => (true, word),
            };
            self.connection.execute(
                "DELETE FROM outcome
                 WHERE target IN (SELECT id FROM target WHERE run = ?1)
                   AND (outcome = 'cancelled'
                        OR ?2 AND outcome IN ('denied', 'failed', 'timed_out')
                           AND (?3 IS NULL OR outcome = ?3 OR kind = ?3))",
                params![self.run, also, word],
            )?;
            self.connection.execute(
                "UPDATE run SET resumed = ?2, ended_at = NULL, exit = NULL, summary = NULL WHERE id = ?1",
                params![self.run, self.sitting],
            )?;
            self.undelivered = true;
        }
        self.clear_dead()
    }

    /// Deletes the rows of all attempts that are nobody's: only this writer has any that may yet be somebody's.
    pub(super) fn clear_dead(&mut self) -> Result<(), Trouble> {
        loop {
            self.commit()?;
            let mut left = DELETED_AT_ONCE;
            while left > 0 {
                let dead: Option<i64> = self
                    .connection
                    .prepare_cached("SELECT id FROM attempt LIMIT 1")?
                    .query_row([], |row| row.get(0))
                    .optional()?;
                let Some(attempt) = dead else { return self.commit() };
                self.open()?;
                let deleted = self
                    .connection
                    .prepare_cached(
                        "DELETE FROM row WHERE id IN
                         (SELECT id FROM row WHERE id BETWEEN ?1 << 32 AND ?1 << 32 | 4294967295 LIMIT ?2)",
                    )?
                    .execute(params![attempt, i64::try_from(left).unwrap_or(i64::MAX)])?;
                if deleted < left {
                    self.connection
                        .prepare_cached("DELETE FROM attempt WHERE id = ?1")?
                        .execute([attempt])?;
                }
                left = left.saturating_sub(deleted.max(1));
            }
        }
    }
}

fn commit_or_discard(
    transaction: rusqlite::Transaction<'_>,
    mut sinks: Vec<Following>,
) -> Result<Vec<Following>, Trouble> {
    match transaction.commit() {
        Ok(()) => Ok(sinks),
        Err(error) => {
            sinks.iter_mut().for_each(|following| following.sink.discard());
            Err(error.into())
        }
    }
}

/// A number above that of every attempt there was.
fn first_attempt(connection: &Connection) -> Result<i64, Trouble> {
    Ok(connection.query_row(
        "SELECT 1 + max(coalesce((SELECT max(id) >> 32 FROM row), 0),
                        coalesce((SELECT max(id) FROM attempt), 0),
                        coalesce((SELECT max(winner) FROM outcome), 0))",
        [],
        |row| row.get(0),
    )?)
}

/// Opens the sinks, each where it is; if one of them cannot be, none is left.
fn follow_with(
    connection: &Connection,
    run: i64,
    specs: &[SinkSpec],
    follow: Follow,
    open: &OpenSink,
) -> Result<Vec<Following>, Trouble> {
    let mut sinks = Vec::with_capacity(specs.len());
    for spec in specs {
        match follow_with_one(connection, run, spec, follow, open) {
            Ok(following) => sinks.push(following),
            Err(trouble) => {
                sinks.iter_mut().for_each(|following: &mut Following| following.sink.discard());
                return Err(trouble);
            }
        }
    }
    Ok(sinks)
}

fn follow_with_one(
    connection: &Connection,
    run: i64,
    spec: &SinkSpec,
    follow: Follow,
    open: &OpenSink,
) -> Result<Following, Trouble> {
    let path = absolute(&spec.path)?;
    let name = path.to_string_lossy().into_owned();
    let settled = connection
        .query_row(
            "SELECT through, state FROM sink WHERE run = ?1 AND path = ?2",
            params![run, name],
            |row| Ok(Settled { through: row.get::<_, i64>(0)?.unsigned_abs(), state: row.get(1)? }),
        )
        .optional()?;
    let has_position = has_position(&spec.path);
    let (sink, after) = open(spec, settled.as_ref().filter(|_| has_position))?;
    let delivered = if follow.new_only && !has_position {
        connection.query_row("SELECT coalesce(max(seq), 0) FROM outcome", [], |row| row.get(0))?
    } else {
        i64::try_from(after).unwrap_or(i64::MAX)
    };
    let following = Following { name, sink, delivered, has_position, is_new: settled.is_none() };
    let stored = connection.execute(
        "INSERT INTO sink (run, path, format) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![run, following.name, format_name(spec.format)],
    );
    match stored {
        Ok(_) => Ok(following),
        Err(error) => {
            let mut following = following;
            following.sink.discard();
            Err(error.into())
        }
    }
}

/// Under which name a sink is known to later sittings.
fn absolute(path: &Path) -> Result<PathBuf, Trouble> {
    if path.as_os_str() == "-" || is_url(path) {
        return Ok(path.to_owned());
    }
    std::path::absolute(path).map_err(|source| SinkError::Unwritable { path: path.to_owned(), source }.into())
}

/// Whether it can say how far it is: stdout, a pipe, or a terminal cannot.
fn has_position(path: &Path) -> bool {
    is_url(path) || path.as_os_str() != "-" && path.metadata().map_or(true, |there| there.is_file())
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Ndjson => "ndjson",
        Format::Csv => "csv",
        Format::Parquet => "parquet",
    }
}
