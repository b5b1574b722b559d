//! A run from its plan to its exit code.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use futures::StreamExt;
use orgwide_fanout::{Control, Fanout, Outcome};
use orgwide_names::AccountId;
use orgwide_regional::RegionSelection;
use orgwide_session::{Class, Denial, Failure, Session};
use tokio::task::JoinHandle;

use crate::exit::Exit;
use crate::failures::{Ended, Failures};
use crate::job::JobFailure;
use crate::limits;
use crate::output::Output;
use crate::pages::Pages;
use crate::plan::{self, Choices, Planning};
use crate::printer;
use crate::progress::Progress;
use crate::rows::{Sample, write_rows};
use crate::signals::Signals;
use crate::skips::Skips;
use crate::stop::Stop;
use crate::summary::Summary;
use crate::task::Task;

/// Targets at work at once. Most of them wait: how many calls are in flight is the limiter's to say.
const WINDOW: usize = 512;
/// Pages between the targets and the writer.
const PAGES: usize = 64;
/// After the first signal, what runs has this long: with the last rows written, the command ends within 10 s.
const GRACE: Duration = Duration::from_secs(9);
/// Accounts that all have to find the caller itself at fault before the run is given up.
const HUB_AT_FAULT: usize = 5;

/// What a run is.
pub(crate) struct Runner {
    pub(crate) session: Session,
    pub(crate) choices: Choices,
    pub(crate) regions: RegionSelection,
    pub(crate) verify_identity: bool,
    pub(crate) tasks: Vec<Task>,
    pub(crate) output: Output,
    pub(crate) item_timeout: Duration,
    pub(crate) quiet: bool,
    pub(crate) summary: Option<PathBuf>,
}

impl Runner {
    pub(crate) async fn run(self) -> Result<Exit, Stop> {
        let started = Instant::now();
        let progress = Progress::start(self.quiet, self.session.limiter());
        let seen = progress.clone();
        let fanout = Fanout::new()
            .window(WINDOW)
            .drain_grace(GRACE)
            .item_timeout(self.item_timeout)
            .observer(move |event| seen.see(&event));
        let control = fanout.control();
        let stopping = Stopping::listen(&control);

        let (pages, arriving) = Pages::channel(PAGES);
        let (counter, writing) = (progress.clone(), control.clone());
        // Writing blocks, and a reader of stdout may be slow: never on a thread that others need.
        let writer =
            tokio::task::spawn_blocking(move || write_rows(self.output, arriving, &counter, &writing));

        let planning = Arc::new(Planning::default());
        let targets = plan::targets(
            self.choices,
            self.regions,
            self.verify_identity,
            self.tasks,
            planning.clone(),
            control.clone(),
        );
        let own_pages = pages.for_target();
        let mut run = fanout.run(targets, move |target| target.run(pages.for_target()));
        let (mut failures, mut skips) = (Failures::default(), Skips::default());
        // Who the caller is was asked before the first account was chosen.
        let mut hub = HubWatch { own: self.session.account(), ..HubWatch::default() };
        while let Some(ended) = run.next().await {
            failures.note(&ended);
            skips.note(&ended);
            hub.watch(&ended, &control);
        }
        let targets = run.summary();
        let duplicates = own_pages.duplicates();
        // The last senders go, and with them the writer's work.
        drop((run, own_pages));
        let written = stopping.wait_for(writer).await;
        progress.clear();

        let broken = planning.broken.lock().take();
        let calls = self.session.calls();
        tracing::debug!(?calls, "the run has ended");
        let summary = Summary::new(
            targets,
            targets.plan_complete && broken.is_none(),
            progress.written(),
            duplicates,
            calls,
            started.elapsed(),
        );
        let signal = stopping.signals.exit();
        let nothing_started = match hub.at_fault {
            Some(failure) => Some(Stop::nothing_started(&failure)),
            None if signal.is_none() && broken.is_none() && planning.accounts.load(Relaxed) == 0 => {
                Some(empty())
            }
            None => None,
        };
        let (written, sample) = match (written, nothing_started) {
            (Ok((output, _)), Some(stop)) => {
                output.discard();
                return Err(stop);
            }
            (Ok((output, sample)), None) => (output.finish(), sample),
            (Err(stop), _) => (Err(stop), None),
        };
        let wrote_summary = self.summary.as_deref().map_or(Ok(()), |path| summary.write(path));
        let reader_left = written.as_ref().is_err_and(Stop::is_of_reader);
        if !self.quiet && !reader_left {
            let guessed = planning.guessed.load(Relaxed);
            if guessed > 0 {
                printer::note(&format!(
                    "{guessed} accounts refuse to list their regions: those enabled by default were taken"
                ));
            }
            planning.unmatched.lock().iter().for_each(|what| printer::note(&what.to_string()));
            if let Some(sample) = sample {
                sample.print();
            }
            limits::learned(self.session.limiter()).for_each(|line| printer::note(&line));
            skips.lines().for_each(|line| printer::note(&line));
            if let Some(table) = failures.table() {
                printer::block(&table);
            }
            printer::note(&summary.line());
        }

        let lost = hub.credentials_lost;
        for stop in
            [broken.as_ref().map(broken_off), lost.as_ref().map(credentials_lost)].into_iter().flatten()
        {
            stop.report();
        }
        let stopped_early = broken.is_some() || lost.is_some();
        match (signal, written.and(wrote_summary)) {
            (Some(exit), _) => Ok(exit),
            (None, Err(stop)) => Err(stop),
            (None, Ok(())) if stopped_early => Ok(Exit::Stopped),
            (None, Ok(())) if summary.is_complete() => Ok(Exit::Complete),
            (None, Ok(())) => Ok(Exit::Partial),
        }
    }
}

fn empty() -> Stop {
    Stop::new(Exit::NothingStarted, "the selection is empty: no account is left in it")
        .next_step("`orgwide accounts` with the same flags shows why each is out")
}

fn broken_off(failure: &Failure) -> Stop {
    let message = format!("the list of accounts broke off, so the run is not complete: {failure}");
    Stop::new(Exit::Stopped, message).next_step(failure.next_step())
}

fn credentials_lost(failure: &Failure) -> Stop {
    let message = format!("the caller's own credentials ended, so the run was stopped: {failure}");
    Stop::new(Exit::Stopped, message).next_step("sign in again and run again")
}

/// Signals, and how long the writer may take once one came.
struct Stopping {
    signals: Signals,
    aborted: Arc<AtomicBool>,
}

impl Stopping {
    fn listen(control: &Control) -> Self {
        let aborted = Arc::new(AtomicBool::new(false));
        let (drain, abort, flag) = (control.clone(), control.clone(), aborted.clone());
        let first = move || {
            printer::note("stopping: what runs may finish within 10 s; press Ctrl-C again to stop now");
            drain.drain();
        };
        let again = move || {
            flag.store(true, Relaxed);
            abort.abort();
        };
        Self { signals: Signals::listen(first, again), aborted }
    }

    async fn wait_for(
        &self,
        writer: JoinHandle<Result<(Output, Option<Sample>), Stop>>,
    ) -> Result<(Output, Option<Sample>), Stop> {
        let patience = match (self.signals.exit(), self.aborted.load(Relaxed)) {
            (None, _) => None,
            (Some(_), false) => Some(Duration::from_millis(700)),
            (Some(_), true) => Some(Duration::from_millis(300)),
        };
        let gone = || Stop::new(Exit::Output, "the last rows were not written: their reader does not read");
        let ended = match patience {
            None => writer.await,
            Some(patience) => match tokio::time::timeout(patience, writer).await {
                Ok(ended) => ended,
                Err(_) => return Err(gone()),
            },
        };
        ended.unwrap_or_else(|error| Err(Stop::new(Exit::Output, format!("the writer failed: {error}"))))
    }
}

/// Notices failures that are not the accounts' but the caller's own.
#[derive(Debug, Default)]
struct HubWatch {
    /// The caller's own account, which proves nothing: no role is needed there.
    own: Option<AccountId>,
    /// Whether a role could be assumed.
    entered: bool,
    refused: HashSet<AccountId>,
    at_fault: Option<Failure>,
    credentials_lost: Option<Failure>,
}

impl HubWatch {
    fn watch(&mut self, ended: &Ended, control: &Control) {
        let failure = match &ended.outcome {
            Outcome::Completed(()) => {
                self.entered |= Some(ended.target.account.id) != self.own;
                return;
            }
            Outcome::Denied(JobFailure::Aws(failure)) => failure,
            Outcome::Failed(orgwide_fanout::Failure::Error(JobFailure::Aws(failure))) => failure,
            _ => return,
        };
        match failure.class() {
            Class::Denied(Denial::CallerMayNotAssume) if !self.entered => {
                self.refused.insert(ended.target.account.id);
                if self.refused.len() >= HUB_AT_FAULT {
                    self.at_fault.get_or_insert_with(|| failure.clone());
                    control.abort();
                }
            }
            Class::Expired | Class::NoCredentials if failure.is_of_callers_own() => {
                self.credentials_lost.get_or_insert_with(|| failure.clone());
                control.drain();
            }
            _ => {}
        }
    }
}
