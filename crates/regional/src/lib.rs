#![doc = include_str!("../README.md")]

mod describe_regions;
mod discovery;
mod factory;
mod filter;
mod interned;
mod interner;
mod known;
mod limit;
mod limits;
mod not_chosen;
mod regional_account;
mod regional_account_set;
mod regional_accounts;
mod selection;

pub use discovery::{EnabledRegions, Source, enabled_regions};
pub use factory::{Factory, RegionalAccountsParameters, RegionsFrom};
pub use filter::RegionFilter;
pub use known::ParseRegionsError;
pub use limit::{Limit, LimitError};
pub use limits::{RegionLimits, RegionLimitsError};
pub use not_chosen::NotChosen;
pub use orgwide_session::RateLimited;
pub use regional_account::RegionalAccount;
pub use regional_account_set::RegionalAccountSet;
pub use regional_accounts::RegionalAccounts;
pub use selection::RegionSelection;

/// The examples of the guide are compiled here.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/from-cs-aws-account.md")]
struct Guide;
