use std::sync::Arc;

use orgwide_ledger::{Settled, Sink, SinkError};
use parking_lot::Mutex;

/// A file in memory, as a disk has it after a crash: what did not settle is cut off by whoever goes on.
#[derive(Debug, Clone, Default)]
pub(super) struct Tape(Arc<Mutex<Vec<String>>>);

struct Head {
    tape: Tape,
    through: u64,
}

impl Tape {
    /// A sink that goes on where it settled.
    pub(super) fn open(&self, settled: Option<&Settled>) -> (Box<dyn Sink>, u64) {
        let Settled { through, state } = settled.cloned().unwrap_or_default();
        let kept = state.parse().unwrap_or(0);
        let mut rows = self.0.lock();
        assert!(rows.len() >= kept, "{kept} rows settled, {} are there", rows.len());
        rows.truncate(kept);
        (Box::new(Head { tape: self.clone(), through }), through)
    }

    /// What is on it, one JSON object after the other.
    pub(super) fn rows(&self) -> Vec<String> {
        self.0.lock().clone()
    }
}

impl Sink for Head {
    fn write(&mut self, outcome: u64, rows: &[&[u8]]) -> Result<(), SinkError> {
        assert!(outcome >= self.through, "outcome {outcome} after {}", self.through);
        self.through = outcome;
        let texts = rows.iter().map(|row| String::from_utf8(row.to_vec()).unwrap());
        self.tape.0.lock().extend(texts);
        Ok(())
    }

    fn settle(&mut self) -> Result<Option<Settled>, SinkError> {
        let state = self.tape.0.lock().len().to_string();
        Ok(Some(Settled { through: self.through, state }))
    }

    fn finish(&mut self, _complete: bool) -> Result<Option<Settled>, SinkError> {
        self.settle()
    }

    fn discard(&mut self) {
        self.tape.0.lock().clear();
    }
}
