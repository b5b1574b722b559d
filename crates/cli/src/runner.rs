//! A run from its plan to its exit code. It prints nothing.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::BoxStream;
use orgwide_fanout::{Control, FailureBudget, Fanout, Planned, StopReason};
use orgwide_ledger::{LedgerError, Recorder, Totals};
use orgwide_session::{Failure, Session};

use crate::ending::Ending;
use crate::gaps::Gaps;
use crate::job::Target;
use crate::plan::{Plan, Planning};
use crate::progress::{Happening, Progress};
use crate::recorded;
use crate::replan::Replan;
use crate::skips::Skips;
use crate::stopping::Stopping;
use crate::summary::Summary;
use crate::watch::{HubWatch, Watch};

/// Targets at work at once. Most of them wait: how many calls are in flight is the limiter's to say.
pub(crate) const WINDOW: usize = 512;
/// Targets known before there is room for them. The plan comes account by account: so many make it likely that
/// accounts are in sight that do not wait.
const LOOK_AHEAD: usize = 16 * 1024;
/// After the first signal, what runs has this long: with the last rows written, the command ends within 10 s.
const GRACE: Duration = Duration::from_secs(9);
/// How often a target is run again after a failure that time may mend.
const REQUEUES: u32 = 2;

/// Where the targets come from.
pub(crate) enum Source {
    /// From the organization.
    Discovery(Plan),
    /// From the ledger, where the plan is complete.
    Ledger(Replan),
}

/// What a run is.
pub(crate) struct Runner {
    pub(crate) session: Session,
    pub(crate) source: Source,
    pub(crate) recorder: Recorder,
    /// Targets at work at once.
    pub(crate) window: usize,
    pub(crate) pace: Pace,
    /// Whether targets may be run more than once.
    pub(crate) repeatable: bool,
    /// Whether it goes on with what was begun before: then having nothing to do is no mistake.
    pub(crate) resumed: bool,
}

/// How far it goes before it is stopped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) item_timeout: Duration,
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_failures: Option<FailureBudget>,
}

/// What became of a run.
pub(crate) struct Ran {
    pub(crate) summary: Summary,
    pub(crate) planning: Arc<Planning>,
    pub(crate) skips: Skips,
    pub(crate) gaps: Gaps,
    /// Why it was stopped before its end, if it was.
    pub(crate) stopped: Option<Stopped>,
    /// Why nothing could be recorded any more, if so.
    pub(crate) unwritten: Option<Unwritten>,
    /// Why it was as if it had not begun: every account finds the caller itself at fault, or there is none.
    pub(crate) nothing_began: Option<NothingBegan>,
    /// Signals that came, and the patience they leave.
    pub(crate) stopping: Stopping,
}

/// Why a run was stopped before its end, other than by a signal.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The list of accounts broke off.
    Listing(Failure),
    /// The caller's own credentials ended.
    Credentials(Failure),
    /// More failed than may.
    Failures,
    /// A wave of canaries did not complete.
    Canary,
    /// The time was up.
    Deadline,
}

#[derive(Debug)]
pub(crate) enum NothingBegan {
    HubAtFault(Failure),
    NoAccount,
}

#[derive(Debug)]
pub(crate) enum Unwritten {
    Ledger(LedgerError),
    /// The user did not wait for the last of it.
    NotWaitedFor,
}

impl Runner {
    /// Runs to the end. `see` is shown what happens, for `progress`; `listen` is given what stops it.
    pub(crate) async fn run(
        self,
        progress: Progress,
        see: impl Fn(&Happening<'_>) + Send + Sync + 'static,
        listen: impl FnOnce(&Control) -> Stopping,
    ) -> Ran {
        let started = Instant::now();
        let requeues = if self.repeatable { REQUEUES } else { 0 };
        let fanout = Fanout::new()
            .window(self.window)
            .look_ahead(LOOK_AHEAD)
            .drain_grace(GRACE)
            .item_timeout(self.pace.item_timeout)
            .deadline(self.pace.deadline)
            .max_failures(self.pace.max_failures)
            .requeue(requeues)
            .observer(move |event| see(&event));
        progress.follow(fanout.waits());
        let control = fanout.control();
        let stopping = listen(&control);
        // Who the caller is was asked before the first account was chosen.
        let own = self.session.account();
        let watch = Watch::new(control.clone(), own);
        let planning = Arc::new(Planning::default());
        // Nothing is worth doing that cannot be recorded.
        let (recorder, abort) = (self.recorder.clone(), control.clone());
        let guard = tokio::spawn(async move {
            recorder.failed().await;
            abort.abort();
        });

        let targets = targets(self.source, &self.recorder, &planning, &progress, &control);
        let gaps = Gaps::default();
        let (recorder, at_work, noted) = (self.recorder.clone(), watch.clone(), gaps.clone());
        let mut run =
            fanout.run(targets, move |target| target.run(recorder.clone(), at_work.clone(), noted.clone()));
        let mut skips = Skips::default();
        let mut hub = HubWatch::new(control, own);
        while let Some(ended) = run.next().await {
            skips.note(&ended);
            hub.look_at(&ended);
            // When this fails, the guard has stopped the run already.
            self.recorder.end(ended.target.id, recorded::of(&ended, requeues)).await.ok();
        }
        let (counted, reason) = (run.summary(), run.stopped());
        drop(run);
        guard.abort();

        let settled = stopping.wait_for(self.recorder.settle()).await;
        let written = self.recorder.written();
        let (totals, unwritten) = match settled {
            Some(Ok(totals)) => (totals, None),
            Some(Err(error)) => (of_this_sitting(counted, written), Some(Unwritten::Ledger(error))),
            None => (of_this_sitting(counted, written), Some(Unwritten::NotWaitedFor)),
        };
        let calls = self.session.calls();
        tracing::debug!(?calls, "the run has ended");
        let broken = planning.broken.lock().clone();
        let nothing_began = match hub.at_fault {
            Some(failure) => Some(NothingBegan::HubAtFault(failure)),
            None if stopping.exit().is_none()
                && broken.is_none()
                && !self.resumed
                && planning.accounts.load(Relaxed) == 0 =>
            {
                Some(NothingBegan::NoAccount)
            }
            None => None,
        };
        let stopped = match (broken, watch.credentials_lost(), reason) {
            (Some(failure), ..) => Some(Stopped::Listing(failure)),
            (None, Some(failure), _) => Some(Stopped::Credentials(failure)),
            (None, None, _) if planning.wave_failed.load(Relaxed) => Some(Stopped::Canary),
            (None, None, Some(StopReason::Failures)) => Some(Stopped::Failures),
            (None, None, Some(StopReason::Deadline)) => Some(Stopped::Deadline),
            _ => None,
        };
        Ran {
            summary: Summary::new(totals, calls, started.elapsed()),
            planning,
            skips,
            gaps,
            stopped,
            unwritten,
            nothing_began,
            stopping,
        }
    }
}

impl Ran {
    /// How it ends, as far as the run decides it.
    pub(crate) fn ending(&self) -> Ending {
        Ending {
            signal: self.stopping.exit(),
            reader_left: self.unwritten.as_ref().is_some_and(Unwritten::is_of_reader),
            unwritten: self.unwritten.is_some(),
            stopped: self.stopped.is_some(),
            complete: self.summary.is_complete(),
        }
    }
}

impl Unwritten {
    fn is_of_reader(&self) -> bool {
        matches!(self, Self::Ledger(error) if error.is_of_reader())
    }
}

fn targets(
    source: Source,
    recorder: &Recorder,
    planning: &Arc<Planning>,
    progress: &Progress,
    control: &Control,
) -> BoxStream<'static, Planned<Target>> {
    let (recorder, planning) = (recorder.clone(), Arc::clone(planning));
    let (progress, control) = (progress.clone(), control.clone());
    match source {
        Source::Discovery(plan) => plan.targets(recorder, planning, progress, control).boxed(),
        Source::Ledger(replan) => replan.targets(recorder, planning, progress, control).boxed(),
    }
}

/// The counts where the ledger cannot give them.
fn of_this_sitting(counted: orgwide_fanout::Summary, written: u64) -> Totals {
    Totals {
        planned: counted.planned,
        completed: counted.completed,
        denied: counted.denied,
        failed: counted.failed,
        timed_out: counted.timed_out,
        skipped: counted.skipped,
        cancelled: counted.cancelled,
        rows: written,
        duplicates: 0,
        plan_complete: false,
    }
}
