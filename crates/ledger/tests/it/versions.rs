use std::ops::ControlFlow;
use std::path::Path;

use orgwide_ledger::{Again, Answer, Follow, Ledger, Outcome, Reader, Totals, Value};
use rusqlite::Connection;

use crate::support::{Tapes, collect, target};

/// What version 1 made, with a run in it.
const V1: &str = include_str!("../fixtures/v1.sql");

pub(crate) fn make_v1(path: &Path) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(V1).unwrap();
    connection.pragma_update(None, "application_id", 0x6f72_6777).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
}

#[test]
fn the_first_version_stays_as_it_was() {
    // What was released is never edited: a change is a step after it.
    assert!(V1.starts_with(include_str!("../../src/schema/v1.sql")));
}

#[tokio::test]
async fn a_run_of_version_1_is_read_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    make_v1(&path);
    let reader = Reader::open(&path).unwrap();
    let run = reader.runs().unwrap().remove(0);
    let totals = Totals {
        planned: 3,
        completed: 1,
        denied: 1,
        rows: 3,
        duplicates: 1,
        plan_complete: true,
        ..Totals::default()
    };
    assert_eq!((run.totals, run.ended_at, run.resumed), (totals, None, 1));
    assert_eq!(
        (run.invocation.as_str(), run.sinks.as_slice()),
        (r#"{"org":true}"#, ["/rows.ndjson".into()].as_slice())
    );
    let mut failures = Vec::new();
    reader
        .failures(run.id, |failure| failures.push((failure.outcome, failure.policy, failure.target.job)))
        .unwrap();
    assert_eq!(
        failures,
        [(None, None, "s3:bucket".into()), (Some(Outcome::Denied), Some("scp".into()), "ec2:subnet".into())]
    );
    drop(reader);

    let tapes = Tapes::default();
    let ledger = tapes.ledger(Ledger::open(&path).unwrap()).inline();
    let recorder = ledger.resume(run.id, Again::Failed(None), vec![], Follow::default()).unwrap();
    let batch = recorder.unfinished(None).await.unwrap();
    let jobs: Vec<_> = batch.iter().map(|u| (u.target.job.as_str(), u.listed.as_deref())).collect();
    assert_eq!(jobs, [("s3:bucket", Some(r#"{"name":"one"}"#)), ("ec2:subnet", Some(r#"{"name":"one"}"#))]);
    for unfinished in &batch {
        collect(&recorder, &unfinished.target, &["k"]).await;
    }
    assert!(recorder.plan(&target(1, "eu-west-1", "ec2:vpc")).await.unwrap().done);
    let totals = recorder.settle().await.unwrap();
    assert_eq!((totals.planned, totals.completed, totals.rows), (3, 3, 5));
    drop(recorder);
    drop(ledger);
    let mut keys = Vec::new();
    Reader::open(&path)
        .unwrap()
        .query("SELECT id, name FROM resources WHERE type = 'ec2:vpc' ORDER BY id", None, |part| {
            if let Answer::Row([Value::Text(id), name]) = part {
                keys.push(format!("{id} {name:?}"));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(keys, ["a Text(\"new\")", "b Null"]);
    let connection = Connection::open(&path).unwrap();
    let dead: i64 =
        connection.query_row("SELECT count(*) FROM row WHERE key = 'half'", [], |row| row.get(0)).unwrap();
    assert_eq!(dead, 0, "what came to nothing is deleted");
}
