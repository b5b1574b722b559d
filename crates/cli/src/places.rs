//! From accounts to places: which regions each account is asked in.

use std::sync::Arc;

use futures::Stream;
use futures::stream::{BoxStream, StreamExt};
use orgwide_account::{Account, Choice, LeftOut, Listed, NotSelected, Unmatched};
use orgwide_names::RegionName;
use orgwide_regional::{RegionSelection, Source, enabled_regions};
use orgwide_session::Failure;
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;

use crate::canary::{Step, Steps};

/// What the one target of an account is called that could not be entered to see whose it is.
pub(crate) const IDENTITY: &str = "verify:identity";
/// What the one target of an account is called whose regions could not be listed.
pub(crate) const REGIONS: &str = "discover:regions";

/// Accounts that are asked for their regions at the same time.
const DISCOVERIES: u32 = 32;

/// Which accounts are in, and which are not.
pub(crate) type Choices = BoxStream<'static, Result<Choice, Failure>>;

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
    /// Everything before has to have ended before what comes after begins.
    EndOfWave,
    /// There may be more accounts, but the list of them broke off.
    Broken(Failure),
}

impl Place {
    /// The account it is about, if it is about one.
    pub(crate) fn listed(&self) -> Option<&Listed> {
        match self {
            Self::In(account, ..) | Self::Lost(account, ..) => Some(account.listed()),
            Self::LeftOut(listed, _) | Self::NotSelected(listed, _) => Some(listed),
            Self::Unmatched(_) | Self::EndOfWave | Self::Broken(_) => None,
        }
    }
}

/// Finds the regions of each account, of several at once, and enters it first to see whose it is if that is to be
/// verified.
///
/// It works in a task of its own, so that what it has asked for goes on being read while nobody takes
/// places.
pub(crate) fn places(
    mut steps: Steps,
    regions: RegionSelection,
    verify_identity: bool,
) -> impl Stream<Item = Place> + Send {
    let (sender, receiver) = mpsc::channel(DISCOVERIES as usize);
    tokio::spawn(async move {
        let room = Arc::new(Semaphore::new(DISCOVERIES as usize));
        let regions = Arc::new(regions);
        while let Some(step) = steps.next().await {
            let place = match step {
                Err(failure) => Place::Broken(failure),
                Ok(Step::EndOfWave) => {
                    // Accounts that are still being asked come before it.
                    let Ok(_all) = room.acquire_many(DISCOVERIES).await else { return };
                    Place::EndOfWave
                }
                Ok(Step::Choice(Choice::LeftOut(listed, why))) => Place::LeftOut(listed, why),
                Ok(Step::Choice(Choice::NotSelected(listed, why))) => Place::NotSelected(listed, why),
                Ok(Step::Choice(Choice::Unmatched(unmatched))) => Place::Unmatched(unmatched),
                Ok(Step::Choice(Choice::Included(account)))
                    if verify_identity || regions.needs_discovery() =>
                {
                    let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
                    let (sender, regions) = (sender.clone(), Arc::clone(&regions));
                    tokio::spawn(async move {
                        // Nobody is left to tell when this fails.
                        sender.send(enter(account, &regions, verify_identity).await).await.ok();
                        drop(permit);
                    });
                    continue;
                }
                Ok(Step::Choice(Choice::Included(account))) => {
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
        return Place::Lost(account, IDENTITY, failure);
    }
    if !regions.needs_discovery() {
        return Place::In(account, regions.choose(&[]), None);
    }
    match enabled_regions(&account).await {
        Ok(enabled) => {
            let chosen = regions.choose(&enabled.regions);
            Place::In(account, chosen, Some(enabled.source))
        }
        Err(failure) => Place::Lost(account, REGIONS, failure),
    }
}
