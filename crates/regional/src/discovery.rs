use aws_sdk_account::types::RegionOptStatus;
use orgwide_account::Account;
use orgwide_names::RegionName;
use orgwide_session::{Call, Class, Denial, Failure};

use crate::describe_regions::describe_regions;

/// The regions an account has enabled, and who said so.
#[derive(Debug, Clone)]
pub struct EnabledRegions {
    /// Their names, in alphabetical order.
    pub regions: Vec<RegionName>,
    /// Where they are known from.
    pub source: Source,
}

/// Where the list of an account's regions came from.
#[derive(Debug, Clone)]
pub enum Source {
    /// account:ListRegions.
    ListRegions,
    /// ec2:DescribeRegions, because the other call did not work.
    DescribeRegions,
    /// The built-in table: the account allows neither call, so these are the regions every account has.
    /// Regions it opted in to are missing. The refusal is that of ec2:DescribeRegions.
    Table(Failure),
}

/// Asks an account, with its own credentials, which regions it has enabled.
///
/// account:ListRegions goes first; where it is refused or missing, ec2:DescribeRegions; where both are
/// refused by a policy, the regions enabled by default are taken from the built-in table.
///
/// # Errors
///
/// The [`Failure`] to enter the account, or of the second call when it was not a refusal.
pub async fn enabled_regions(account: &Account) -> Result<EnabledRegions, Failure> {
    let refusal = match list_regions(account).await {
        Ok(regions) => return Ok(sorted(regions, Source::ListRegions)),
        Err(failure) if keeps_out(&failure) => return Err(failure),
        Err(failure) => failure,
    };
    tracing::debug!(account = %account.id(), %refusal, "asking EC2 for the regions instead");
    match describe_regions(account).await {
        Ok(regions) => Ok(sorted(regions, Source::DescribeRegions)),
        Err(failure) if failure.class().is_denied() && !keeps_out(&failure) => {
            let regions = account.session().partition().default_regions().collect();
            Ok(sorted(regions, Source::Table(failure)))
        }
        Err(failure) => Err(failure),
    }
}

fn sorted(mut regions: Vec<RegionName>, source: Source) -> EnabledRegions {
    regions.sort_unstable();
    regions.dedup();
    EnabledRegions { regions, source }
}

/// Whether no call at all will work in the account.
fn keeps_out(failure: &Failure) -> bool {
    matches!(
        failure.class(),
        Class::Denied(Denial::RoleNotAssumable | Denial::CallerMayNotAssume)
            | Class::Expired
            | Class::AccountUnavailable
    ) || failure.role().is_some()
        || (failure.class() == Class::NoCredentials && failure.status().is_none())
}

async fn list_regions(account: &Account) -> Result<Vec<RegionName>, Failure> {
    let call = Call { account: Some(account.id()), ..Call::new("account", "ListRegions") };
    let mut pages = aws_sdk_account::Client::new(&account.session().config())
        .list_regions()
        .region_opt_status_contains(RegionOptStatus::Enabled)
        .region_opt_status_contains(RegionOptStatus::EnabledByDefault)
        .max_results(50)
        .into_paginator()
        .send();
    let mut regions = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of(&error, call.clone()))?;
        let names = page.regions().iter().filter_map(|region| region.region_name());
        regions.extend(names.filter_map(|name| name.parse::<RegionName>().ok()));
    }
    if regions.is_empty() {
        // Every account has some; what answers so is not the service, and its silence must not pass for none.
        return Err(Failure::not_from_aws(call, "the answer names no region"));
    }
    Ok(regions)
}
