use futures::StreamExt;
use orgwide_regional::RegionSelection;
use orgwide_session::OnWait;

use crate::args::PlacesArgs;
use crate::exit::Exit;
use crate::listing::{Listing, ListingRow};
use crate::places::{Choices, Place, places};
use crate::stop::Stop;
use crate::{canary, logging, lookups, printer, select};

/// Lists every account in every region. It enters the accounts only when their regions have to be listed.
pub(crate) async fn run(args: PlacesArgs) -> Result<Exit, Stop> {
    logging::start(args.connection.log.as_deref())?;
    super::list_to(&args.output, async |listing| {
        let begun = select::begin(&args.accounts, &args.connection, OnWait::default()).await?;
        let regions = select::regions(&args.regions, begun.hub.session.partition())?;
        if !args.output.quiet {
            let lookups = lookups::lines(&begun.selection, &begun.hub.session);
            lookups.iter().for_each(|line| printer::note(line));
        }
        let (hub, _, choices) = begun.choices().await?;
        let ended = list(choices, regions, args.accounts.verify_identity, listing).await;
        drop(hub);
        ended
    })
    .await
}

async fn list(
    choices: Choices,
    regions: RegionSelection,
    verify_identity: bool,
    listing: &mut Listing,
) -> Result<Exit, Stop> {
    let mut exit = Exit::Complete;
    let mut places = Box::pin(places(canary::without(choices), regions, verify_identity));
    while let Some(place) = places.next().await {
        match place {
            Place::In(account, regions, source) => {
                super::note_of_guess(&account, source.as_ref());
                for region in regions {
                    listing.add(ListingRow::included(account.listed().clone(), Some(region)))?;
                }
            }
            Place::Lost(account, _, failure) => {
                exit = Exit::Partial;
                printer::complain(&failure.to_string(), Some(&failure.next_step()));
                listing.add(ListingRow::left_out(account.listed().clone(), failure.to_string()))?;
            }
            Place::LeftOut(account, why) => listing.add(ListingRow::left_out(account, why.to_string()))?,
            Place::NotSelected(account, why) => {
                listing.add(ListingRow::left_out(account, why.to_string()))?
            }
            // There are no waves without --canary.
            Place::EndOfWave => {}
            Place::Unmatched(what) => printer::note(&what.to_string()),
            Place::Broken(failure) => return Err(super::broken_off(&failure)),
        }
    }
    Ok(exit)
}
