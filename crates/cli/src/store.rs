//! The ledger of a run: a new one, one that gets a run more, or one whose run goes on.

use std::path::{Path, PathBuf};

use orgwide_ledger::{Again, Columns, Following, Ledger, LedgerError, NewRun, Recorder, RunId, RunInfo};

use crate::args::{ResumeArgs, Retry};
use crate::exit::Exit;
use crate::invocation::Invocation;
use crate::output::{Files, Output};
use crate::resume;
use crate::sample::Sample;
use crate::stop::Stop;

/// The version a run was made by; another may collect other things under the same names.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An open ledger, and what is to become of it.
pub(crate) struct Store {
    ledger: Ledger,
    purpose: Purpose,
}

enum Purpose {
    Begin(Invocation, &'static str),
    GoOn(RunId, Again, Box<RunInfo>),
}

impl Store {
    /// Opens the ledger that the flags name, for a new run or for the one that is resumed.
    pub(crate) fn open(args: &ResumeArgs, verb: &'static str, wanted: Invocation) -> Result<Self, Stop> {
        let ledger = match &args.store {
            Some(path) => Ledger::open(path).map_err(unusable)?,
            None => Ledger::temporary().map_err(unusable)?,
        };
        let Some(run) = args.run() else {
            return Ok(Self { ledger, purpose: Purpose::Begin(wanted, verb) });
        };
        let info = resume::find(&ledger.runs().map_err(unusable)?, run, args.store.as_deref())?.clone();
        resume::check(&info, verb, VERSION, &wanted.selection)?;
        let again = match &args.retry_failed {
            None => Again::Unfinished,
            Some(Retry::All) => Again::Failed(None),
            Some(Retry::Kind(kind)) => Again::Failed(Some(kind.clone())),
        };
        Ok(Self { ledger, purpose: Purpose::GoOn(info.id, again, Box::new(info)) })
    }

    /// The files the run was written to so far.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        match &self.purpose {
            Purpose::Begin(..) => Vec::new(),
            Purpose::GoOn(_, _, info) => info.files.clone(),
        }
    }

    /// Opens the files, those that the run was written to where they ended.
    pub(crate) fn open_output(self, files: Files<'_>, columns: Columns) -> Result<(Self, Output), Stop> {
        let run = match &self.purpose {
            Purpose::Begin(..) => None,
            Purpose::GoOn(run, ..) => Some(*run),
        };
        let opened = Output::open_files(files, columns, |path| {
            let settled = run.and_then(|run| Some(self.ledger.settled(run, &absolute(path)?)));
            settled.transpose().map(Option::flatten).map_err(unusable)
        });
        match opened {
            Ok(output) => Ok((self, output)),
            Err(stop) => {
                self.discard();
                Err(stop)
            }
        }
    }

    /// Whether it is known which targets the run has.
    pub(crate) fn has_complete_plan(&self) -> bool {
        matches!(&self.purpose, Purpose::GoOn(_, _, info) if info.plan_complete)
    }

    pub(crate) fn is_resumed(&self) -> bool {
        matches!(self.purpose, Purpose::GoOn(..))
    }

    /// Where it is, if anybody is to find it again.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.ledger.path()
    }

    /// Begins the run, or goes on with it. Rows reach the output once they are committed.
    pub(crate) fn begin(self, output: Output, sample: Option<Sample>, new_only: bool) -> Result<Recorder, Stop> {
        let files = output.into_sinks().into_iter().map(|opened| Following {
            file: absolute(&opened.spec.path),
            sink: opened.sink,
            through: opened.through,
        });
        let sample = sample.map(|sample| Following { sink: Box::new(sample), through: 0, file: None });
        let following: Vec<_> = files.chain(sample).collect();
        let recorder = match self.purpose {
            Purpose::Begin(invocation, verb) => {
                let invocation = serde_json::to_string(&invocation).map_err(Stop::usage)?;
                let run = NewRun { verb: verb.to_owned(), version: VERSION.to_owned(), invocation };
                self.ledger.begin(run, following)
            }
            Purpose::GoOn(run, again, _) => self.ledger.resume(run, &again, following, new_only),
        };
        recorder.map_err(unusable)
    }

    /// Nothing began: leaves no trace.
    pub(crate) fn discard(self) {
        self.ledger.discard();
    }
}

/// What a ledger knows a file by, from whatever folder it is named; none for stdout.
fn absolute(path: &Path) -> Option<PathBuf> {
    if path.as_os_str() == "-" { None } else { std::path::absolute(path).ok() }
}

/// Why a ledger cannot be used, and what to do about it.
pub(crate) fn unusable(error: LedgerError) -> Stop {
    let message = error.to_string();
    match error {
        LedgerError::Sink(error) => crate::output::unwritable(error),
        LedgerError::Locked { .. } => Stop::new(Exit::Output, message)
            .next_step("wait for its end, or keep this run in another ledger with --store"),
        _ => Stop::new(Exit::Output, message)
            .next_step("check the file, its folder and its room, or name another ledger with --store"),
    }
}
