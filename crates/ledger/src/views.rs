//! What a ledger can be asked by name.
//!
//! Views of one run are made anew on each connection that reads: so they may change from version to version, and old
//! ledgers have them too.

use std::path::Path;

use rusqlite::Connection;

use crate::{LedgerError, RunId, schema};

/// A view that a query can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: &'static str,
    /// What its rows are.
    pub about: &'static str,
    /// The names of its columns.
    pub columns: Vec<String>,
}

/// Views that are in the file, of all its runs.
const STORED: &[(&str, &str)] = &[
    ("runs", "every run, with how many of its targets ended how"),
    ("targets", "every target of every run, with how it ended"),
    ("rows", "every row of every run as JSON, those that came twice too"),
];

/// Views of one run, whose number takes the place of `:run`. Those before can be read by those after.
const OF_A_RUN: &[(&str, &str, &str)] = &[
    ("resources", "the resources of the run, each once", include_str!("schema/views/resources.sql")),
    ("asked", "the targets of the run that no rule left out", include_str!("schema/views/asked.sql")),
    (
        "by_type",
        "how many there are of each type, in how many accounts and regions",
        include_str!("schema/views/by_type.sql"),
    ),
    ("by_account", "how many there are in each account", include_str!("schema/views/by_account.sql")),
    ("by_region", "how many there are in each region", include_str!("schema/views/by_region.sql")),
    (
        "by_ou",
        "how many there are in each organizational unit, those below it not counted",
        include_str!("schema/views/by_ou.sql"),
    ),
    ("untagged", "the resources without any tag", include_str!("schema/views/untagged.sql")),
    ("public", "what everybody can reach or use, and why", include_str!("schema/views/public.sql")),
    (
        "incomplete",
        "the targets that did not complete: what the other views may lack",
        include_str!("schema/views/incomplete.sql"),
    ),
];

/// The views there are, in every ledger.
///
/// # Errors
///
/// There is no memory for an empty ledger, which is asked for their columns.
pub fn views() -> Result<Vec<View>, LedgerError> {
    let of_a_run = OF_A_RUN.iter().map(|(name, about, _)| (*name, *about));
    let named = STORED.iter().copied().chain(of_a_run);
    let views = || {
        let empty = Connection::open_in_memory()?;
        schema::lay_out(&empty)?;
        make(&empty, None)?;
        let view = |(name, about)| Ok(View { name, about, columns: columns(&empty, name)? });
        named.map(view).collect::<rusqlite::Result<_>>()
    };
    views().map_err(|error| LedgerError::sqlite(Path::new(":memory:"), error))
}

fn columns(connection: &Connection, view: &str) -> rusqlite::Result<Vec<String>> {
    let statement = connection.prepare(&format!("SELECT * FROM {view}"))?;
    Ok(statement.column_names().map(str::to_owned).collect())
}

/// Makes the views of this run, or of the newest, for as long as the connection lasts.
pub(crate) fn make(connection: &Connection, run: Option<RunId>) -> rusqlite::Result<()> {
    let run = run.map_or("(SELECT max(id) FROM run)".to_owned(), |run| run.to_string());
    for (name, _, sql) in OF_A_RUN {
        let sql = sql.replace(":run", &run);
        connection
            .execute_batch(&format!("DROP VIEW IF EXISTS temp.{name}; CREATE TEMP VIEW {name} AS {sql}"))?;
    }
    Ok(())
}
