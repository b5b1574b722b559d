use std::path::{Path, PathBuf};

use orgwide_ledger::{Parts, Sink, SinkError, SinkSpec, open};

/// Rows on their way: a file of this machine, which becomes one object.
pub(super) struct Part {
    sink: Box<dyn Sink>,
    path: PathBuf,
    rows: u64,
    bytes: u64,
}

impl Part {
    /// A new file in this folder.
    pub(super) fn open(folder: &Path, name: &str, like: &SinkSpec) -> Result<Self, SinkError> {
        let path = folder.join(name);
        // It ends when it is told to.
        let parts = Parts { rows: u64::MAX, bytes: u64::MAX };
        let spec =
            SinkSpec { path: path.clone(), only_complete: false, overwrite: false, parts, ..like.clone() };
        let (sink, _) = open(&spec, None)?;
        Ok(Self { sink, path, rows: 0, bytes: 0 })
    }

    /// Whether it has so many quarters of what it may hold.
    pub(super) fn has(&self, quarters: u64, most: Parts) -> bool {
        let is_so = |has: u64, most: u64| u128::from(has) * 4 >= u128::from(most) * u128::from(quarters);
        self.rows > 0 && (is_so(self.rows, most.rows) || is_so(self.bytes, most.bytes))
    }

    /// Writes the first of these rows, as many as there is room for but at least one, and returns the others.
    pub(super) fn write<'a, 'b>(
        &mut self,
        outcome: u64,
        rows: &'a [&'b [u8]],
        most: Parts,
    ) -> Result<&'a [&'b [u8]], SinkError> {
        let mut count = 0;
        for row in rows {
            count += 1;
            self.rows += 1;
            self.bytes += row.len() as u64;
            if self.has(4, most) {
                break;
            }
        }
        let (now, later) = rows.split_at(count);
        self.sink.write(outcome, now)?;
        Ok(later)
    }

    /// Ends the file, and says where it is.
    pub(super) fn close(mut self) -> Result<PathBuf, SinkError> {
        self.sink.finish(true)?;
        Ok(self.path)
    }
}
