use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, OptionalExtension, params};

use super::Writer;
use super::ending::now;
use crate::message::Told;
use crate::trouble::Trouble;
use crate::{Outcome, Planned, Row, Target, TargetId, Unfinished};

/// The kind of skipped targets that a later sitting did not plan again.
pub(crate) const VANISHED: &str = "vanished";
/// Targets handed out at once.
const BATCH: i64 = 500;

impl Writer {
    fn sql(&self, text: &str) -> Result<CachedStatement<'_>, Trouble> {
        Ok(self.connection.prepare_cached(text)?)
    }

    pub(super) fn account(&self, account_id: &str, listed: &str) -> Result<(), Trouble> {
        self.sql(
            "INSERT INTO account (run, account_id, listed) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET listed = excluded.listed",
        )?
        .execute(params![self.run, account_id, listed])?;
        Ok(())
    }

    pub(super) fn discovered(&self, name: &str, error: Option<&str>) -> Result<(), Trouble> {
        self.sql(
            "INSERT INTO discovery (run, name, error) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET error = excluded.error",
        )?
        .execute(params![self.run, name, error])?;
        Ok(())
    }

    pub(super) fn plan(&self, target: &Target) -> Result<Planned, Trouble> {
        let id: i64 = self
            .sql(
                "INSERT INTO target (run, account_id, region, job, seen) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET seen = excluded.seen RETURNING id",
            )?
            .query_row(
                params![self.run, target.account_id.as_str(), target.region_text(), target.job, self.sitting],
                |row| row.get(0),
            )?;
        let outcome: Option<(i64, bool)> = self
            .sql("SELECT seq, outcome = 'skipped' AND kind IS ?2 FROM outcome WHERE target = ?1")?
            .query_row(params![id, VANISHED], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let done = match outcome {
            // It is back.
            Some((seq, true)) => {
                self.sql("DELETE FROM outcome WHERE seq = ?1")?.execute([seq])?;
                false
            }
            outcome => outcome.is_some(),
        };
        Ok(Planned { id: TargetId(id), done })
    }

    pub(super) fn page(
        &mut self,
        attempt: i64,
        target: TargetId,
        first: i64,
        rows: &[Row],
    ) -> Result<(), Trouble> {
        if first == 0 {
            self.sql("INSERT INTO attempt (id, target) VALUES (?1, ?2)")?.execute([attempt, target.0])?;
        }
        let mut insert = self.sql("INSERT INTO row (id, key, digest, json) VALUES (?1, ?2, ?3, ?4)")?;
        for (id, row) in (attempt << 32 | first..).zip(rows) {
            // As text without a look at it: it comes from whatever writes JSON.
            let json = ToSqlOutput::Borrowed(ValueRef::Text(&row.json));
            insert.execute(params![id, row.key, row.digest.cast_signed(), json])?;
        }
        drop(insert);
        self.rows += rows.len() as u64;
        Ok(())
    }

    pub(super) fn end(&mut self, target: TargetId, told: &Told) -> Result<(), Trouble> {
        let (winner, rows) = told.winner.filter(|(_, rows)| *rows > 0).unzip();
        let stored = self
            .sql(
                "INSERT INTO outcome (target, outcome, winner, rows, duplicates, attempts, kind, code, message, hop,
                                      policy, request_id, hint, waiting_ms, working_ms, retrying_ms, ended_at)
                 VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
                 ON CONFLICT (target) DO NOTHING",
            )?
            .execute(params![
                target.0,
                told.outcome.as_str(),
                winner,
                rows.unwrap_or(0),
                told.attempts,
                told.kind,
                told.code,
                told.message,
                told.hop,
                told.policy,
                told.request_id,
                told.hint,
                millis(told.waiting_ms),
                millis(told.working_ms),
                millis(told.retrying_ms),
                now(),
            ])?;
        if stored == 0 {
            tracing::error!(target = target.0, outcome = %told.outcome, "a target has an outcome already");
            return Ok(());
        }
        if let Some(winner) = winner {
            self.sql("DELETE FROM attempt WHERE id = ?1")?.execute([winner])?;
            if rows > Some(1) {
                self.fold(target, winner)?;
            }
            self.undelivered = true;
        }
        Ok(())
    }

    /// Marks rows whose key a later one of the attempt has, and counts them.
    fn fold(&self, target: TargetId, winner: i64) -> Result<(), Trouble> {
        // Sorted, not hashed: SQLite sorts on disk what is much.
        let duplicates: i64 = self
            .sql(
                "SELECT (SELECT count(*) FROM row WHERE id BETWEEN ?1 << 32 AND ?1 << 32 | 4294967295) -
                        (SELECT count(*) FROM
                         (SELECT 1 FROM row WHERE id BETWEEN ?1 << 32 AND ?1 << 32 | 4294967295 GROUP BY key))",
            )?
            .query_row([winner], |row| row.get(0))?;
        if duplicates == 0 {
            return Ok(());
        }
        self.sql(
            "UPDATE row SET repeated = 1 WHERE id IN
             (SELECT id FROM
              (SELECT id, lead(id) OVER (PARTITION BY key ORDER BY id) AS later
               FROM row WHERE id BETWEEN ?1 << 32 AND ?1 << 32 | 4294967295)
              WHERE later IS NOT NULL)",
        )?
        .execute([winner])?;
        self.sql("UPDATE outcome SET duplicates = ?2 WHERE target = ?1")?.execute([target.0, duplicates])?;
        Ok(())
    }

    pub(super) fn withdraw(&self, target: &Target) -> Result<(), Trouble> {
        let id: Option<i64> = self
            .sql("SELECT id FROM target WHERE run = ?1 AND account_id = ?2 AND region = ?3 AND job = ?4")?
            .query_row(
                params![self.run, target.account_id.as_str(), target.region_text(), target.job],
                |row| row.get(0),
            )
            .optional()?;
        let Some(id) = id else { return Ok(()) };
        self.sql("DELETE FROM outcome WHERE target = ?1 AND outcome <> 'completed'")?.execute([id])?;
        self.sql(
            "DELETE FROM target
             WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM outcome WHERE outcome.target = target.id)",
        )?
        .execute([id])?;
        Ok(())
    }

    pub(super) fn plan_complete(&self) -> Result<u64, Trouble> {
        let why = Some((VANISHED, "no longer in the selection"));
        let vanished = self.end_all(Outcome::Skipped, why, self.sitting)?;
        self.sql("UPDATE run SET plan_complete = 1 WHERE id = ?1")?.execute([self.run])?;
        Ok(vanished)
    }

    /// Gives this outcome to all targets that have none and were last planned in a sitting before that one.
    pub(super) fn end_all(
        &self,
        outcome: Outcome,
        why: Option<(&str, &str)>,
        sitting: i64,
    ) -> Result<u64, Trouble> {
        let (kind, message) = why.unzip();
        let ended = self
            .sql(
                "INSERT INTO outcome (target, outcome, rows, duplicates, attempts, kind, message, waiting_ms,
                                      working_ms, retrying_ms, ended_at)
                 SELECT target.id, ?2, 0, 0, 0, ?3, ?4, 0, 0, 0, ?5
                 FROM target LEFT JOIN outcome ON outcome.target = target.id
                 WHERE run = ?1 AND outcome.seq IS NULL AND seen < ?6",
            )?
            .execute(params![self.run, outcome.as_str(), kind, message, now(), sitting])?;
        Ok(ended as u64)
    }

    pub(super) fn unfinished(&self, after: Option<&Target>) -> Result<Vec<Unfinished>, Trouble> {
        let mut select = self.sql(
            "SELECT target.id, target.account_id, region, job, listed
             FROM target
             LEFT JOIN outcome ON outcome.target = target.id
             LEFT JOIN account ON account.run = target.run AND account.account_id = target.account_id
             WHERE target.run = ?1 AND outcome.seq IS NULL AND (target.account_id, region, job) > (?2, ?3, ?4)
             ORDER BY target.account_id, region, job LIMIT ?5",
        )?;
        let (account, region, job) = match after {
            Some(target) => (target.account_id.as_str(), target.region_text(), target.job.as_str()),
            None => ("", "", ""),
        };
        let mut rows = select.query(params![self.run, account, region, job, BATCH])?;
        let mut see = self.sql("UPDATE target SET seen = ?2 WHERE id = ?1")?;
        let mut batch = Vec::new();
        while let Some(row) = rows.next()? {
            let text = |place: usize| row.get_ref(place)?.as_str().map_err(rusqlite::Error::from);
            let id: i64 = row.get(0)?;
            let target = Target::stored(text(1)?, text(2)?, text(3)?).map_err(Trouble::Stored)?;
            batch.push(Unfinished { id: TargetId(id), target, listed: row.get(4)? });
        }
        for unfinished in &batch {
            see.execute([unfinished.id.0, self.sitting])?;
        }
        Ok(batch)
    }
}

fn millis(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
