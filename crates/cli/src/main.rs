//! `orgwide`: run AWS calls over every account and every region of an organization.

mod args;
mod by_type;
mod call;
mod canary;
mod command_line;
mod connect;
mod descriptors;
mod duration;
mod ending;
mod errors_out;
mod escape;
mod exit;
mod failures;
mod gaps;
mod invocation;
mod job;
mod launch;
mod limits;
mod listed;
mod listing;
mod logging;
mod lookups;
mod outlets;
mod output;
mod places;
mod plan;
mod printer;
mod progress;
mod query;
mod recorded;
mod replan;
mod report;
mod resume;
mod rows;
mod runner;
mod s3_out;
mod sample;
mod select;
mod selected;
mod settings;
mod signals;
#[cfg(test)]
mod simulation;
mod skips;
mod stop;
mod stopping;
mod store;
mod summary;
mod table;
mod task;
mod verbs;
mod watch;

use std::process::ExitCode;

use crate::args::Verb;

fn main() -> ExitCode {
    descriptors::raise();
    let mut cli = match command_line::read() {
        Ok(cli) => cli,
        Err(stop) => return stop.report(),
    };
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
            Verb::Runs(args) => verbs::runs::run(&args),
            Verb::Query(args) => verbs::query::run(&args),
            Verb::Diff(args) => verbs::diff::run(&args),
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
