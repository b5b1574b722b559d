use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use orgwide_names::AccountId;
use tokio::sync::oneshot;

use crate::line::Line;
use crate::message::{Message, Told};
use crate::writer::Writer;
use crate::{
    Attempt, Closed, End, Ended, LedgerError, Outcome, Planned, RunId, Target, TargetId, Totals, Unfinished,
};

/// Writes a run down while it goes on; clones write down the same one.
///
/// Everything is stored in the order it is told in, soon after it is told: within some 20 ms it is committed, and
/// synced, together with what else came. Where something returns before that, [`settle`](Self::settle) waits for it.
///
/// Dropped without [`finish`](Self::finish), it leaves a run that was interrupted.
#[derive(Clone)]
pub struct Recorder {
    line: Arc<Line>,
    run: RunId,
}

impl Recorder {
    pub(crate) fn threaded(writer: Writer) -> Result<Self, LedgerError> {
        let run = writer.run();
        Ok(Self { line: Arc::new(Line::threaded(writer)?), run })
    }

    pub(crate) fn inline(writer: Writer) -> Self {
        Self { run: writer.run(), line: Arc::new(Line::inline(writer)) }
    }

    /// The number of the run.
    #[must_use]
    pub fn run(&self) -> RunId {
        self.run
    }

    /// Keeps what a listing says of an account, as JSON, in place of what it said before.
    ///
    /// # Errors
    ///
    /// The recording ended or failed; so for all of these.
    pub async fn account(&self, account_id: &AccountId, listed: String) -> Result<(), Closed> {
        self.tell(Message::Account { account_id: account_id.to_string(), listed }).await
    }

    /// Puts a target into the plan, if it is not there yet.
    ///
    /// # Errors
    ///
    /// The recording ended or failed.
    pub async fn plan(&self, target: &Target) -> Result<Planned, Closed> {
        let target = target.clone();
        self.ask(|reply| Message::Plan { target, reply }).await
    }

    /// A new try at a target.
    #[must_use]
    pub fn attempt(&self, target: TargetId) -> Attempt {
        let id = self.line.shared.attempt.fetch_add(1, Ordering::Relaxed);
        Attempt { id, target, rows: AtomicI64::new(0), line: Arc::clone(&self.line) }
    }

    /// Gives a target its outcome. The first one stands.
    ///
    /// # Errors
    ///
    /// The recording ended or failed.
    pub async fn end(&self, target: TargetId, ended: Ended<'_>) -> Result<(), Closed> {
        let winner = ended.winner.filter(|_| ended.outcome == Outcome::Completed);
        let told = Told {
            outcome: ended.outcome,
            winner: winner.map(|attempt| (attempt.id, attempt.rows.load(Ordering::Relaxed))),
            attempts: ended.attempts,
            kind: ended.kind,
            code: ended.code,
            message: ended.message,
            hop: ended.hop,
            policy: ended.policy,
            request_id: ended.request_id,
            hint: ended.hint,
            waiting_ms: ended.waiting_ms,
            working_ms: ended.working_ms,
            retrying_ms: ended.retrying_ms,
        };
        self.tell(Message::End { target, ended: Box::new(told) }).await
    }

    /// Takes a target out of the plan, with its outcome: it stood for a listing that failed and now succeeds. One
    /// that completed stays; one that was not planned is no error.
    ///
    /// # Errors
    ///
    /// The recording ended or failed.
    pub async fn withdraw(&self, target: &Target) -> Result<(), Closed> {
        self.tell(Message::Withdraw(target.clone())).await
    }

    /// Keeps how a listing ended, such as `discover:organization` or `discover:regions/111122223333`.
    ///
    /// # Errors
    ///
    /// The recording ended or failed.
    pub async fn discovered(&self, name: &str, result: Result<(), String>) -> Result<(), Closed> {
        self.tell(Message::Discovered { name: name.to_owned(), error: result.err() }).await
    }

    /// Says that every target was planned. Those of earlier sittings that were not planned again, and have no
    /// outcome, are skipped as being no longer in the selection; this returns how many.
    ///
    /// # Errors
    ///
    /// The recording ended or failed.
    pub async fn plan_complete(&self) -> Result<u64, Closed> {
        self.ask(|reply| Message::PlanComplete { reply }).await
    }

    /// The next targets without outcome after `after`, some hundreds, account by account: first those after none,
    /// then those after the last one got, until there are none. They count as planned again.
    ///
    /// # Errors
    ///
    /// The recording ended or failed.
    pub async fn unfinished(&self, after: Option<&Target>) -> Result<Vec<Unfinished>, Closed> {
        let after = after.cloned();
        self.ask(|reply| Message::Unfinished { after, reply }).await
    }

    /// Rows committed in this sitting, those of attempts that came to nothing too.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.line.shared.written.load(Ordering::Relaxed)
    }

    /// Ends when the recording fails; [`settle`](Self::settle) then says why.
    pub async fn failed(&self) {
        self.line.shared.failed.cancelled().await;
    }

    /// Waits until everything told so far is committed, synced, and in the files that follow. Targets without
    /// outcome are cancelled: nothing is to be told of them afterwards. The totals are those of the whole run.
    ///
    /// # Errors
    ///
    /// The ledger or a file that follows cannot be written; what was committed before stays.
    pub async fn settle(&self) -> Result<Totals, LedgerError> {
        self.conclude(|reply| Message::Settle { reply }).await
    }

    /// Ends the run: what [`settle`](Self::settle) does, then the files are ended and the end is stored.
    ///
    /// # Errors
    ///
    /// As for `settle`; then the run has not ended. An error is told once: a run whose file failed can be ended
    /// after that, with another exit code.
    pub async fn finish(&self, end: End) -> Result<(), LedgerError> {
        self.conclude(|reply| Message::Finish { end, reply }).await
    }

    /// Leaves no trace: nothing began. A new run is removed, files included; a resumed one is as it was before.
    ///
    /// # Errors
    ///
    /// The ledger cannot be written.
    pub async fn abandon(&self) -> Result<(), LedgerError> {
        self.conclude(|reply| Message::Abandon { reply }).await
    }

    async fn tell(&self, message: Message) -> Result<(), Closed> {
        let room = self.line.room(message.bytes()).await?;
        self.line.send(message, Some(room))
    }

    async fn ask<T>(&self, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> Result<T, Closed> {
        let (reply, answer) = oneshot::channel();
        self.tell(message(reply)).await?;
        answer.await.map_err(|_| Closed)
    }

    /// Says what is possible even after a failure, and tells that failure.
    async fn conclude<T>(
        &self,
        message: impl FnOnce(oneshot::Sender<T>) -> Message,
    ) -> Result<T, LedgerError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.line.send(message(reply), None);
        let answer = match sent {
            Ok(()) => answer.await.ok(),
            Err(Closed) => None,
        };
        match self.line.shared.error() {
            Some(error) => Err(error),
            None => answer.ok_or(LedgerError::Closed),
        }
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder").field("run", &self.run).finish_non_exhaustive()
    }
}
