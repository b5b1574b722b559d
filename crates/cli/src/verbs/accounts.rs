use futures::StreamExt;
use orgwide_regional::RegionSelection;
use orgwide_session::OnWait;

use crate::args::AccountsArgs;
use crate::exit::Exit;
use crate::listing::{Listing, ListingRow};
use crate::places::{Choices, Place, places};
use crate::stop::Stop;
use crate::{canary, logging, printer, select};

/// Lists every account that was looked at. It calls nothing but STS and Organizations.
pub(crate) async fn run(args: AccountsArgs) -> Result<Exit, Stop> {
    logging::start(args.connection.log.as_deref())?;
    super::list_to(&args.output, async |listing| {
        let begun = select::begin(&args.accounts, &args.connection, OnWait::default()).await?;
        let (hub, _, choices) = begun.choices().await?;
        // The simulated organization answers as long as the hub lives.
        let ended = list(choices, args.accounts.verify_identity, listing).await;
        drop(hub);
        ended
    })
    .await
}

async fn list(choices: Choices, verify_identity: bool, listing: &mut Listing) -> Result<Exit, Stop> {
    let mut exit = Exit::Complete;
    let mut places = Box::pin(places(canary::without(choices), RegionSelection::none(), verify_identity));
    while let Some(place) = places.next().await {
        listing.add(match place {
            Place::In(account, ..) => ListingRow::included(account.listed().clone(), None),
            Place::Lost(account, _, failure) => {
                exit = Exit::Partial;
                printer::complain(&failure.to_string(), Some(&failure.next_step()));
                ListingRow::left_out(account.listed().clone(), failure.to_string())
            }
            Place::LeftOut(account, why) => ListingRow::left_out(account, why.to_string()),
            Place::NotSelected(account, why) => ListingRow::left_out(account, why.to_string()),
            // There are no waves without --canary.
            Place::EndOfWave => continue,
            Place::Unmatched(what) => {
                printer::note(&what.to_string());
                continue;
            }
            Place::Broken(failure) => return Err(super::broken_off(&failure)),
        })?;
    }
    Ok(exit)
}
