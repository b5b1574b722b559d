#![doc = include_str!("../README.md")]

mod asking;
mod built_in;
mod callers;
mod calls;
mod check;
mod cloud_control;
mod collector;
mod collectors;
mod declaration;
mod derived;
mod detail;
mod expression;
mod gap;
mod kind;
mod listing;
mod parameters;
mod problem;
mod record;
mod record_pages;
mod refusals;
mod scope;
mod shapes;
mod tags;
mod type_error;
mod undeclared;
mod within;

pub use calls::Calls;
pub use collector::Collector;
pub use collectors::Collectors;
pub use gap::Gap;
pub use kind::Kind;
pub use problem::{CollectorsError, Problem};
pub use record::Record;
pub use record_pages::RecordPages;
pub use scope::Scope;
pub use type_error::TypeError;
