#![doc = include_str!("../README.md")]

mod collector;
mod ec2_instance;
mod members;
mod pages;
mod record;
mod s3_bucket;

pub use collector::{Collector, Scope, UnknownTypeError};
pub use pages::Pages;
pub use record::Record;
