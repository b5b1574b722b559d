//! Where a run takes place, how it is carried through, and what becomes of it.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};
use orgwide_fanout::FailureBudget;

use super::{AccountArgs, ConnectionArgs, OutputArgs, RegionArgs, RunRef};
use crate::duration;
use crate::invocation::Words;

/// What every verb that runs targets takes.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) accounts: AccountArgs,
    #[command(flatten)]
    pub(crate) regions: RegionArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) resume: ResumeArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Write the counts of the run to this file, as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) summary: Option<PathBuf>,
    /// Write each target that did not complete to this file, as NDJSON: where, why, and what to do about it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) errors_out: Option<PathBuf>,
    /// Let the --out files appear under their names only once every target has completed; until then they end in
    /// `.partial`
    #[arg(long)]
    pub(crate) require_complete: bool,
    /// What was given, in the words of the command line.
    #[arg(skip)]
    pub(crate) words: Words,
    /// What is not kept of it and has to be given again, as flags with a blank before each.
    #[arg(skip)]
    pub(crate) again: &'static str,
}

/// How far a run goes before it is stopped.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running")]
pub(crate) struct PaceArgs {
    /// How long one target may work; waiting for a rate does not count [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) item_timeout: Option<Duration>,
    /// Stop the run after this time; it can be resumed
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) deadline: Option<Duration>,
    /// Stop the run when more targets than this have failed, or this share of those that ended (from 100 on); a
    /// denied account counts once; it can be resumed
    #[arg(long, value_name = "N|P%")]
    pub(crate) max_failures: Option<FailureBudget>,
    /// Run one account first, then one in twenty, then the rest; stop if one of those before the rest does not
    /// complete, or at --max-failures where that is given
    #[arg(long)]
    pub(crate) canary: bool,
}

/// Where a run is kept, and which one is taken up again.
#[derive(Debug, Args)]
#[command(next_help_heading = "Ledger")]
pub(crate) struct ResumeArgs {
    /// Keep the run in this file: targets, outcomes and rows; more runs are added to it
    /// [default: orgwide.sqlite for `inventory`, none for `call`]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) store: Option<PathBuf>,
    /// Go on with a run that was stopped, the newest or the one of this number; its flags need not be given again,
    /// its files go on where they ended
    #[arg(long, value_name = "RUN", num_args = 0..=1, require_equals = true, default_missing_value = "newest")]
    pub(crate) resume: Option<RunRef>,
    /// Go on with a run, and run again what failed in it, all of it or what failed like this, such as `throttled` or
    /// `denied`
    #[arg(long, value_name = "KIND", num_args = 0..=1, require_equals = true, default_missing_value = "all")]
    pub(crate) retry_failed: Option<Retry>,
    /// Print only rows that come from now on, where rows of a resumed run go to stdout
    #[arg(long)]
    pub(crate) new_only: bool,
}

/// What of a run is run again, beyond what had not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Retry {
    /// Everything that failed.
    All,
    /// What ended like this.
    Kind(String),
}

impl std::str::FromStr for Retry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            word if !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => {
                Ok(Self::Kind(word.to_owned()))
            }
            _ => Err("a kind is a word such as throttled, denied, timed_out, unreachable".to_owned()),
        }
    }
}

impl ResumeArgs {
    /// Which run is taken up again, if one is.
    pub(crate) fn run(&self) -> Option<RunRef> {
        self.resume.or(self.retry_failed.is_some().then_some(RunRef::Newest))
    }
}
