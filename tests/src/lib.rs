#![doc = include_str!("../README.md")]

mod binary;

pub use binary::{Ran, run};
