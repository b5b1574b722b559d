//! From flags to what is selected.

use futures::StreamExt;
use futures::stream;
use orgwide_account::{Choices as Choosing, Selection};
use orgwide_names::Partition;
use orgwide_regional::RegionSelection;
use orgwide_session::{Failure, OnWait};

use crate::args::{AccountArgs, ConnectionArgs, RegionArgs};
use crate::connect::Hub;
use crate::exit::Exit;
use crate::plan::Choices;
use crate::stop::Stop;

/// The accounts the flags ask for. With `--simulate`, all of them when nothing is asked for.
pub(crate) fn accounts(args: &AccountArgs, connection: &ConnectionArgs) -> Result<Selection, Stop> {
    let mut selection = Selection::default();
    if args.org || (connection.simulate.is_some() && args.account.is_empty()) {
        selection.include_organization();
    }
    let wrong = |error: orgwide_names::ParseAccountIdError| Stop::usage(error);
    args.account.iter().try_for_each(|text| selection.include(text).map_err(wrong))?;
    args.not_account.iter().try_for_each(|text| selection.exclude(text).map_err(wrong))?;
    Ok(selection)
}

/// The regions the flags ask for.
pub(crate) fn regions(args: &RegionArgs, partition: Partition) -> Result<RegionSelection, Stop> {
    RegionSelection::parse(partition, &args.region, &args.not_region)
        .map_err(|error| Stop::usage(error).next_step("name regions as AWS does, such as eu-central-1"))
}

/// Connects, and waits for the first account: from here on, what fails is part of the run.
pub(crate) async fn begin(
    accounts: &AccountArgs,
    connection: &ConnectionArgs,
    on_wait: OnWait,
) -> Result<Begun, Stop> {
    let selection = self::accounts(accounts, connection)?;
    let hub = Hub::connect(connection, on_wait).await?;
    let choosing = Choosing::new(&hub.session, selection, accounts.role.clone().unwrap_or_default())
        .map_err(|error| Stop::usage(format!("--role: {error}")))?
        .session_name(&format!("orgwide-{}", jiff::Timestamp::now().as_second()));
    Ok(Begun { hub, choosing })
}

/// A selection that has not been looked up yet.
pub(crate) struct Begun {
    pub(crate) hub: Hub,
    choosing: Choosing,
}

impl Begun {
    /// Looks up who the caller is and the first account, both at once.
    pub(crate) async fn choices(self) -> Result<(Hub, Choices), Stop> {
        let mut choices = self.choosing.stream().boxed();
        let first = async { choices.next().await.transpose() };
        let (_, first) = tokio::try_join!(self.hub.reach(), first)
            .map_err(|failure: Failure| Stop::nothing_started(&failure))?;
        match first {
            None => Err(Stop::new(Exit::NothingStarted, "the selection is empty")),
            Some(first) => Ok((self.hub, stream::iter([Ok(first)]).chain(choices).boxed())),
        }
    }
}
