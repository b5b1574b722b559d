//! Run one job over many targets, fairly over accounts, with exactly one outcome per target.
#![doc = include_str!("../README.md")]

mod activity;
mod attempt;
mod backoff;
mod clock;
mod control;
mod ended;
mod event;
mod failure_budget;
mod failures;
mod fanout;
mod lanes;
mod outcome;
mod parking;
mod retries;
mod run;
mod stop_reason;
mod summary;
mod target;
mod verdict;
mod waits;

pub use activity::{Activity, Waiting};
pub use control::Control;
pub use ended::Ended;
pub use event::Event;
pub use failure_budget::{FailureBudget, InvalidFailureBudget};
pub use fanout::Fanout;
pub use outcome::{Failure, Outcome, OutcomeKind};
pub use run::Run;
pub use stop_reason::StopReason;
pub use summary::Summary;
pub use target::{Planned, SkipReason, Target};
pub use verdict::{JobError, Verdict};
pub use waits::{Wait, Waits};
