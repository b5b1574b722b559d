use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use futures::{StreamExt, stream};
use orgwide_account::{RoleChain, Selection};
use orgwide_fanout::{
    Control, Event, Failure as JobEnd, FailureBudget, JobError, Outcome as JobEnded, OutcomeKind, Verdict,
};
use orgwide_inventory::Collectors;
use orgwide_ledger::{Again, End as RunEnd, Follow, Ledger, Outcome, Recorder, SinkSpec, TargetId};
use orgwide_models::Catalog;
use orgwide_names::Partition;
use orgwide_regional::RegionSelection;
use orgwide_session::{Credentials, Session};
use orgwide_simulator::{Assumptions, Simulator, WallClock};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::case::{Case, Place, Trouble};
use super::history::{End, Ended, History, new_run};
use crate::connect::Hub;
use crate::job::Target;
use crate::launch::{Course, on_wait, source};
use crate::progress::{Happening, Progress};
use crate::rows::RECORD;
use crate::runner::{NothingBegan, Pace, Ran, Runner};
use crate::select::Begun;
use crate::stopping::Stopping;
use crate::task::Task;

/// What became of a sitting.
pub(super) struct Sat {
    /// The exit code; none if it was killed.
    pub(super) exit: Option<u8>,
    pub(super) summary: Value,
    /// Targets that were taken from the plan.
    pub(super) planned: Vec<Place>,
    pub(super) ended: Ended,
    /// Targets that ended more than once.
    pub(super) twice: Vec<Place>,
    /// The most targets at work at the same time.
    pub(super) most: usize,
    pub(super) trace: Vec<String>,
    /// By the paused clock.
    pub(super) elapsed: Duration,
    pub(super) signalled: bool,
    /// Whether it was stopped, and ended in order.
    pub(super) stopped_midway: bool,
    /// Whether it was given up because no account could be entered.
    pub(super) hub_at_fault: bool,
    /// Whether the plan was complete before.
    pub(super) was_planned: bool,
}

/// What a run showed.
#[derive(Default)]
struct Seen {
    at_work: HashSet<TargetId>,
    most: usize,
    ended: Ended,
    twice: Vec<Place>,
    planned: Vec<Place>,
    trace: Vec<String>,
}

/// Plays one sitting of a case in a runtime of its own, which is gone with everything in it afterwards.
pub(super) fn sit(case: &Case, number: usize, history: &mut History) -> Sat {
    // The SDK draws its pauses from here.
    fastrand::seed(case.seed ^ (number as u64) << 32);
    let tape = history.tape.clone();
    let ledger = history.ledger(&tape);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let sat = runtime.block_on(run(case, number, history, &ledger));
    drop(runtime);
    history.put_back(ledger);
    sat
}

async fn run(case: &Case, number: usize, history: &mut History, ledger: &Ledger) -> Sat {
    let trouble = case.trouble(number);
    let simulator = case.simulator(number);
    let session = session(&simulator).await;
    let spec = SinkSpec::of("rows.ndjson".as_ref(), RECORD).unwrap();
    let was_planned = history.run.is_some_and(|run| ledger.run(run).unwrap().plan_complete);
    let recorder = match history.run {
        None => ledger.begin(new_run(), vec![spec], Follow::default()),
        Some(run) => ledger.resume(run, Again::Unfinished, vec![spec], Follow::default()),
    };
    let recorder = recorder.unwrap();
    let begun = begun(session);
    let course = course(case, history.run.is_some(), was_planned);
    history.run = Some(recorder.run());
    let (hub, source) = source(begun, course).await.unwrap();

    let runner = Runner {
        session: hub.session.clone(),
        source,
        recorder: recorder.clone(),
        window: case.window,
        pace: pace(trouble),
        repeatable: true,
        resumed: number > 0,
    };
    let progress = Progress::counting(&recorder, None);
    let (seen, kill) = (Arc::new(Mutex::new(Seen::default())), Arc::new(Notify::new()));
    let see = {
        let (progress, seen, kill) = (progress.clone(), Arc::clone(&seen), Arc::clone(&kill));
        let left = AtomicU64::new(if let Trouble::Killed(events) = trouble { *events } else { u64::MAX });
        move |event: &Happening<'_>| {
            progress.see(event);
            seen.lock().see(event);
            if left.fetch_sub(1, Relaxed) == 1 {
                kill.notify_one();
            }
        }
    };
    let signalled = Arc::new(AtomicBool::new(false));
    let (flag, signals) = (Arc::clone(&signalled), trouble.clone());
    let start = Instant::now();
    let ran = tokio::select! {
        biased;
        ran = runner.run(progress, see, move |control| stopping(control, signals, flag)) => Some(ran),
        () = kill.notified() => None,
    };
    let elapsed = start.elapsed();
    let mut sat = seen.lock().sat();
    sat.elapsed = elapsed;
    sat.signalled = signalled.load(Relaxed);
    sat.was_planned = was_planned;
    if let Some(ran) = ran {
        close(&mut sat, ran, recorder).await;
    }
    sat
}

/// Ends the recording as the command does.
async fn close(sat: &mut Sat, ran: Ran, recorder: Recorder) {
    if let Some(nothing) = &ran.nothing_began {
        sat.hub_at_fault = matches!(nothing, NothingBegan::HubAtFault(_));
        sat.exit = Some(3);
        return;
    }
    let ending = ran.ending();
    sat.stopped_midway = ending.stopped || ending.signal.is_some();
    let summary = ran.summary.to_json();
    sat.summary = serde_json::from_str(&summary).unwrap();
    let exit = ending.exit().code();
    recorder.finish(RunEnd { exit, complete: ending.complete, summary }).await.unwrap();
    sat.exit = Some(exit);
}

pub(super) async fn session(simulator: &Simulator) -> Session {
    let builder = Session::builder()
        .credentials(Credentials::new("AKIAHUB", "secret", None, None, "test"))
        .region("eu-west-1".parse().unwrap())
        .http_client(simulator.http_client())
        .time_source(WallClock::start())
        .on_wait(on_wait());
    builder.load().await.unwrap()
}

pub(super) fn begun(session: Session) -> Begun {
    let mut selection = Selection::default();
    selection.include_organization();
    Begun::new(Hub::of(session), selection, RoleChain::default()).unwrap()
}

fn course(case: &Case, resumed: bool, is_planned: bool) -> Course {
    Course {
        regions: RegionSelection::parse(Partition::aws(), case.regions(), &[] as &[&str]).unwrap(),
        verify_identity: false,
        tasks: Collectors::built_in(Catalog::embedded())
            .unwrap()
            .find(&["ec2:instance"])
            .unwrap()
            .into_iter()
            .map(Task::Collect)
            .collect(),
        canary: false,
        strict_waves: false,
        resumed,
        is_planned,
    }
}

fn pace(trouble: &Trouble) -> Pace {
    Pace {
        item_timeout: Assumptions::default().item_timeout,
        deadline: if let Trouble::Deadline(deadline) = trouble { Some(*deadline) } else { None },
        max_failures: if let Trouble::Failures(most) = trouble {
            Some(FailureBudget::count(*most))
        } else {
            None
        },
    }
}

fn stopping(control: &Control, trouble: Trouble, signalled: Arc<AtomicBool>) -> Stopping {
    let Trouble::Signals(exit, first, next) = trouble else {
        return Stopping::default();
    };
    let arriving = stream::iter([first, next]).then(move |pause| async move {
        tokio::time::sleep(pause).await;
        exit
    });
    Stopping::follow(control, arriving, move || signalled.store(true, Relaxed))
}

impl Seen {
    fn see(&mut self, event: &Happening<'_>) {
        let (word, target) = match event {
            &Event::Started { target } => {
                self.at_work.insert(target.id);
                self.most = self.most.max(self.at_work.len());
                ("started", target)
            }
            &Event::Requeued { target, .. } => {
                self.at_work.remove(&target.id);
                ("requeued", target)
            }
            Event::Ended(ended) => {
                let target = &ended.target;
                self.at_work.remove(&target.id);
                let place = place(target);
                let outcome = outcome(ended.outcome.kind());
                let (cut, why) = match &ended.outcome {
                    JobEnded::Failed(JobEnd::Error(error)) => {
                        let again = matches!(error.verdict(), Verdict::Again { .. });
                        (again && ended.attempts <= Assumptions::default().requeues, format!("{error:?}"))
                    }
                    _ => (false, String::new()),
                };
                // What would have been tried again is left for the next sitting.
                let outcome = if cut { Outcome::Cancelled } else { outcome };
                let end = End { outcome, cut, why };
                if self.ended.insert(place.clone(), end).is_some() {
                    self.twice.push(place);
                }
                (outcome.as_str(), target)
            }
            &Event::Planned { target } => {
                self.planned.push(place(target));
                ("planned", target)
            }
            _ => return,
        };
        let region = target.region.as_ref().map(ToString::to_string).unwrap_or_default();
        self.trace.push(format!("{word} {} {region}", target.account.id));
    }

    fn sat(&mut self) -> Sat {
        Sat {
            exit: None,
            summary: Value::Null,
            planned: std::mem::take(&mut self.planned),
            ended: std::mem::take(&mut self.ended),
            twice: std::mem::take(&mut self.twice),
            most: self.most,
            trace: std::mem::take(&mut self.trace),
            elapsed: Duration::ZERO,
            signalled: false,
            stopped_midway: false,
            hub_at_fault: false,
            was_planned: false,
        }
    }
}

fn place(target: &Target) -> Place {
    (target.account.id.to_string(), target.region.as_ref().map(ToString::to_string))
}

fn outcome(kind: OutcomeKind) -> Outcome {
    match kind {
        OutcomeKind::Completed => Outcome::Completed,
        OutcomeKind::Denied => Outcome::Denied,
        OutcomeKind::Failed => Outcome::Failed,
        OutcomeKind::TimedOut => Outcome::TimedOut,
        OutcomeKind::Skipped => Outcome::Skipped,
        OutcomeKind::Cancelled => Outcome::Cancelled,
    }
}
