use orgwide_ledger::{Again, End, Ended, Follow, Ledger, Outcome};

use crate::support::{Tapes, collect, new_run, page, row, spec, target};

#[tokio::test]
async fn a_run_that_was_interrupted_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let tapes = Tapes::default();
    let ledger = tapes.ledger(Ledger::open(&path).unwrap()).inline();
    let recorder = ledger.begin(new_run(), vec![spec("rows")], Follow::default()).unwrap();
    let run = recorder.run();
    recorder.account(&target(1, "", "").account_id, "{\"name\":\"one\"}".into()).await.unwrap();
    collect(&recorder, &target(1, "", "a"), &["a", "b"]).await;
    let half = target(1, "", "b");
    let id = recorder.plan(&half).await.unwrap().id;
    page(&recorder.attempt(id), &half, &["half"]).await;
    let gone = target(1, "", "gone");
    recorder.plan(&gone).await.unwrap();
    drop(recorder);
    drop(ledger);

    let ledger = tapes.ledger(Ledger::open(&path).unwrap()).inline();
    let info = ledger.run(run).unwrap();
    assert_eq!((info.ended_at, info.totals.unfinished(), info.plan_complete), (None, 2, false));
    let recorder = ledger.resume(run, Again::Unfinished, vec![spec("rows")], Follow::default()).unwrap();
    assert!(recorder.plan(&target(1, "", "a")).await.unwrap().done);
    collect(&recorder, &half, &["c"]).await;
    collect(&recorder, &target(2, "", "new"), &["d"]).await;
    assert_eq!(recorder.plan_complete().await, Ok(1));
    let totals = recorder.settle().await.unwrap();
    assert_eq!((totals.planned, totals.completed, totals.skipped, totals.rows), (4, 3, 1, 4));
    recorder.finish(End { exit: 0, complete: true, summary: "{}".into() }).await.unwrap();
    let wanted = [("a", "a"), ("a", "b"), ("b", "c")].map(|(job, key)| row(&target(1, "", job), key));
    let mut wanted: Vec<_> = wanted.into_iter().map(|row| String::from_utf8(row.json).unwrap()).collect();
    wanted.push(String::from_utf8(row(&target(2, "", "new"), "d").json).unwrap());
    assert_eq!(tapes.rows("rows"), wanted);
    assert_eq!(ledger.run(run).unwrap().resumed, 1);
}

#[tokio::test]
async fn what_is_done_again_is_what_was_asked_for() {
    for (again, redone) in [
        (Again::Unfinished, vec!["cancelled"]),
        (Again::Failed(None), vec!["cancelled", "denied", "failed", "throttled", "timed_out"]),
        (Again::Failed(Some("denied".into())), vec!["cancelled", "denied"]),
        (Again::Failed(Some("throttled".into())), vec!["cancelled", "throttled"]),
    ] {
        let ledger = Ledger::temporary().unwrap().inline();
        let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
        let run = recorder.run();
        collect(&recorder, &target(1, "", "completed"), &["a"]).await;
        let ends = [
            ("denied", Outcome::Denied, None),
            ("failed", Outcome::Failed, Some("network")),
            ("throttled", Outcome::Failed, Some("throttled")),
            ("timed_out", Outcome::TimedOut, None),
            ("skipped", Outcome::Skipped, Some("throttled")),
        ];
        for (job, outcome, kind) in ends {
            let id = recorder.plan(&target(1, "", job)).await.unwrap().id;
            let ended = Ended { kind: kind.map(Into::into), ..Ended::new(outcome) };
            recorder.end(id, ended).await.unwrap();
        }
        recorder.plan(&target(1, "", "cancelled")).await.unwrap();
        recorder.plan_complete().await.unwrap();
        recorder.finish(End { exit: 1, complete: false, summary: "{}".into() }).await.unwrap();

        let recorder = ledger.resume(run, again.clone(), vec![], Follow::default()).unwrap();
        let batch = recorder.unfinished(None).await.unwrap();
        let jobs: Vec<_> = batch.iter().map(|unfinished| unfinished.target.job.as_str()).collect();
        assert_eq!(jobs, redone, "{again:?}");
        assert_eq!(recorder.unfinished(batch.last().map(|last| &last.target)).await.unwrap(), []);
        // They were asked for, so they are still in the selection.
        assert_eq!(recorder.plan_complete().await, Ok(0));
    }
}

#[tokio::test]
async fn what_vanished_and_is_back_is_done() {
    let ledger = Ledger::temporary().unwrap().inline();
    let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
    let run = recorder.run();
    let place = target(1, "", "a");
    recorder.plan(&place).await.unwrap();
    drop(recorder);
    let recorder = ledger.resume(run, Again::Unfinished, vec![], Follow::default()).unwrap();
    assert_eq!(recorder.plan_complete().await, Ok(1));
    drop(recorder);
    let recorder = ledger.resume(run, Again::Unfinished, vec![], Follow::default()).unwrap();
    assert!(!recorder.plan(&place).await.unwrap().done);
}

#[tokio::test]
async fn a_resume_that_did_not_begin_changes_nothing() {
    let tapes = Tapes::default();
    let ledger = tapes.ledger(Ledger::temporary().unwrap().inline());
    let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
    let run = recorder.run();
    let id = recorder.plan(&target(1, "", "a")).await.unwrap().id;
    recorder.end(id, Ended::new(Outcome::Failed)).await.unwrap();
    recorder.plan(&target(2, "", "a")).await.unwrap();
    recorder.finish(End { exit: 4, complete: false, summary: "{}".into() }).await.unwrap();
    let before = ledger.run(run).unwrap();
    let recorder = ledger.resume(run, Again::Failed(None), vec![], Follow::default()).unwrap();
    recorder.discovered("discover:organization", Err("denied".into())).await.unwrap();
    recorder.abandon().await.unwrap();
    assert_eq!(ledger.run(run).unwrap(), before);
}

#[tokio::test]
async fn a_run_that_did_not_begin_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let tapes = Tapes::default();
    let ledger = tapes.ledger(Ledger::open(&path).unwrap());
    let recorder = ledger.begin(new_run(), vec![spec("rows")], Follow::default()).unwrap();
    collect(&recorder, &target(1, "", "a"), &["a"]).await;
    recorder.abandon().await.unwrap();
    assert_eq!(ledger.runs().unwrap(), []);
    assert!(tapes.with("rows", |tape| tape.discarded));
    drop(recorder);
    ledger.discard();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn stdout_gets_everything_again_unless_only_what_is_new() {
    for (new_only, expected) in [(false, 3), (true, 2)] {
        let tapes = Tapes::default();
        let ledger = tapes.ledger(Ledger::temporary().unwrap()).inline();
        let recorder = ledger.begin(new_run(), vec![spec("-")], Follow::default()).unwrap();
        let run = recorder.run();
        collect(&recorder, &target(1, "", "a"), &["a"]).await;
        // Cancelled, and done in the next sitting: under a number of its own.
        recorder.plan(&target(2, "", "a")).await.unwrap();
        recorder.settle().await.unwrap();
        drop(recorder);
        let recorder = ledger.resume(run, Again::Unfinished, vec![spec("-")], Follow { new_only }).unwrap();
        collect(&recorder, &target(2, "", "a"), &["b"]).await;
        recorder.settle().await.unwrap();
        assert_eq!(tapes.rows("-").len(), expected);
    }
}
