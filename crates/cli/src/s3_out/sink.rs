use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use orgwide_ledger::{Settled, Sink, SinkError, SinkSpec};
use tokio::runtime::Handle;

use super::outlet::Outlet;
use super::part::Part;

/// Rows as objects `rows-00001.parquet` and so on, each put once it is whole.
///
/// Where one ends depends on the rows alone: at the first end of a target once it is three quarters full, and at the
/// latest when it is full. What was put and is not settled yet is therefore put again under the same key when the run
/// goes on, with the same rows and maybe more. One is being put while the next fills.
pub(super) struct S3Sink {
    outlet: Arc<Outlet>,
    spec: SinkSpec,
    runtime: Handle,
    part: Option<Part>,
    upload: Option<Upload>,
    /// Parts that wait for the run to be complete.
    held: Vec<Closed>,
    /// How far it is with what was closed, and with what was put.
    closed: Reached,
    settled: Reached,
}

/// Parts, and the last outcome that is wholly in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Reached {
    parts: u32,
    through: u64,
}

/// A part that is whole.
#[derive(Debug)]
struct Closed {
    name: String,
    path: PathBuf,
    /// What is settled once it was put; none where it ends inside a target.
    reached: Option<Reached>,
}

/// A part that is being put.
struct Upload {
    part: Closed,
    done: Receiver<io::Result<()>>,
}

impl S3Sink {
    pub(super) fn new(
        outlet: Arc<Outlet>,
        spec: SinkSpec,
        settled: Option<&Settled>,
        runtime: Handle,
    ) -> Self {
        let settled = settled.map_or_else(Reached::default, Reached::read);
        Self { outlet, spec, runtime, part: None, upload: None, held: Vec::new(), closed: settled, settled }
    }

    /// The last outcome that is wholly in it.
    pub(super) fn settled_through(&self) -> u64 {
        self.settled.through
    }

    fn has(&self, quarters: u64) -> bool {
        self.part.as_ref().is_some_and(|part| part.has(quarters, self.spec.parts))
    }

    /// The part that fills.
    fn part(&mut self) -> Result<&mut Part, SinkError> {
        if self.part.is_none() {
            let unwritable = |source| SinkError::Unwritable { path: std::env::temp_dir(), source };
            let folder = self.outlet.folder().map_err(unwritable)?;
            let name = self.outlet.url().part_name(self.closed.parts + 1);
            self.part = Some(Part::open(&folder, &name, &self.spec)?);
        }
        self.part.as_mut().ok_or_else(|| SinkError::Row("it has no part".to_owned()))
    }

    /// Ends the part, if there is one, and has it put. `between` targets, what it reaches can be gone on from.
    fn close(&mut self, between: bool) -> Result<(), SinkError> {
        let Some(part) = self.part.take() else { return Ok(()) };
        let path = part.close()?;
        self.closed.parts += 1;
        let name = self.outlet.url().part_name(self.closed.parts);
        let closed = Closed { name, path, reached: between.then_some(self.closed) };
        if self.spec.only_complete {
            self.held.push(closed);
            return Ok(());
        }
        self.put(closed)
    }

    /// Puts a part, once the one before it was.
    fn put(&mut self, part: Closed) -> Result<(), SinkError> {
        self.wait()?;
        let (tell, done) = sync_channel(1);
        let (outlet, name, path) = (Arc::clone(&self.outlet), part.name.clone(), part.path.clone());
        self.runtime.spawn(async move {
            let put = outlet.put(&name, &path).await;
            // Who does not listen any more has given the part up.
            tell.send(put).ok();
        });
        self.upload = Some(Upload { part, done });
        Ok(())
    }

    /// Waits for what is being put.
    fn wait(&mut self) -> Result<(), SinkError> {
        let Some(upload) = self.upload.take() else { return Ok(()) };
        let result = upload.done.recv().unwrap_or_else(|_| Err(cut()));
        self.note(upload.part, result)
    }

    /// Looks whether it was put meanwhile.
    fn look(&mut self) -> Result<(), SinkError> {
        let Some(upload) = self.upload.take() else { return Ok(()) };
        let result = match upload.done.try_recv() {
            Ok(result) => result,
            Err(TryRecvError::Disconnected) => Err(cut()),
            Err(TryRecvError::Empty) => {
                self.upload = Some(upload);
                return Ok(());
            }
        };
        self.note(upload.part, result)
    }

    fn note(&mut self, part: Closed, result: io::Result<()>) -> Result<(), SinkError> {
        // With its folder it goes at the latest.
        fs::remove_file(&part.path).ok();
        result.map_err(|source| SinkError::Unwritable {
            path: self.outlet.object(&part.name).into(),
            source,
        })?;
        self.settled = part.reached.unwrap_or(self.settled);
        Ok(())
    }

    fn position(&self) -> Option<Settled> {
        (self.settled.parts > 0)
            .then(|| Settled { through: self.settled.through, state: self.settled.parts.to_string() })
    }
}

/// The program is ending.
fn cut() -> io::Error {
    io::Error::other("its upload was cut off")
}

impl Reached {
    /// What cannot be read is of no more use than nothing: it is all put again.
    fn read(settled: &Settled) -> Self {
        match settled.state.parse() {
            Ok(parts) => Self { parts, through: settled.through },
            Err(_) => Self::default(),
        }
    }
}

impl Drop for S3Sink {
    fn drop(&mut self) {
        self.outlet.clear();
    }
}

impl Sink for S3Sink {
    fn write(&mut self, outcome: u64, rows: &[&[u8]]) -> Result<(), SinkError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.look()?;
        if outcome != self.closed.through && self.has(3) {
            self.close(true)?;
        }
        self.closed.through = outcome;
        let mut rest = rows;
        while !rest.is_empty() {
            if self.has(4) {
                self.close(false)?;
            }
            let most = self.spec.parts;
            rest = self.part()?.write(outcome, rest, most)?;
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<Option<Settled>, SinkError> {
        self.look()?;
        Ok(self.position())
    }

    fn finish(&mut self, complete: bool) -> Result<Option<Settled>, SinkError> {
        self.close(true)?;
        if complete {
            for part in std::mem::take(&mut self.held) {
                self.put(part)?;
            }
        }
        self.wait()?;
        if self.held.is_empty() {
            self.settled = self.closed;
        }
        Ok(self.position())
    }

    /// Nothing is put before the first row, and nothing of this machine is left in any case.
    fn discard(&mut self) {}
}
