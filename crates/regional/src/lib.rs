#![doc = include_str!("../README.md")]

mod describe_regions;
mod discovery;
mod limit;
mod regional_account;
mod selection;

pub use discovery::{EnabledRegions, Source, enabled_regions};
pub use limit::{Limit, LimitError};
pub use orgwide_session::RateLimited;
pub use regional_account::RegionalAccount;
pub use selection::{ParseRegionsError, RegionSelection};
