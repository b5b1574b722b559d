use std::fmt;
use std::num::ParseIntError;
use std::path::PathBuf;
use std::str::FromStr;

use jiff::Timestamp;

/// The number of a run in its ledger, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub(crate) i64);

/// A run that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// The command, such as `inventory`.
    pub verb: String,
    /// The version of the program.
    pub version: String,
    /// What was asked, as JSON: whatever is needed to ask it again. It is stored as it is, so it must hold no secret.
    pub invocation: String,
}

/// What a resumed run does again. Targets that were cancelled always are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// Only what has not ended.
    Unfinished,
    /// Those as well that were denied, failed or timed out: all, or those whose outcome or kind is this word.
    Failed(Option<String>),
}

/// How files follow a run that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Follow {
    /// Whether what keeps no position, such as stdout, gets only rows that are committed from now on. Otherwise it
    /// gets those of earlier sittings again.
    pub new_only: bool,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The exit code.
    pub exit: u8,
    /// Whether every target completed or was left out by a rule, and all of them are known.
    pub complete: bool,
    /// The summary, as JSON.
    pub summary: String,
}

/// How many targets ended how, over all sittings of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Targets in the plan.
    pub planned: u64,
    /// Targets whose rows are all there.
    pub completed: u64,
    /// Targets AWS refused.
    pub denied: u64,
    /// Targets that went wrong in another way.
    pub failed: u64,
    /// Targets that took too long.
    pub timed_out: u64,
    /// Targets that a rule left out.
    pub skipped: u64,
    /// Targets that a stop left undone.
    pub cancelled: u64,
    /// Rows of the targets that completed.
    pub rows: u64,
    /// How many of these have a key that another of their target has.
    pub duplicates: u64,
    /// Whether every target is known: no listing broke off.
    pub plan_complete: bool,
}

/// A run, as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunInfo {
    /// Its number.
    pub id: RunId,
    /// The command.
    pub verb: String,
    /// The version of the program that began it.
    pub version: String,
    /// What was asked, as JSON.
    pub invocation: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none if it was interrupted, or still goes on.
    pub ended_at: Option<Timestamp>,
    /// The exit code it ended with.
    pub exit: Option<u8>,
    /// Whether every target is known.
    pub plan_complete: bool,
    /// How its targets ended.
    pub totals: Totals,
    /// The files that followed it.
    pub sinks: Vec<PathBuf>,
    /// How often it was resumed.
    pub resumed: u32,
    /// The summary it ended with, as JSON.
    pub summary: Option<String>,
}

impl Totals {
    /// Targets that have not ended: none once a run was settled.
    #[must_use]
    pub fn unfinished(&self) -> u64 {
        let ended =
            self.completed + self.denied + self.failed + self.timed_out + self.skipped + self.cancelled;
        self.planned.saturating_sub(ended)
    }
}

impl RunId {
    /// The number.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0.unsigned_abs()
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for RunId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<std::num::NonZeroU32>().map(|number| Self(i64::from(number.get())))
    }
}
