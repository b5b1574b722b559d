mod named;

use std::ops::ControlFlow;

use comfy_table::Table;
use orgwide_ledger::{Answer, Column, Columns, Kind, Reader, RunId, Value as Found};
use serde_json::{Map, Value};

use crate::args::{QueryArgs, RunRef};
use crate::escape::for_terminal;
use crate::exit::Exit;
use crate::output::{Output, stdout};
use crate::stop::Stop;
use crate::store::unusable;
use crate::{printer, resume, verbs};

/// Rows that go out together.
const BATCH: usize = 256;
/// Rows a table on a terminal has at most.
const SHOWN: usize = 1_000;

/// Asks a ledger in SQL.
pub(crate) fn run(args: &QueryArgs) -> Result<Exit, Stop> {
    // Without a list to print there is a question.
    let Some(sql) = args.sql.as_deref().filter(|_| !args.list) else { return named::list(&args.output) };
    let sql = named::question(sql)?;
    let path = verbs::ledger_at(&args.store)?;
    let mut reader = Reader::open(path).map_err(unusable)?;
    let run = match args.run {
        None | Some(RunRef::Newest) => None,
        Some(which) => Some(found(&reader, which, args)?),
    };
    let mut answers = Answers { args, columns: Vec::new(), output: None, rows: Vec::new(), beyond: 0 };
    let mut ended = Ok(());
    let asked = reader.query(&sql, run, |answer| {
        ended = answers.take(answer);
        if ended.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    match asked.map_err(unusable).and(ended) {
        Ok(()) => answers.finish(),
        Err(stop) => {
            answers.discard();
            Err(stop)
        }
    }
}

fn found(reader: &Reader, which: RunRef, args: &QueryArgs) -> Result<RunId, Stop> {
    let runs = reader.runs().map_err(unusable)?;
    Ok(resume::find(&runs, which, Some(&args.store.store))?.id)
}

/// What was answered so far, on its way out.
struct Answers<'a> {
    args: &'a QueryArgs,
    columns: Vec<String>,
    /// Opened once the columns are known.
    output: Option<Output>,
    rows: Vec<Map<String, Value>>,
    /// Rows that a table does not show.
    beyond: u64,
}

impl Answers<'_> {
    fn take(&mut self, answer: Answer<'_>) -> Result<(), Stop> {
        match answer {
            Answer::Columns(names) => {
                self.columns = distinct(names);
                self.output = Some(Output::open(&self.args.output, columns(&self.columns))?);
            }
            Answer::Row(values) => {
                let for_eyes = self.output.as_ref().is_some_and(Output::is_for_eyes);
                if for_eyes && self.rows.len() == SHOWN {
                    self.beyond += 1;
                    return Ok(());
                }
                let row = self.columns.iter().cloned().zip(values.iter().map(value)).collect();
                self.rows.push(row);
                if !for_eyes && self.rows.len() == BATCH {
                    return self.write();
                }
            }
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), Stop> {
        let rows = std::mem::take(&mut self.rows);
        self.output.as_mut().map_or(Ok(()), |output| output.write(&rows))
    }

    fn finish(mut self) -> Result<Exit, Stop> {
        let for_eyes = self.output.as_ref().is_some_and(Output::is_for_eyes);
        if for_eyes {
            if !self.columns.is_empty() {
                printer::data(&as_table(&self.columns, &self.rows)).map_err(stdout)?;
            }
            if self.beyond > 0 {
                printer::note(&format!("and {} rows more: --out rows.ndjson has them all", self.beyond));
            }
        } else {
            self.write()?;
        }
        self.output.map_or(Ok(()), Output::finish)?;
        Ok(Exit::Complete)
    }

    fn discard(self) {
        if let Some(output) = self.output {
            output.discard();
        }
    }
}

/// The names, none of them twice: a row is an object.
fn distinct(names: &[String]) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        let mut free = name.clone();
        let mut number = 1;
        while distinct.contains(&free) {
            number += 1;
            free = format!("{name}_{number}");
        }
        distinct.push(free);
    }
    distinct
}

/// What sinks have to know of the columns. They live as long as the process, which asks one question.
fn columns(names: &[String]) -> Columns {
    let column = |name: &String| Column::new(name.clone().leak(), Kind::Any);
    names.iter().map(column).collect::<Vec<_>>().leak()
}

fn value(found: &Found<'_>) -> Value {
    match found {
        Found::Null => Value::Null,
        Found::Integer(number) => (*number).into(),
        Found::Real(number) => (*number).into(),
        Found::Text(text) => (*text).into(),
        // What is no text is shown as SQLite writes it.
        Found::Blob(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            format!("x'{digits}'").into()
        }
    }
}

fn as_table(columns: &[String], rows: &[Map<String, Value>]) -> String {
    let mut table: Table =
        crate::table::with_header(columns.iter().map(|name| for_terminal(name).into_owned()));
    for row in rows {
        let cell = |name: &String| match row.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => for_terminal(text).into_owned(),
            Some(other) => other.to_string(),
        };
        table.add_row(columns.iter().map(cell));
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_hides_another() {
        let names = ["a", "b", "a", "a_2", "a"].map(str::to_owned);
        assert_eq!(distinct(&names), ["a", "b", "a_2", "a_2_2", "a_3"]);
    }
}
