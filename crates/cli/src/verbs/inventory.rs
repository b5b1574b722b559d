mod detailed;
mod known;
mod listing;

use orgwide_inventory::Collector;
use serde_json::json;

use crate::args::{InventoryArgs, STORE};
use crate::exit::Exit;
use crate::invocation::Invocation;
use crate::launch::{Wanted, launch};
use crate::stop::Stop;
use crate::task::{self, Task};
use crate::{logging, rows, selected};

/// Collects resources from every selected account and region, or says what there is to collect.
pub(crate) async fn run(args: InventoryArgs) -> Result<Exit, Stop> {
    logging::start(args.run.connection.log.as_deref())?;
    let known = known::read(&args.collectors, args.models.as_deref())?;
    let collectors = match args.types.as_slice() {
        [] if args.list => known.all().to_vec(),
        types => known.find(types).map_err(|error| unknown(&args, &error))?,
    };
    let (collectors, detailed) = detailed::by(&args, collectors)?;
    if args.list {
        return listing::print(&collectors, args.permissions, &args.run.output);
    }
    let tasks: Vec<_> = collectors.iter().cloned().map(Task::Collect).collect();
    let mut run = args.run;
    run.resume.store.get_or_insert_with(|| STORE.into());
    let mut selection = selected::of(&run);
    selection.insert("types".to_owned(), json!(names(&collectors)));
    if !detailed.is_empty() {
        selection.insert("details".to_owned(), json!(detailed));
    }
    if !known.own().is_empty() {
        selection.insert("hash of --collectors".to_owned(), json!(known.own()));
    }
    let doing = match task::names(&tasks) {
        names if tasks.len() > task::NAMED => format!("collecting {names} (see orgwide inventory --list)"),
        names => format!("collecting {names}"),
    };
    let wanted = Wanted {
        doing: &doing,
        columns: rows::RECORD,
        verb: "inventory",
        invocation: Invocation { words: run.words.clone(), selection },
    };
    launch(run, wanted, |_| Ok(tasks)).await
}

fn names(collectors: &[Collector]) -> Vec<String> {
    let mut names: Vec<_> = collectors.iter().map(|collector| collector.kind().to_string()).collect();
    names.sort();
    names
}

/// A type that is none.
fn unknown(args: &InventoryArgs, error: &impl ToString) -> Stop {
    let stop = Stop::usage(error.to_string());
    match args.types.iter().find(|word| word.bytes().all(|byte| byte.is_ascii_digit())) {
        // A number that stands alone was meant for a flag before it.
        Some(run) if args.run.resume.run().is_some() => stop.next_step(format!("write --resume={run}")),
        _ => stop.next_step("`orgwide inventory --list` shows the types there are"),
    }
}
