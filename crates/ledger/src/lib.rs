//! A run on disk: every target with its one outcome, its rows, resume, and files that follow.
#![doc = include_str!("../README.md")]

mod columns;
mod row;
mod sink;

pub use columns::{Column, Columns, Kind};
pub use row::Row;
pub use sink::{Format, Settled, Sink, SinkError, SinkSpec, open};
