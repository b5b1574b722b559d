use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, ErrorCode};

use crate::{LedgerError, RunId, views};

/// A part of the answer to a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer<'a> {
    /// The names of the columns: first, and once.
    Columns(&'a [String]),
    /// A row.
    Row(&'a [Value<'a>]),
}

/// A value of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Text; JSON too.
    Text(&'a str),
    /// Bytes, or what is no UTF-8.
    Blob(&'a [u8]),
}

pub(crate) fn answer(
    path: &Path,
    connection: &mut Connection,
    sql: &str,
    run: Option<RunId>,
    each: impl FnMut(Answer<'_>) -> ControlFlow<()>,
) -> Result<(), LedgerError> {
    name_run(connection, run).map_err(|error| LedgerError::sqlite(path, error))?;
    execute(connection, sql, each).map_err(|error| told(path, error))
}

/// Makes the views those of this run, and the connection one that only reads.
fn name_run(connection: &mut Connection, run: Option<RunId>) -> rusqlite::Result<()> {
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    connection.pragma_update(None, "query_only", false)?;
    views::make(connection, run)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Select
        | AuthAction::Read { .. }
        | AuthAction::Function { .. }
        | AuthAction::Recursive => Authorization::Allow,
        _ => Authorization::Deny,
    }))
}

fn execute(
    connection: &Connection,
    sql: &str,
    mut each: impl FnMut(Answer<'_>) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    if each(Answer::Columns(&columns)).is_break() {
        return Ok(());
    }
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let values = (0..columns.len())
            .map(|place| row.get_ref(place).map(value))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        if each(Answer::Row(&values)).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

fn value(value: ValueRef<'_>) -> Value<'_> {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => std::str::from_utf8(text).map_or(Value::Blob(text), Value::Text),
        ValueRef::Blob(bytes) => Value::Blob(bytes),
    }
}

fn told(path: &Path, error: Error) -> LedgerError {
    let query = |message: String, offset| LedgerError::Query { message, offset };
    match error {
        Error::SqlInputError { msg, offset, .. } => query(msg, usize::try_from(offset).ok()),
        Error::MultipleStatement => query("a query is one statement".into(), None),
        // What does not read has no answer.
        Error::Empty => query("there is no query in it".into(), None),
        error if error.sqlite_error_code() == Some(ErrorCode::AuthorizationForStatementDenied) => {
            query("a query reads, and does nothing else; neither is PRAGMA part of one".into(), None)
        }
        error => match LedgerError::sqlite(path, error) {
            LedgerError::Sqlite { source, .. } => query(source.to_string(), None),
            other => other,
        },
    }
}
