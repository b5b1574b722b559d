//! `session`: who the caller is, and who it is after assuming a role.
#![allow(clippy::print_stdout)]

use anyhow::Result;
use futures::TryStreamExt;
use orgwide_account::{Choice, Choices, Selection};
use orgwide_names::RoleSpec;

#[tokio::main]
async fn main() -> Result<()> {
    let hub = orgwide_examples::hub().await?;
    println!("the hub is {}", hub.identity().await?.arn());

    let mut selection = Selection::default();
    selection.include_organization();
    let choices = Choices::new(&hub, selection, RoleSpec::default())?;
    let mut others = Box::pin(choices.stream().try_filter_map(async |choice| {
        Ok(if let Choice::Included(account) = choice { Some(account) } else { None })
    }));
    while let Some(account) = others.try_next().await? {
        // Any client of the SDK is made like this; its calls are signed, limited and retried alike.
        let sts = aws_sdk_sts::Client::new(&account.session().config());
        let identity = sts.get_caller_identity().send().await?;
        println!("{} is {}", account.id(), identity.arn().unwrap_or_default());
    }
    Ok(())
}
