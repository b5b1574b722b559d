//! From accounts to targets: which regions each account is asked in, and what is recorded of the plan.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use futures::Stream;
use futures::stream::{self, BoxStream, StreamExt};
use orgwide_account::{Account, Choice, LeftOut, Listed, NotSelected, Unmatched};
use orgwide_fanout::{Control, Planned, SkipReason};
use orgwide_inventory::Scope;
use orgwide_ledger::{self as ledger, Recorder};
use orgwide_names::RegionName;
use orgwide_regional::{RegionSelection, Source, enabled_regions};
use orgwide_session::Failure;
use parking_lot::Mutex;
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;

use crate::canary::{Step, Steps};
use crate::job::{Entered, Target, Work};
use crate::listed;
use crate::progress::Progress;
use crate::task::Task;

/// Accounts that are asked for their regions at the same time.
const DISCOVERIES: u32 = 32;

/// What the one target of an account is called that could not be entered to see whose it is.
const IDENTITY: &str = "verify:identity";
/// What the one target of an account is called whose regions could not be listed.
const REGIONS: &str = "discover:regions";
/// What the list of accounts is called in the ledger.
const ORGANIZATION: &str = "discover:organization";

/// An account, and where in it.
pub(crate) enum Place {
    /// In these regions, which are known from there; none where they were named.
    In(Account, Vec<RegionName>, Option<Source>),
    /// It could not be entered, or its regions not be listed: what was tried, and why not.
    Lost(Account, &'static str, Failure),
    /// A rule leaves it out.
    LeftOut(Listed, LeftOut),
    /// Nothing asked for it.
    NotSelected(Listed, NotSelected),
    /// The selection names what is not there.
    Unmatched(Unmatched),
    /// Everything before has to have ended before what comes after begins.
    EndOfWave,
    /// There may be more accounts, but the list of them broke off.
    Broken(Failure),
}

pub(crate) type Choices = BoxStream<'static, Result<Choice, Failure>>;

/// Finds the regions of each account, of several at once, and enters it first to see whose it is if that is to be
/// verified.
///
/// It works in a task of its own, so that what it has asked for goes on being read while nobody takes
/// places.
pub(crate) fn places(
    mut steps: Steps,
    regions: RegionSelection,
    verify_identity: bool,
) -> impl Stream<Item = Place> + Send {
    let (sender, receiver) = mpsc::channel(DISCOVERIES as usize);
    tokio::spawn(async move {
        let room = Arc::new(Semaphore::new(DISCOVERIES as usize));
        let regions = Arc::new(regions);
        while let Some(step) = steps.next().await {
            let place = match step {
                Err(failure) => Place::Broken(failure),
                Ok(Step::EndOfWave) => {
                    // Accounts that are still being asked come before it.
                    let Ok(_all) = room.acquire_many(DISCOVERIES).await else { return };
                    Place::EndOfWave
                }
                Ok(Step::Choice(Choice::LeftOut(listed, why))) => Place::LeftOut(listed, why),
                Ok(Step::Choice(Choice::NotSelected(listed, why))) => Place::NotSelected(listed, why),
                Ok(Step::Choice(Choice::Unmatched(unmatched))) => Place::Unmatched(unmatched),
                Ok(Step::Choice(Choice::Included(account)))
                    if verify_identity || regions.needs_discovery() =>
                {
                    let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
                    let (sender, regions) = (sender.clone(), Arc::clone(&regions));
                    tokio::spawn(async move {
                        // Nobody is left to tell when this fails.
                        sender.send(enter(account, &regions, verify_identity).await).await.ok();
                        drop(permit);
                    });
                    continue;
                }
                Ok(Step::Choice(Choice::Included(account))) => {
                    let named = regions.choose(&[]);
                    Place::In(account, named, None)
                }
            };
            if sender.send(place).await.is_err() {
                return;
            }
        }
    });
    ReceiverStream::new(receiver)
}

async fn enter(account: Account, regions: &RegionSelection, verify_identity: bool) -> Place {
    if verify_identity && let Err(failure) = account.session().verify_identity().await {
        return Place::Lost(account, IDENTITY, failure);
    }
    if !regions.needs_discovery() {
        return Place::In(account, regions.choose(&[]), None);
    }
    match enabled_regions(&account).await {
        Ok(enabled) => {
            let chosen = regions.choose(&enabled.regions);
            Place::In(account, chosen, Some(enabled.source))
        }
        Err(failure) => Place::Lost(account, REGIONS, failure),
    }
}

/// What became of the plan, beyond its targets.
#[derive(Debug, Default)]
pub(crate) struct Planning {
    /// Accounts that are in.
    pub(crate) accounts: AtomicU64,
    /// Accounts whose regions come from the built-in table, because they refuse to list them.
    pub(crate) guessed: AtomicU64,
    /// What the selection names and is not there.
    pub(crate) unmatched: Mutex<Vec<Unmatched>>,
    /// Why the list of accounts broke off, if it did.
    pub(crate) broken: Mutex<Option<Failure>>,
    /// A wave did not complete, and so those after it were not begun.
    pub(crate) wave_failed: AtomicBool,
}

/// What a plan is made from.
pub(crate) struct Plan {
    pub(crate) steps: Steps,
    pub(crate) regions: RegionSelection,
    pub(crate) verify_identity: bool,
    pub(crate) tasks: Vec<Task>,
    /// Whether a wave that does not complete ends the run.
    pub(crate) strict_waves: bool,
    /// Whether it was begun before.
    pub(crate) resumed: bool,
}

/// What is about to be recorded.
enum Draft {
    /// An account of which no region is known.
    Account(Listed),
    /// One whose regions are known, so a target that stands for all of them is no longer part of the plan.
    Entered(Listed),
    Run(Listed, RegionName, Entered, Task),
    Lost(Listed, &'static str, Failure),
    Skip(Listed, SkipReason),
    EndOfWave,
    NextWave,
    Broken(Failure),
    Complete,
}

impl Plan {
    /// The targets of a run: every task in every place it belongs. Each is recorded before it is handed on, and what
    /// has its outcome from before is not handed on again.
    ///
    /// When the list of accounts breaks off, the run is told to drain: what is missing cannot be made up for.
    pub(crate) fn targets(
        self,
        recorder: Recorder,
        planning: Arc<Planning>,
        progress: Progress,
        control: Control,
    ) -> impl Stream<Item = Planned<Target>> + Send {
        let (regional, global): (Vec<_>, Vec<_>) =
            self.tasks.into_iter().partition(|task| task.scope() == Scope::Regional);
        let global = if self.regions.includes_global() { global } else { Vec::new() };
        // Tasks that have no regions need none to be listed.
        let regions = if regional.is_empty() { RegionSelection::none() } else { self.regions };
        let noted = Arc::clone(&planning);
        let drafts = places(self.steps, regions, self.verify_identity)
            .flat_map(move |place| stream::iter(drafts(place, &regional, &global, &noted)))
            .chain(stream::iter([Draft::Complete]));
        let recording = Recording {
            recorder,
            planning,
            progress,
            control,
            strict_waves: self.strict_waves,
            resumed: self.resumed,
        };
        let recording = Arc::new(recording);
        drafts.filter_map(move |draft| {
            let recording = Arc::clone(&recording);
            async move { recording.record(draft).await }
        })
    }
}

fn drafts(place: Place, regional: &[Task], global: &[Task], planning: &Planning) -> Vec<Draft> {
    match place {
        Place::In(account, regions, source) => {
            planning.accounts.fetch_add(1, Relaxed);
            if matches!(source, Some(Source::Table(_))) {
                planning.guessed.fetch_add(1, Relaxed);
            }
            in_account(account, regions, regional, global)
        }
        Place::Lost(account, job, failure) => {
            planning.accounts.fetch_add(1, Relaxed);
            let listed = account.listed().clone();
            vec![Draft::Account(listed.clone()), Draft::Lost(listed, job, failure)]
        }
        Place::LeftOut(listed, why) => {
            vec![Draft::Account(listed.clone()), Draft::Skip(listed, why.to_string().into())]
        }
        Place::NotSelected(..) => Vec::new(),
        Place::Unmatched(unmatched) => {
            planning.unmatched.lock().push(unmatched);
            Vec::new()
        }
        Place::EndOfWave => vec![Draft::EndOfWave, Draft::NextWave],
        Place::Broken(failure) => vec![Draft::Broken(failure)],
    }
}

fn in_account(account: Account, regions: Vec<RegionName>, regional: &[Task], global: &[Task]) -> Vec<Draft> {
    let (listed, entered) = (account.listed().clone(), Entered::new(account));
    let mut drafts = vec![Draft::Entered(listed.clone())];
    let run = |region, task: &Task| Draft::Run(listed.clone(), region, entered.clone(), task.clone());
    drafts.extend(global.iter().map(|task| run(RegionName::global(), task)));
    for region in regions {
        drafts.extend(regional.iter().map(|task| run(region.clone(), task)));
    }
    drafts
}

/// The one who writes the plan down.
struct Recording {
    recorder: Recorder,
    planning: Arc<Planning>,
    progress: Progress,
    control: Control,
    strict_waves: bool,
    resumed: bool,
}

impl Recording {
    /// Records it, and hands on what is to be run or skipped. When nothing can be recorded any more, the run is
    /// being stopped, and there is nothing more to plan.
    async fn record(&self, draft: Draft) -> Option<Planned<Target>> {
        match self.try_record(draft).await {
            Ok(planned) => planned,
            Err(ledger::Closed) => std::future::pending().await,
        }
    }

    async fn try_record(&self, draft: Draft) -> Result<Option<Planned<Target>>, ledger::Closed> {
        Ok(match draft {
            Draft::Account(listed) => {
                self.recorder.account(&listed.id, listed::to_json(&listed)).await?;
                None
            }
            Draft::Entered(listed) => {
                self.recorder.account(&listed.id, listed::to_json(&listed)).await?;
                // Only an earlier sitting can have failed at it.
                for job in [IDENTITY, REGIONS].into_iter().filter(|_| self.resumed) {
                    self.recorder.withdraw(&target(&listed, None, job)).await?;
                }
                None
            }
            Draft::Run(listed, region, entered, task) => {
                let planned = self.recorder.plan(&target(&listed, Some(&region), task.name())).await?;
                let work = Work::Do(entered, task);
                let target = Target { id: planned.id, account: listed, region: Some(region), work };
                (!planned.done).then_some(Planned::Run(target))
            }
            Draft::Lost(listed, job, failure) => {
                let name = format!("{job}/{}", listed.id);
                self.recorder.discovered(&name, Err(failure.to_string())).await?;
                let planned = self.recorder.plan(&target(&listed, None, job)).await?;
                let work = Work::Lost(failure);
                let target = Target { id: planned.id, account: listed, region: None, work };
                (!planned.done).then_some(Planned::Run(target))
            }
            Draft::Skip(listed, reason) => {
                let planned = self.recorder.plan(&target(&listed, None, "-")).await?;
                let target = Target { id: planned.id, account: listed, region: None, work: Work::LeftOut };
                (!planned.done).then_some(Planned::Skip(target, reason))
            }
            Draft::EndOfWave => Some(Planned::Barrier),
            Draft::NextWave => {
                if self.strict_waves && self.progress.not_completed() > 0 {
                    self.planning.wave_failed.store(true, Relaxed);
                    self.control.drain();
                }
                None
            }
            Draft::Broken(failure) => {
                self.recorder.discovered(ORGANIZATION, Err(failure.to_string())).await?;
                *self.planning.broken.lock() = Some(failure);
                self.control.drain();
                None
            }
            Draft::Complete => {
                if self.planning.broken.lock().is_none() {
                    self.recorder.discovered(ORGANIZATION, Ok(())).await?;
                    self.recorder.plan_complete().await?;
                }
                None
            }
        })
    }
}

fn target(listed: &Listed, region: Option<&RegionName>, job: &str) -> ledger::Target {
    ledger::Target { account_id: listed.id, region: region.cloned(), job: job.to_owned() }
}
