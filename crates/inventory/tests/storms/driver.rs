//! The least program that lists the instances of an organization.

use std::sync::LazyLock;
use std::time::Duration;

use aws_credential_types::Credentials;
use orgwide_account::Account;
use orgwide_call::CallError;
use orgwide_inventory::{Collector, Collectors};
use orgwide_models::Catalog;
use orgwide_names::{AccountId, Partition, RoleSpec};
use orgwide_regional::RegionalAccount;
use orgwide_session::{RoleRequest, Session};
use orgwide_simulator::{AccountTruth, Ending, Request, Simulator, Storm, StormTarget, WallClock};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How often a target is begun at most.
const TRIES: usize = 3;
/// How long one try may take.
const ITEM_TIMEOUT: Duration = Duration::from_secs(300);
/// Between two tries: longer than a session remembers that it got no credentials.
const PAUSE: Duration = Duration::from_secs(10);

/// What is listed: read once, as a program does.
static INSTANCES: LazyLock<Collector> = LazyLock::new(|| {
    Collectors::built_in(Catalog::embedded()).unwrap().find(&["ec2:instance"]).unwrap()[0].clone()
});

/// How a target ended.
#[derive(Debug)]
pub(crate) enum Ended {
    Completed(Vec<String>),
    Denied,
    /// With what went wrong last.
    Failed(String),
    TimedOut,
    Skipped,
}

impl Ended {
    pub(crate) fn as_ending(&self) -> Ending<'_> {
        match self {
            Self::Completed(rows) => Ending::Completed(rows),
            Self::Denied => Ending::Denied,
            Self::Failed(_) => Ending::Failed,
            Self::TimedOut => Ending::TimedOut,
            Self::Skipped => Ending::Skipped,
        }
    }
}

/// Lists the instances of every target of a storm, all at once, in paused time. The same seed goes the same way.
pub(crate) fn run(seed: u64, storm: &Storm) -> (Vec<(StormTarget, Ended)>, Vec<Request>) {
    // The SDK draws its pauses from here.
    fastrand::seed(seed);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let simulator = storm.simulator().build().unwrap();
        (list_all(storm, &simulator).await, simulator.log())
    })
}

async fn list_all(storm: &Storm, simulator: &Simulator) -> Vec<(StormTarget, Ended)> {
    let hub = Session::builder()
        .credentials(Credentials::new("AKIAHUB", "secret", None, None, "test"))
        .region("eu-west-1".parse().unwrap())
        .http_client(simulator.http_client())
        .time_source(WallClock::start())
        .load()
        .await
        .unwrap();
    let accounts: Vec<Option<Account>> =
        simulator.truth().accounts.iter().map(|account| enter(&hub, storm, account)).collect();
    let mut tasks = JoinSet::new();
    for (place, target) in storm.targets().iter().cloned().enumerate() {
        let account = accounts[target.index].clone();
        tasks.spawn(async move {
            let ended = match account {
                Some(account) => {
                    let at = RegionalAccount::new(account, target.region.parse().unwrap());
                    list_again_and_again(&at).await
                }
                None => Ended::Skipped,
            };
            (place, target, ended)
        });
    }
    let mut ended = tasks.join_all().await;
    ended.sort_by_key(|(place, ..)| *place);
    ended.into_iter().map(|(_, target, ended)| (target, ended)).collect()
}

/// The account with its session; nothing if it is suspended.
fn enter(hub: &Session, storm: &Storm, account: &AccountTruth) -> Option<Account> {
    let id: AccountId = account.id.parse().unwrap();
    let role = || RoleRequest::new(RoleSpec::default().resolve(Partition::aws(), id).unwrap());
    let session = || if account.index == storm.spec().hub { hub.clone() } else { hub.assumed(&role()) };
    (account.status == "ACTIVE").then(|| Account::new(id, None, session()))
}

async fn list_again_and_again(at: &RegionalAccount) -> Ended {
    let collector = &*INSTANCES;
    let mut last = None;
    for number in 0..TRIES {
        if number > 0 {
            sleep(PAUSE).await;
        }
        let error = match timeout(ITEM_TIMEOUT, list(collector, at)).await {
            Err(_) => return Ended::TimedOut,
            Ok(Ok(rows)) => return Ended::Completed(rows),
            Ok(Err(error)) => error,
        };
        let again = match &error {
            CallError::Failed(failure) if failure.class().is_denied() => {
                return Ended::Denied;
            }
            CallError::Failed(failure) => failure.class().is_transient(),
            _ => false,
        };
        last = Some(error.to_string());
        if !again {
            break;
        }
    }
    Ended::Failed(last.unwrap_or_default())
}

/// The ids of all instances.
async fn list(collector: &Collector, at: &RegionalAccount) -> Result<Vec<String>, CallError> {
    let mut pages = collector.pages(at)?;
    let mut rows = Vec::new();
    while let Some(page) = pages.next().await {
        rows.extend(page?.into_iter().map(|record| record.id));
    }
    Ok(rows)
}
