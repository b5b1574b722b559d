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
pub use problem::{ConfigError, Place, Problem};
pub use role::Role;
pub use schema::schema;
pub use settings::{Accounts, Settings};
pub use tree::MOST_BYTES;
