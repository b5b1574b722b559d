use std::collections::BTreeMap;

use orgwide_ledger::{Ledger, NewRun, Outcome, RunId};
use tempfile::TempDir;

use super::case::{Case, Place};
use super::sitting::Sat;
use super::tape::Tape;

/// Every target that ended, and how.
pub(super) type Ended = BTreeMap<Place, End>;

/// How a target ended.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub(super) outcome: Outcome,
    /// Whether it failed in a way, and so few times, that it is tried again unless the run is being stopped.
    pub(super) cut: bool,
    /// Why, where it failed.
    pub(super) why: String,
}

/// What is left of the sittings of a case so far.
pub(super) struct History {
    shelf: Shelf,
    pub(super) tape: Tape,
    pub(super) run: Option<RunId>,
    /// How every target ended that did, the last time it did.
    pub(super) ended: Ended,
}

/// Where the ledger is while no sitting has it.
enum Shelf {
    Memory(Option<Ledger>),
    Disk(TempDir),
}

impl History {
    pub(super) fn new(case: &Case) -> Self {
        let shelf = match case.on_disk {
            true => Shelf::Disk(TempDir::new().unwrap()),
            false => Shelf::Memory(Some(Ledger::temporary().unwrap())),
        };
        Self { shelf, tape: Tape::default(), run: None, ended: Ended::new() }
    }

    /// The ledger, whose rows go to `tape` too; it has to be put back.
    pub(super) fn ledger(&mut self, tape: &Tape) -> Ledger {
        let mut ledger = match &mut self.shelf {
            Shelf::Memory(ledger) => ledger.take().unwrap(),
            Shelf::Disk(folder) => Ledger::open(folder.path().join("ledger.sqlite")).unwrap(),
        }
        .inline();
        let tape = tape.clone();
        ledger.open_sinks_by(move |_, settled| Ok(tape.open(settled)));
        ledger
    }

    /// Keeps it for the next sitting.
    pub(super) fn put_back(&mut self, ledger: Ledger) {
        if let Shelf::Memory(place) = &mut self.shelf {
            *place = Some(ledger);
        }
    }

    /// Takes in a sitting: what was to be done in it and was not is left undone.
    pub(super) fn take(&mut self, sat: &mut Sat) {
        let undone = || End { outcome: Outcome::Cancelled, cut: false, why: String::new() };
        for place in sat.planned.drain(..) {
            self.ended.entry(place).or_insert_with(undone);
        }
        self.ended.append(&mut sat.ended);
    }
}

impl End {
    /// Whether it completed or was left out by a rule.
    pub(super) fn is_good(&self) -> bool {
        matches!(self.outcome, Outcome::Completed | Outcome::Skipped)
    }
}

pub(super) fn new_run() -> NewRun {
    NewRun { verb: "inventory".into(), version: "0".into(), invocation: "{}".into() }
}
