//! Rows as Apache Parquet, in parts: a file counts once it is closed, and cannot be gone on with.

mod names;
mod part;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

use super::cells;
use super::destination::sync_folder_of;
use super::{Parts, Settled, Sink, SinkError, SinkSpec};
use crate::Columns;
use names::Names;
use part::Part;

/// Files `rows.parquet`, `rows.2.parquet` and so on.
///
/// Where a part ends depends on the rows alone, so that a run that was interrupted ends with the same files as one
/// that was not: at the first end of a target once it is three quarters full, and at the latest when it is full. A
/// part that ends inside a target settles nothing. What is not settled is written again.
pub(super) struct Parquet {
    path: PathBuf,
    columns: Columns,
    limit: Parts,
    names: Names,
    /// The part that is written; none once it all ended.
    part: Option<Part>,
    begun: bool,
    closed: Closed,
    /// What can be gone on from.
    settled: Closed,
    /// Whether it stands under its name.
    is_complete: bool,
}

/// The parts there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Closed {
    parts: u32,
    /// The last outcome that has a row in what was written.
    through: u64,
    /// The length of them all.
    bytes: u64,
}

impl Parquet {
    pub(super) fn open(spec: &SinkSpec, settled: Option<&Settled>) -> Result<(Self, u64), SinkError> {
        let names = Names::of(spec).map_err(|error| SinkError::unwritable(&spec.path, error))?;
        let closed = match settled {
            None => {
                if !spec.overwrite
                    && let Some(path) =
                        names.any().map_err(|error| SinkError::unwritable(&spec.path, error))?
                {
                    return Err(SinkError::Exists { path });
                }
                Closed::default()
            }
            // What cannot be read is of no more use than nothing: it is all written again.
            Some(settled) => find(spec, &names, settled.state.parse().unwrap_or_default())?,
        };
        let part = Part::open(names.writing(), spec.columns).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => SinkError::InUse { path: spec.path.clone() },
            _ => SinkError::unwritable(&spec.path, error),
        })?;
        let this = Self {
            path: spec.path.clone(),
            columns: spec.columns,
            limit: spec.parts,
            names,
            part: Some(part),
            begun: false,
            closed,
            settled: closed,
            is_complete: false,
        };
        Ok((this, closed.through))
    }

    fn told(&self, error: io::Error) -> SinkError {
        SinkError::unwritable(&self.path, error)
    }

    /// Removes what does not count, and is now replaced.
    fn begin(&mut self) -> Result<(), SinkError> {
        if !std::mem::replace(&mut self.begun, true) {
            self.names.take_back(self.closed.parts).map_err(|error| self.told(error))?;
        }
        Ok(())
    }

    /// Closes the part, which stands under its number from then on. Another is opened if there is more.
    fn close(&mut self, is_last: bool) -> Result<(), SinkError> {
        let Some(part) = self.part.take() else { return Ok(()) };
        let to = self.names.written(self.closed.parts + 1);
        let length = part.close(&to).map_err(|fault| fault.told(&self.path))?;
        sync_folder_of(&to).map_err(|error| self.told(error))?;
        self.closed.parts += 1;
        self.closed.bytes += length;
        if !is_last {
            let part = Part::open(self.names.writing(), self.columns);
            self.part = Some(part.map_err(|error| self.told(error))?);
        }
        Ok(())
    }

    fn has(&self, quarters: u64) -> bool {
        let is_so = |has: u64, limit: u64| u128::from(has) * 4 >= u128::from(limit) * u128::from(quarters);
        self.part.as_ref().is_some_and(|part| {
            part.rows() > 0 && (is_so(part.rows(), self.limit.rows) || is_so(part.bytes(), self.limit.bytes))
        })
    }

    fn push(&mut self, row: &[u8]) -> Result<(), SinkError> {
        let mut read = Vec::new();
        cells::read(row, self.columns, &mut read)?;
        match &mut self.part {
            Some(part) => part.push(&read, row.len()).map_err(|fault| fault.told(&self.path)),
            None => Err(self.told(io::Error::other("it has ended"))),
        }
    }
}

impl Sink for Parquet {
    fn write(&mut self, outcome: u64, rows: &[&[u8]]) -> Result<(), SinkError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.begin()?;
        if outcome != self.closed.through && self.has(3) {
            self.close(false)?;
            self.settled = self.closed;
        }
        self.closed.through = outcome;
        for row in rows {
            if self.has(4) {
                self.close(false)?;
            }
            self.push(row)?;
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<Option<Settled>, SinkError> {
        // A part is synced when it is closed.
        let settled = Settled { through: self.settled.through, state: self.settled.to_string() };
        Ok((self.settled.parts > 0).then_some(settled))
    }

    fn finish(&mut self, complete: bool) -> Result<Option<Settled>, SinkError> {
        self.begin()?;
        // Without a row there is a file all the same.
        if self.closed.parts == 0 || self.part.as_ref().is_some_and(|part| part.rows() > 0) {
            let is_done = self.has(3);
            self.close(true)?;
            if is_done {
                self.settled = self.closed;
            }
        }
        self.part = None;
        if complete && !std::mem::replace(&mut self.is_complete, true) {
            self.names.complete(self.closed.parts).map_err(|error| self.told(error))?;
        }
        Ok(Some(Settled { through: self.closed.through, state: self.settled.to_string() }))
    }

    fn discard(&mut self) {
        if !self.begun {
            self.part = None;
        }
    }
}

/// The parts to go on from: those there were, if they are all there.
fn find(spec: &SinkSpec, names: &Names, closed: Closed) -> Result<Closed, SinkError> {
    let mut bytes = 0;
    for number in 1..=closed.parts {
        match fs::metadata(names.found(number)) {
            Ok(found) if found.is_file() => bytes += found.len(),
            _ => return Ok(Closed::default()),
        }
    }
    if bytes == closed.bytes { Ok(closed) } else { Err(SinkError::Changed { path: spec.path.clone() }) }
}

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.parts, self.through, self.bytes)
    }
}

impl FromStr for Closed {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut numbers = text.split(' ').map(|number| number.parse::<u64>().map_err(drop));
        let mut next = || numbers.next().ok_or(())?;
        let closed = Self { parts: next()?.try_into().map_err(drop)?, through: next()?, bytes: next()? };
        if numbers.next().is_some() { Err(()) } else { Ok(closed) }
    }
}
