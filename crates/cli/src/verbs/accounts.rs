use futures::StreamExt;
use orgwide_account::Choice;
use orgwide_session::OnWait;

use crate::args::AccountsArgs;
use crate::exit::Exit;
use crate::listing::{Listing, ListingRow};
use crate::plan::{Choices, listed};
use crate::stop::Stop;
use crate::{logging, select};

/// Lists every account that was looked at. It calls nothing but STS and Organizations.
pub(crate) async fn run(args: AccountsArgs) -> Result<Exit, Stop> {
    logging::start(args.connection.log.as_deref())?;
    super::list_to(&args.output, async |listing| {
        let begun = select::begin(&args.accounts, &args.connection, OnWait::default()).await?;
        let (hub, choices) = begun.choices().await?;
        // The simulated organization answers as long as the hub lives.
        let ended = list(choices, listing).await;
        drop(hub);
        ended
    })
    .await
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
