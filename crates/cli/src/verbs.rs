//! One file per verb.

pub(crate) mod accounts;
pub(crate) mod call;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod inventory;
pub(crate) mod limits;
pub(crate) mod query;
pub(crate) mod regions;
pub(crate) mod runs;
pub(crate) mod simulate;
pub(crate) mod targets;
pub(crate) mod whoami;

use std::path::Path;

use orgwide_account::Account;
use orgwide_regional::Source;
use orgwide_session::Failure;

use crate::args::{OutputArgs, StoreArgs};
use crate::exit::Exit;
use crate::listing::{self, Listing};
use crate::output::Output;
use crate::stop::Stop;
use crate::{printer, signals};

/// Opens the output, lists into it until the end or the first signal, and ends it.
async fn list_to(
    output: &OutputArgs,
    list: impl AsyncFnOnce(&mut Listing) -> Result<Exit, Stop>,
) -> Result<Exit, Stop> {
    let mut listing = Listing::new(Output::open(output, listing::COLUMNS)?);
    let ended = tokio::select! {
        ended = list(&mut listing) => ended,
        exit = signals::first() => Ok(exit),
    };
    conclude(listing, ended)
}

/// Ends a listing: what there is of it is printed, unless nothing could start.
fn conclude(listing: Listing, ended: Result<Exit, Stop>) -> Result<Exit, Stop> {
    match ended {
        Err(stop) if stop.nothing_began() => {
            listing.discard();
            Err(stop)
        }
        Ok(exit @ (Exit::Complete | Exit::Partial)) => {
            let nothing = listing.included() == 0 && exit == Exit::Complete;
            listing.finish()?;
            if nothing {
                return Err(Stop::new(Exit::NothingStarted, "the selection is empty: nothing is left in it")
                    .next_step("see the reasons in the list"));
            }
            Ok(exit)
        }
        other => {
            listing.finish()?;
            other
        }
    }
}

/// The ledger that is to be looked at; nothing is made where there is none.
fn ledger_at(args: &StoreArgs) -> Result<&Path, Stop> {
    if args.store.exists() {
        return Ok(&args.store);
    }
    Err(Stop::usage(format!("there is no ledger {}", args.store.display()))
        .next_step("name one with --store; `orgwide inventory` makes one"))
}

/// Says so when an account refuses to tell its regions.
fn note_of_guess(account: &Account, source: Option<&Source>) {
    if let Some(Source::Table(refusal)) = source {
        printer::note(&format!(
            "{}: its regions are those enabled by default, because it refuses to list them: {refusal}",
            account.id()
        ));
    }
}

fn broken_off(failure: &Failure) -> Stop {
    Stop::new(Exit::Stopped, format!("the list of accounts broke off and is not complete: {failure}"))
        .next_step(failure.next_step())
}
