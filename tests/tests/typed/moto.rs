//! On moto, which answers with far more members than the simulator, and whose XML is not ours.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use orgwide_call::Caller;
use orgwide_names::RegionName;
use orgwide_session::{Credentials, Session};
use serde::Deserialize;
use serde_json::Value;

use crate::agreement::{agree, count, items, length, members, pages};
use crate::simulated::member;
use crate::untyped::Untyped as _;

/// How many members moto says of reservations and instances, nested ones included. When it says less,
/// less is compared.
const INSTANCE_MEMBERS: usize = 93;

/// What `moto/seed.py` put in.
#[derive(Deserialize)]
struct Truth {
    management_account: String,
    regions: Vec<String>,
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    id: String,
    status: String,
    buckets: Vec<String>,
    instances: BTreeMap<String, Vec<String>>,
}

/// The first member, of which one region takes more than one page; and what is in it.
struct Moto {
    account: Account,
    regions: Vec<RegionName>,
    session: Session,
}

impl Moto {
    /// `None`, and a word about it, when the tests were started without one.
    #[allow(clippy::print_stderr, reason = "a test that checks nothing must say so")]
    async fn connect() -> Result<Option<Self>> {
        let set = |name| std::env::var(name).ok();
        let (Some(endpoint), Some(file)) = (set("ORGWIDE_MOTO_ENDPOINT"), set("ORGWIDE_MOTO_TRUTH")) else {
            eprintln!("not run: there is no moto server; `cargo xtask test` starts one");
            return Ok(None);
        };
        let truth = std::fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
        let Truth { management_account, regions, accounts } = serde_json::from_str(&truth)?;
        let is_member = |account: &Account| account.id != management_account && account.status == "ACTIVE";
        let account = accounts.into_iter().find(is_member).context("no member is active")?;
        let hub = Session::builder()
            .credentials(Credentials::new("hub", "x", None, None, "test"))
            .region("us-east-1".parse()?)
            .endpoint_url(endpoint)
            .load()
            .await?;
        let regions = regions.iter().map(|region| region.parse()).collect::<Result<_, _>>()?;
        let session = member(&hub, &account.id)?;
        Ok(Some(Self { account, regions, session }))
    }

    fn clients(&self, region: &RegionName) -> (aws_sdk_ec2::Client, Caller) {
        let config = self.session.config_in(region);
        (aws_sdk_ec2::Client::new(&config), Caller::new(&config))
    }
}

#[tokio::test]
async fn a_typed_client_and_a_call_read_the_same_instances_of_moto() -> Result<()> {
    let Some(moto) = Moto::connect().await? else { return Ok(()) };
    let mut most_pages = 0;
    for region in &moto.regions {
        let (client, caller) = moto.clients(region);
        let stream = client.describe_instances().into_paginator().page_size(1000).send();
        let typed: Vec<_> = stream.collect::<Result<_, _>>().await?;
        let whole = typed.untyped();
        agree(&whole, &pages(&caller, "ec2", "DescribeInstances", Value::Null).await?)?;

        let reservations = typed.iter().flat_map(|page| page.reservations());
        let each: Vec<_> = reservations.flat_map(|reservation| reservation.instances().to_vec()).collect();
        let path = "Reservations.Instances";
        agree(&each.untyped(), &items(&caller, "ec2", "DescribeInstances", Value::Null, path).await?)?;

        let expected = &moto.account.instances[region.as_str()];
        let mut ids: Vec<_> = each.iter().filter_map(|instance| instance.instance_id()).collect();
        ids.sort_unstable();
        ensure!(ids == *expected, "{} instances in {region}, not {}", ids.len(), expected.len());
        let said = members(&whole);
        ensure!(said.len() >= INSTANCE_MEMBERS, "only {} members are said: {said:#?}", said.len());
        most_pages = most_pages.max(typed.len());
    }
    ensure!(most_pages > 1, "nothing takes two pages");
    Ok(())
}

#[tokio::test]
async fn a_typed_client_and_a_call_read_the_same_networks_of_moto() -> Result<()> {
    let Some(moto) = Moto::connect().await? else { return Ok(()) };
    for region in &moto.regions {
        let (client, caller) = moto.clients(region);
        let stream = client.describe_vpcs().into_paginator().page_size(1000).send();
        let typed = stream.collect::<Result<Vec<_>, _>>().await?.untyped();
        assert_eq!((length(&typed), count(&typed, "Vpcs")), (1, 1), "{region}");
        agree(&typed, &pages(&caller, "ec2", "DescribeVpcs", Value::Null).await?)?;

        let stream = client.describe_security_groups().into_paginator().page_size(1000).send();
        let typed = stream.collect::<Result<Vec<_>, _>>().await?.untyped();
        assert_eq!((length(&typed), count(&typed, "SecurityGroups")), (1, 1), "{region}");
        agree(&typed, &pages(&caller, "ec2", "DescribeSecurityGroups", Value::Null).await?)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_typed_client_and_a_call_read_the_same_buckets_of_moto() -> Result<()> {
    let Some(moto) = Moto::connect().await? else { return Ok(()) };
    let config = moto.session.config();
    let typed = aws_sdk_s3::Client::new(&config).list_buckets().send().await?;
    let mut names: Vec<_> = typed.buckets().iter().filter_map(|bucket| bucket.name()).collect();
    names.sort_unstable();
    assert_eq!(names, moto.account.buckets);
    agree(&typed.untyped(), &Caller::new(&config).call("s3", "ListBuckets", Value::Null).await?)
}
