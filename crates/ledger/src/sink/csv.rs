use std::borrow::Cow;

use csv::{Terminator, Writer, WriterBuilder};

use super::SinkError;
use super::cells::{self, Cell};
use crate::Columns;

/// Appends the names of the columns.
pub(super) fn header(columns: Columns, text: &mut Vec<u8>) -> Result<(), SinkError> {
    let mut table = table(text);
    table.write_record(columns.iter().map(|column| column.name)).map_err(fault)
}

/// Appends rows as RFC 4180 has them: lines end in CRLF, and a cell with a comma, a quote or the end of a line
/// stands in quotes.
///
/// Null is an empty cell, and so is an empty string. Text is kept from being a formula, see [`harmless`]; JSON
/// begins with a bracket or a quote, or is a number, true or false, none of which a spreadsheet runs.
pub(super) fn rows(columns: Columns, rows: &[&[u8]], text: &mut Vec<u8>) -> Result<(), SinkError> {
    let mut table = table(text);
    let mut cells = Vec::new();
    for row in rows {
        cells::read(row, columns, &mut cells)?;
        for cell in &cells {
            let field: Cow<'_, str> = match cell {
                Cell::Null => "".into(),
                Cell::Text(text) => harmless(text),
                Cell::Integer(number) => number.to_string().into(),
                Cell::Boolean(yes) => yes.to_string().into(),
                Cell::Json(json) => (*json).into(),
            };
            table.write_field(field.as_bytes()).map_err(fault)?;
        }
        // Ends the record.
        table.write_record(None::<&[u8]>).map_err(fault)?;
    }
    Ok(())
}

fn table(text: &mut Vec<u8>) -> Writer<&mut Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(text)
}

fn fault(error: csv::Error) -> SinkError {
    SinkError::Row(error.to_string())
}

/// The text as a cell that no spreadsheet takes for a formula: with an apostrophe before it if it begins, after
/// blanks or not, with `=`, `+`, `-` or `@` (also in their full width), or with a control character, which some
/// programs drop. Text that begins with an apostrophe gets one too, so that taking one off gives back what was there.
fn harmless(text: &str) -> Cow<'_, str> {
    const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let is_blank = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    let bare = text.trim_start_matches(is_blank);
    let begins_badly = text.starts_with(|c: char| c == '\'' || c.is_control());
    if begins_badly || bare.starts_with(FORMULA) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, Kind};

    #[test]
    fn formulas_are_text_and_come_back_as_they_were() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\u{a0}\u{a0}-1",
            "\u{feff}=1",
            "\0=1",
            "＝1",
            "－1",
            "'",
            "'=1",
            "\u{1b}[31m",
            "\tx",
            "\0",
        ] {
            assert_eq!(harmless(text), format!("'{text}"), "{text:?}");
        }
    }

    #[test]
    fn other_text_is_as_it_is() {
        for text in ["", " ", "a=1", "a-1", "1", "\"=1\"", "arn:aws:s3:::b", "é", "it's"] {
            assert_eq!(harmless(text), text, "{text:?}");
        }
    }

    #[test]
    fn text_where_anything_may_stand_is_no_formula_either() {
        const ANY: Columns = &[Column::new("value", Kind::Any)];
        let mut text = Vec::new();
        rows(ANY, &[br#"{"value":"=1"}"#, br#"{"value":-1}"#, br#"{"value":["=1"]}"#], &mut text).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "'=1\r\n-1\r\n\"[\"\"=1\"\"]\"\r\n");
    }

    #[test]
    fn a_table_is_written_as_the_rfc_has_it() {
        const COLUMNS: Columns = &[
            Column::new("id", Kind::Text),
            Column::new("page", Kind::Integer),
            Column::new("included", Kind::Boolean),
            Column::new("tags", Kind::Json),
        ];
        let mut text = Vec::new();
        header(COLUMNS, &mut text).unwrap();
        let given: [&[u8]; 3] = [
            br#"{"id":"a,\"b\"\nc","page":-5,"included":false,"tags":{"k":"=v"}}"#,
            br#"{"id":"=1","tags":-5}"#,
            b"{}",
        ];
        rows(COLUMNS, &given, &mut text).unwrap();
        let wanted = concat!(
            "id,page,included,tags\r\n",
            "\"a,\"\"b\"\"\nc\",-5,false,\"{\"\"k\"\":\"\"=v\"\"}\"\r\n",
            "'=1,,,-5\r\n",
            ",,,\r\n",
        );
        assert_eq!(String::from_utf8(text).unwrap(), wanted);
    }
}
