//! Of which types details are asked for.

use orgwide_inventory::Collector;

use crate::args::InventoryArgs;
use crate::printer;
use crate::stop::Stop;

/// The collectors, those with details that the flag, or else the configuration file, means; and the names of these.
pub(super) fn by(
    args: &InventoryArgs,
    mut collectors: Vec<Collector>,
) -> Result<(Vec<Collector>, Vec<String>), Stop> {
    for pattern in &args.details {
        let mut fitting = collectors.iter().filter(|collector| collector.fits(pattern)).peekable();
        if fitting.peek().is_none() {
            return Err(Stop::usage(format!("--details={pattern}: no type that is collected is called so"))
                .next_step("name one that is, or leave the name away: details of all are asked for"));
        }
        if !args.run.output.quiet && pattern != "*" && !fitting.any(Collector::has_details) {
            printer::note(&format!("{pattern}: there are no details beyond what is listed"));
        }
    }
    // The file is for runs over other types too.
    let patterns = if args.details.is_empty() { &args.configured_details } else { &args.details };
    let mut detailed = Vec::new();
    for collector in &mut collectors {
        if collector.has_details() && patterns.iter().any(|pattern| collector.fits(pattern)) {
            detailed.push(collector.kind().to_string());
            *collector = collector.with_details();
        }
    }
    detailed.sort();
    Ok((collectors, detailed))
}
