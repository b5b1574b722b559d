//! From accounts to targets: which regions each account is asked in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use futures::Stream;
use futures::stream::{self, BoxStream, StreamExt};
use orgwide_account::{Account, Choice, LeftOut, Listed, NotSelected, Unmatched};
use orgwide_fanout::{Control, Planned};
use orgwide_inventory::Scope;
use orgwide_names::RegionName;
use orgwide_regional::{RegionSelection, Source, enabled_regions};
use orgwide_session::Failure;
use parking_lot::Mutex;
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;

use crate::job::{Entered, Target, Work};
use crate::task::Task;

/// Accounts that are asked for their regions at the same time.
const DISCOVERIES: usize = 32;

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
    mut choices: Choices,
    regions: RegionSelection,
    verify_identity: bool,
) -> impl Stream<Item = Place> + Send {
    let (sender, receiver) = mpsc::channel(DISCOVERIES);
    tokio::spawn(async move {
        let room = Arc::new(Semaphore::new(DISCOVERIES));
        let regions = Arc::new(regions);
        while let Some(choice) = choices.next().await {
            let place = match choice {
                Err(failure) => Place::Broken(failure),
                Ok(Choice::LeftOut(listed, why)) => Place::LeftOut(listed, why),
                Ok(Choice::NotSelected(listed, why)) => Place::NotSelected(listed, why),
                Ok(Choice::Unmatched(unmatched)) => Place::Unmatched(unmatched),
                Ok(Choice::Included(account)) if verify_identity || regions.needs_discovery() => {
                    let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
                    let (sender, regions) = (sender.clone(), Arc::clone(&regions));
                    tokio::spawn(async move {
                        // Nobody is left to tell when this fails.
                        sender.send(enter(account, &regions, verify_identity).await).await.ok();
                        drop(permit);
                    });
                    continue;
                }
                Ok(Choice::Included(account)) => {
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
        return Place::Lost(account, "verify:identity", failure);
    }
    if !regions.needs_discovery() {
        return Place::In(account, regions.choose(&[]), None);
    }
    match enabled_regions(&account).await {
        Ok(enabled) => {
            let chosen = regions.choose(&enabled.regions);
            Place::In(account, chosen, Some(enabled.source))
        }
        Err(failure) => Place::Lost(account, "discover:regions", failure),
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
}

/// The targets of a run: every one of `tasks` in every place it belongs.
///
/// When the list of accounts breaks off, the run is told to drain: what is missing cannot be made up for.
pub(crate) fn targets(
    choices: Choices,
    regions: RegionSelection,
    verify_identity: bool,
    tasks: Vec<Task>,
    planning: Arc<Planning>,
    control: Control,
) -> impl Stream<Item = Planned<Target>> + Send {
    let (regional, global): (Vec<_>, Vec<_>) =
        tasks.into_iter().partition(|task| task.scope() == Scope::Regional);
    let global = if regions.includes_global() { global } else { Vec::new() };
    // Tasks that have no regions need none to be listed.
    let regions = if regional.is_empty() { RegionSelection::none() } else { regions };
    places(choices, regions, verify_identity).flat_map(move |place| {
        stream::iter(match place {
            Place::In(account, regions, source) => {
                planning.accounts.fetch_add(1, Relaxed);
                if matches!(source, Some(Source::Table(_))) {
                    planning.guessed.fetch_add(1, Relaxed);
                }
                in_account(account, regions, &regional, &global)
            }
            Place::Lost(account, job, failure) => {
                planning.accounts.fetch_add(1, Relaxed);
                let account = account.listed().clone();
                vec![Planned::Run(Target { account, region: None, work: Work::Lost(job, failure) })]
            }
            Place::LeftOut(account, why) => {
                let target = Target { account, region: None, work: Work::LeftOut };
                vec![Planned::Skip(target, why.to_string().into())]
            }
            Place::NotSelected(..) => Vec::new(),
            Place::Unmatched(unmatched) => {
                planning.unmatched.lock().push(unmatched);
                Vec::new()
            }
            Place::Broken(failure) => {
                *planning.broken.lock() = Some(failure);
                control.drain();
                Vec::new()
            }
        })
    })
}

fn in_account(
    account: Account,
    regions: Vec<RegionName>,
    regional: &[Task],
    global: &[Task],
) -> Vec<Planned<Target>> {
    let (listed, entered) = (account.listed().clone(), Entered::new(account));
    let target = |region: RegionName, task: &Task| {
        Planned::Run(Target {
            account: listed.clone(),
            region: Some(region),
            work: Work::Do(entered.clone(), task.clone()),
        })
    };
    let mut targets: Vec<_> = global.iter().map(|task| target(RegionName::global(), task)).collect();
    for region in regions {
        targets.extend(regional.iter().map(|task| target(region.clone(), task)));
    }
    targets
}
