//! The targets of a run whose plan is complete, from its ledger: the organization is not asked again.

use std::collections::HashMap;
use std::sync::Arc;
use std::vec;

use futures::Stream;
use futures::stream::{self, StreamExt};
use orgwide_account::{Account, Choice, Listed, RoleChain};
use orgwide_fanout::{Control, Planned, SkipReason};
use orgwide_inventory::Scope;
use orgwide_ledger::{self as ledger, Recorder, Unfinished};
use orgwide_names::AccountId;
use orgwide_regional::RegionSelection;
use orgwide_session::Session;
use parking_lot::Mutex;

use crate::canary;
use crate::job::{Entered, Target, Work};
use crate::listed;
use crate::plan::{Plan, Planning};
use crate::progress::Progress;
use crate::task::Task;

/// How accounts are entered, and what is done in them.
pub(crate) struct Replan {
    pub(crate) hub: Session,
    /// The caller's own account.
    pub(crate) own: AccountId,
    pub(crate) roles: RoleChain,
    pub(crate) regions: RegionSelection,
    pub(crate) verify_identity: bool,
    pub(crate) tasks: Vec<Task>,
}

/// Accounts that could not be entered, or whose regions could not be listed.
type Lost = Arc<Mutex<Vec<Listed>>>;

impl Replan {
    /// What has no outcome yet, read as room appears. Accounts that could not be entered, or whose regions could not be
    /// listed, are tried once more after the others.
    pub(crate) fn targets(
        self,
        recorder: Recorder,
        planning: Arc<Planning>,
        progress: Progress,
        control: Control,
    ) -> impl Stream<Item = Planned<Target>> + Send {
        let lost = Lost::default();
        let (hub, own, roles) = (self.hub.clone(), self.own, self.roles.clone());
        let (regions, verify_identity) = (self.regions.clone(), self.verify_identity);
        // What is done once is a target of its own.
        let tasks = self.tasks.iter().filter(|task| task.scope() != Scope::Organization).cloned().collect();
        let reading = Reading {
            by_name: self.tasks.iter().map(|task| (task.name().to_owned(), task.clone())).collect(),
            replan: self,
            recorder: recorder.clone(),
            batch: Vec::new().into_iter(),
            read: None,
            entered: None,
            lost: Arc::clone(&lost),
        };
        let again = stream::once(async move {
            let (lost, caller) = (std::mem::take(&mut *lost.lock()), hub.clone());
            // Those that cannot be entered are skipped by now.
            let enter = move |listed| roles.enter(&caller, own, listed).ok();
            let again = lost.into_iter().filter_map(enter).map(Choice::Included).map(Ok);
            let steps = canary::without(stream::iter(again).boxed());
            let plan =
                Plan { hub, own, steps, regions, verify_identity, tasks, strict_waves: false, resumed: true };
            plan.targets(recorder, planning, progress, control)
        });
        stream::unfold(reading, Reading::next).chain(again.flatten())
    }

    fn enter(&self, listed: Listed) -> Result<Account, SkipReason> {
        self.roles.enter(&self.hub, self.own, listed).map_err(|error| error.to_string().into())
    }
}

/// How far the ledger is read.
struct Reading {
    replan: Replan,
    by_name: HashMap<String, Task>,
    recorder: Recorder,
    /// What was read and is not handed on yet.
    batch: vec::IntoIter<Unfinished>,
    /// The last that was read.
    read: Option<ledger::Target>,
    /// The account of the last one; those of an account come one after another.
    entered: Option<Entered>,
    lost: Lost,
}

impl Reading {
    /// The next target that is to be run or skipped.
    async fn next(mut self) -> Option<(Planned<Target>, Self)> {
        loop {
            let Some(unfinished) = self.batch.next() else {
                let Ok(batch) = self.recorder.unfinished(self.read.as_ref()).await else {
                    // The run is being stopped.
                    return std::future::pending().await;
                };
                self.read = Some(batch.last()?.target.clone());
                self.batch = batch.into_iter();
                continue;
            };
            if let Some(planned) = self.plan(unfinished) {
                return Some((planned, self));
            }
        }
    }

    fn plan(&mut self, Unfinished { id, target, listed }: Unfinished) -> Option<Planned<Target>> {
        let account = listed::from_json(target.account_id, listed.as_deref().unwrap_or_default());
        let entered = match self.entered.take().filter(|entered| entered.account.id() == account.id) {
            Some(entered) => entered,
            None => match self.replan.enter(account.clone()) {
                Ok(account) => Entered::new(account),
                Err(reason) => {
                    let target = Target { id, account, region: None, work: Work::LeftOut };
                    return Some(Planned::Skip(target, reason));
                }
            },
        };
        self.entered = Some(entered.clone());
        let Some(task) = self.by_name.get(&target.job) else {
            self.lost.lock().push(account);
            return None;
        };
        let work = Work::Do(entered, task.clone());
        Some(Planned::Run(Target { id, account, region: target.region, work }))
    }
}
