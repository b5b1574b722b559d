//! `account` and `regional`: the regions that each account of the organization has enabled.
#![allow(clippy::print_stdout)]

use anyhow::Result;
use futures::TryStreamExt;
use orgwide_account::{Choice, Choices, Selection};
use orgwide_names::RoleSpec;
use orgwide_regional::enabled_regions;

#[tokio::main]
async fn main() -> Result<()> {
    let hub = orgwide_examples::hub().await?;
    let mut selection = Selection::default();
    selection.include_organization();
    let mut choices = Box::pin(Choices::new(&hub, selection, RoleSpec::default())?.stream());
    while let Some(choice) = choices.try_next().await? {
        match choice {
            Choice::Included(account) => {
                let enabled = enabled_regions(&account).await?;
                println!("{} {}: {:?}", account.id(), account.name().unwrap_or("-"), enabled.regions);
            }
            Choice::LeftOut(account, why) => println!("{} is left out: {why}", account.id),
            Choice::NotSelected(..) => {}
            Choice::Unmatched(what) => println!("{what}"),
        }
    }
    Ok(())
}
