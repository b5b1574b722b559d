#![doc = include_str!("../README.md")]

mod account_id;
mod glob;
mod operation_name;
mod partition;
mod partition_data;
mod region_name;
mod role;
mod service_data;
mod service_name;
mod service_table;

pub use account_id::{AccountId, ParseAccountIdError};
pub use glob::Glob;
pub use operation_name::{OperationName, ParseOperationNameError};
pub use partition::Partition;
pub use region_name::{ParseRegionNameError, RegionName};
pub use role::{ParseRoleError, RoleArn, RoleName, RoleSpec};
pub use service_name::{ParseServiceNameError, ServiceName};
