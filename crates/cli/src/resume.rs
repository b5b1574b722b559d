//! Which run is gone on with, and whether it may be.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use clap::ArgMatches;
use orgwide_ledger::{Ledger, RunInfo};
use serde_json::Value;

use crate::args::{ResumeArgs, RunRef, STORE};
use crate::escape::for_shell;
use crate::invocation::{Invocation, Words};
use crate::stop::Stop;
use crate::store::unusable;

/// The run that is meant.
pub(crate) fn find<'a>(
    runs: &'a [RunInfo],
    which: RunRef,
    store: Option<&Path>,
) -> Result<&'a RunInfo, Stop> {
    let found = match which {
        RunRef::Newest => runs.iter().max_by_key(|run| run.id),
        RunRef::Number(number) => runs.iter().find(|run| i64::try_from(run.id.get()) == Ok(number)),
    };
    let path = store.unwrap_or(Path::new(STORE));
    let (store, quoted) = (path.display(), for_shell(&path.to_string_lossy()).into_owned());
    found.ok_or_else(|| match which {
        RunRef::Newest => {
            Stop::usage(format!("there is no run in {store}")).next_step("begin one without --resume")
        }
        RunRef::Number(number) => Stop::usage(format!("there is no run {number} in {store}"))
            .next_step(format!("`orgwide runs --store {quoted}` lists those there are")),
    })
}

/// The command line that goes on with the run that `args` mean: what is not given now is as it was.
pub(crate) fn command(
    verb: &str,
    args: &ResumeArgs,
    which: RunRef,
    given: &Words,
    behind_the_verb: Vec<OsString>,
) -> Result<Vec<OsString>, Stop> {
    let path = args.store.as_deref().unwrap_or(Path::new(STORE));
    if !path.exists() {
        return Err(Stop::usage(format!("there is no ledger {}", path.display()))
            .next_step("name the one the run is in with --store"));
    }
    // Whoever only reads could not mend what a crash left half written.
    let runs = Ledger::open(path).and_then(|ledger| ledger.runs()).map_err(unusable)?;
    let run = find(&runs, which, Some(path))?;
    if run.verb != verb {
        return Err(another_verb(run, verb));
    }
    Ok(invocation(run)?.words.go_on(verb, given, behind_the_verb))
}

/// Refuses to go on with what would be another run.
pub(crate) fn check(
    run: &RunInfo,
    verb: &str,
    version: &str,
    selection: &BTreeMap<String, Value>,
) -> Result<(), Stop> {
    if run.verb != verb {
        return Err(another_verb(run, verb));
    }
    let mut differences = invocation(run)?.differences(selection);
    if run.version != version {
        differences.push(format!("version: the run was made by {}, this is {version}", run.version));
    }
    if differences.is_empty() {
        return Ok(());
    }
    let message =
        format!("run {} cannot go on, something is not as it was: {}", run.id, differences.join("; "));
    // Neither is written down.
    let secret = differences.iter().any(|difference| {
        difference.starts_with("--external-id:") || difference.starts_with("hash of --params:")
    });
    let declared = differences.iter().any(|difference| difference.starts_with("hash of --collectors:"));
    Err(Stop::usage(message).next_step(if secret {
        "give --params and --external-id again as they were: what may be secret is not kept"
    } else if declared {
        "bring the files of --collectors back to what they declared, or begin a new run without --resume"
    } else {
        "leave out the flags that differ, or begin a new run without --resume"
    }))
}

fn invocation(run: &RunInfo) -> Result<Invocation, Stop> {
    serde_json::from_str(&run.invocation).map_err(|_| {
        Stop::usage(format!("run {} does not tell what it was", run.id)).next_step("begin a new run")
    })
}

fn another_verb(run: &RunInfo, verb: &str) -> Stop {
    Stop::usage(format!("run {} is one of `orgwide {}`, not of `orgwide {verb}`", run.id, run.verb))
        .next_step(format!("go on with `orgwide {} --resume={}`", run.verb, run.id))
}

/// The words of a verb that were given, and all that stands behind it.
pub(crate) fn given(verb: &str, matches: &ArgMatches) -> (Words, Vec<OsString>) {
    let command = <crate::args::Cli as clap::CommandFactory>::command();
    let words = command.find_subcommand(verb).map(|verb| Words::of(verb, matches)).unwrap_or_default();
    let behind = std::env::args_os().skip_while(|word| word != verb).skip(1).collect();
    (words, behind)
}
