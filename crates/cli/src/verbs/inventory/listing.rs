//! What can be collected, for people and programs.

use std::collections::BTreeSet;

use comfy_table::Table;
use orgwide_inventory::{Collector, Scope};
use orgwide_ledger::{Column, Columns, Kind};
use serde::Serialize;

use crate::args::OutputArgs;
use crate::escape::for_terminal;
use crate::exit::Exit;
use crate::output::{self, stdout};
use crate::stop::Stop;
use crate::{printer, table};

/// The members of a row of `inventory --list`.
const COLUMNS: Columns = &[
    Column::new("type", Kind::Text),
    Column::new("also", Kind::Json),
    Column::new("scope", Kind::Text),
    Column::new("operation", Kind::Text),
    Column::new("page", Kind::Integer),
    Column::new("calls", Kind::Text),
    Column::new("details", Kind::Boolean),
    Column::new("permissions", Kind::Json),
    Column::new("common", Kind::Boolean),
    Column::new("note", Kind::Text),
];

/// A row of `inventory --list`.
#[derive(Debug, Serialize)]
struct TypeRow<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    /// Other names for it.
    also: &'a [String],
    /// `regional`, `global` (once per account) or `organization` (once, as the caller).
    scope: &'static str,
    operation: String,
    /// The most resources one call gives; none where one call gives them all.
    page: Option<u32>,
    /// How many calls it takes, in words.
    calls: String,
    /// Whether there are details to be asked for.
    details: bool,
    permissions: Vec<String>,
    /// Whether it is collected when no type is named.
    common: bool,
    note: Option<&'a str>,
}

/// Prints the types, or only what all of them need. It calls nothing.
pub(super) fn print(collectors: &[Collector], permissions: bool, output: &OutputArgs) -> Result<Exit, Stop> {
    if permissions {
        let actions: BTreeSet<_> = collectors.iter().flat_map(Collector::actions).collect();
        // Texts are always JSON.
        let line = serde_json::to_string(&actions).unwrap_or_default();
        printer::data(&line).map_err(stdout)?;
        return Ok(Exit::Complete);
    }
    let rows: Vec<_> = collectors.iter().map(row).collect();
    output::print(output, COLUMNS, &rows, || as_table(&rows))?;
    Ok(Exit::Complete)
}

fn row(collector: &Collector) -> TypeRow<'_> {
    TypeRow {
        kind: collector.kind(),
        also: collector.also(),
        scope: match collector.scope() {
            Scope::Regional => "regional",
            Scope::Global => "global",
            Scope::Organization => "organization",
        },
        operation: collector.operation(),
        page: collector.page(),
        calls: collector.calls().to_string(),
        details: collector.has_details(),
        permissions: collector.actions(),
        common: collector.is_common(),
        note: collector.note(),
    }
}

fn as_table(rows: &[TypeRow<'_>]) -> Table {
    let mut table = table::new(["type", "common", "details", "asked for", "calls", "needs", "note"]);
    for row in rows {
        let asked = match row.scope {
            "regional" => "in each region",
            "global" => "once per account",
            _ => "once, as the caller",
        };
        let needed: Vec<_> = row.permissions.iter().map(|action| for_terminal(action)).collect();
        let needed = needed.join("\n");
        table.add_row([
            &*for_terminal(row.kind),
            if row.common { "yes" } else { "" },
            if row.details { "yes" } else { "" },
            asked,
            &for_terminal(&row.calls),
            &needed,
            &for_terminal(row.note.unwrap_or_default()),
        ]);
    }
    table
}
