//! `orgwide`: run AWS calls over every account and every region of an organization.

mod args;
mod call;
mod connect;
mod duration;
mod escape;
mod exit;
mod failures;
mod job;
mod launch;
mod limits;
mod listing;
mod logging;
mod lookups;
mod output;
mod pages;
mod plan;
mod printer;
mod progress;
mod query;
mod rows;
mod runner;
mod select;
mod settings;
mod signals;
mod skips;
mod stop;
mod summary;
mod table;
mod task;
mod verbs;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Verb};

fn main() -> ExitCode {
    let mut cli = Cli::parse();
    if let Err(stop) = settings::fill_in(&mut cli.verb) {
        return stop.report();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            printer::complain(&format!("the runtime could not be started: {error}"), None);
            return exit::Exit::NothingStarted.into();
        }
    };
    let ended = runtime.block_on(async {
        match cli.verb {
            Verb::Inventory(args) => verbs::inventory::run(args).await,
            Verb::Call(args) => verbs::call::run(args).await,
            Verb::Accounts(args) => verbs::accounts::run(args).await,
            Verb::Targets(args) => verbs::targets::run(args).await,
            Verb::Regions(args) => verbs::regions::run(args).await,
            Verb::Whoami(args) => verbs::whoami::run(args).await,
            Verb::Limits(args) => verbs::limits::run(args),
            Verb::Config(args) => verbs::config::run(args.verb),
            Verb::Simulate(args) => verbs::simulate::run(args).await,
            Verb::Completions(args) => verbs::completions::run(&args),
        }
    });
    // Whatever still runs, such as a look-up of a host name, is not worth waiting for.
    runtime.shutdown_background();
    match ended {
        Ok(exit) => exit.into(),
        Err(stop) => stop.report(),
    }
}
