//! Every operation of every service, judged by botocore: what it sends, and what it reads.
//!
//! `tests/botocore/judge.py` writes the cases, `cargo xtask test` runs it and names the folder. Without the folder
//! nothing is compared, and the tests say so.

mod answers;
mod cbor;
mod compare;
mod requests;
mod xml;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use orgwide_models::{Catalog, Model};
use serde::de::DeserializeOwned;

/// A case that botocore and we see differently, and why that is right.
struct Known {
    service: &'static str,
    /// None for all of the service.
    operation: Option<&'static str>,
    why: &'static str,
}

/// What a case says about itself.
trait Case: DeserializeOwned + Send {
    fn service(&self) -> &str;
    fn operation(&self) -> &str;
    /// What differs; none when botocore and we agree.
    fn judge(&self, model: &Arc<Model>) -> Result<(), String>;
}

/// Compares every case in the file and fails unless at least `floor` are equal and every other one is known.
fn judge_all<C: Case>(file: &str, floor: usize, known: &[Known]) {
    let Some(lines) = lines(file) else { return };
    let halves = thread::scope(|scope| {
        let halves: Vec<_> = lines.chunks(lines.len().div_ceil(2).max(1)).collect();
        let threads: Vec<_> = halves.iter().map(|half| scope.spawn(|| judge_half::<C>(half))).collect();
        threads.into_iter().map(|half| half.join().expect("a half panicked")).collect::<Vec<_>>()
    });
    let (mut equal, mut of, mut differing) = (0, BTreeSet::new(), Vec::new());
    for (count, known_by_name, more) in halves {
        equal += count;
        of.extend(known_by_name);
        differing.extend(more);
    }
    let is_known = |service: &str, operation: &str| {
        known.iter().find(|k| k.service == service && k.operation.is_none_or(|known| known == operation))
    };
    let (excused, unknown): (Vec<_>, Vec<_>) =
        differing.iter().partition(|d| is_known(&d.service, &d.operation).is_some());
    report(file, equal, &excused, &unknown);
    assert!(
        unknown.is_empty(),
        "{} of {} cases differ: {:#?}",
        unknown.len(),
        lines.len(),
        first_few(&unknown)
    );
    for known in known {
        let differs = |d: &Differing| {
            d.service == known.service && known.operation.is_none_or(|operation| operation == d.operation)
        };
        let name = (known.service, known.operation);
        assert!(!known.why.is_empty(), "{name:?} has no reason");
        assert!(differing.iter().any(differs), "{name:?} is equal now: take it off the list");
    }
    assert!(equal >= floor, "{equal} cases are equal, of which there were {floor} before");
    assert!(of.len() > 400, "only {} services are compared", of.len());
}

struct Differing {
    service: String,
    operation: String,
    what: String,
}

impl std::fmt::Debug for Differing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.service, self.operation, self.what)
    }
}

fn judge_half<C: Case>(lines: &[String]) -> (usize, BTreeSet<String>, Vec<Differing>) {
    let catalog = Catalog::embedded();
    let (mut equal, mut of, mut differing) = (0, BTreeSet::new(), Vec::new());
    for line in lines {
        let case: C = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let service = case.service();
        let model = catalog.model(service).unwrap_or_else(|error| panic!("{service}: {error}"));
        of.insert(service.to_owned());
        match case.judge(&model) {
            Ok(()) => equal += 1,
            Err(what) => differing.push(Differing {
                service: service.to_owned(),
                operation: case.operation().to_owned(),
                what,
            }),
        }
    }
    (equal, of, differing)
}

/// The first of each service, so that what is broken shows as a whole.
fn first_few<'a>(differing: &[&'a Differing]) -> Vec<&'a Differing> {
    let mut seen = BTreeSet::new();
    differing.iter().copied().filter(|d| seen.insert(d.service.as_str())).take(40).collect()
}

#[allow(clippy::print_stderr, reason = "how many cases are equal is what this test is for")]
fn report(file: &str, equal: usize, excused: &[&Differing], unknown: &[&Differing]) {
    eprintln!("{file}: {equal} equal, {} known to differ, {} differ", excused.len(), unknown.len());
}

#[allow(clippy::print_stderr, reason = "a test that checks nothing must say so")]
fn lines(file: &str) -> Option<Vec<String>> {
    let Some(folder) = std::env::var_os("ORGWIDE_JUDGED") else {
        eprintln!("not run: botocore's judgement is not at hand; `cargo xtask test` makes it");
        return None;
    };
    let path = PathBuf::from(folder).join(file);
    let opened = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(BufReader::new(opened).lines().map(|line| line.expect("a line")).collect())
}
