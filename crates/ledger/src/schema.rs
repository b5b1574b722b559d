//! How a ledger is laid out, and how one of an earlier version becomes one of this.

use std::path::Path;

use rusqlite::Connection;

use crate::LedgerError;

/// Marks an SQLite file as a ledger: "orgw".
const APPLICATION: i64 = 0x6f72_6777;

/// What makes each version from the one before it. A step that was released is never changed.
const STEPS: &[&str] = &[include_str!("schema/v1.sql")];

/// The version this program writes.
pub(crate) const CURRENT: i64 = STEPS.len() as i64;

/// Lays out an empty file, and brings an earlier version up to this one: all of it or nothing.
pub(crate) fn prepare(path: &Path, connection: &mut Connection) -> Result<(), LedgerError> {
    let sqlite = |error| LedgerError::sqlite(path, error);
    let empty =
        0 == connection.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0)).map_err(sqlite)?;
    if empty {
        // Rows of a few KB: with the usual 4096 bytes a fourth of each page would be waste.
        connection.pragma_update(None, "page_size", PAGE_SIZE).map_err(sqlite)?;
    }
    let version = if empty { 0 } else { version(path, connection)? };
    let steps = usize::try_from(version).ok().and_then(|version| STEPS.get(version..)).unwrap_or_default();
    if steps.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction().map_err(sqlite)?;
    steps.iter().try_for_each(|step| transaction.execute_batch(step)).map_err(sqlite)?;
    transaction.pragma_update(None, "application_id", APPLICATION).map_err(sqlite)?;
    transaction.pragma_update(None, "user_version", CURRENT).map_err(sqlite)?;
    transaction.commit().map_err(sqlite)
}

/// Makes a ledger's tables and views of an empty database.
pub(crate) fn lay_out(connection: &Connection) -> rusqlite::Result<()> {
    STEPS.iter().try_for_each(|step| connection.execute_batch(step))
}

/// The version of a ledger that is there, one that this program knows.
pub(crate) fn version(path: &Path, connection: &Connection) -> Result<i64, LedgerError> {
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let application = number("application_id").map_err(|error| LedgerError::sqlite(path, error))?;
    let version = number("user_version").map_err(|error| LedgerError::sqlite(path, error))?;
    if application != APPLICATION || version < 1 {
        return Err(LedgerError::NotALedger { path: path.to_owned() });
    }
    if version > CURRENT {
        return Err(LedgerError::Newer { path: path.to_owned(), version, known: CURRENT });
    }
    Ok(version)
}

const PAGE_SIZE: i64 = 8192;
