use comfy_table::Table;
use orgwide_ledger::{Column, Columns, Kind};
use orgwide_limit::{Key, Payer, Rule};
use orgwide_names::{OperationName, ServiceName};
use serde::Serialize;

use crate::args::{ExplainArgs, LimitsArgs, LimitsVerb};
use crate::exit::Exit;
use crate::output::{print, stdout};
use crate::stop::Stop;
use crate::{limits, printer, table};

/// The members of a row of `limits`.
const COLUMNS: Columns = &[
    Column::new("match", Kind::Text),
    Column::new("kind", Kind::Text),
    Column::new("one_per", Kind::Text),
    Column::new("rate_per_second", Kind::Json),
    Column::new("burst", Kind::Integer),
    Column::new("in_flight", Kind::Integer),
    Column::new("origin", Kind::Text),
];

/// A row of `limits`.
#[derive(Debug, Serialize)]
struct LimitRow {
    #[serde(rename = "match")]
    matches: String,
    /// `bucket`, of which the first that matches a call is the one it is under, or `ceiling`, which all are.
    kind: &'static str,
    one_per: String,
    rate_per_second: Option<f64>,
    burst: Option<u32>,
    in_flight: Option<u32>,
    origin: String,
}

/// Lists the limits in force, those that decide first at the top. It calls nothing.
pub(crate) fn run(args: LimitsArgs) -> Result<Exit, Stop> {
    if let Some(LimitsVerb::Explain(explain)) = args.verb {
        return self::explain(&explain);
    }
    let rules = limits::rules(&args.limits)?;
    let rows: Vec<LimitRow> = rules.iter().map(row).collect();
    print(&args.output, COLUMNS, &rows, || as_table(&rows))?;
    Ok(Exit::Complete)
}

fn explain(args: &ExplainArgs) -> Result<Exit, Stop> {
    let wrong = || {
        Stop::usage(format!("`{}` is not a call", args.call))
            .next_step("write SERVICE:OPERATION, such as ec2:DescribeInstances")
    };
    let (service, operation) = args.call.split_once(':').ok_or_else(wrong)?;
    let service: ServiceName = service.parse().map_err(Stop::usage)?;
    limits::known(&service)?;
    let key = Key {
        account: args.account.map_or(Payer::Base, Payer::Account),
        region: args.region.clone(),
        service,
        operation: operation.parse::<OperationName>().map_err(Stop::usage)?,
        // As `inventory` and `call` ask for lists.
        paged: true,
    };
    let rules = limits::rules(&args.limits)?;
    printer::data(&rules.explain(&key).to_string()).map_err(stdout)?;
    Ok(Exit::Complete)
}

fn row(rule: &Rule) -> LimitRow {
    LimitRow {
        matches: rule.matches().to_string(),
        kind: if rule.is_ceiling() { "ceiling" } else { "bucket" },
        one_per: rule.scope().to_string(),
        rate_per_second: rule.quota().rate(),
        burst: rule.quota().burst(),
        in_flight: rule.in_flight().map(std::num::NonZeroU32::get),
        origin: rule.origin().to_string(),
    }
}

fn as_table(rows: &[LimitRow]) -> Table {
    let mut table = table::new(["calls", "kind", "one per", "rate", "burst", "in flight", "from"]);
    let figure = |figure: Option<String>| figure.unwrap_or_else(|| "-".to_owned());
    for row in rows {
        table.add_row([
            row.matches.clone(),
            row.kind.to_owned(),
            row.one_per.clone(),
            figure(row.rate_per_second.map(|rate| format!("{rate}/s"))),
            figure(row.burst.map(|burst| burst.to_string())),
            figure(row.in_flight.map(|most| most.to_string())),
            row.origin.clone(),
        ]);
    }
    table
}
