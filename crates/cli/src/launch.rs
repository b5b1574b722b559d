//! From flags to a run: what every verb that runs targets has in common.

use std::time::Duration;

use orgwide_fanout::Activity;
use orgwide_inventory::Scope;
use orgwide_names::Partition;
use orgwide_regional::RegionSelection;
use orgwide_session::OnWait;

use crate::args::RunArgs;
use crate::connect::Hub;
use crate::exit::Exit;
use crate::output::Output;
use crate::plan::Choices;
use crate::runner::Runner;
use crate::stop::Stop;
use crate::task::Task;
use crate::{printer, select, signals};

/// How long one target may work, where nobody says otherwise.
const ITEM_TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// Runs the tasks in every selected place, and says first what it does: `doing`, and where.
///
/// `tasks` gives them once it is known in which partition they run.
pub(crate) async fn launch(
    args: RunArgs,
    doing: &str,
    tasks: impl FnOnce(Partition) -> Result<Vec<Task>, Stop>,
) -> Result<Exit, Stop> {
    let output = Output::open(&args.output)?;
    let started = tokio::select! {
        started = start(&args, tasks) => started,
        exit = signals::first() => {
            output.discard();
            return Ok(exit);
        }
    };
    let Started { hub, choices, regions, tasks } = match started {
        Ok(started) => started,
        Err(stop) => {
            output.discard();
            return Err(stop);
        }
    };
    if !args.output.quiet {
        let place = if tasks.iter().any(|task| task.scope() == Scope::Regional) {
            format!("in regions: {regions}")
        } else {
            "once per account".to_owned()
        };
        printer::note(&format!("{doing} {place}"));
    }
    let runner = Runner {
        session: hub.session.clone(),
        choices,
        regions,
        verify_identity: args.accounts.verify_identity,
        tasks,
        output,
        item_timeout: args.item_timeout.unwrap_or(ITEM_TIMEOUT),
        quiet: args.output.quiet,
        summary: args.summary,
    };
    let ended = runner.run().await;
    // The simulated organization answers as long as the hub lives.
    drop(hub);
    ended
}

/// A run whose first account is known.
struct Started {
    hub: Hub,
    choices: Choices,
    regions: RegionSelection,
    tasks: Vec<Task>,
}

async fn start(
    args: &RunArgs,
    tasks: impl FnOnce(Partition) -> Result<Vec<Task>, Stop>,
) -> Result<Started, Stop> {
    // A target that waits for a rate does not work: its clock stands still meanwhile.
    let on_wait = OnWait::new(|_| Activity::current().map(|activity| activity.waiting()));
    let begun = select::begin(&args.accounts, &args.connection, on_wait).await?;
    let partition = begun.hub.session.partition();
    let regions = select::regions(&args.regions, partition)?;
    let tasks = tasks(partition)?;
    let takes_place = |task: &Task| match task.scope() {
        Scope::Global => regions.includes_global(),
        Scope::Regional => !regions.is_empty(),
    };
    if !tasks.iter().any(takes_place) {
        let names: Vec<_> = tasks.iter().map(Task::name).collect();
        let message = format!("the selection is empty: no region is left for {}", names.join(", "));
        return Err(Stop::new(Exit::NothingStarted, message).next_step("see --region and --not-region"));
    }
    let (hub, choices) = begun.choices().await?;
    Ok(Started { hub, choices, regions, tasks })
}
