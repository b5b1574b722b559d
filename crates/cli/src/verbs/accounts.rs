use futures::StreamExt;
use orgwide_account::Choice;
use orgwide_session::OnWait;

use crate::args::AccountsArgs;
use crate::exit::Exit;
use crate::listing::{Listing, ListingRow};
use crate::output::Output;
use crate::plan::{Choices, listed};
use crate::stop::Stop;
use crate::{logging, select, signals};

/// Lists every account that was looked at. It calls nothing but STS and Organizations.
pub(crate) async fn run(args: AccountsArgs) -> Result<Exit, Stop> {
    logging::start(args.connection.log.as_deref())?;
    let mut listing = Listing::new(Output::open(&args.output)?);
    let work = async {
        let begun = select::begin(&args.accounts, &args.connection, OnWait::default()).await?;
        let (hub, choices) = begun.choices().await?;
        // The simulated organization answers as long as the hub lives.
        let ended = list(choices, &mut listing).await;
        drop(hub);
        ended
    };
    let ended = tokio::select! {
        ended = work => ended,
        exit = signals::first() => Ok(exit),
    };
    super::conclude(listing, ended)
}

async fn list(mut choices: Choices, listing: &mut Listing) -> Result<Exit, Stop> {
    while let Some(choice) = choices.next().await {
        listing.add(match choice {
            Ok(Choice::Included(account)) => ListingRow::included(listed(&account), None),
            Ok(Choice::LeftOut(account, why)) => ListingRow::left_out(account, why.to_string()),
            Ok(Choice::NotSelected(account)) => ListingRow::left_out(account, "not selected"),
            Err(failure) => return Err(super::broken_off(&failure)),
        })?;
    }
    Ok(Exit::Complete)
}
