use orgwide_inventory::{Collector, Scope};

use crate::args::InventoryArgs;
use crate::exit::Exit;
use crate::launch::launch;
use crate::output::stdout;
use crate::stop::Stop;
use crate::task::Task;
use crate::{logging, printer};

/// Collects resources from every selected account and region.
pub(crate) async fn run(args: InventoryArgs) -> Result<Exit, Stop> {
    logging::start(args.run.connection.log.as_deref())?;
    let collectors = Collector::find(&args.types).map_err(Stop::usage)?;
    if args.list {
        return list(&collectors);
    }
    let kinds: Vec<_> = collectors.iter().map(Collector::kind).collect();
    let doing = format!("collecting {}", kinds.join(", "));
    launch(args.run, &doing, |_| Ok(collectors.into_iter().map(Task::Collect).collect())).await
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
