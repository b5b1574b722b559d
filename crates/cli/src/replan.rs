//! The targets of a run whose plan is complete, from its ledger: the organization is not asked again.

use std::collections::HashMap;
use std::sync::Arc;

use futures::stream::{self, StreamExt};
use futures::{FutureExt, Stream};
use orgwide_account::{Account, Choice, Listed, RoleChain};
use orgwide_fanout::{Control, Planned, SkipReason};
use orgwide_ledger::{Closed, Recorder, Unfinished};
use orgwide_names::AccountId;
use orgwide_regional::RegionSelection;
use orgwide_session::Session;

use crate::canary;
use crate::job::{Entered, Target, Work};
use crate::listed;
use crate::plan::{Plan, Planning};
use crate::progress::Progress;
use crate::task::Task;

/// How accounts are entered, and what is done in them.
pub(crate) struct Replan {
    pub(crate) hub: Session,
    pub(crate) caller: AccountId,
    pub(crate) roles: RoleChain,
    pub(crate) regions: RegionSelection,
    pub(crate) verify_identity: bool,
    pub(crate) tasks: Vec<Task>,
}

impl Replan {
    /// What has no outcome yet. Accounts that could not be entered, or whose regions could not be listed, are tried
    /// once more after the others.
    pub(crate) fn targets(
        self,
        recorder: Recorder,
        planning: Arc<Planning>,
        progress: Progress,
        control: Control,
    ) -> impl Stream<Item = Planned<Target>> + Send {
        let all = async move {
            let Ok(unfinished) = unfinished(&recorder).await else {
                // The run is being stopped.
                return std::future::pending().await;
            };
            let by_name: HashMap<_, _> =
                self.tasks.iter().map(|task| (task.name().to_owned(), task.clone())).collect();
            let (mut planned, mut again) = (Vec::new(), Vec::new());
            let mut last: Option<Entered> = None;
            for Unfinished { id, target, listed } in unfinished {
                let listed = listed::from_json(target.account_id, listed.as_deref().unwrap_or_default());
                let entered = match last.take().filter(|entered| entered.account.id() == listed.id) {
                    Some(entered) => entered,
                    None => match self.enter(listed.clone()) {
                        Ok(account) => Entered::new(account),
                        Err(reason) => {
                            let target = Target { id, account: listed, region: None, work: Work::LeftOut };
                            planned.push(Planned::Skip(target, reason));
                            continue;
                        }
                    },
                };
                match by_name.get(&target.job) {
                    Some(task) => planned.push(Planned::Run(Target {
                        id,
                        account: listed,
                        region: target.region,
                        work: Work::Do(entered.clone(), task.clone()),
                    })),
                    None => again.push(Choice::Included(entered.account.clone())),
                }
                last = Some(entered);
            }
            let plan = Plan {
                steps: canary::without(stream::iter(again.into_iter().map(Ok)).boxed()),
                regions: self.regions,
                verify_identity: self.verify_identity,
                tasks: self.tasks,
                strict_waves: false,
                resumed: true,
            };
            stream::iter(planned).chain(plan.targets(recorder, planning, progress, control))
        };
        all.flatten_stream()
    }

    fn enter(&self, listed: Listed) -> Result<Account, SkipReason> {
        self.roles.enter(&self.hub, self.caller, listed).map_err(|error| error.to_string().into())
    }
}

/// Every target without an outcome, account by account.
async fn unfinished(recorder: &Recorder) -> Result<Vec<Unfinished>, Closed> {
    let mut all: Vec<Unfinished> = Vec::new();
    loop {
        let batch = recorder.unfinished(all.last().map(|last| &last.target)).await?;
        if batch.is_empty() {
            return Ok(all);
        }
        all.extend(batch);
    }
}
