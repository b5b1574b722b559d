//! From places to targets: what is done in each, and what is recorded of the plan.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use futures::Stream;
use futures::stream::{self, StreamExt};
use orgwide_account::{Account, Listed, Unmatched};
use orgwide_fanout::{Control, Planned, SkipReason};
use orgwide_inventory::Scope;
use orgwide_ledger::{self as ledger, Recorder};
use orgwide_names::{AccountId, RegionName};
use orgwide_regional::{RegionSelection, Source};
use orgwide_session::{Failure, Session};
use parking_lot::Mutex;

use crate::canary::Steps;
use crate::job::{Entered, Target, Work};
use crate::listed;
use crate::places::{IDENTITY, Place, REGIONS, places};
use crate::progress::Progress;
use crate::task::Task;

/// What the one target of an account is called that a rule leaves out.
pub(crate) const LEFT_OUT: &str = "-";
/// What the list of accounts is called in the ledger.
const ORGANIZATION: &str = "discover:organization";

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
    /// What a listing says of the caller's own account.
    own: Mutex<Option<Listed>>,
}

/// What a plan is made from.
pub(crate) struct Plan {
    /// The caller, and the account it is of: what is done once is done there.
    pub(crate) hub: Session,
    pub(crate) own: AccountId,
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
    /// An account of which no region is known, or needed.
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
        let Tasks { regional, global, once } = Tasks::of(self.tasks, self.regions.includes_global());
        // Tasks that have no regions need none to be listed.
        let regions = if regional.is_empty() { RegionSelection::none() } else { self.regions };
        let only_once = regional.is_empty() && global.is_empty();
        let (own, noted, known) = (self.own, Arc::clone(&planning), Arc::clone(&planning));
        let drafts = places(self.steps, regions, self.verify_identity)
            .flat_map(move |place| stream::iter(drafts(place, own, &regional, &global, &noted)));
        // Last, when it is known what the listing says of the caller's account.
        let hub = self.hub;
        let once = stream::once(async move {
            if only_once {
                known.accounts.fetch_add(1, Relaxed);
            }
            let listed = known.own.lock().take().unwrap_or_else(|| Listed::new(own));
            in_callers_own(Account::listed_as(listed, hub), &once)
        });
        let drafts = drafts.chain(once.flat_map(stream::iter)).chain(stream::iter([Draft::Complete]));
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

/// Tasks by where they are done.
struct Tasks {
    regional: Vec<Task>,
    global: Vec<Task>,
    once: Vec<Task>,
}

impl Tasks {
    fn of(tasks: Vec<Task>, includes_global: bool) -> Self {
        let (mut regional, mut global, mut once) = (Vec::new(), Vec::new(), Vec::new());
        for task in tasks {
            match task.scope() {
                Scope::Regional => regional.push(task),
                Scope::Global if includes_global => global.push(task),
                Scope::Organization if includes_global => once.push(task),
                Scope::Global | Scope::Organization => {}
            }
        }
        Self { regional, global, once }
    }
}

fn drafts(
    place: Place,
    own: AccountId,
    regional: &[Task],
    global: &[Task],
    planning: &Planning,
) -> Vec<Draft> {
    if let Some(listed) = place.listed().filter(|listed| listed.id == own) {
        *planning.own.lock() = Some(listed.clone());
    }
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

/// What is done once, by the caller.
fn in_callers_own(account: Account, once: &[Task]) -> Vec<Draft> {
    if once.is_empty() {
        return Vec::new();
    }
    let (listed, entered) = (account.listed().clone(), Entered::new(account));
    let run = |task: &Task| Draft::Run(listed.clone(), RegionName::global(), entered.clone(), task.clone());
    [Draft::Account(listed.clone())].into_iter().chain(once.iter().map(run)).collect()
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
                let planned = self.recorder.plan(&target(&listed, None, LEFT_OUT)).await?;
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
