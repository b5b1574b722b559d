//! What every test here begins with.

use std::time::Duration;

use aws_credential_types::Credentials;
use futures::StreamExt;
use orgwide_account::{Account, Choice, Choices, LeftOut, NotSelected, Selection};
use orgwide_names::{AccountId, RoleSpec};
use orgwide_session::{Failure, Session};
use orgwide_simulator::{Fault, Simulator, WorldSpec};

/// An organization of `accounts`, the last `suspended` of them suspended.
pub(crate) fn organization(
    accounts: usize,
    suspended: usize,
    latency: Duration,
    faults: impl IntoIterator<Item = Fault>,
) -> Simulator {
    let spec = WorldSpec { accounts, suspended, instances: 0, buckets: 0, ..WorldSpec::default() };
    Simulator::builder(spec).latency(latency).faults(faults).build().unwrap()
}

/// The same, answering at once and without faults.
pub(crate) fn calm(accounts: usize, suspended: usize) -> Simulator {
    organization(accounts, suspended, Duration::ZERO, [])
}

pub(crate) async fn hub(simulator: &Simulator) -> Session {
    Session::builder()
        .credentials(Credentials::new("AKIAHUB", "secret", None, None, "test"))
        .region("eu-central-1".parse().unwrap())
        .http_client(simulator.http_client())
        .load()
        .await
        .unwrap()
}

pub(crate) fn selection(organization: bool, include: &[&str], exclude: &[&str]) -> Selection {
    let mut selection = Selection::default();
    if organization {
        selection.include_organization();
    }
    include.iter().for_each(|text| selection.include(text).unwrap());
    exclude.iter().for_each(|text| selection.exclude(text).unwrap());
    selection
}

/// Everything the selection gives, the errors too.
pub(crate) async fn all(hub: &Session, selection: Selection) -> Vec<Result<Choice, Failure>> {
    Choices::new(hub, selection, RoleSpec::default()).unwrap().stream().collect().await
}

/// What the selection gives when nothing fails, sorted by what became of the accounts.
#[derive(Default)]
pub(crate) struct Chosen {
    pub(crate) included: Vec<Account>,
    pub(crate) left_out: Vec<(AccountId, LeftOut)>,
    pub(crate) not_selected: usize,
    pub(crate) unwanted: Vec<(AccountId, NotSelected)>,
    pub(crate) unmatched: Vec<String>,
}

pub(crate) async fn chosen(hub: &Session, selection: Selection) -> Chosen {
    let mut chosen = Chosen::default();
    for choice in all(hub, selection).await {
        match choice.unwrap() {
            Choice::Included(account) => chosen.included.push(account),
            Choice::LeftOut(listed, why) => chosen.left_out.push((listed.id, why)),
            Choice::NotSelected(listed, why) => {
                chosen.not_selected += 1;
                chosen.unwanted.push((listed.id, why));
            }
            Choice::Unmatched(unmatched) => chosen.unmatched.push(unmatched.to_string()),
        }
    }
    chosen
}

impl Chosen {
    /// The ids that are in, in the order they came.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.included.iter().map(|account| account.id().to_string()).collect()
    }
}

/// How often an operation was asked.
pub(crate) fn asked(simulator: &Simulator, operation: &str) -> usize {
    simulator.log().iter().filter(|request| request.operation == operation).count()
}
