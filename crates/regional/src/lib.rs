#![doc = include_str!("../README.md")]

mod describe_regions;
mod discovery;
mod regional_account;
mod selection;

pub use discovery::{EnabledRegions, Source, enabled_regions};
pub use regional_account::RegionalAccount;
pub use selection::{ParseRegionsError, RegionSelection};
