use orgwide_inventory::{Collector, Collectors, Scope};
use orgwide_models::Catalog;
use serde_json::json;

use crate::args::{InventoryArgs, STORE};
use crate::exit::Exit;
use crate::invocation::Invocation;
use crate::launch::{Wanted, launch};
use crate::output::stdout;
use crate::stop::Stop;
use crate::task::Task;
use crate::{logging, printer, rows, selected};

/// Collects resources from every selected account and region.
pub(crate) async fn run(args: InventoryArgs) -> Result<Exit, Stop> {
    logging::start(args.run.connection.log.as_deref())?;
    let known = Collectors::built_in(Catalog::embedded()).map_err(Stop::usage)?;
    let collectors = known.find(&args.types).map_err(|error| {
        let stop = Stop::usage(error);
        match args.types.iter().find(|word| word.bytes().all(|byte| byte.is_ascii_digit())) {
            // A number that stands alone was meant for a flag before it.
            Some(run) if args.run.resume.run().is_some() => stop.next_step(format!("write --resume={run}")),
            _ => stop,
        }
    })?;
    if args.list {
        return list(&collectors);
    }
    let mut run = args.run;
    run.resume.store.get_or_insert_with(|| STORE.into());
    let kinds: Vec<_> = collectors.iter().map(|collector| collector.kind().to_string()).collect();
    let mut selection = selected::of(&run);
    selection.insert("types".to_owned(), json!(kinds));
    let wanted = Wanted {
        doing: &format!("collecting {}", kinds.join(", ")),
        columns: rows::RECORD,
        verb: "inventory",
        invocation: Invocation { words: run.words.clone(), selection },
    };
    launch(run, wanted, |_| Ok(collectors.into_iter().map(Task::Collect).collect())).await
}

fn list(collectors: &[Collector]) -> Result<Exit, Stop> {
    for collector in collectors {
        let scope = match collector.scope() {
            Scope::Regional => "each region",
            Scope::Global => "once per account",
            Scope::Organization => "once",
        };
        let line = format!("{:<16} {:<18} needs {}", collector.kind(), scope, collector.actions().join(", "));
        printer::data(&line).map_err(stdout)?;
    }
    Ok(Exit::Complete)
}
