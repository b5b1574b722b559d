//! Views as questions: by their names, and which there are.

use std::borrow::Cow;

use comfy_table::Table;
use orgwide_ledger::{Column, Columns, Kind, View, views};
use serde::Serialize;

use crate::args::OutputArgs;
use crate::exit::Exit;
use crate::output::print;
use crate::stop::Stop;
use crate::store::unusable;
use crate::table;

/// The members of a row of `query --list`.
const COLUMNS: Columns =
    &[Column::new("view", Kind::Text), Column::new("about", Kind::Text), Column::new("columns", Kind::Json)];

/// A row of `query --list`.
#[derive(Debug, Serialize)]
struct ViewRow<'a> {
    view: &'a str,
    about: &'a str,
    columns: &'a [String],
}

/// Lists the views there are, in any ledger: none is opened.
pub(super) fn list(output: &OutputArgs) -> Result<Exit, Stop> {
    let views = views().map_err(unusable)?;
    let rows: Vec<_> = views.iter().map(row).collect();
    print(output, COLUMNS, &rows, || as_table(&rows))?;
    Ok(Exit::Complete)
}

fn row(View { name, about, columns }: &View) -> ViewRow<'_> {
    ViewRow { view: name, about, columns }
}

/// What is asked: SQL, or all of a view where there is but its name.
pub(super) fn question(asked: &str) -> Result<Cow<'_, str>, Stop> {
    let word = asked.trim();
    if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Ok(asked.into());
    }
    let views = views().map_err(unusable)?;
    match views.iter().find(|view| view.name.eq_ignore_ascii_case(word)) {
        Some(view) => Ok(format!("SELECT * FROM {}", view.name).into()),
        None => Err(Stop::usage(format!("there is no view `{word}`"))
            .next_step("`orgwide query --list` prints those there are")),
    }
}

fn as_table(rows: &[ViewRow<'_>]) -> Table {
    let mut table = table::new(["view", "what", "columns"]);
    for row in rows {
        table.add_row([row.view, row.about, &row.columns.join(", ")]);
    }
    table
}
