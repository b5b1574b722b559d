//! What a ledger says of its runs.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::trouble::Trouble;
use crate::{Outcome, RunId, RunInfo, Target, Totals};

/// A target that did not complete, and that no rule left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The target.
    pub target: Target,
    /// What [`Recorder::account`](crate::Recorder::account) was told of its account.
    pub listed: Option<String>,
    /// How it ended; none if it did not, as in a run that was interrupted.
    pub outcome: Option<Outcome>,
    /// How often it was tried.
    pub attempts: u32,
    /// The kind of failure.
    pub kind: Option<String>,
    /// AWS's error code.
    pub code: Option<String>,
    /// What happened.
    pub message: Option<String>,
    /// The role that refused, or was refused.
    pub hop: Option<String>,
    /// The policy that denied.
    pub policy: Option<String>,
    /// AWS's request id.
    pub request_id: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What came of the targets of one job, such as a type of resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobTotals {
    /// The job.
    pub job: String,
    /// Targets.
    pub planned: u64,
    /// Those that completed.
    pub completed: u64,
    /// Those that a rule left out.
    pub skipped: u64,
    /// Rows of those that completed.
    pub rows: u64,
}

const INFO: &str = "SELECT id, runs.verb, runs.version, invocation, runs.started_at, runs.ended_at, runs.exit,
    runs.plan_complete, runs.resumed, summary, planned, completed, denied, failed, timed_out, skipped, cancelled,
    rows, duplicates
    FROM run JOIN runs ON runs.run = run.id";

pub(crate) fn all(connection: &Connection) -> Result<Vec<RunInfo>, Trouble> {
    let mut statement = connection.prepare(&format!("{INFO} ORDER BY id"))?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(info(connection, row)?);
    }
    Ok(all)
}

pub(crate) fn one(connection: &Connection, run: RunId) -> Result<Option<RunInfo>, Trouble> {
    let mut statement = connection.prepare(&format!("{INFO} WHERE id = ?1 AND runs.run = ?1"))?;
    let mut rows = statement.query([run.0])?;
    rows.next()?.map(|row| info(connection, row)).transpose()
}

fn info(connection: &Connection, row: &Row<'_>) -> Result<RunInfo, Trouble> {
    let id = RunId(row.get(0)?);
    let mut sinks = connection.prepare_cached("SELECT path FROM sink WHERE run = ?1 ORDER BY path")?;
    let sinks = sinks.query_map([id.0], |row| row.get::<_, String>(0))?.map(|path| path.map(Into::into));
    Ok(RunInfo {
        id,
        verb: row.get(1)?,
        version: row.get(2)?,
        invocation: row.get(3)?,
        started_at: time(&row.get::<_, String>(4)?)?,
        ended_at: row.get::<_, Option<String>>(5)?.map(|text| time(&text)).transpose()?,
        exit: row.get(6)?,
        plan_complete: row.get(7)?,
        totals: totals_at(row, 10, row.get(7)?)?,
        sinks: sinks.collect::<Result<_, _>>()?,
        resumed: row.get(8)?,
        summary: row.get(9)?,
    })
}

fn time(text: &str) -> Result<Timestamp, Trouble> {
    text.parse().map_err(|_| Trouble::Stored(format!("a run: `{text}` is no time")))
}

/// The totals of a run; none if there is no such run.
pub(crate) fn totals(connection: &Connection, run: i64) -> Result<Totals, Trouble> {
    let mut statement = connection.prepare(
        "SELECT planned, completed, denied, failed, timed_out, skipped, cancelled, rows, duplicates, plan_complete
         FROM runs WHERE run = ?1",
    )?;
    let totals = statement.query_row([run], |row| totals_at(row, 0, row.get(9)?)).optional()?;
    totals.ok_or_else(|| Trouble::Stored(format!("run {run} is gone")))
}

fn totals_at(row: &Row<'_>, first: usize, plan_complete: bool) -> rusqlite::Result<Totals> {
    let count = |place: usize| row.get::<_, i64>(first + place).map(i64::unsigned_abs);
    Ok(Totals {
        planned: count(0)?,
        completed: count(1)?,
        denied: count(2)?,
        failed: count(3)?,
        timed_out: count(4)?,
        skipped: count(5)?,
        cancelled: count(6)?,
        rows: count(7)?,
        duplicates: count(8)?,
        plan_complete,
    })
}

/// By job, in the order of their names.
pub(crate) fn jobs(connection: &Connection, run: RunId) -> Result<Vec<JobTotals>, Trouble> {
    let mut statement = connection.prepare(
        "SELECT job, count(*), count(outcome) FILTER (WHERE outcome = 'completed'),
                count(outcome) FILTER (WHERE outcome = 'skipped'), coalesce(sum(rows), 0)
         FROM target LEFT JOIN outcome ON outcome.target = target.id
         WHERE run = ?1 GROUP BY job ORDER BY job",
    )?;
    let job = |row: &Row<'_>| {
        let count = |place: usize| row.get::<_, i64>(place).map(i64::unsigned_abs);
        Ok(JobTotals {
            job: row.get(0)?,
            planned: count(1)?,
            completed: count(2)?,
            skipped: count(3)?,
            rows: count(4)?,
        })
    };
    Ok(statement.query_map([run.0], job)?.collect::<Result<_, _>>()?)
}

pub(crate) fn failures(
    connection: &Connection,
    run: RunId,
    mut each: impl FnMut(Failure),
) -> Result<(), Trouble> {
    let mut statement = connection.prepare(
        "SELECT account_id, region, job, outcome, coalesce(attempts, 0), kind, code, message, hop, policy,
                request_id, hint, listed
         FROM target LEFT JOIN outcome ON outcome.target = target.id LEFT JOIN account USING (run, account_id)
         WHERE run = ?1 AND outcome IS NOT 'completed' AND outcome IS NOT 'skipped'
         ORDER BY account_id, region, job",
    )?;
    let mut rows = statement.query([run.0])?;
    while let Some(row) = rows.next()? {
        let text = |place: usize| row.get_ref(place)?.as_str().map_err(rusqlite::Error::from);
        let outcome: Option<String> = row.get(3)?;
        let outcome = outcome.map(|name| name.parse::<Outcome>().map_err(|error| error.to_string()));
        each(Failure {
            target: Target::stored(text(0)?, text(1)?, text(2)?).map_err(Trouble::Stored)?,
            outcome: outcome.transpose().map_err(Trouble::Stored)?,
            attempts: row.get(4)?,
            kind: row.get(5)?,
            code: row.get(6)?,
            message: row.get(7)?,
            hop: row.get(8)?,
            policy: row.get(9)?,
            request_id: row.get(10)?,
            hint: row.get(11)?,
            listed: row.get(12)?,
        });
    }
    Ok(())
}
