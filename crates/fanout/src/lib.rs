//! Run one job over many targets, fairly over accounts, with exactly one outcome per target.
#![doc = include_str!("../README.md")]

mod activity;
mod attempt;
mod control;
mod event;
mod fanout;
mod lanes;
mod outcome;
mod run;
mod summary;
mod target;

pub use activity::{Activity, Waiting};
pub use control::Control;
pub use event::Event;
pub use fanout::Fanout;
pub use outcome::{Ended, Failure, JobError, Outcome, OutcomeKind};
pub use run::Run;
pub use summary::Summary;
pub use target::{Planned, SkipReason, Target};
