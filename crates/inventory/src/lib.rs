#![doc = include_str!("../README.md")]

mod collector;
mod declared;
mod naming;
mod record;
mod record_pages;

pub use collector::{Collector, Scope, UnknownTypeError};
pub use naming::Naming;
pub use record::Record;
pub use record_pages::RecordPages;
