use orgwide_fanout::Activity;
use orgwide_inventory::{Collector, Scope};
use orgwide_session::OnWait;

use crate::args::InventoryArgs;
use crate::exit::Exit;
use crate::output::{Output, stdout};
use crate::runner::Runner;
use crate::stop::Stop;
use crate::{logging, printer, select, signals};

/// Collects resources from every selected account and region.
pub(crate) async fn run(args: InventoryArgs) -> Result<Exit, Stop> {
    logging::start(args.connection.log.as_deref())?;
    let collectors = Collector::find(&args.types).map_err(Stop::usage)?;
    if args.list {
        return list(&collectors);
    }
    let output = Output::open(&args.output)?;
    let start = async {
        // A target that waits for a rate does not work: its clock stands still meanwhile.
        let on_wait = OnWait::new(|| Activity::current().map(|activity| activity.waiting()));
        let begun = select::begin(&args.accounts, &args.connection, on_wait).await?;
        let regions = select::regions(&args.regions, begun.hub.session.partition())?;
        let regional = collectors.iter().any(|collector| collector.scope() == Scope::Regional);
        let global = collectors.iter().any(|collector| collector.scope() == Scope::Global);
        if !(global && regions.includes_global() || regional && !regions.is_empty()) {
            return Err(Stop::new(
                Exit::NothingStarted,
                "the selection is empty: no region is left for these types",
            )
            .next_step("see --region and --not-region"));
        }
        let (hub, choices) = begun.choices().await?;
        Ok((hub, choices, regions))
    };
    let started = tokio::select! {
        started = start => started,
        exit = signals::first() => {
            output.discard();
            return Ok(exit);
        }
    };
    let (hub, choices, regions) = match started {
        Ok(started) => started,
        Err(stop) => {
            output.discard();
            return Err(stop);
        }
    };
    if !args.output.quiet {
        let kinds: Vec<_> = collectors.iter().map(Collector::kind).collect();
        printer::note(&format!("collecting {} in regions: {regions}", kinds.join(", ")));
    }
    let runner = Runner {
        session: hub.session.clone(),
        choices,
        regions,
        collectors,
        output,
        item_timeout: args.item_timeout,
        quiet: args.output.quiet,
        summary: args.summary,
    };
    runner.run().await
}

fn list(collectors: &[Collector]) -> Result<Exit, Stop> {
    for collector in collectors {
        let scope = match collector.scope() {
            Scope::Regional => "each region",
            Scope::Global => "once per account",
        };
        let line = format!("{:<16} {:<18} needs {}", collector.kind(), scope, collector.action());
        printer::data(&line).map_err(stdout)?;
    }
    Ok(Exit::Complete)
}
