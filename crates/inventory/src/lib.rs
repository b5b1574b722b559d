#![doc = include_str!("../README.md")]

mod built_in;
mod check;
mod collector;
mod collectors;
mod declaration;
mod expression;
mod kind;
mod problem;
mod record;
mod record_pages;
mod scope;
mod shapes;
mod tags;

pub use collector::Collector;
pub use collectors::{Collectors, UnknownTypeError};
pub use kind::Kind;
pub use problem::{CollectorsError, Problem};
pub use record::Record;
pub use record_pages::RecordPages;
pub use scope::Scope;
