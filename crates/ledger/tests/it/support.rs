//! Sinks that remember, and rows that tell where they belong.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use orgwide_ledger::{
    Answer, Attempt, Column, Ended, Format, Kind, Ledger, LedgerError, NewRun, Outcome, Reader, Recorder,
    Row, RunId, Settled, Sink, SinkError, SinkSpec, Target, TargetId, Value,
};

/// Files that live in memory, by name, as a disk would have them after a crash: what was not settled may be there
/// or not, and is cut off by whoever goes on.
#[derive(Clone, Default)]
pub(crate) struct Tapes(Arc<Mutex<BTreeMap<PathBuf, Tape>>>);

#[derive(Default, Clone)]
pub(crate) struct Tape {
    pub(crate) rows: Vec<(u64, String)>,
    pub(crate) finished: Option<bool>,
    pub(crate) discarded: bool,
    /// Rows that are there for good.
    pub(crate) settled: usize,
    /// Calls so far that write, settle or finish.
    pub(crate) calls: usize,
    /// The call that fails, having done its work or not.
    pub(crate) fails_at: Option<usize>,
}

impl Tape {
    /// Counts a call, and says whether it fails.
    fn call(&mut self) -> Result<(), SinkError> {
        self.calls += 1;
        if self.fails_at == Some(self.calls) { Err(SinkError::ReaderLeft) } else { Ok(()) }
    }

    /// Loses a part of what did not settle.
    pub(crate) fn tear(&mut self, rng: &mut fastrand::Rng) {
        let kept = rng.usize(self.settled..=self.rows.len());
        self.rows.truncate(kept);
    }
}

struct Head {
    tapes: Tapes,
    path: PathBuf,
    through: u64,
}

impl Tapes {
    pub(crate) fn ledger(&self, mut ledger: Ledger) -> Ledger {
        let tapes = self.clone();
        ledger.open_sinks_by(move |spec, settled| tapes.open(spec, settled));
        ledger
    }

    fn open(&self, spec: &SinkSpec, settled: Option<&Settled>) -> Result<(Box<dyn Sink>, u64), SinkError> {
        let mut tapes = self.0.lock().unwrap();
        let tape = tapes.entry(spec.path.clone()).or_default();
        let kept = settled.map_or(0, |settled| settled.state.parse().unwrap_or(0));
        if settled.is_none() && !tape.rows.is_empty() && spec.path.as_os_str() != "-" {
            return Err(SinkError::Exists { path: spec.path.clone() });
        }
        if spec.path.as_os_str() != "-" {
            assert!(tape.rows.len() >= kept, "it settled more than there is");
            tape.rows.truncate(kept);
            tape.settled = kept;
        }
        let through = settled.map_or(0, |settled| settled.through);
        Ok((Box::new(Head { tapes: self.clone(), path: spec.path.clone(), through }), through))
    }

    pub(crate) fn with<T>(&self, name: &str, look: impl FnOnce(&mut Tape) -> T) -> T {
        look(self.0.lock().unwrap().entry(name.into()).or_default())
    }

    /// The rows of a file, in order.
    pub(crate) fn rows(&self, name: &str) -> Vec<String> {
        self.with(name, |tape| tape.rows.iter().map(|(_, row)| row.clone()).collect())
    }
}

impl Sink for Head {
    fn write(&mut self, outcome: u64, rows: &[&[u8]]) -> Result<(), SinkError> {
        self.tapes.with(self.path.to_str().unwrap(), |tape| {
            assert!(outcome >= self.through, "outcome {outcome} after {}", self.through);
            self.through = outcome;
            // One that fails has got half of it.
            let called = tape.call();
            let written = if called.is_ok() { rows.len() } else { rows.len() / 2 };
            let rows = rows.iter().take(written);
            tape.rows.extend(rows.map(|row| (outcome, String::from_utf8(row.to_vec()).unwrap())));
            called
        })
    }

    fn settle(&mut self) -> Result<Option<Settled>, SinkError> {
        self.tapes.with(self.path.to_str().unwrap(), |tape| {
            tape.settled = tape.rows.len();
            tape.call()?;
            Ok(Some(Settled { through: self.through, state: tape.settled.to_string() }))
        })
    }

    fn finish(&mut self, complete: bool) -> Result<Option<Settled>, SinkError> {
        self.tapes.with(self.path.to_str().unwrap(), |tape| tape.finished = Some(complete));
        self.settle()
    }

    fn discard(&mut self) {
        self.tapes.with(self.path.to_str().unwrap(), |tape| tape.discarded = true);
    }
}

pub(crate) fn spec(name: &str) -> SinkSpec {
    SinkSpec {
        path: name.into(),
        format: Format::Ndjson,
        columns: const { &[Column::new("key", Kind::Text)] },
        overwrite: false,
        only_complete: false,
        parts: Default::default(),
    }
}

pub(crate) fn new_run() -> NewRun {
    NewRun { verb: "inventory".into(), version: "0.1.0".into(), invocation: "{}".into() }
}

pub(crate) fn target(account: u64, region: &str, job: &str) -> Target {
    Target {
        account_id: format!("{account:012}").parse().unwrap(),
        region: (!region.is_empty()).then(|| region.parse().unwrap()),
        job: job.into(),
    }
}

/// A row that says whose it is.
pub(crate) fn row(target: &Target, key: &str) -> Row {
    let json = format!(r#"{{"account_id":"{}","job":"{}","key":"{key}"}}"#, target.account_id, target.job);
    Row { key: key.into(), digest: 7, json: json.into_bytes() }
}

/// The rows `keys` as one page.
pub(crate) async fn page(attempt: &Attempt, target: &Target, keys: &[&str]) {
    attempt.page(keys.iter().map(|key| row(target, key)).collect()).await.unwrap();
}

pub(crate) async fn complete(recorder: &Recorder, id: TargetId, attempt: &Attempt) {
    let ended = Ended { winner: Some(attempt), attempts: 1, ..Ended::new(Outcome::Completed) };
    recorder.end(id, ended).await.unwrap();
}

/// Plans the target and completes it with these rows.
pub(crate) async fn collect(recorder: &Recorder, target: &Target, keys: &[&str]) {
    let planned = recorder.plan(target).await.unwrap();
    assert!(!planned.done);
    let attempt = recorder.attempt(planned.id);
    page(&attempt, target, keys).await;
    complete(recorder, planned.id, &attempt).await;
}

/// What a query is answered: the columns, then the rows.
pub(crate) fn answer(
    reader: &mut Reader,
    sql: &str,
    run: Option<RunId>,
) -> Result<Vec<Vec<String>>, LedgerError> {
    let mut all = Vec::new();
    reader.query(sql, run, |part| {
        all.push(match part {
            Answer::Columns(names) => names.to_vec(),
            Answer::Row(values) => values
                .iter()
                .map(|value| match value {
                    Value::Text(text) => format!("'{text}'"),
                    value => format!("{value:?}"),
                })
                .collect(),
        });
        ControlFlow::Continue(())
    })?;
    Ok(all)
}
