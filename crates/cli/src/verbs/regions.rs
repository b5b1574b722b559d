use std::collections::BTreeSet;

use futures::StreamExt;
use orgwide_names::{Partition, RegionName};
use orgwide_regional::{NotChosen, RegionSelection, Source};
use orgwide_session::OnWait;

use crate::args::PlacesArgs;
use crate::exit::Exit;
use crate::listing::{Listing, ListingRow};
use crate::places::{Choices, Place, places};
use crate::stop::Stop;
use crate::{canary, logging, printer, select};

/// Lists every region there is, in every account that was looked at: whether it is in, and why not. It enters the
/// accounts only when their regions have to be listed.
pub(crate) async fn run(args: PlacesArgs) -> Result<Exit, Stop> {
    logging::start(args.connection.log.as_deref())?;
    super::list_to(&args.output, async |listing| {
        let begun = select::begin(&args.accounts, &args.connection, OnWait::default()).await?;
        let partition = begun.hub.session.partition();
        let regions = select::regions(&args.regions, partition)?;
        let (hub, _, choices) = begun.choices().await?;
        let ended = list(choices, &regions, partition, args.accounts.verify_identity, listing).await;
        drop(hub);
        ended
    })
    .await
}

async fn list(
    choices: Choices,
    regions: &RegionSelection,
    partition: Partition,
    verify_identity: bool,
    listing: &mut Listing,
) -> Result<Exit, Stop> {
    let mut exit = Exit::Complete;
    let of_accounts =
        if regions.needs_discovery() { RegionSelection::enabled() } else { RegionSelection::none() };
    let mut places = Box::pin(places(canary::without(choices), of_accounts, verify_identity));
    while let Some(place) = places.next().await {
        match place {
            Place::In(account, enabled, source) => {
                let chosen = regions.choose(&enabled);
                // One that is newer than the table is known from the account alone.
                let all: BTreeSet<RegionName> =
                    partition.regions().chain(enabled.iter().cloned()).chain(chosen).collect();
                for region in all {
                    listing.add(match regions.why_not(&region, &enabled) {
                        None => ListingRow::included(account.listed().clone(), Some(region)),
                        Some(why) => ListingRow::without_region(
                            account.listed().clone(),
                            region,
                            reason(why, source.as_ref()),
                        ),
                    })?;
                }
                super::note_of_guess(&account, source.as_ref());
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

/// Where the account did not tell what it has enabled, it is not known that it has not.
fn reason(why: NotChosen, source: Option<&Source>) -> String {
    match (why, source) {
        (NotChosen::NotEnabled, Some(Source::Table(_))) => {
            "not known to be enabled: the account refuses to list its regions".to_owned()
        }
        (why, _) => why.to_string(),
    }
}
