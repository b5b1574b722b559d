use rusqlite::params;

use super::Writer;
use crate::trouble::Trouble;
use crate::{LedgerError, Settled, Sink, SinkError};

/// A sink, and how far it is.
pub(super) struct Following {
    /// Its absolute path, or `-`.
    pub(super) name: String,
    pub(super) sink: Box<dyn Sink>,
    /// The last outcome it was given.
    pub(super) delivered: i64,
    /// Whether it can go on from where it settled.
    pub(super) has_position: bool,
    /// Whether no earlier sitting had it.
    pub(super) is_new: bool,
}

/// Bytes of rows that are read before they are written: what a target takes of the memory, however many it has.
const CHUNK: usize = 256 << 10;
/// Outcomes looked up at once.
const OUTCOMES: i64 = 1000;

impl Writer {
    /// Gives every sink the rows of targets that completed since it was given any.
    ///
    /// A sink that fails ends the recording, not the ledger: then there are no sinks any more.
    pub(super) fn deliver(&mut self) -> Result<(), Trouble> {
        if !std::mem::take(&mut self.undelivered) || self.sinks.is_empty() {
            return Ok(());
        }
        self.unsettled = true;
        let result = self.deliver_all();
        self.unless_sink(result)
    }

    fn deliver_all(&mut self) -> Result<(), Trouble> {
        let Self { connection, sinks, run, .. } = self;
        let mut after = sinks.iter().map(|following| following.delivered).min().unwrap_or(i64::MAX);
        let mut outcomes = connection.prepare_cached(
            "SELECT seq, winner FROM outcome
             WHERE seq > ?1 AND winner IS NOT NULL AND EXISTS (SELECT 1 FROM target WHERE id = target AND run = ?2)
             ORDER BY seq LIMIT ?3",
        )?;
        let mut select = connection.prepare_cached(
            "SELECT json FROM row WHERE id BETWEEN ?1 << 32 AND ?1 << 32 | 4294967295 ORDER BY id",
        )?;
        let mut chunk = Chunk::default();
        loop {
            let batch: Vec<(i64, i64)> = outcomes
                .query_map(params![after, *run, OUTCOMES], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            let Some((last, _)) = batch.last() else { return Ok(()) };
            after = *last;
            for (outcome, winner) in batch {
                let mut rows = select.query([winner])?;
                while let Some(row) = rows.next()? {
                    chunk.push(row.get_ref(0)?.as_bytes().map_err(rusqlite::Error::from)?);
                    if chunk.bytes.len() >= CHUNK {
                        chunk.write(outcome, sinks)?;
                    }
                }
                chunk.write(outcome, sinks)?;
                for following in sinks.iter_mut() {
                    following.delivered = following.delivered.max(outcome);
                }
            }
        }
    }

    /// Makes what was delivered durable, and stores how far each sink is.
    pub(crate) fn settle_sinks(&mut self) -> Result<(), Trouble> {
        self.since_settled = 0;
        if !std::mem::take(&mut self.unsettled) {
            return Ok(());
        }
        let result = self.settle_with(|sink| sink.settle());
        self.unless_sink(result)
    }

    pub(super) fn finish_sinks(&mut self, complete: bool) -> Result<(), Trouble> {
        let result = self.settle_with(|sink| sink.finish(complete));
        self.unless_sink(result)
    }

    fn settle_with(
        &mut self,
        mut settle: impl FnMut(&mut dyn Sink) -> Result<Option<Settled>, SinkError>,
    ) -> Result<(), Trouble> {
        let mut settled = Vec::new();
        let mut failed = None;
        for following in &mut self.sinks {
            match settle(&mut *following.sink) {
                Ok(Some(position)) if following.has_position => {
                    settled.push((following.name.clone(), position))
                }
                Ok(_) => {}
                // The others are to have their chance.
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if !settled.is_empty() {
            self.open()?;
            let mut store = self
                .connection
                .prepare_cached("UPDATE sink SET through = ?3, state = ?4 WHERE run = ?1 AND path = ?2")?;
            for (name, position) in settled {
                let through = i64::try_from(position.through).unwrap_or(i64::MAX);
                store.execute(params![self.run, name, through, position.state])?;
            }
            drop(store);
            self.commit()?;
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Turns the failure of a sink into the end of the recording.
    fn unless_sink(&mut self, result: Result<(), Trouble>) -> Result<(), Trouble> {
        match result {
            Err(Trouble::Sink(error)) => {
                tracing::debug!(%error, "rows can be written no longer");
                self.shared.fail(LedgerError::Sink(error));
                self.sinks.clear();
                self.unsettled = false;
                Ok(())
            }
            result => result,
        }
    }
}

/// Rows that were read and are not written yet, one behind the other.
#[derive(Default)]
struct Chunk {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Chunk {
    fn push(&mut self, row: &[u8]) {
        self.bytes.extend_from_slice(row);
        self.ends.push(self.bytes.len());
    }

    /// Gives them to those sinks that do not have the outcome, and is empty.
    fn write(&mut self, outcome: i64, sinks: &mut [Following]) -> Result<(), Trouble> {
        let mut start = 0;
        let rows: Vec<&[u8]> = self
            .ends
            .iter()
            .map(|&end| self.bytes.get(std::mem::replace(&mut start, end)..end).unwrap_or_default())
            .collect();
        if !rows.is_empty() {
            for following in sinks.iter_mut().filter(|following| following.delivered < outcome) {
                following.sink.write(outcome.unsigned_abs(), &rows)?;
            }
        }
        self.bytes.clear();
        self.ends.clear();
        Ok(())
    }
}
