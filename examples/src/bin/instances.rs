//! All four: a closure of your own, with an ordinary EC2 client, over every account and region.
#![allow(clippy::print_stdout)]
use futures::{StreamExt, TryStreamExt, stream};
use orgwide_account::{Choice, Choices, RoleChain, Selection};
use orgwide_examples::{Failed, Here};
use orgwide_fanout::{Fanout, Outcome, Planned};
use orgwide_regional::{RegionalAccount, enabled_regions};
use orgwide_session::{Call, Failure};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let hub = orgwide_examples::hub().await?;
    let mut selection = Selection::default();
    selection.include_organization();
    let mut targets = Vec::new();
    let mut choices = Box::pin(Choices::new(&hub, selection, RoleChain::default())?.stream());
    while let Some(choice) = choices.try_next().await? {
        let Choice::Included(account) = choice else { continue };
        for region in enabled_regions(&account).await?.regions {
            targets.push(Planned::Run(Here(RegionalAccount::new(account.clone(), region))));
        }
    }
    let mut run = Fanout::new().run(stream::iter(targets), async |Here(here)| {
        let ec2 = aws_sdk_ec2::Client::new(here.config());
        let answer = ec2.describe_instances().max_results(1000).send().await.map_err(|error| {
            Failed(Failure::of(&error, Call::new("ec2", "DescribeInstances").at(here.id(), here.region())))
        })?;
        Ok::<_, Failed>(
            answer.reservations().iter().map(|reservation| reservation.instances().len()).sum::<usize>(),
        )
    });
    while let Some(ended) = run.next().await {
        match ended.outcome {
            Outcome::Completed(count) => println!("{:?}: {count} instances", ended.target.0),
            other => println!("{:?}: {other:?}", ended.target.0),
        }
    }
    Ok(())
}
