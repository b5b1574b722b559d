//! Runs that end at any message, with files that fail at any call, and go on until they are whole.

use std::collections::BTreeMap;

use fastrand::Rng;
use orgwide_ledger::{
    Again, Answer, Attempt, End, Ended, Follow, Ledger, Outcome, Reader, Recorder, RunId, Target,
};

use crate::support::{Tapes, new_run, row, spec, target};

const FILES: [&str; 3] = ["a", "b", "c"];

/// What there is to collect: for each target its pages of keys.
type Truth = BTreeMap<Target, Vec<Vec<String>>>;

fn truth(rng: &mut Rng) -> Truth {
    let mut truth = Truth::new();
    for number in 0..rng.u64(1..12) {
        let region = ["", "eu-west-1"][rng.usize(0..2)];
        let pages =
            (0..rng.usize(0..4)).map(|_| (0..rng.usize(1..4)).map(|_| rng.u8(0..6).to_string()).collect());
        truth.insert(target(number / 3, region, &format!("job{number}")), pages.collect());
    }
    truth
}

/// A target on its way.
struct Work<'a> {
    target: &'a Target,
    attempt: Attempt,
    pages: &'a [Vec<String>],
    next: usize,
}

/// One sitting: everything that is not done, in any order and interleaved, for so many messages at most. Whether it
/// came to its end.
async fn sit(recorder: &Recorder, truth: &Truth, rng: &mut Rng, mut messages: usize, calm: bool) -> bool {
    let mut todo: Vec<_> = truth.iter().collect();
    rng.shuffle(&mut todo);
    let mut under_way: Vec<Work<'_>> = Vec::new();
    loop {
        if messages == 0 {
            return false;
        }
        messages -= 1;
        if !todo.is_empty() && (under_way.is_empty() || under_way.len() < 4 && rng.bool()) {
            let Some((target, pages)) = todo.pop() else { continue };
            let Ok(planned) = recorder.plan(target).await else { return false };
            if !planned.done {
                under_way.push(Work { target, attempt: recorder.attempt(planned.id), pages, next: 0 });
            }
            continue;
        }
        if under_way.is_empty() {
            return recorder.plan_complete().await.is_ok();
        }
        let place = rng.usize(0..under_way.len());
        let work = &mut under_way[place];
        let id = work.attempt.target();
        let done = if !calm && rng.u8(0..12) == 0 {
            // Another try.
            work.attempt = recorder.attempt(id);
            work.next = 0;
            Ok(())
        } else if !calm && rng.u8(0..12) == 0 {
            let attempt = under_way.swap_remove(place).attempt;
            let outcome =
                [Outcome::Failed, Outcome::Denied, Outcome::TimedOut, Outcome::Cancelled][rng.usize(0..4)];
            recorder.end(id, Ended { winner: Some(&attempt), ..Ended::new(outcome) }).await
        } else if let Some(page) = work.pages.get(work.next) {
            work.next += 1;
            work.attempt.page(page.iter().map(|key| row(work.target, key)).collect()).await
        } else {
            let work = under_way.swap_remove(place);
            recorder.end(id, Ended { winner: Some(&work.attempt), ..Ended::new(Outcome::Completed) }).await
        };
        if done.is_err() {
            return false;
        }
    }
}

async fn crash_until_whole(seed: u64, path: Option<&std::path::Path>) {
    let mut rng = Rng::with_seed(seed);
    let truth = truth(&mut rng);
    let tapes = Tapes::default();
    let open = || match path {
        Some(path) => tapes.ledger(Ledger::open(path).unwrap()).inline(),
        None => tapes.ledger(Ledger::temporary().unwrap()).inline(),
    };
    let mut ledger = open();
    let specs = || FILES.iter().map(|name| spec(name)).collect::<Vec<_>>();
    let mut run: Option<RunId> = None;
    for sitting in 0.. {
        let calm = sitting == 6;
        for name in FILES {
            tapes.with(name, |tape| {
                let calls = tape.calls;
                tape.fails_at = (!calm && rng.u8(0..4) == 0).then(|| calls + rng.usize(1..20));
            });
        }
        let recorder = match run {
            None => ledger.begin(new_run(), specs(), Follow::default()),
            Some(run) => ledger.resume(run, Again::Failed(None), specs(), Follow::default()),
        }
        .unwrap();
        run = Some(recorder.run());
        let messages = if calm { usize::MAX } else { rng.usize(0..60) };
        let ended = sit(&recorder, &truth, &mut rng, messages, calm).await;
        if !calm && rng.bool() {
            // Stopped in good order.
            let _ = recorder.settle().await;
            let end = End { exit: 4, complete: false, summary: "{}".into() };
            if recorder.finish(end.clone()).await.is_err() {
                recorder.finish(end).await.unwrap();
            }
            assert_eq!(ledger.run(recorder.run()).unwrap().exit, Some(4));
        } else if calm {
            assert!(ended);
            let totals = recorder.settle().await.unwrap();
            let rows: usize = truth.values().flatten().map(Vec::len).sum();
            assert_eq!(
                (totals.completed, totals.planned),
                (truth.len() as u64, truth.len() as u64),
                "{seed}"
            );
            assert_eq!((totals.rows, totals.plan_complete), (rows as u64, true), "{seed}");
            recorder.finish(End { exit: 0, complete: true, summary: "{}".into() }).await.unwrap();
            break;
        }
        drop(recorder);
        // What was not settled may have come to the disk in part.
        for name in FILES {
            tapes.with(name, |tape| tape.tear(&mut rng));
        }
        if path.is_some() {
            drop(ledger);
            ledger = open();
        }
    }
    let wanted: BTreeMap<_, Vec<String>> = truth
        .iter()
        .map(|(target, pages)| {
            let rows = pages.iter().flatten().map(|key| String::from_utf8(row(target, key).json).unwrap());
            (target.job.clone(), rows.collect::<Vec<_>>())
        })
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    for name in FILES {
        let mut got = BTreeMap::<String, Vec<String>>::new();
        let mut jobs = Vec::new();
        for row in tapes.rows(name) {
            let job = row.split("\"job\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            if jobs.last() != Some(&job) {
                jobs.push(job.clone());
            }
            got.entry(job).or_default().push(row);
        }
        assert_eq!(got, wanted, "file {name}, seed {seed}");
        assert_eq!(jobs.len(), wanted.len(), "targets are whole, one after the other: {jobs:?}");
        assert_eq!(tapes.with(name, |tape| tape.finished), Some(true));
    }
    drop(ledger);
    if let Some(path) = path {
        let mut stored = BTreeMap::<String, Vec<String>>::new();
        let mut reader = Reader::open(path).unwrap();
        let mut see = |sql: &str, see: &mut dyn FnMut(&[orgwide_ledger::Value<'_>])| {
            reader
                .query(sql, run, |part| {
                    if let Answer::Row(values) = part {
                        see(values);
                    }
                    std::ops::ControlFlow::Continue(())
                })
                .unwrap();
        };
        see("SELECT type, json FROM rows", &mut |values| {
            let [orgwide_ledger::Value::Text(job), orgwide_ledger::Value::Text(json)] = values else {
                panic!()
            };
            stored.entry((*job).to_owned()).or_default().push((*json).to_owned());
        });
        assert_eq!(stored, wanted, "the ledger, seed {seed}");
    }
}

#[tokio::test]
async fn each_row_stands_once_after_any_number_of_crashes() {
    let seeds = if std::env::var_os("ORGWIDE_SOAK").is_some() { 20_000 } else { 300 };
    for seed in 0..seeds {
        crash_until_whole(seed, None).await;
    }
}

#[tokio::test]
async fn each_row_stands_once_in_a_file_that_is_opened_again() {
    let seeds = if std::env::var_os("ORGWIDE_SOAK").is_some() { 500 } else { 10 };
    for seed in 0..seeds {
        let folder = tempfile::tempdir().unwrap();
        crash_until_whole(seed, Some(&folder.path().join("l.sqlite"))).await;
    }
}
