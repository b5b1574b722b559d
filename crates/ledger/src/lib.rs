//! A run on disk: every target with its one outcome, its rows, resume, and files that follow.
#![doc = include_str!("../README.md")]

mod attempt;
mod changes;
mod columns;
mod diff;
mod ended;
mod error;
mod ledger;
mod line;
mod lock;
mod message;
mod pump;
mod query;
mod reader;
mod recorder;
mod row;
mod run;
mod runs;
mod schema;
mod shared;
mod sink;
mod target;
mod trouble;
mod views;
mod writer;

pub use attempt::Attempt;
pub use changes::Ignored;
pub use columns::{Column, Columns, Kind};
pub use diff::{Difference, Differences};
pub use ended::{Ended, Outcome, ParseOutcomeError};
pub use error::{Closed, LedgerError};
pub use ledger::Ledger;
pub use query::{Answer, Value};
pub use reader::Reader;
pub use recorder::Recorder;
pub use row::Row;
pub use run::{Again, End, Follow, NewRun, RunId, RunInfo, Totals};
pub use runs::{Failure, JobTotals};
pub use sink::{Format, Parts, Settled, Sink, SinkError, SinkSpec, open};
pub use target::{Planned, Target, TargetId, Unfinished};
pub use views::{View, views};
