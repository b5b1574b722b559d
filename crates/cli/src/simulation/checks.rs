//! What must hold, worked out from the case and from how targets ended.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::FutureExt;
use orgwide_ledger::{Again, Follow, Outcome, SinkSpec};
use orgwide_simulator::{Ending, Expected};
use serde_json::Value;

use super::case::{Case, Place, Trouble};
use super::history::{End, Ended, History};
use super::sitting::Sat;
use super::tape::Tape;
use crate::exit::Exit;
use crate::rows::RECORD;

/// Accounts that refuse before a run is given up, if none let the caller in.
const REFUSALS: usize = 5;
/// What may run on after a stop, and how long it then takes to notice.
const GRACE: Duration = Duration::from_secs(9 + 1);

/// A sitting by itself. `history` is what was before it.
pub(super) fn sitting(case: &Case, number: usize, history: &History, sat: &Sat) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut must = |holds: bool, what: String| {
        if !holds {
            wrong.push(format!("sitting {number}, {:?}: {what}", case.trouble(number)));
        }
    };
    must(sat.twice.is_empty(), format!("ended twice: {:?}", sat.twice));
    must(sat.most <= case.window, format!("{} at work of {}", sat.most, case.window));
    must(sat.elapsed <= longest(case, number), format!("it took {:?}", sat.elapsed));
    if sat.hub_at_fault {
        must(refusing(case) >= REFUSALS, "given up, though accounts can be entered".to_owned());
        return wrong;
    }
    for (place, End { outcome, cut, why }) in &sat.ended {
        let before = history.ended.get(place).map(|end| end.outcome);
        let again = match before {
            None | Some(Outcome::Cancelled) => true,
            // What ended last may have been lost with the process before it was written down.
            Some(_) => was_killed(case, number),
        };
        must(again, format!("{place:?} was {before:?} and was run again"));
        let stopped = sat.stopped_midway && (*outcome == Outcome::Cancelled || *cut);
        let Some((expected, fate)) = case.expected.get(place) else {
            must(false, format!("{place:?} is no target"));
            continue;
        };
        // The rows are looked at where they are.
        must(
            stopped || admits(expected, *outcome, None),
            format!("{place:?} {outcome} {why}, not {expected:?}: {fate}"),
        );
    }
    let lost = sat
        .ended
        .keys()
        .filter(|place| history.ended.get(*place).is_some_and(|end| end.outcome == Outcome::Completed));
    must(lost.count() <= 1, "more than one completed target was run again".to_owned());
    if let Some(exit) = sat.exit {
        let codes = exits(case, number, history, sat);
        must(codes.contains(&exit), format!("exit {exit}, not {codes:?}"));
    }
    wrong
}

fn was_killed(case: &Case, number: usize) -> bool {
    number > 0 && matches!(case.trouble(number - 1), Trouble::Killed(_))
}

/// Accounts that may refuse.
fn refusing(case: &Case) -> usize {
    let may = |expected: &Expected| matches!(expected, Expected::Denied | Expected::Open(_));
    let refusing = case.expected.iter().filter(|(_, (expected, _))| may(expected));
    refusing.map(|((account, _), _)| account).collect::<BTreeSet<_>>().len()
}

/// How long a sitting may take at most.
fn longest(case: &Case, number: usize) -> Duration {
    // Three attempts at each target, with what comes before and between, one after the other in every slot.
    let turns = case.expected.len().div_ceil(case.window.div_ceil(2)) as u32;
    let calm = Duration::from_secs(60) + Duration::from_secs(3 * (300 + 60)) * turns;
    match case.trouble(number) {
        Trouble::Deadline(deadline) => calm.min(*deadline + GRACE),
        Trouble::Signals(_, first, next) => calm.min(*first + GRACE.min(*next + Duration::from_secs(1))),
        _ => calm,
    }
}

/// The exit codes that the table allows: more than one only where two things happen at the same time.
fn exits(case: &Case, number: usize, history: &History, sat: &Sat) -> Vec<u8> {
    let mut all = history.ended.clone();
    all.extend(sat.ended.clone());
    let complete = case.expected.keys().all(|place| all.get(place).is_some_and(|end| end.is_good()));
    let finished = if complete { 0 } else { 1 };
    let is_planned = case.expected.keys().all(|place| all.contains_key(place));
    let cancelled = sat.ended.values().any(|end| end.outcome == Outcome::Cancelled);
    match case.trouble(number) {
        Trouble::None | Trouble::Killed(_) => vec![finished],
        Trouble::Listing(..) if sat.was_planned => vec![finished],
        Trouble::Listing(..) => vec![4],
        Trouble::Credentials(_) if cancelled || !is_planned => vec![4],
        // Only the end of the list may have been lost.
        Trouble::Credentials(_) if !sat.was_planned && sat.summary["plan_complete"] == false => vec![4],
        Trouble::Credentials(_) => vec![finished],
        Trouble::Deadline(deadline) if sat.elapsed > *deadline + Duration::from_millis(2) => vec![4],
        Trouble::Deadline(deadline) if sat.elapsed < *deadline => vec![finished],
        Trouble::Deadline(_) => vec![4, finished],
        Trouble::Failures(most) if failures(&sat.ended) > *most => vec![4],
        Trouble::Failures(_) => vec![finished],
        Trouble::Signals(..) if !sat.signalled => vec![finished],
        Trouble::Signals(Exit::Interrupted, ..) => vec![130],
        Trouble::Signals(..) => vec![143],
    }
}

/// As a budget counts them: a denied account once.
fn failures(ended: &Ended) -> u64 {
    let of = |wanted: &[Outcome]| {
        let found = ended.iter().filter(|(_, end)| wanted.contains(&end.outcome));
        found.map(|(place, _)| place).collect::<Vec<_>>()
    };
    let denied: BTreeSet<_> = of(&[Outcome::Denied]).into_iter().map(|(account, _)| account).collect();
    (of(&[Outcome::Failed, Outcome::TimedOut]).len() + denied.len()) as u64
}

/// Whether a target may end so, with these rows if they are known.
fn admits(expected: &Expected, outcome: Outcome, rows: Option<&[String]>) -> bool {
    let own = match expected {
        Expected::Rows(rows) | Expected::Open(rows) => rows.as_slice(),
        _ => &[],
    };
    match outcome {
        Outcome::Completed => expected.admits(Ending::Completed(rows.unwrap_or(own))),
        Outcome::Denied => expected.admits(Ending::Denied),
        Outcome::Failed => expected.admits(Ending::Failed),
        Outcome::TimedOut => expected.admits(Ending::TimedOut),
        Outcome::Skipped => expected.admits(Ending::Skipped),
        Outcome::Cancelled => false,
    }
}

/// What the ledger and the file have after a sitting that ended.
pub(super) fn ledger(case: &Case, number: usize, history: &mut History, summary: Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut must = |holds: bool, what: String| {
        if !holds {
            wrong.push(format!("after sitting {number}: {what}"));
        }
    };
    let copy = Tape::default();
    let ledger = history.ledger(&copy);
    let run = history.run.unwrap();
    let totals = ledger.run(run).unwrap().totals;
    let mut not_completed = BTreeMap::new();
    let each = |failure: orgwide_ledger::Failure| {
        let place =
            (failure.target.account_id.to_string(), failure.target.region.map(|name| name.to_string()));
        must(
            not_completed.insert(place.clone(), failure.outcome).is_none(),
            format!("{place:?} is there twice"),
        );
    };
    ledger.failures(run, each).unwrap();
    // A file that did not follow the run gets all that the ledger has.
    let name = format!("copy-{number}.ndjson");
    let spec = SinkSpec::of(name.as_ref(), RECORD).unwrap();
    let recorder = ledger.resume(run, Again::Unfinished, vec![spec], Follow::default()).unwrap();
    let settled = recorder.settle().now_or_never().unwrap().unwrap();
    drop(recorder);
    history.put_back(ledger);

    let seen: BTreeMap<Place, Option<Outcome>> = history
        .ended
        .iter()
        .filter(|(_, end)| !matches!(end.outcome, Outcome::Completed | Outcome::Skipped))
        .map(|(place, end)| (place.clone(), Some(end.outcome)))
        .collect();
    must(seen == not_completed, format!("the ledger has {not_completed:?}, seen was {seen:?}"));
    let count = |wanted| history.ended.values().filter(|end| end.outcome == wanted).count() as u64;
    let counts = Outcome::ALL.map(count);
    let of_ledger =
        [totals.completed, totals.denied, totals.failed, totals.timed_out, totals.skipped, totals.cancelled];
    must(counts == of_ledger, format!("the ledger counts {of_ledger:?}, seen were {counts:?}"));
    let told = Outcome::ALL.map(|outcome| summary[outcome.as_str()].as_u64().unwrap());
    must(counts == told, format!("the summary tells {told:?}, seen were {counts:?}"));
    must(summary["planned"] == counts.iter().sum::<u64>(), format!("planned is no sum: {summary}"));
    must(totals == settled, format!("{totals:?} became {settled:?}"));

    let [rows, copied] = [&history.tape, &copy].map(|tape| by_place(&tape.rows()));
    let number: usize = rows.values().map(Vec::len).sum();
    must(summary["rows"] == number, format!("{number} rows in the file: {summary}"));
    must(rows == copied, format!("the file has {rows:?}, the ledger {copied:?}"));
    for (place, End { outcome, .. }) in &history.ended {
        let rows = rows.get(place).map(Vec::as_slice).unwrap_or_default();
        let holds = match outcome {
            Outcome::Completed => admits(&case.expected[place].0, *outcome, Some(rows)),
            _ => rows.is_empty(),
        };
        must(holds, format!("{place:?} {outcome} with {rows:?}: {:?}", case.expected[place]));
    }
    let strange: Vec<_> = rows.keys().filter(|place| !history.ended.contains_key(*place)).collect();
    must(strange.is_empty(), format!("rows of no target: {strange:?}"));
    wrong
}

fn by_place(rows: &[String]) -> BTreeMap<Place, Vec<String>> {
    let mut by_place: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        let row: Value = serde_json::from_str(row).unwrap();
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        by_place.entry((text("account_id"), Some(text("region")))).or_default().push(text("id"));
    }
    by_place.values_mut().for_each(|ids| ids.sort());
    by_place
}

/// The end of a case: nothing is left, and nothing ended as it must not.
pub(super) fn end(case: &Case, history: &History) -> Vec<String> {
    let mut wrong = Vec::new();
    for (place, (expected, fate)) in &case.expected {
        match history.ended.get(place) {
            Some(end) if admits(expected, end.outcome, None) => {}
            other => wrong.push(format!("in the end {place:?} is {other:?}, not {expected:?}: {fate}")),
        }
    }
    wrong
}
