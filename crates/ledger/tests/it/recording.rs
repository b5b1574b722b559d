use std::ops::ControlFlow;

use orgwide_ledger::{
    Again, Answer, End, Ended, Follow, Ledger, LedgerError, Outcome, Reader, Settled, Sink, SinkError, Totals,
};

use crate::support::{Tapes, collect, complete, new_run, page, spec, target};

fn end(exit: u8) -> End {
    End { exit, complete: exit == 0, summary: "{}".into() }
}

#[tokio::test]
async fn a_run_is_what_was_told() {
    let folder = tempfile::tempdir().unwrap();
    let tapes = Tapes::default();
    let ledger = tapes.ledger(Ledger::open(folder.path().join("l.sqlite")).unwrap());
    let recorder = ledger.begin(new_run(), vec![spec("rows")], Follow::default()).unwrap();

    let one = target(1, "eu-west-1", "ec2:vpc");
    collect(&recorder, &one, &["a", "b", "a"]).await;
    // Loses an attempt, then wins.
    let two = target(2, "", "s3:bucket");
    let planned = recorder.plan(&two).await.unwrap();
    page(&recorder.attempt(planned.id), &two, &["lost"]).await;
    let attempt = recorder.attempt(planned.id);
    page(&attempt, &two, &["c"]).await;
    page(&attempt, &two, &["d"]).await;
    complete(&recorder, planned.id, &attempt).await;
    // Fails after rows.
    let three = target(3, "eu-west-1", "ec2:vpc");
    let planned = recorder.plan(&three).await.unwrap();
    let attempt = recorder.attempt(planned.id);
    page(&attempt, &three, &["half"]).await;
    let denied = Ended {
        winner: Some(&attempt),
        kind: Some("access_denied".into()),
        code: Some("AccessDenied".into()),
        ..Ended::new(Outcome::Denied)
    };
    recorder.end(planned.id, denied).await.unwrap();
    // Does not end.
    recorder.plan(&target(4, "eu-west-1", "ec2:vpc")).await.unwrap();
    assert_eq!(recorder.plan_complete().await, Ok(0));

    let totals = recorder.settle().await.unwrap();
    let expected = Totals {
        planned: 4,
        completed: 2,
        denied: 1,
        cancelled: 1,
        rows: 5,
        duplicates: 1,
        plan_complete: true,
        ..Totals::default()
    };
    assert_eq!(totals, expected);
    assert_eq!(recorder.written(), 7);
    recorder.finish(end(1)).await.unwrap();

    let keys: Vec<_> =
        tapes.rows("rows").iter().map(|row| row[row.len() - 3..row.len() - 2].to_owned()).collect();
    assert_eq!(keys, ["a", "b", "a", "c", "d"]);
    assert_eq!(tapes.with("rows", |tape| tape.finished), Some(false));
    let run = ledger.run(recorder.run()).unwrap();
    assert_eq!((run.totals, run.exit, run.resumed), (expected, Some(1), 0));
    assert_eq!((run.verb.as_str(), run.invocation.as_str()), ("inventory", "{}"));
    assert!(run.ended_at.unwrap() >= run.started_at);
    let mut failures = Vec::new();
    ledger.failures(run.id, |failure| failures.push(failure)).unwrap();
    let told: Vec<_> =
        failures.iter().map(|f| (f.target.account_id.as_str(), f.outcome, f.code.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("000000000003", Some(Outcome::Denied), Some("AccessDenied")),
            ("000000000004", Some(Outcome::Cancelled), None)
        ]
    );
}

#[tokio::test]
async fn a_target_is_planned_once() {
    let ledger = Ledger::temporary().unwrap();
    let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
    let place = target(1, "eu-west-1", "ec2:vpc");
    let first = recorder.plan(&place).await.unwrap();
    assert_eq!(recorder.plan(&place).await.unwrap(), first);
    // The account as a whole is another, and it is one too.
    let whole = recorder.plan(&target(1, "", "ec2:vpc")).await.unwrap();
    assert_ne!(whole.id, first.id);
    assert_eq!(recorder.plan(&target(1, "", "ec2:vpc")).await.unwrap(), whole);
    recorder.end(first.id, Ended::new(Outcome::Failed)).await.unwrap();
    assert!(recorder.plan(&place).await.unwrap().done);
    // The first outcome stands.
    recorder.end(first.id, Ended::new(Outcome::Completed)).await.unwrap();
    let totals = recorder.settle().await.unwrap();
    assert_eq!((totals.planned, totals.failed, totals.completed, totals.cancelled), (2, 1, 0, 1));
}

#[tokio::test]
async fn a_target_that_is_withdrawn_was_never_planned_unless_it_completed() {
    let ledger = Ledger::temporary().unwrap();
    let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
    let failed = recorder.plan(&target(1, "", "discover:regions")).await.unwrap();
    recorder.end(failed.id, Ended::new(Outcome::Failed)).await.unwrap();
    let completed = target(1, "eu-west-1", "ec2:vpc");
    collect(&recorder, &completed, &["a"]).await;
    recorder.withdraw(&target(1, "", "discover:regions")).await.unwrap();
    recorder.withdraw(&completed).await.unwrap();
    let totals = recorder.settle().await.unwrap();
    assert_eq!((totals.planned, totals.completed, totals.failed), (1, 1, 0));
}

#[tokio::test]
async fn a_sink_that_fails_ends_the_recording_and_not_the_ledger() {
    let tapes = Tapes::default();
    tapes.with("rows", |tape| tape.fails_at = Some(3));
    let ledger = tapes.ledger(Ledger::temporary().unwrap());
    let recorder = ledger.begin(new_run(), vec![spec("rows"), spec("whole")], Follow::default()).unwrap();
    collect(&recorder, &target(1, "", "a"), &["a"]).await;
    recorder.settle().await.unwrap();
    collect(&recorder, &target(2, "", "a"), &["b"]).await;
    recorder.failed().await;
    assert!(recorder.plan(&target(3, "", "a")).await.is_err());
    let error = recorder.settle().await.unwrap_err();
    assert!(matches!(error, LedgerError::Sink(SinkError::ReaderLeft)), "{error}");
    recorder.finish(end(5)).await.unwrap();
    let run = ledger.run(recorder.run()).unwrap();
    assert_eq!((run.exit, run.totals.completed, run.totals.rows), (Some(5), 2, 2));
    // What settled before goes on from there.
    tapes.with("rows", |tape| tape.fails_at = None);
    let recorder = ledger
        .resume(run.id, Again::Unfinished, vec![spec("rows"), spec("whole")], Follow::default())
        .unwrap();
    recorder.settle().await.unwrap();
    assert_eq!(tapes.rows("rows").len(), 2);
    assert_eq!(tapes.rows("whole").len(), 2);
}

/// A sink that looks, at every write, whether its outcome is committed.
struct Watch {
    path: std::path::PathBuf,
    seen: std::sync::Arc<std::sync::Mutex<Vec<u64>>>,
}

impl Sink for Watch {
    fn write(&mut self, outcome: u64, _: &[&[u8]]) -> Result<(), SinkError> {
        let sql = format!("SELECT 1 FROM outcome WHERE seq = {outcome} AND outcome = 'completed'");
        let mut there = false;
        let mut look = |part: Answer<'_>| {
            there |= matches!(part, Answer::Row(_));
            ControlFlow::Continue(())
        };
        Reader::open(&self.path).unwrap().query(&sql, None, &mut look).unwrap();
        assert!(there, "outcome {outcome} is not committed");
        self.seen.lock().unwrap().push(outcome);
        Ok(())
    }

    fn settle(&mut self) -> Result<Option<Settled>, SinkError> {
        Ok(None)
    }

    fn finish(&mut self, _: bool) -> Result<Option<Settled>, SinkError> {
        Ok(None)
    }

    fn discard(&mut self) {}
}

#[tokio::test]
async fn a_file_gets_only_what_is_committed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let seen = std::sync::Arc::default();
    let watch = (path.clone(), std::sync::Arc::clone(&seen));
    let mut ledger = Ledger::open(&path).unwrap();
    ledger.open_sinks_by(move |_, _| {
        Ok((Box::new(Watch { path: watch.0.clone(), seen: std::sync::Arc::clone(&watch.1) }), 0))
    });
    let recorder = ledger.begin(new_run(), vec![spec("rows")], Follow::default()).unwrap();
    for account in 0..20 {
        collect(&recorder, &target(account, "", "a"), &["a"]).await;
    }
    recorder.settle().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), (1..=20).collect::<Vec<_>>());
}
