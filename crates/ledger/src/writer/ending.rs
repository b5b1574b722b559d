use jiff::Timestamp;
use rusqlite::params;

use super::Writer;
use crate::message::Message;
use crate::trouble::Trouble;
use crate::{End, Outcome, Totals, runs};

impl Writer {
    /// Commits and delivers what there is, then does what this message says. None: the writer is done.
    pub(crate) fn last(mut self, message: Message) -> Option<Self> {
        match message {
            Message::Settle { reply } => match self.settle() {
                Ok(totals) => {
                    let _ = reply.send(totals);
                    Some(self)
                }
                Err(trouble) => {
                    self.fail(trouble);
                    None
                }
            },
            Message::Finish { end, reply } => {
                match self.finish(&end) {
                    Ok(true) => {
                        // By then the ledger can be asked again.
                        self.give_back();
                        let _ = reply.send(());
                        None
                    }
                    Ok(false) => Some(self),
                    Err(trouble) => {
                        self.fail(trouble);
                        None
                    }
                }
            }
            Message::Abandon { reply } => {
                match self.abandon() {
                    Ok(()) => {
                        self.give_back();
                        let _ = reply.send(());
                    }
                    Err(trouble) => self.fail(trouble),
                }
                None
            }
            other => self.at_once(other),
        }
    }

    fn settle(&mut self) -> Result<Totals, Trouble> {
        self.start()?;
        self.open()?;
        self.end_all(Outcome::Cancelled, None, i64::MAX)?;
        self.flush()?;
        self.settle_sinks()?;
        runs::totals(&self.connection, self.run)
    }

    /// Whether it ended: not while there is a failure that nobody was told, for which this is the wrong end.
    fn finish(&mut self, end: &End) -> Result<bool, Trouble> {
        self.settle()?;
        self.finish_sinks(end.complete)?;
        if self.shared.has_error() {
            return Ok(false);
        }
        self.open()?;
        self.connection.execute(
            "UPDATE run SET ended_at = ?2, exit = ?3, summary = ?4 WHERE id = ?1",
            params![self.run, now(), end.exit, end.summary],
        )?;
        self.commit()?;
        Ok(true)
    }

    fn abandon(&mut self) -> Result<(), Trouble> {
        self.commit()?;
        self.sinks.iter_mut().for_each(|following| following.sink.discard());
        let sinks = std::mem::take(&mut self.sinks);
        self.open()?;
        if self.sitting > 0 {
            // As it was before, or, if targets were touched already, interrupted as it is now.
            for new in sinks.iter().filter(|following| following.is_new) {
                self.connection
                    .execute("DELETE FROM sink WHERE run = ?1 AND path = ?2", params![self.run, new.name])?;
            }
            return self.commit();
        }
        let of_run = "(SELECT id FROM target WHERE run = ?1)";
        self.connection.execute(
            &format!(
                "INSERT INTO attempt (id, target)
                 SELECT winner, target FROM outcome WHERE winner IS NOT NULL AND target IN {of_run}"
            ),
            [self.run],
        )?;
        self.connection.execute(&format!("DELETE FROM outcome WHERE target IN {of_run}"), [self.run])?;
        for table in ["target", "account", "discovery", "sink"] {
            self.connection.execute(&format!("DELETE FROM {table} WHERE run = ?1"), [self.run])?;
        }
        self.connection.execute("DELETE FROM run WHERE id = ?1", [self.run])?;
        self.clear_dead()
    }
}

/// Now, to the millisecond.
pub(super) fn now() -> String {
    format!("{:.3}", Timestamp::now())
}
