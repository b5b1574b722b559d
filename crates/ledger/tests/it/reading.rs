use std::ops::ControlFlow;
use std::path::Path;

use orgwide_ledger::{
    Again, Answer, Difference, Differences, End, Ended, Follow, Ignored, Ledger, LedgerError, Outcome,
    Reader, Recorder, Row, RunId,
};

use crate::support::{answer, collect, complete, new_run, page, target};

fn resource(id: &str, name: &str, digest: u64) -> Row {
    let json = format!(
        r#"{{"account_id":"000000000001","account_name":"one","ou_path":"/r","partition":"aws","region":"eu-west-1","type":"ec2:vpc","id":"{id}","arn":null,"name":"{name}","tags":{{"k":"v"}},"data":{{"n":[1]}},"collected_at":"2026-01-01T00:00:00Z"}}"#
    );
    Row { key: id.into(), digest, json: json.into_bytes() }
}

async fn finish(recorder: Recorder) -> RunId {
    recorder.finish(End { exit: 0, complete: true, summary: "{}".into() }).await.unwrap();
    recorder.run()
}

async fn record(ledger: &Ledger, rows: Vec<Row>) -> RunId {
    let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
    let place = target(1, "eu-west-1", "ec2:vpc");
    let id = recorder.plan(&place).await.unwrap().id;
    page(&recorder.attempt(id), &place, &["lost"]).await;
    let attempt = recorder.attempt(id);
    attempt.page(rows).await.unwrap();
    complete(&recorder, id, &attempt).await;
    recorder.plan_complete().await.unwrap();
    finish(recorder).await
}

#[tokio::test]
async fn a_query_sees_winners_only_and_of_each_key_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let ledger = Ledger::open(&path).unwrap();
    let first =
        record(&ledger, vec![resource("a", "old", 1), resource("b", "b", 2), resource("a", "new", 3)]).await;
    record(&ledger, vec![resource("c", "c", 1)]).await;
    let mut reader = Reader::open(&path).unwrap();
    let sql = "SELECT * FROM resources ORDER BY id";
    let columns = [
        "account_id",
        "account_name",
        "ou_path",
        "partition",
        "region",
        "type",
        "id",
        "arn",
        "name",
        "tags",
        "data",
        "collected_at",
    ];
    let vpc = |id: &str, name: &str| -> Vec<String> {
        let texts =
            ["'000000000001'", "'one'", "'/r'", "'aws'", "'eu-west-1'", "'ec2:vpc'"].map(str::to_owned);
        let own = [format!("'{id}'"), "Null".into(), format!("'{name}'")];
        let rest = [r#"'{"k":"v"}'"#, r#"'{"n":[1]}'"#, "'2026-01-01T00:00:00Z'"].map(str::to_owned);
        texts.into_iter().chain(own).chain(rest).collect()
    };
    let of_first = answer(&mut reader, sql, Some(first)).unwrap();
    assert_eq!(of_first, [columns.map(str::to_owned).to_vec(), vpc("a", "new"), vpc("b", "b")]);
    // The newest run, by the view that is in the file too.
    let newest = answer(&mut reader, sql, None).unwrap();
    assert_eq!(newest[1..], [vpc("c", "c")]);
    assert_eq!(
        answer(&mut reader, &sql.replace("resources", "main.resources"), Some(first)).unwrap(),
        newest
    );

    let sql = "SELECT run, account_name, region, type, key, repeated FROM rows ORDER BY run, key, repeated";
    let rows = answer(&mut reader, sql, None).unwrap();
    let row = |run, key, repeated| {
        [format!("Integer({run})"), "'one'".into(), "'eu-west-1'".into(), "'ec2:vpc'".into(), key, repeated]
    };
    let expected = [(1, "a", 0), (1, "a", 1), (1, "b", 0), (2, "c", 0)]
        .map(|(run, key, repeated)| row(run, format!("'{key}'"), format!("Integer({repeated})")).to_vec());
    assert_eq!(rows[1..], expected);
    let sql = "SELECT planned, completed, rows, duplicates FROM runs WHERE run = 1";
    assert_eq!(
        answer(&mut reader, sql, None).unwrap()[1],
        ["Integer(1)", "Integer(1)", "Integer(3)", "Integer(1)"]
    );
    let sql = "SELECT account_id, region, job, outcome, rows FROM targets WHERE run = 1";
    assert_eq!(
        answer(&mut reader, sql, None).unwrap()[1],
        ["'000000000001'", "'eu-west-1'", "'ec2:vpc'", "'completed'", "Integer(3)"]
    );
    assert!(matches!(
        reader.query(sql, "9".parse().ok(), |_| ControlFlow::Continue(())),
        Err(LedgerError::NoRun { .. })
    ));
}

#[tokio::test]
async fn a_query_only_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let ledger = Ledger::open(&path).unwrap();
    record(&ledger, vec![resource("a", "a", 1)]).await;
    let mut reader = Reader::open(&path).unwrap();
    let elsewhere = folder.path().join("new.sqlite");
    let elsewhere = elsewhere.to_str().unwrap();
    for sql in [
        "DELETE FROM row",
        "INSERT INTO run (verb) VALUES ('x')",
        "UPDATE run SET verb = 'x' RETURNING verb",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "DROP VIEW temp.resources",
        "PRAGMA query_only = 0",
        "PRAGMA user_version",
        "SELECT * FROM pragma_table_info('run')",
        "BEGIN",
        "VACUUM",
        "REINDEX",
        "ANALYZE",
        &format!("ATTACH '{elsewhere}' AS other"),
        &format!("VACUUM INTO '{elsewhere}'"),
        "SELECT load_extension('x')",
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM row",
        "",
        "-- nothing",
        "SELEKT 1",
        "SELECT nowhere FROM runs",
        "SELECT json_extract('{', '$')",
    ] {
        let error = answer(&mut reader, sql, None).expect_err(sql);
        assert!(matches!(error, LedgerError::Query { .. }), "{sql}: {error:?}");
        assert_eq!(
            answer(&mut reader, "SELECT count(*) FROM rows", None).unwrap()[1],
            ["Integer(1)"],
            "{sql}"
        );
    }
    assert!(!Path::new(elsewhere).exists());
    let error = answer(&mut reader, "SELECT 1,\n nowhere FROM runs", None).unwrap_err();
    assert_eq!(error.to_string(), "no such column: nowhere, at character 12 of the query");
    assert!(answer(&mut reader, "SELECT 1; -- no more\n", None).is_ok());
    assert!(
        answer(
            &mut reader,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3) SELECT i FROM n",
            None
        )
        .is_ok()
    );
}

#[tokio::test]
async fn a_difference_is_told_only_where_both_runs_know() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let ledger = Ledger::open(&path).unwrap();
    // For each target: what the first run has of it, what the second has, and what is told.
    // `-`: not planned; `!`: denied; `/`: skipped; else its rows, each a key and a digest.
    let cases = [
        ("same", "a1 b2", "b2 a1", ""),
        ("changed", "a1 b2", "a1 b3", "~b"),
        ("both", "a1 c1", "b1 c2", "-a +b ~c"),
        ("repeated", "a1 a2", "a2", ""),
        ("empty", "", "", ""),
        ("filled", "", "a1", "+a"),
        ("emptied", "a1", "", "-a"),
        ("gone", "a1 b1", "-", "-a -b"),
        ("come", "-", "a1", "+a"),
        ("denied", "a1", "!", "?"),
        ("denied-before", "!", "a1", "?"),
        ("never", "!", "!", "?"),
        ("denied-gone", "!", "-", "?"),
        ("skipped", "a1", "/", "?"),
        ("skipped-both", "/", "/", ""),
        ("skipped-gone", "/", "-", ""),
    ];
    let mut runs = Vec::new();
    for column in 0..2 {
        let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
        for (account, case) in (1..).zip(&cases) {
            let place = target(account, "eu-west-1", "ec2:vpc");
            let has = [case.1, case.2][column];
            if has == "-" {
                continue;
            }
            let id = recorder.plan(&place).await.unwrap().id;
            let attempt = recorder.attempt(id);
            match has {
                "!" => recorder.end(id, Ended::new(Outcome::Denied)).await.unwrap(),
                "/" => recorder.end(id, Ended::new(Outcome::Skipped)).await.unwrap(),
                rows => {
                    let rows = rows.split_whitespace().map(|row| {
                        let (key, digest) = row.split_at(1);
                        Row { key: key.into(), digest: digest.parse().unwrap(), json: row.into() }
                    });
                    attempt.page(rows.collect()).await.unwrap();
                    complete(&recorder, id, &attempt).await;
                }
            }
        }
        recorder.plan_complete().await.unwrap();
        runs.push(finish(recorder).await);
    }
    let reader = Reader::open(&path).unwrap();
    let mut told = std::collections::BTreeMap::<String, Vec<String>>::new();
    let counts = reader
        .diff(runs[0], runs[1], &Ignored::default(), |difference| {
            let (target, text) = match difference {
                Difference::Added { target, key, after } => (target, format!("+{key}={after}")),
                Difference::Removed { target, key, before } => (target, format!("-{key}={before}")),
                Difference::Changed { target, key, before, after, paths: _ } => {
                    (target, format!("~{key}={before}>{after}"))
                }
                Difference::Unknown { target, .. } => (target, "?".into()),
            };
            told.entry(target.account_id.to_string()).or_default().push(text);
            ControlFlow::Continue(())
        })
        .unwrap();
    for (account, (job, _, _, expected)) in (1..).zip(cases) {
        let told = told.remove(&target(account, "", "").account_id.to_string()).unwrap_or_default();
        let short: Vec<_> = told.iter().map(|text| text.split('=').next().unwrap()).collect();
        assert_eq!(short.join(" "), expected, "{job}");
        if job == "changed" {
            assert_eq!(told, ["~b=b2>b3"]);
        }
    }
    assert_eq!(counts, Differences { added: 3, removed: 4, changed: 2, ignored: 0, unknown: 5 });
    assert!(
        reader.diff(runs[0], runs[0], &Ignored::default(), |_| ControlFlow::Continue(())).unwrap().unknown
            == 3
    );
}

#[tokio::test]
async fn of_what_a_run_was_not_asked_for_nothing_is_known_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let ledger = Ledger::open(&path).unwrap();
    let all = [("eu-west-1", "ec2:vpc"), ("eu-west-1", "ec2:subnet"), ("us-east-1", "ec2:vpc")];
    let mut runs = Vec::new();
    // The second run is about one type in one region.
    for places in [all.as_slice(), &all[..1]] {
        let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
        for (region, job) in places {
            let id = recorder.plan(&target(1, region, job)).await.unwrap().id;
            let attempt = recorder.attempt(id);
            let row = Row { key: "a".into(), digest: 1, json: "1".into() };
            attempt.page(vec![row]).await.unwrap();
            complete(&recorder, id, &attempt).await;
        }
        recorder.plan_complete().await.unwrap();
        runs.push(finish(recorder).await);
    }
    let reader = Reader::open(&path).unwrap();
    let nothing = |_: Difference<'_>| ControlFlow::Continue(());
    for (before, after) in [(runs[0], runs[1]), (runs[1], runs[0])] {
        let counts = reader.diff(before, after, &Ignored::default(), nothing).unwrap();
        assert_eq!(counts, Differences { unknown: 2, ..Differences::default() });
    }
}

#[tokio::test]
async fn where_a_plan_broke_off_nothing_came_or_went() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let ledger = Ledger::open(&path).unwrap();
    let whole = record(&ledger, vec![resource("a", "a", 1)]).await;
    let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
    let broken = finish(recorder).await;
    let reader = Reader::open(&path).unwrap();
    let unknown = Differences { unknown: 1, ..Differences::default() };
    assert_eq!(
        reader.diff(whole, broken, &Ignored::default(), |_| ControlFlow::Continue(())).unwrap(),
        unknown
    );
    assert_eq!(
        reader.diff(broken, whole, &Ignored::default(), |_| ControlFlow::Continue(())).unwrap(),
        unknown
    );
    // It goes on, and knows better.
    let recorder = ledger.resume(broken, Again::Unfinished, vec![], Follow::default()).unwrap();
    // The same was asked of another account, so that the first is no longer there.
    collect(&recorder, &target(2, "eu-west-1", "ec2:vpc"), &[]).await;
    recorder.plan_complete().await.unwrap();
    finish(recorder).await;
    let removed = Differences { removed: 1, ..Differences::default() };
    assert_eq!(
        reader.diff(whole, broken, &Ignored::default(), |_| ControlFlow::Continue(())).unwrap(),
        removed
    );
}

#[tokio::test]
async fn a_reader_in_the_middle_of_a_read_holds_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let ledger = Ledger::open(&path).unwrap();
    record(&ledger, vec![resource("a", "a", 1), resource("b", "b", 1)]).await;
    let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
    let mut reader = Reader::open(&path).unwrap();
    let (begin, begun) = std::sync::mpsc::channel();
    let (go_on, gone_on) = std::sync::mpsc::channel();
    let reading = std::thread::spawn(move || {
        let mut rows = 0;
        reader
            .query("SELECT key FROM rows", None, |part| {
                if let Answer::Row(_) = part {
                    rows += 1;
                    if rows == 1 {
                        begin.send(()).unwrap();
                        gone_on.recv().unwrap();
                    }
                }
                ControlFlow::Continue(())
            })
            .unwrap();
        (reader, rows)
    });
    begun.recv().unwrap();
    // More than the log is let grow to before it is copied back.
    for account in 0..50 {
        let place = target(account, "eu-west-1", "ec2:vpc");
        let id = recorder.plan(&place).await.unwrap().id;
        let attempt = recorder.attempt(id);
        let rows = (0..100).map(|n| resource(&n.to_string(), &"x".repeat(10_000), n));
        attempt.page(rows.collect()).await.unwrap();
        complete(&recorder, id, &attempt).await;
    }
    assert_eq!(recorder.settle().await.unwrap().rows, 5_000);
    go_on.send(()).unwrap();
    let (mut reader, rows) = reading.join().unwrap();
    assert_eq!(rows, 2, "what was committed since is no part of what was being read");
    assert_eq!(answer(&mut reader, "SELECT count(*) FROM rows", None).unwrap()[1], ["Integer(5002)"]);
}
