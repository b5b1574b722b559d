//! Accounts in their regions, as a library's user has them, against moto.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use orgwide_names::{Partition, RoleSpec};
use orgwide_regional::{Factory, RateLimited, RegionFilter, RegionalAccountsParameters};
use orgwide_session::{Credentials, RoleRequest, Session};
use serde::Deserialize;

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
}

/// `None`, and a word about it, when the tests were started without a moto server.
#[allow(clippy::print_stderr, reason = "a test that checks nothing must say so")]
async fn connect() -> Result<Option<(Session, Truth)>> {
    let set = |name| std::env::var(name).ok();
    let (endpoint, truth) = match (set("ORGWIDE_MOTO_ENDPOINT"), set("ORGWIDE_MOTO_TRUTH")) {
        (Some(endpoint), Some(truth)) => (endpoint, truth),
        (None, None) => {
            eprintln!("not run: there is no moto server; `cargo xtask test` starts one");
            return Ok(None);
        }
        _ => bail!("ORGWIDE_MOTO_ENDPOINT and ORGWIDE_MOTO_TRUTH belong together"),
    };
    let truth = std::fs::read_to_string(&truth).with_context(|| format!("cannot read {truth}"))?;
    let credentials = Credentials::new("hub", "x", None, None, "test");
    let builder = Session::builder().credentials(credentials).endpoint_url(endpoint);
    Ok(Some((builder.region("us-east-1".parse()?).load().await?, serde_json::from_str(&truth)?)))
}

/// Every active account, in the regions that hold something.
fn parameters(truth: &Truth) -> Result<Vec<RegionalAccountsParameters>> {
    let filter =
        truth.regions.iter().try_fold(RegionFilter::default(), |filter, region| filter.include(region))?;
    let active = truth.accounts.iter().filter(|account| account.status == "ACTIVE");
    active
        .map(|account| {
            let role = RoleRequest::new(RoleSpec::default().resolve(Partition::aws(), account.id.parse()?)?);
            let roles = if account.id == truth.management_account { vec![] } else { vec![role] };
            Ok(RegionalAccountsParameters { roles, filter: filter.clone(), ..Default::default() })
        })
        .collect()
}

#[tokio::test]
async fn a_set_from_parameters_is_every_account_in_every_region_and_clients_act_there() -> Result<()> {
    let Some((session, truth)) = connect().await? else { return Ok(()) };
    let factory = Factory::new(&session);
    let mut list = parameters(&truth)?;
    let set = factory.set(&list).await?;
    list.reverse();
    assert!(Arc::ptr_eq(&set, &factory.set(&list).await?));
    assert_eq!(set.accounts().len(), list.len());
    assert_eq!(set.values().len(), list.len() * truth.regions.len());
    for here in set.values() {
        let sts = aws_sdk_sts::Client::new(here.config());
        assert_eq!(sts.get_caller_identity().send().await?.account(), Some(here.id().as_str()), "{here:?}");
        assert_eq!(here.config().region().map(AsRef::as_ref), Some(here.region().as_str()));
    }
    let members = list.len() as u64 - 1;
    assert_eq!(session.calls().assume_role, members, "one AssumeRole for each member");
    Ok(())
}

#[tokio::test]
async fn a_limit_holds_in_one_account_and_region_and_the_map_follows_its_filter() -> Result<()> {
    let Some((session, truth)) = connect().await? else { return Ok(()) };
    let factory = Factory::new(&session);
    let member = parameters(&truth)?.pop().context("no account")?;
    let regions = factory.regional_accounts(&member).await?;
    let all = regions.map();
    let (limited, free) = (all.values().next().context("none")?, all.values().nth(1).context("one")?);
    limited.set_limit(2, Duration::from_secs(3600), false)?;
    let ask = async |here: &orgwide_regional::RegionalAccount| {
        aws_sdk_sts::Client::new(here.config()).get_caller_identity().send().await
    };
    ask(limited).await?;
    ask(limited).await?;
    assert!(ask(limited).await.is_err_and(|error| RateLimited::find(&error).is_some()));
    for _ in 0..3 {
        ask(free).await?;
    }
    regions.set_filter(RegionFilter::default().exclude(limited.region().as_str())?);
    assert!(regions.get(limited.region()).is_none());
    assert!(regions.get(free.region()).is_some_and(|here| here.ptr_eq(free)));
    Ok(())
}
