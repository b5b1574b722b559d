use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::SinkError;
use crate::{Column, Columns, Kind};

/// What a row has in one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    /// Null, or no such member.
    Null,
    /// A string.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// The JSON of anything, as it stands in the row: no number is rounded, no member moved.
    Json(&'a str),
}

/// Reads the members of a row into its cells, one for each column, in their order.
///
/// # Errors
///
/// The row is not an object of these columns, which is a fault of whoever made it. The error names the column, not
/// what is in it.
pub(super) fn read<'a>(row: &'a [u8], columns: Columns, cells: &mut Vec<Cell<'a>>) -> Result<(), SinkError> {
    cells.clear();
    cells.resize(columns.len(), Cell::Null);
    let mut seen = vec![false; columns.len()];
    let text = std::str::from_utf8(row).map_err(|_| fault("it is not UTF-8"))?;
    let mut rest = Rest(text.trim());
    rest.past('{')?;
    if rest.0 == "}" {
        return Ok(());
    }
    for position in 0.. {
        let (name, _) = rest.next::<Cow<'_, str>>()?;
        rest.past(':')?;
        let (_, value) = rest.next::<IgnoredAny>()?;
        // Rows are made in the order of their columns, so that nothing is looked for.
        let at = match columns.get(position) {
            Some(column) if column.name == name => position,
            _ => columns
                .iter()
                .position(|column| column.name == name)
                .ok_or_else(|| SinkError::Row(format!("its member `{name}` is no column")))?,
        };
        if std::mem::replace(&mut seen[at], true) {
            return Err(SinkError::Row(format!("its member `{name}` stands twice")));
        }
        cells[at] = cell(&columns[at], value)?;
        if rest.past(',').is_err() {
            break;
        }
    }
    if rest.0 == "}" { Ok(()) } else { Err(fault(NO_OBJECT)) }
}

const NO_OBJECT: &str = "it is no JSON object";

fn fault(what: &str) -> SinkError {
    SinkError::Row(what.to_owned())
}

fn cell<'a>(column: &Column, value: &'a str) -> Result<Cell<'a>, SinkError> {
    let wrong = |wanted| SinkError::Row(format!("its member `{}` is not {wanted}", column.name));
    if value == "null" {
        return Ok(Cell::Null);
    }
    match column.kind {
        Kind::Text => {
            serde_json::from_str(value).map(|Borrowed(text)| Cell::Text(text)).map_err(|_| wrong("a string"))
        }
        Kind::Integer => value.parse().map(Cell::Integer).map_err(|_| wrong("a whole number of 64 bits")),
        Kind::Boolean => value.parse().map(Cell::Boolean).map_err(|_| wrong("true or false")),
        Kind::Any if value.starts_with('"') => {
            serde_json::from_str(value).map(|Borrowed(text)| Cell::Text(text)).map_err(|_| wrong("JSON"))
        }
        Kind::Json | Kind::Any => Ok(Cell::Json(value)),
    }
}

/// A string that is copied only where it has escapes.
#[derive(Deserialize)]
struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

/// What of a row has not been read.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn past(&mut self, mark: char) -> Result<(), SinkError> {
        let after = self.0.trim_start().strip_prefix(mark).ok_or_else(|| fault(NO_OBJECT))?;
        self.0 = after.trim_start();
        Ok(())
    }

    /// The next value, and its text.
    fn next<T: Deserialize<'a>>(&mut self) -> Result<(T, &'a str), SinkError> {
        let mut values = serde_json::Deserializer::from_str(self.0).into_iter();
        let value = values.next().and_then(Result::ok).ok_or_else(|| fault(NO_OBJECT))?;
        let (text, after) = self.0.split_at(values.byte_offset());
        self.0 = after.trim_start();
        Ok((value, text.trim_start()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = &[
        Column::new("id", Kind::Text),
        Column::new("page", Kind::Integer),
        Column::new("included", Kind::Boolean),
        Column::new("data", Kind::Json),
    ];

    fn cells(row: &str) -> Result<Vec<Cell<'_>>, String> {
        let mut cells = Vec::new();
        read(row.as_bytes(), COLUMNS, &mut cells).map_err(|error| error.to_string())?;
        Ok(cells)
    }

    #[test]
    fn members_become_cells_in_the_order_of_the_columns() {
        let data = r#"{"b":1.10,"a":[12345678901234567890123,"x, }:\"]"]}"#;
        let row = format!(r#"{{"data":{data},"id":"\u00e9","page":-7,"included":true}}"#);
        let wanted = [Cell::Text("é".into()), Cell::Integer(-7), Cell::Boolean(true), Cell::Json(data)];
        assert_eq!(cells(&row).unwrap(), wanted);
    }

    #[test]
    fn what_is_null_or_missing_is_null() {
        let empty = vec![Cell::Null; 4];
        for row in ["{}", r#"{"id":null,"data":null}"#, r#" { "page" : null } "#] {
            assert_eq!(cells(row), Ok(empty.clone()), "{row}");
        }
        assert_eq!(cells(r#"{"data": "null" }"#).unwrap()[3], Cell::Json("\"null\""));
        assert_eq!(cells(r#"{"data": 5 }"#).unwrap()[3], Cell::Json("5"));
    }

    #[test]
    fn where_anything_may_stand_a_string_is_text_and_the_rest_is_json() {
        const ANY: Columns = &[Column::new("value", Kind::Any)];
        let text = "a\n".into();
        for (value, cell) in [
            (r#""a\n""#, Cell::Text(text)),
            ("-5", Cell::Json("-5")),
            (r#"{"a":[]}"#, Cell::Json(r#"{"a":[]}"#)),
            ("null", Cell::Null),
        ] {
            let (row, mut cells) = (format!(r#"{{"value":{value}}}"#), Vec::new());
            read(row.as_bytes(), ANY, &mut cells).unwrap();
            assert_eq!(cells, [cell]);
        }
    }

    #[test]
    fn a_row_of_another_kind_is_told_by_the_name_of_its_column_only() {
        for (row, says) in [
            (r#"{"id":5}"#, "its member `id` is not a string"),
            (r#"{"id":"a","page":"hush"}"#, "its member `page` is not a whole number of 64 bits"),
            (r#"{"page":9223372036854775808}"#, "its member `page` is not a whole number of 64 bits"),
            (r#"{"page":1.0}"#, "its member `page` is not a whole number of 64 bits"),
            (r#"{"included":"true"}"#, "its member `included` is not true or false"),
            (r#"{"extra":1}"#, "its member `extra` is no column"),
            (r#"{"id":"a","id":"b"}"#, "its member `id` stands twice"),
            ("[]", NO_OBJECT),
            ("", NO_OBJECT),
            (r#"{"id":"a""#, NO_OBJECT),
            (r#"{"id":"a",}"#, NO_OBJECT),
            (r#"{"id":"a"}{}"#, NO_OBJECT),
            (r#"{"data":{]}"#, NO_OBJECT),
            (r#"{"data":1 2}"#, NO_OBJECT),
        ] {
            assert_eq!(cells(row).unwrap_err(), format!("a row cannot be written: {says}"), "{row}");
        }
    }
}
