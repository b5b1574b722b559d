#![doc = include_str!("../README.md")]

mod built_in;
mod check;
mod cloud_control;
mod collector;
mod collectors;
mod declaration;
mod derived;
mod distinct;
mod expression;
mod kind;
mod problem;
mod record;
mod record_pages;
mod scope;
mod shapes;
mod tags;
mod type_error;
mod undeclared;

pub use collector::Collector;
pub use collectors::Collectors;
pub use kind::Kind;
pub use problem::{CollectorsError, Problem};
pub use record::Record;
pub use record_pages::RecordPages;
pub use scope::Scope;
pub use type_error::TypeError;
