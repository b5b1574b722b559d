use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::ControlFlow;

use rusqlite::{CachedStatement, Connection, Rows, params};

use crate::trouble::Trouble;
use crate::writer::VANISHED;
use crate::{Ignored, Outcome, RunId, Target, changes};

/// Something that differs between two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference<'a> {
    /// Only the later run has the row.
    Added {
        /// Where.
        target: &'a Target,
        /// Its key.
        key: &'a str,
        /// The row, as JSON.
        after: &'a str,
    },
    /// Only the earlier run has the row.
    Removed {
        /// Where.
        target: &'a Target,
        /// Its key.
        key: &'a str,
        /// The row, as JSON.
        before: &'a str,
    },
    /// It says something else.
    Changed {
        /// Where.
        target: &'a Target,
        /// Its key.
        key: &'a str,
        /// What the earlier run has, as JSON.
        before: &'a str,
        /// What the later run has, as JSON.
        after: &'a str,
        /// The paths of the members that differ, such as `data.State.Name` or `tags."cost.center"`: one at least, a
        /// hundred at most, then `…`. `$` is the row as a whole.
        paths: &'a [String],
    },
    /// One of the runs does not know the target's rows, or neither does.
    Unknown {
        /// Where.
        target: &'a Target,
        /// How it ended in the earlier run; none if it did not, or is not in it.
        before: Option<Outcome>,
        /// How it ended in the later run.
        after: Option<Outcome>,
    },
}

/// How much differs between two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Differences {
    /// Rows that only the later has.
    pub added: u64,
    /// Rows that only the earlier has.
    pub removed: u64,
    /// Rows that say something else.
    pub changed: u64,
    /// Rows in which only members differ that are ignored. They are no difference.
    pub ignored: u64,
    /// Targets of which one of them does not know the rows.
    pub unknown: u64,
}

impl Differences {
    /// Whether nothing differs, and nothing is unknown.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self { ignored: self.ignored, ..Self::default() }
    }
}

/// What a run knows of a target.
#[derive(Clone, Copy)]
enum Side {
    /// Its rows are those of this attempt; none if it has none.
    Rows(Option<i64>),
    /// There is nothing to know: it is not in a plan that has everything, or has left it since.
    Nothing,
    /// A rule left it out.
    Skipped,
    /// The plan broke off before it, perhaps, or the run was not about its job or region at all.
    Unplanned,
    /// It did not complete.
    Open(Option<Outcome>),
}

pub(crate) fn compare(
    connection: &Connection,
    (before, after): (RunId, RunId),
    complete: (bool, bool),
    ignored: &Ignored,
    each: impl FnMut(Difference<'_>) -> ControlFlow<()>,
) -> Result<Differences, Trouble> {
    // Both runs as they are at one moment.
    let _read = connection.unchecked_transaction()?;
    let mut places = connection.prepare(
        "SELECT place.account_id, place.region, place.job,
                a.id, x.outcome, x.kind, x.winner, b.id, y.outcome, y.kind, y.winner
         FROM (SELECT account_id, region, job FROM target WHERE run = ?1
               UNION SELECT account_id, region, job FROM target WHERE run = ?2
               ORDER BY account_id, region, job) AS place
         LEFT JOIN target AS a
           ON a.run = ?1 AND a.account_id = place.account_id AND a.region = place.region AND a.job = place.job
         LEFT JOIN outcome AS x ON x.target = a.id
         LEFT JOIN target AS b
           ON b.run = ?2 AND b.account_id = place.account_id AND b.region = place.region AND b.job = place.job
         LEFT JOIN outcome AS y ON y.target = b.id",
    )?;
    let asked = (Asked::of(connection, before)?, Asked::of(connection, after)?);
    let mut comparison = Comparison { connection, ignored, each, counts: Differences::default() };
    let mut rows = places.query([before.0, after.0])?;
    while let Some(row) = rows.next()? {
        let text = |place: usize| row.get_ref(place)?.as_str().map_err(rusqlite::Error::from);
        let target = Target::stored(text(0)?, text(1)?, text(2)?).map_err(Trouble::Stored)?;
        let is_known =
            (complete.0 && asked.0.has(text(2)?, text(1)?), complete.1 && asked.1.has(text(2)?, text(1)?));
        let sides = (side(row, 3, is_known.0)?, side(row, 7, is_known.1)?);
        if comparison.target(&target, sides)?.is_break() {
            break;
        }
    }
    Ok(comparison.counts)
}

/// What a run was about: where it has no target of a job or in a region, it was not asked for that.
struct Asked {
    jobs: HashSet<String>,
    regions: HashSet<String>,
}

impl Asked {
    fn of(connection: &Connection, run: RunId) -> Result<Self, Trouble> {
        let all = |column: &str| {
            let mut select =
                connection.prepare(&format!("SELECT DISTINCT {column} FROM target WHERE run = ?1"))?;
            select.query_map([run.0], |row| row.get(0))?.collect::<rusqlite::Result<_>>()
        };
        Ok(Self { jobs: all("job")?, regions: all("region")? })
    }

    fn has(&self, job: &str, region: &str) -> bool {
        self.jobs.contains(job) && self.regions.contains(region)
    }
}

/// `is_known`: that the run has no such target means that there was nothing.
fn side(row: &rusqlite::Row<'_>, first: usize, is_known: bool) -> Result<Side, Trouble> {
    let planned = row.get::<_, Option<i64>>(first)?.is_some();
    if !planned {
        return Ok(if is_known { Side::Nothing } else { Side::Unplanned });
    }
    let outcome: Option<String> = row.get(first + 1)?;
    let outcome =
        outcome.map(|name| name.parse::<Outcome>().map_err(|error| Trouble::Stored(error.to_string())));
    Ok(match outcome.transpose()? {
        Some(Outcome::Completed) => Side::Rows(row.get(first + 3)?),
        Some(Outcome::Skipped) => {
            let vanished = row.get::<_, Option<String>>(first + 2)?.as_deref() == Some(VANISHED);
            if vanished { Side::Nothing } else { Side::Skipped }
        }
        outcome => Side::Open(outcome),
    })
}

struct Comparison<'a, F> {
    connection: &'a Connection,
    ignored: &'a Ignored,
    each: F,
    counts: Differences,
}

impl<F: FnMut(Difference<'_>) -> ControlFlow<()>> Comparison<'_, F> {
    fn target(&mut self, target: &Target, sides: (Side, Side)) -> Result<ControlFlow<()>, Trouble> {
        match sides {
            (Side::Rows(before), Side::Rows(after)) => self.rows(target, before, after),
            (Side::Rows(before), Side::Nothing) => self.rows(target, before, None),
            (Side::Nothing, Side::Rows(after)) => self.rows(target, None, after),
            (
                Side::Nothing | Side::Skipped | Side::Unplanned,
                Side::Nothing | Side::Skipped | Side::Unplanned,
            ) => Ok(ControlFlow::Continue(())),
            (before, after) => {
                self.counts.unknown += 1;
                Ok((self.each)(Difference::Unknown {
                    target,
                    before: before.outcome(),
                    after: after.outcome(),
                }))
            }
        }
    }

    /// Merges the rows of both by their keys; SQLite sorts on disk what is much.
    fn rows(
        &mut self,
        target: &Target,
        before: Option<i64>,
        after: Option<i64>,
    ) -> Result<ControlFlow<()>, Trouble> {
        let (mut before_keys, mut after_keys) = (keys(self.connection)?, keys(self.connection)?);
        let mut before = Keys::of(&mut before_keys, before)?;
        let mut after = Keys::of(&mut after_keys, after)?;
        loop {
            let order = match (&before.current, &after.current) {
                (Some(one), Some(other)) => one.key.cmp(&other.key),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return Ok(ControlFlow::Continue(())),
            };
            let (removed, added) = (order.is_le(), order.is_ge());
            let one = before.current.as_ref().filter(|_| removed);
            let other = after.current.as_ref().filter(|_| added);
            if self.row(target, one, other)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            if removed {
                before.step()?;
            }
            if added {
                after.step()?;
            }
        }
    }

    fn row(
        &mut self,
        target: &Target,
        before: Option<&Key>,
        after: Option<&Key>,
    ) -> Result<ControlFlow<()>, Trouble> {
        let json = |key: &Key| -> Result<String, Trouble> {
            let mut select = self.connection.prepare_cached("SELECT json FROM row WHERE id = ?1")?;
            Ok(select.query_row([key.id], |row| row.get(0))?)
        };
        let counts = &mut self.counts;
        Ok(match (before, after) {
            (Some(one), Some(other)) if one.digest == other.digest => ControlFlow::Continue(()),
            (Some(one), Some(other)) => {
                let (before, after) = (json(one)?, json(other)?);
                let paths = changes::between(&before, &after, self.ignored);
                if paths.is_empty() {
                    counts.ignored += 1;
                    return Ok(ControlFlow::Continue(()));
                }
                counts.changed += 1;
                (self.each)(Difference::Changed {
                    target,
                    key: &one.key,
                    before: &before,
                    after: &after,
                    paths: &paths,
                })
            }
            (Some(one), None) => {
                counts.removed += 1;
                (self.each)(Difference::Removed { target, key: &one.key, before: &json(one)? })
            }
            (None, Some(other)) => {
                counts.added += 1;
                (self.each)(Difference::Added { target, key: &other.key, after: &json(other)? })
            }
            (None, None) => ControlFlow::Continue(()),
        })
    }
}

impl Side {
    fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Rows(_) => Some(Outcome::Completed),
            Self::Skipped => Some(Outcome::Skipped),
            Self::Nothing | Self::Unplanned => None,
            Self::Open(outcome) => outcome,
        }
    }
}

/// The keys of an attempt in their order, one at a time.
struct Keys<'a> {
    rows: Rows<'a>,
    current: Option<Key>,
}

struct Key {
    key: String,
    digest: i64,
    id: i64,
}

fn keys(connection: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    connection.prepare_cached(
        "SELECT key, digest, id FROM row
         WHERE id BETWEEN ?1 << 32 AND ?1 << 32 | 4294967295 AND repeated IS NULL
         ORDER BY key",
    )
}

impl<'a> Keys<'a> {
    fn of(statement: &'a mut CachedStatement<'_>, attempt: Option<i64>) -> Result<Self, Trouble> {
        let mut keys = Self { rows: statement.query(params![attempt])?, current: None };
        keys.step()?;
        Ok(keys)
    }

    fn step(&mut self) -> Result<(), Trouble> {
        self.current = match self.rows.next()? {
            Some(row) => Some(Key { key: row.get(0)?, digest: row.get(1)?, id: row.get(2)? }),
            None => None,
        };
        Ok(())
    }
}
