//! What is said of a run: on stderr, in the summary, and in the list of what did not complete.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

use orgwide_ledger::{End, LedgerError, Recorder, RunId};
use orgwide_limit::Limiter;

use crate::args::{RunArgs, STORE};
use crate::errors_out::ErrorsOut;
use crate::escape::for_shell;
use crate::exit::Exit;
use crate::failures::Failures;
use crate::runner::{NothingBegan, Ran, Stopped, Unwritten};
use crate::stop::Stop;
use crate::store::{Store, unusable};
use crate::{by_type, limits, printer};

/// Who tells of a run.
pub(crate) struct Report {
    verb: &'static str,
    quiet: bool,
    summary: Option<PathBuf>,
    errors_out: Option<PathBuf>,
    store: Store,
    /// What is not kept, so that whoever goes on has to give it again.
    again: String,
}

impl Report {
    pub(crate) fn new(verb: &'static str, args: &RunArgs, store: Store) -> Self {
        Self {
            verb,
            quiet: args.output.quiet,
            summary: args.summary.clone(),
            errors_out: args.errors_out.clone(),
            again: again(args),
            store,
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Says what begins.
    pub(crate) fn opening(&self, doing: &str, recorder: &Recorder) {
        if self.quiet {
            return;
        }
        match self.store.path() {
            Some(store) => printer::note(&format!("run {} in {}: {doing}", recorder.run(), store.display())),
            None => printer::note(doing),
        }
    }

    /// Writes down how it ended, says so, and ends the recording.
    pub(crate) async fn closing(self, ran: Ran, recorder: Recorder, limiter: &Limiter) -> Result<Exit, Stop> {
        if let Some(nothing) = &ran.nothing_began {
            recorder.abandon().await.ok();
            self.store.discard();
            return Err(nothing_began(nothing));
        }
        let run = recorder.run();
        let mut ending = ran.ending();
        let end =
            End { exit: ending.exit().code(), complete: ending.complete, summary: ran.summary.to_json() };
        let (finished, cut) = match ran.stopping.wait_for(recorder.finish(end)).await {
            // What could not be written before is told once.
            Some(Err(_)) if ran.unwritten.is_some() => (Ok(()), false),
            Some(Err(error)) => (Err(error), false),
            Some(Ok(())) => (Ok(()), false),
            None => (Ok(()), self.store.objects().is_used()),
        };
        let (failures, listed) = self.failures(run);
        let summary = self.summary.as_deref().map_or(Ok(()), |path| ran.summary.write(path));
        let wrote = listed.and(summary);
        let reader_left = finished.as_ref().is_err_and(LedgerError::is_of_reader);
        ending.reader_left |= reader_left;
        ending.unwritten |= finished.is_err() || wrote.is_err() || cut;
        ending.signal = ending.signal.or_else(|| ran.stopping.exit().filter(|_| cut));
        if !self.quiet && !ending.reader_left {
            self.tell(run, &ran, &failures, limiter);
        }
        let cut =
            cut.then(|| Stop::new(Exit::Output, "the last rows were not put into S3: the run was stopped"));
        let trouble = ran.unwritten.map(unwritten).into_iter().chain(cut);
        let trouble = trouble.chain(finished.err().map(unusable)).chain(wrote.err());
        trouble.chain(ran.stopped.as_ref().map(stopped)).for_each(|stop| {
            stop.report();
        });
        if !self.quiet && !ending.reader_left {
            let unfinished = ran.summary.is_unfinished() || ending.unwritten;
            self.say_how_to_go_on(&run.to_string(), unfinished, ran.summary.not_completed());
        }
        Ok(ending.exit())
    }

    /// Reads once what did not complete: for the closing table, and into the list of it.
    fn failures(&self, run: RunId) -> (Failures, Result<(), Stop>) {
        let mut failures = Failures::default();
        let mut list = self.errors_out.as_deref().map(ErrorsOut::create).transpose();
        let read = self.store.failures(run, |failure| {
            failures.note(&failure);
            if let Ok(Some(file)) = &mut list
                && let Err(stop) = file.write(&failure)
            {
                list = Err(stop);
            }
        });
        let listed = match (list, read) {
            (Err(stop), _) => Err(stop),
            (Ok(None), _) => Ok(()),
            (Ok(Some(file)), Ok(())) => file.finish(),
            // A list that breaks off would say that nothing else failed.
            (Ok(Some(file)), Err(error)) => {
                let path = file.discard();
                let path = path.display();
                Err(Stop::new(
                    Exit::Output,
                    format!("{path} is not written, what failed is not known: {error}"),
                ))
            }
        };
        (failures, listed)
    }

    fn tell(&self, run: RunId, ran: &Ran, failures: &Failures, limiter: &Limiter) {
        let guessed = ran.planning.guessed.load(Relaxed);
        if guessed > 0 {
            printer::note(&format!(
                "{guessed} accounts refuse to list their regions: those enabled by default were taken"
            ));
        }
        ran.planning.unmatched.lock().iter().for_each(|what| printer::note(&what.to_string()));
        if let Some(sample) = self.store.sample() {
            sample.print(&self.flag_of_the_store().map_or_else(
                || "--out rows.ndjson keeps them all".to_owned(),
                |store| format!("`orgwide query 'SELECT * FROM resources'{store}` has them all"),
            ));
        }
        // The ledger has it, or says so below.
        let jobs = self.store.jobs(run).unwrap_or_default();
        if let Some(table) = by_type::table(jobs) {
            printer::block(&table);
        }
        limits::learned(limiter).for_each(|line| printer::note(&line));
        ran.skips.lines().for_each(|line| printer::note(&line));
        ran.gaps.lines().iter().for_each(|line| printer::note(line));
        if let Some(table) = failures.table() {
            printer::block(&table);
        }
        self.store.objects().lines().iter().for_each(|line| printer::note(line));
        printer::note(&ran.summary.line());
    }

    /// The command that takes the run up again; there is one as long as the run is kept.
    fn say_how_to_go_on(&self, run: &str, unfinished: bool, lost: bool) {
        let Some(store) = self.flag_of_the_store() else { return };
        let (verb, again) = (self.verb, &self.again);
        if unfinished {
            printer::note(&format!("go on with: orgwide {verb} --resume={run}{store}{again}"));
        }
        if lost {
            printer::note(&format!(
                "run again what failed: orgwide {verb} --resume={run} --retry-failed{store}{again}"
            ));
        }
    }

    /// The flag that names the ledger, where it has to be given.
    fn flag_of_the_store(&self) -> Option<String> {
        let store = self.store.path()?;
        Some(match store.file_name() {
            Some(name) if name == STORE && store.parent().is_some_and(is_here) => String::new(),
            _ => format!(" --store {}", for_shell(&store.to_string_lossy())),
        })
    }
}

/// What a command that goes on with the run has to say again, with a blank before each.
fn again(args: &RunArgs) -> String {
    let mut again = args.again.to_owned();
    if args.accounts.external_id.is_some() {
        again.push_str(" --external-id ID");
    }
    if args.accounts.accounts_file.iter().any(|path| path == Path::new("-")) {
        again.push_str(" < LIST");
    }
    again
}

fn is_here(folder: &Path) -> bool {
    folder.as_os_str().is_empty() || folder == Path::new(".")
}

fn nothing_began(nothing: &NothingBegan) -> Stop {
    match nothing {
        NothingBegan::HubAtFault(failure) => Stop::nothing_started(failure),
        NothingBegan::NoAccount => {
            Stop::new(Exit::NothingStarted, "the selection is empty: no account is left in it")
                .next_step("`orgwide accounts` with the same flags shows why each is out")
        }
    }
}

fn unwritten(unwritten: Unwritten) -> Stop {
    match unwritten {
        Unwritten::Ledger(error) => unusable(error),
        Unwritten::NotWaitedFor => Stop::new(
            Exit::Output,
            "the last rows were not written in time: their reader does not read, or the network is slow",
        ),
    }
}

fn stopped(stopped: &Stopped) -> Stop {
    let stop = |message: String| Stop::new(Exit::Stopped, message);
    match stopped {
        Stopped::Listing(failure) => {
            stop(format!("the list of accounts broke off, so the run is not complete: {failure}"))
                .next_step(failure.next_step())
        }
        Stopped::Credentials(failure) => {
            stop(format!("the caller's own credentials ended, so the run was stopped: {failure}"))
                .next_step("sign in again and go on with --resume")
        }
        Stopped::Failures => {
            stop("more failed than --max-failures allows, so the run was stopped".to_owned())
                .next_step("see what failed, mend it, and go on with --retry-failed")
        }
        Stopped::Canary => stop("a canary did not complete, so the rest was not begun".to_owned())
            .next_step("see what failed, mend it, and go on with --retry-failed"),
        Stopped::Deadline => {
            stop("the --deadline is over, so the run was stopped".to_owned()).next_step("go on with --resume")
        }
    }
}
