//! The command line, with what a resumed run was started with.

use clap::{CommandFactory, FromArgMatches};

use crate::args::{Cli, RunArgs, Verb};
use crate::stop::Stop;
use crate::{resume, settings};

/// Reads the command line; where it says to go on with a run, what it does not say is as the run was started.
///
/// A command line that is wrong ends the process, as does `--help`.
pub(crate) fn read() -> Result<Cli, Stop> {
    let mut matches = Cli::command().get_matches();
    let mut cli = parse(&matches);
    if let Some((verb, run)) = run_args(&mut cli.verb)
        && let Some(which) = run.resume.run()
        && let Some(given) = matches.subcommand_matches(verb)
    {
        let (words, behind) = resume::given(verb, given);
        if run.resume.store.is_none() {
            run.resume.store = settings::store(&run.connection.settings)?;
        }
        let command = resume::command(verb, &run.resume, which, &words, behind)?;
        matches = Cli::command().get_matches_from(command);
        cli = parse(&matches);
    }
    if let Some((verb, run)) = run_args(&mut cli.verb)
        && let Some(given) = matches.subcommand_matches(verb)
    {
        run.words = resume::given(verb, given).0;
    }
    Ok(cli)
}

fn parse(matches: &clap::ArgMatches) -> Cli {
    Cli::from_arg_matches(matches).unwrap_or_else(|error| error.exit())
}

/// The name of a verb that runs targets, and what it was given.
fn run_args(verb: &mut Verb) -> Option<(&'static str, &mut RunArgs)> {
    match verb {
        Verb::Inventory(args) => Some(("inventory", &mut args.run)),
        Verb::Call(args) => Some(("call", &mut args.run)),
        _ => None,
    }
}
