//! What writes a run down, and nothing else does.

mod beginning;
mod delivery;
mod ending;
mod targets;

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::Connection;

use crate::ledger::Slot;
use crate::message::Message;
use crate::shared::Shared;
use crate::trouble::Trouble;
use crate::{Again, RunId};

pub(crate) use beginning::Sitting;
use delivery::Following;
pub(crate) use targets::VANISHED;

/// Applies messages in transactions, and lets files follow what was committed.
pub(crate) struct Writer {
    connection: Connection,
    slot: Arc<Slot>,
    shared: Arc<Shared>,
    run: i64,
    /// 0 for the sitting that began the run, 1 for the first that resumed it.
    sitting: i64,
    /// What is to be done before the first target: none once it is.
    start: Option<Start>,
    sinks: Vec<Following>,
    in_transaction: bool,
    /// Rows in the transaction.
    rows: u64,
    /// Whether there may be committed outcomes that no file has yet.
    undelivered: bool,
    /// Whether files have what they did not settle.
    unsettled: bool,
    /// Messages that were applied one by one since files settled.
    since_settled: u32,
}

enum Start {
    New,
    Resumed(Again),
}

/// Messages after which files settle where no clock says so.
const SETTLE_EVERY: u32 = 32;

impl Writer {
    pub(crate) fn run(&self) -> RunId {
        RunId(self.run)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.slot.path.clone()
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    pub(crate) fn is_unsettled(&self) -> bool {
        self.unsettled
    }

    /// Does what the message says, in the transaction that is open or in a new one.
    pub(crate) fn apply(&mut self, message: Message) -> Result<(), Trouble> {
        if message.is_start() {
            self.start()?;
        }
        self.open()?;
        match message {
            Message::Account { account_id, listed } => self.account(&account_id, &listed),
            Message::Discovered { name, error } => self.discovered(&name, error.as_deref()),
            Message::Plan { target, reply } => {
                let planned = self.plan(&target)?;
                // Whoever asked may be gone.
                let _ = reply.send(planned);
                Ok(())
            }
            Message::Page { attempt, target, first, rows } => self.page(attempt, target, first, &rows),
            Message::End { target, ended } => self.end(target, &ended),
            Message::Withdraw(target) => self.withdraw(&target),
            Message::PlanComplete { reply } => {
                let vanished = self.plan_complete()?;
                let _ = reply.send(vanished);
                Ok(())
            }
            Message::Unfinished { after, reply } => {
                let batch = self.unfinished(after.as_ref())?;
                let _ = reply.send(batch);
                Ok(())
            }
            // These are not applied but concluded with.
            Message::Settle { .. } | Message::Finish { .. } | Message::Abandon { .. } => Ok(()),
        }
    }

    /// Commits what was applied, then delivers it.
    pub(crate) fn flush(&mut self) -> Result<(), Trouble> {
        self.commit()?;
        self.deliver()
    }

    /// Does what this message says as the only one of its transaction. None: the writer is done.
    pub(crate) fn at_once(mut self, message: Message) -> Option<Self> {
        if message.is_last() {
            return self.last(message);
        }
        let done = self.apply(message).and_then(|()| self.flush()).and_then(|()| {
            self.since_settled += 1;
            if self.since_settled < SETTLE_EVERY { Ok(()) } else { self.settle_sinks() }
        });
        match done {
            Ok(()) => Some(self),
            Err(trouble) => {
                self.fail(trouble);
                None
            }
        }
    }

    /// Ends the recording for this reason. What was committed stays.
    pub(crate) fn fail(self, trouble: Trouble) {
        tracing::error!(?trouble, "the ledger cannot be written");
        self.shared.fail(trouble.told(&self.slot.path));
        self.give_back();
    }

    /// Leaves a run that nobody says anything of any more: interrupted, unless it was ended.
    pub(crate) fn leave(mut self) {
        match self.flush().and_then(|()| self.settle_sinks()) {
            Ok(()) => self.give_back(),
            Err(trouble) => self.fail(trouble),
        }
    }

    fn give_back(mut self) {
        self.shared.room.close();
        self.sinks.clear();
        if self.in_transaction {
            // What fails here, SQLite does when the file is opened next.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.slot.give_back(self.connection);
    }

    fn open(&mut self) -> Result<(), Trouble> {
        if !self.in_transaction {
            self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            self.in_transaction = true;
        }
        Ok(())
    }

    /// Everything that was applied is on the disk afterwards.
    fn commit(&mut self) -> Result<(), Trouble> {
        if self.in_transaction {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
            self.in_transaction = false;
            self.shared.committed(std::mem::take(&mut self.rows));
        }
        Ok(())
    }
}
