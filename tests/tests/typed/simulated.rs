//! On the simulator, in process.

use anyhow::{Context as _, Result, ensure};
use orgwide_call::Caller;
use orgwide_names::{Partition, RegionName, RoleSpec};
use orgwide_session::{Credentials, RoleRequest, Session};
use orgwide_simulator::{Simulator, Throttling, WorldSpec};
use serde_json::{Value, json};

use crate::agreement::{agree, count, items, length, pages};
use crate::untyped::Untyped as _;

/// Three pages of accounts, several of buckets, and of instances in each region.
pub(crate) fn organization() -> Result<Simulator> {
    let spec = WorldSpec { accounts: 45, instances: 60, buckets: 20, suspended: 2, ..WorldSpec::default() };
    Ok(Simulator::builder(spec).throttling(Throttling::off()).build()?)
}

pub(crate) async fn hub(simulator: &Simulator) -> Result<Session> {
    let builder = Session::builder().credentials(Credentials::new("hub", "simulated", None, None, "test"));
    Ok(builder.http_client(simulator.http_client()).region("us-east-1".parse()?).load().await?)
}

/// A member account.
pub(crate) fn member(hub: &Session, id: &str) -> Result<Session> {
    let role = RoleSpec::default().resolve(Partition::aws(), id.parse()?)?;
    Ok(hub.assumed(&RoleRequest::new(role)))
}

/// A member account and a region with at least that many instances: the account's id, the region, and how many.
pub(crate) fn inhabited(simulator: &Simulator, least: usize) -> Result<(String, RegionName, usize)> {
    for account in simulator.truth().accounts.iter().skip(1) {
        for (region, ids) in &account.instances {
            if ids.len() >= least {
                return Ok((account.id.clone(), region.parse()?, ids.len()));
            }
        }
    }
    anyhow::bail!("no cell has {least} instances")
}

#[tokio::test]
async fn a_typed_client_and_a_call_read_the_same_instances() -> Result<()> {
    let simulator = organization()?;
    let (account, region, instances) = inhabited(&simulator, 50)?;
    let config = member(&hub(&simulator).await?, &account)?.config_in(&region);
    let (client, caller) = (aws_sdk_ec2::Client::new(&config), Caller::new(&config));

    let stream = client.describe_instances().into_paginator().page_size(20).send();
    let typed: Vec<_> = stream.collect::<Result<_, _>>().await?;
    ensure!(typed.len() == instances.div_ceil(20), "{} pages", typed.len());
    let input = json!({"MaxResults": 20});
    agree(&typed.untyped(), &pages(&caller, "ec2", "DescribeInstances", input.clone()).await?)?;

    let reservations = typed.iter().flat_map(|page| page.reservations());
    let each: Vec<_> = reservations.flat_map(|reservation| reservation.instances().to_vec()).collect();
    assert_eq!(each.len(), instances);
    let path = "Reservations.Instances";
    agree(&each.untyped(), &items(&caller, "ec2", "DescribeInstances", input, path).await?)
}

#[tokio::test]
async fn a_typed_client_and_a_call_read_the_same_regions_of_ec2() -> Result<()> {
    let simulator = organization()?;
    let config = hub(&simulator).await?.config();
    let (client, caller) = (aws_sdk_ec2::Client::new(&config), Caller::new(&config));
    for (all, regions) in [(false, 5), (true, 8)] {
        let typed = client.describe_regions().all_regions(all).send().await?;
        assert_eq!(typed.regions().len(), regions);
        let input = json!({"AllRegions": all});
        agree(&typed.untyped(), &caller.call("ec2", "DescribeRegions", input).await?)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_typed_client_and_a_call_read_the_same_buckets() -> Result<()> {
    let simulator = organization()?;
    let lived_in = simulator.truth().accounts.iter().skip(1).find(|account| account.buckets.len() > 10);
    let account = lived_in.context("no account has so many buckets")?;
    let config = member(&hub(&simulator).await?, &account.id)?.config();
    let (client, caller) = (aws_sdk_s3::Client::new(&config), Caller::new(&config));

    let typed = client.list_buckets().send().await?;
    assert_eq!(typed.buckets().len(), account.buckets.len());
    agree(&typed.untyped(), &caller.call("s3", "ListBuckets", Value::Null).await?)?;

    // Page by page, and with their regions.
    let stream = client.list_buckets().into_paginator().page_size(4).send();
    let typed = stream.collect::<Result<Vec<_>, _>>().await?.untyped();
    assert_eq!(
        (length(&typed), count(&typed, "Buckets")),
        (account.buckets.len().div_ceil(4), account.buckets.len())
    );
    assert!(typed[0]["Buckets"][0]["BucketRegion"].is_string(), "{typed}");
    agree(&typed, &pages(&caller, "s3", "ListBuckets", json!({"MaxBuckets": 4})).await?)
}

#[tokio::test]
async fn a_typed_client_and_a_call_have_the_same_identity() -> Result<()> {
    let simulator = organization()?;
    let truth = simulator.truth();
    let hub = hub(&simulator).await?;
    for account in [&truth.accounts[0], &truth.accounts[1]] {
        let is_hub = account.id == truth.management_account;
        let session = if is_hub { hub.clone() } else { member(&hub, &account.id)? };
        let config = session.config();
        let typed = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await?;
        assert_eq!(typed.account(), Some(account.id.as_str()));
        let untyped = Caller::new(&config).call("sts", "GetCallerIdentity", Value::Null).await?;
        agree(&typed.untyped(), &untyped)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_typed_client_and_a_call_read_the_same_accounts() -> Result<()> {
    let simulator = organization()?;
    let config = hub(&simulator).await?.config();
    let stream = aws_sdk_organizations::Client::new(&config).list_accounts().into_paginator().send();
    let typed = stream.collect::<Result<Vec<_>, _>>().await?.untyped();
    assert_eq!((length(&typed), count(&typed, "Accounts")), (3, 45));
    let caller = Caller::new(&config);
    agree(&typed, &pages(&caller, "organizations", "ListAccounts", Value::Null).await?)
}

#[tokio::test]
async fn a_typed_client_and_a_call_read_the_same_organization() -> Result<()> {
    let simulator = organization()?;
    let config = hub(&simulator).await?.config();
    let typed = aws_sdk_organizations::Client::new(&config).describe_organization().send().await?.untyped();
    assert_eq!(typed["Organization"]["Id"], simulator.truth().organization.as_str());
    let caller = Caller::new(&config);
    agree(&typed, &caller.call("organizations", "DescribeOrganization", Value::Null).await?)
}

#[tokio::test]
async fn a_typed_client_and_a_call_read_the_same_regions_of_an_account() -> Result<()> {
    let simulator = organization()?;
    let hub = hub(&simulator).await?;
    let config = member(&hub, &simulator.truth().accounts[1].id)?.config();
    let stream = aws_sdk_account::Client::new(&config).list_regions().into_paginator().page_size(3).send();
    let typed = stream.collect::<Result<Vec<_>, _>>().await?.untyped();
    assert_eq!((length(&typed), count(&typed, "Regions")), (3, 8));
    let input = json!({"MaxResults": 3});
    agree(&typed, &pages(&Caller::new(&config), "account", "ListRegions", input).await?)
}
