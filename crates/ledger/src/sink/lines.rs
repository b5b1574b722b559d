use super::csv;
use super::destination::Destination;
use super::{Format, Settled, Sink, SinkError, SinkSpec};
use crate::Columns;

/// A file that rows are appended to as text: NDJSON or CSV.
pub(super) struct Lines {
    destination: Destination,
    /// The columns of a table; NDJSON does not look into its rows.
    table: Option<Columns>,
    through: u64,
    /// Kept for its room.
    text: Vec<u8>,
}

impl Lines {
    pub(super) fn open(spec: &SinkSpec, settled: Option<&Settled>) -> Result<(Self, u64), SinkError> {
        // What cannot be read is of no more use than nothing: the file is written again.
        let known = settled.map(|settled| settled.state.parse().unwrap_or_default());
        let destination = Destination::open(spec, known)?;
        let through = if destination.length() > 0 { settled.map_or(0, |settled| settled.through) } else { 0 };
        let table = (spec.format == Format::Csv).then_some(spec.columns);
        Ok((Self { destination, table, through, text: Vec::new() }, through))
    }

    /// A table begins with its header.
    fn header(&mut self) -> Result<(), SinkError> {
        match self.table {
            Some(columns) if self.destination.length() == 0 => csv::header(columns, &mut self.text),
            _ => Ok(()),
        }
    }
}

impl Sink for Lines {
    fn write(&mut self, outcome: u64, rows: &[&[u8]]) -> Result<(), SinkError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.text.clear();
        self.header()?;
        match self.table {
            Some(columns) => csv::rows(columns, rows, &mut self.text)?,
            None => lines(rows, &mut self.text)?,
        }
        self.destination.append(&self.text)?;
        self.through = outcome;
        Ok(())
    }

    fn settle(&mut self) -> Result<Option<Settled>, SinkError> {
        let through = self.through;
        let position = self.destination.settle()?;
        Ok(position.map(|position| Settled { through, state: position.to_string() }))
    }

    fn finish(&mut self, complete: bool) -> Result<Option<Settled>, SinkError> {
        self.text.clear();
        self.header()?;
        if !self.text.is_empty() {
            self.destination.append(&self.text)?;
        }
        let through = self.through;
        let position = self.destination.finish(complete)?;
        Ok(position.map(|position| Settled { through, state: position.to_string() }))
    }

    fn discard(&mut self) {
        self.destination.discard();
    }
}

/// Appends rows as NDJSON.
pub(super) fn lines(rows: &[&[u8]], text: &mut Vec<u8>) -> Result<(), SinkError> {
    for row in rows {
        if row.contains(&b'\n') {
            return Err(SinkError::Row(String::from("it is more than one line")));
        }
        text.extend_from_slice(row);
        text.push(b'\n');
    }
    Ok(())
}
