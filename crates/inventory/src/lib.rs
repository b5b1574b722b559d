#![doc = include_str!("../README.md")]

mod collector;
mod declared;
mod naming;
mod pages;
mod record;

pub use collector::{Collector, Scope, UnknownTypeError};
pub use naming::Naming;
pub use pages::Pages;
pub use record::Record;
