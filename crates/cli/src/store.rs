//! The ledger of a run: a new one, one that gets a run more, or one whose run goes on.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use orgwide_ledger::{
    Again, Columns, Failure, Follow, JobTotals, Ledger, LedgerError, NewRun, Reader, Recorder, RunId,
    RunInfo, SinkSpec, open as open_sink,
};

use crate::args::{ResumeArgs, Retry, RunArgs};
use crate::exit::Exit;
use crate::invocation::Invocation;
use crate::outlets;
use crate::output::{specs, unwritable};
use crate::s3_out::{S3Out, S3Url, Start, is_s3};
use crate::sample::Sample;
use crate::stop::Stop;
use crate::{printer, resume, s3_out};

/// The version a run was made by; another may collect other things under the same names.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An open ledger, and what is to become of it.
pub(crate) struct Store {
    ledger: Ledger,
    /// Where it is, if anybody is to find it again.
    path: Option<PathBuf>,
    purpose: Purpose,
    /// The first rows, for a person whose rows go nowhere else.
    sample: Option<Sample>,
    /// What goes to S3.
    objects: S3Out,
}

enum Purpose {
    Begin(Invocation, &'static str),
    GoOn(RunId, Again, Box<RunInfo>),
}

impl Store {
    /// Opens the ledger that the flags name, for a new run or for the one that is resumed.
    pub(crate) fn open(args: &ResumeArgs, verb: &'static str, wanted: Invocation) -> Result<Self, Stop> {
        let ledger = match &args.store {
            // The lock would be made beside it all the same.
            Some(path) if path.exists() && !path.is_file() => {
                return Err(Stop::new(Exit::Output, format!("--store {} is not a file", path.display()))
                    .next_step("name a file for the ledger, on a disk of this machine"));
            }
            Some(path) => Ledger::open(path).map_err(unusable)?,
            None => Ledger::temporary().map_err(unusable)?,
        };
        match purpose(&ledger, args, verb, wanted) {
            Ok(purpose) => {
                let (path, objects) = (args.store.clone(), S3Out::default());
                Ok(Self { ledger, path, purpose, sample: None, objects })
            }
            Err(stop) => {
                ledger.discard();
                Err(stop)
            }
        }
    }

    /// Begins the run, or goes on with it. Rows reach the files once they are committed.
    pub(crate) fn begin(&mut self, args: &RunArgs, columns: Columns) -> Result<Recorder, Stop> {
        let specs = self.specs(args, columns)?;
        outlets::check(self.path(), &specs, args)?;
        if self.path.is_some() {
            self.check_text(&specs)?;
        }
        let (sample, objects) = (self.sample.clone(), self.objects.clone());
        self.ledger.open_sinks_by(move |spec, settled| match &sample {
            Some(sample) if spec.path.as_os_str() == "-" => Ok((Box::new(sample.clone()), 0)),
            _ if is_s3(&spec.path) => objects.open(spec, settled),
            _ => open_sink(spec, settled),
        });
        let follow = Follow { new_only: args.resume.new_only };
        let recorder = match &self.purpose {
            Purpose::Begin(invocation, verb) => {
                let invocation = serde_json::to_string(invocation).map_err(Stop::usage)?;
                let run = NewRun { verb: (*verb).to_owned(), version: VERSION.to_owned(), invocation };
                self.ledger.begin(run, specs, follow)
            }
            Purpose::GoOn(run, again, _) => self.ledger.resume(*run, again.clone(), specs, follow),
        };
        recorder.map_err(unusable)
    }

    /// What a ledger tells whoever goes on is text.
    fn check_text(&self, specs: &[SinkSpec]) -> Result<(), Stop> {
        let flag = match &self.purpose {
            Purpose::Begin(invocation, _) => invocation.words.no_text.first().cloned(),
            Purpose::GoOn(..) => None,
        };
        let out = specs.iter().any(|spec| spec.path.to_str().is_none()).then(|| "--out".to_owned());
        match flag.or(out) {
            None => Ok(()),
            Some(flag) => Err(Stop::usage(format!("{flag} is not UTF-8, so a ledger cannot keep it"))
                .next_step("name it in UTF-8; a file can be renamed, or reached by a link")),
        }
    }

    /// Where rows go: where the flags say, else where the run went before, else to stdout, a few of them where that is
    /// a terminal.
    fn specs(&mut self, args: &RunArgs, columns: Columns) -> Result<Vec<SinkSpec>, Stop> {
        let before = match &self.purpose {
            Purpose::Begin(..) => Vec::new(),
            Purpose::GoOn(_, _, info) => info.sinks.clone(),
        };
        let before: Vec<_> = before.into_iter().filter(|path| path.as_os_str() != "-").collect();
        let mut paths = if args.output.out.is_empty() { before } else { args.output.out.clone() };
        if paths.is_empty() && io::stdout().is_terminal() && !args.output.quiet {
            self.sample = Some(Sample::default());
            paths.push("-".into());
        }
        let start = match &self.purpose {
            Purpose::Begin(..) => Start::at(Timestamp::now()),
            Purpose::GoOn(_, _, info) => Start::at(info.started_at),
        };
        let of = |path: &Path| match is_s3(path) {
            true => Ok(s3_out::spec(self.folder(S3Url::parse(path)?, start)?, columns)),
            false => SinkSpec::of(path, columns).map_err(unwritable),
        };
        let mut specs = specs(&paths, args.output.overwrite, of)?;
        specs.iter_mut().for_each(|spec| spec.only_complete = args.require_complete);
        Ok(specs)
    }

    /// Where the objects of this run go: a folder of its own, the same in every sitting.
    fn folder(&self, url: S3Url, start: Start) -> Result<S3Url, Stop> {
        let before = match &self.purpose {
            Purpose::Begin(..) => &[][..],
            Purpose::GoOn(_, _, info) => &info.sinks[..],
        };
        let mut before = before.iter().filter(|path| is_s3(path)).filter_map(|path| S3Url::parse(path).ok());
        match before.find(|before| url == *before || !url.has_run() && url.is_of(before)) {
            Some(before) => Ok(before),
            None if url.has_run() => {
                Err(Stop::usage(format!("{} is the folder of another run", url.folder()))
                    .next_step("name what stands before `date=`: each run makes a folder there"))
            }
            None => Ok(url.of_run(start)),
        }
    }

    /// What goes to S3.
    pub(crate) fn objects(&self) -> &S3Out {
        &self.objects
    }

    /// Whether it is known which targets the run has.
    pub(crate) fn has_complete_plan(&self) -> bool {
        matches!(&self.purpose, Purpose::GoOn(_, _, info) if info.plan_complete)
    }

    pub(crate) fn is_resumed(&self) -> bool {
        matches!(self.purpose, Purpose::GoOn(..))
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(crate) fn sample(&self) -> Option<&Sample> {
        self.sample.as_ref()
    }

    /// Shows what did not complete, once the run has ended.
    pub(crate) fn failures(&self, run: RunId, mut each: impl FnMut(Failure)) -> Result<(), LedgerError> {
        match (self.ledger.failures(run, &mut each), &self.path) {
            // A recording that could not be ended has the ledger still, which others may read all the same.
            (Err(LedgerError::Busy), Some(path)) => Reader::open(path)?.failures(run, each),
            (read, _) => read,
        }
    }

    /// What came of each job, once the run has ended.
    pub(crate) fn jobs(&self, run: RunId) -> Result<Vec<JobTotals>, LedgerError> {
        match (self.ledger.jobs(run), &self.path) {
            (Err(LedgerError::Busy), Some(path)) => Reader::open(path)?.jobs(run),
            (read, _) => read,
        }
    }

    /// Nothing began: leaves no trace.
    pub(crate) fn discard(self) {
        self.ledger.discard();
    }
}

fn purpose(
    ledger: &Ledger,
    args: &ResumeArgs,
    verb: &'static str,
    wanted: Invocation,
) -> Result<Purpose, Stop> {
    let Some(run) = args.run() else { return Ok(Purpose::Begin(wanted, verb)) };
    let runs = ledger.runs().map_err(unusable)?;
    let info = resume::find(&runs, run, args.store.as_deref())?.clone();
    resume::check(&info, verb, VERSION, &wanted.selection)?;
    let again = match &args.retry_failed {
        None => Again::Unfinished,
        Some(Retry::All) => Again::Failed(None),
        Some(Retry::Kind(kind)) => {
            say_if_there_is_none(ledger, info.id, kind)?;
            Again::Failed(Some(kind.clone()))
        }
    };
    Ok(Purpose::GoOn(info.id, again, Box::new(info)))
}

/// A word that nothing failed like may be a slip.
fn say_if_there_is_none(ledger: &Ledger, run: RunId, kind: &str) -> Result<(), Stop> {
    let mut kinds = BTreeSet::new();
    let mut note = |failure: Failure| {
        let outcome = failure.outcome.map(|outcome| outcome.as_str().to_owned());
        kinds.extend(outcome.into_iter().chain(failure.kind).filter(|word| word != "cancelled"));
    };
    ledger.failures(run, &mut note).map_err(unusable)?;
    if !kinds.contains(kind) {
        let there =
            if kinds.is_empty() { "nothing did".to_owned() } else { Vec::from_iter(kinds).join(", ") };
        printer::note(&format!("nothing in run {run} failed like `{kind}`; there is: {there}"));
    }
    Ok(())
}

/// Why a ledger cannot be used, and what to do about it.
pub(crate) fn unusable(error: LedgerError) -> Stop {
    let message = error.to_string();
    match error {
        LedgerError::Sink(error) => unwritable(error),
        LedgerError::Query { .. } | LedgerError::NoRun { .. } => Stop::usage(message),
        LedgerError::Locked { .. } => Stop::new(Exit::Output, message)
            .next_step("wait for its end, or keep this run in another ledger with --store"),
        _ => Stop::new(Exit::Output, message)
            .next_step("check the file, its folder and its room, or name another ledger with --store"),
    }
}
