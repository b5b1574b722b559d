#![doc = include_str!("../README.md")]

mod accounts;
mod config;
mod duration;
mod endpoint;
mod environment;
mod import;
mod in_force;
mod keys;
mod limit;
mod max_failures;
mod node;
mod problem;
mod reader;
mod regions;
mod role;
mod schema;
mod settings;
mod tree;
mod yaml;

pub use config::{Config, UnknownSet};
pub use endpoint::Endpoint;
pub use import::{Import, import};
pub use limit::{Ceiling, Limit};
pub use max_failures::MaxFailures;
pub use problem::{ConfigError, Place, Problem};
pub use role::Role;
pub use schema::schema;
pub use settings::{Accounts, Inventory, Output, Settings};
pub use tree::MOST_BYTES;
