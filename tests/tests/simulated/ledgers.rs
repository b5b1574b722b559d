//! What a ledger keeps can be asked, compared and listed; what does not complete is told.

use anyhow::{Context as _, Result};
use orgwide_simulator::{Answer, Fault};
use orgwide_tests::{Rows, Stage, all_of};
use serde_json::{Value, json};

use crate::support::{always, calm, complaint, disturbed, inventory, world};

/// Lines of JSON.
fn lines(text: &str) -> Result<Vec<Value>> {
    text.lines().map(|line| serde_json::from_str(line).context(line.to_owned())).collect()
}

/// A stage with one finished run.
fn stored() -> Result<Stage> {
    let stage = calm(world(4, 2))?;
    stage.run_to(0, &inventory(&["--org"]))?;
    Ok(stage)
}

#[test]
fn runs_are_listed_with_how_they_ended() -> Result<()> {
    let spec = world(3, 1);
    let denied = calm(spec.clone())?.truth().accounts[2].id.clone();
    let stage = disturbed(spec, [Fault::on("ec2", "*").account(&denied).answers([Answer::AccessDenied])])?;
    stage.run_to(1, &["inventory", "ec2:instance", "s3:bucket", "--org", "--out", "a.ndjson"])?;
    stage.run_to(0, &["inventory", "--org", "--out", "b.ndjson", "s3:bucket"])?;
    let runs = lines(&stage.run_to(0, &["runs"])?.stdout)?;
    let told: Vec<_> = runs
        .iter()
        .map(|run| json!([run["run"], run["verb"], run["state"], run["exit"], run["planned"], run["denied"]]))
        .collect();
    assert_eq!(
        told,
        [json!([1, "inventory", "incomplete", 1, 6, 1]), json!([2, "inventory", "complete", 0, 3, 0])]
    );
    Ok(())
}

#[test]
fn questions_are_answered_from_the_newest_run_or_the_one_that_is_named() -> Result<()> {
    let stage = stored()?;
    let count = "SELECT type, count(*) AS n FROM resources GROUP BY type ORDER BY type";
    let truth = all_of(stage.truth(), |_| true);
    let of = |kind: &str| truth.iter().filter(|place| place.2 == kind).count();
    let expected = vec![
        json!({"type": "ec2:instance", "n": of("ec2:instance")}),
        json!({"type": "s3:bucket", "n": of("s3:bucket")}),
    ];
    assert_eq!(lines(&stage.run_to(0, &["query", count])?.stdout)?, expected);
    stage.run_to(0, &["inventory", "--org", "s3:bucket", "--out", "b.ndjson"])?;
    assert_eq!(lines(&stage.run_to(0, &["query", count])?.stdout)?, expected[1..]);
    assert_eq!(lines(&stage.run_to(0, &["query", count, "--run", "1"])?.stdout)?, expected);
    // A bucket's region is its own, not where its account was asked.
    let elsewhere = "SELECT count(*) AS n FROM resources WHERE region = 'global' OR region IS NULL";
    assert_eq!(lines(&stage.run_to(0, &["query", elsewhere])?.stdout)?, [json!({"n": 0})]);
    stage.run_to(0, &["query", "SELECT region, id FROM resources ORDER BY id", "--out", "q.csv"])?;
    let csv = stage.file("q.csv")?;
    assert_eq!((csv.lines().next(), csv.lines().count()), (Some("region,id"), of("s3:bucket") + 1));
    Ok(())
}

#[test]
fn a_ledger_is_only_read_by_questions() -> Result<()> {
    let stage = stored()?;
    let before = std::fs::read(stage.path("orgwide.sqlite"))?;
    for sql in [
        "DELETE FROM outcome",
        "UPDATE run SET exit = 0",
        "DROP TABLE row",
        "ATTACH 'other.sqlite' AS other",
        "PRAGMA journal_mode = DELETE",
        "VACUUM INTO 'copy.sqlite'",
        "CREATE TABLE t (x)",
        "SELECT 1; DELETE FROM outcome",
        "no SQL",
        "",
    ] {
        let ran = stage.run_to(2, &["query", sql])?;
        assert_eq!(ran.stdout, "", "{sql}");
        complaint(&ran);
    }
    assert_eq!(std::fs::read(stage.path("orgwide.sqlite"))?, before);
    assert!(!stage.path("other.sqlite").exists() && !stage.path("copy.sqlite").exists());
    stage.run_to(2, &["query", "SELECT 1", "--store", "nowhere.sqlite"])?;
    assert!(!stage.path("nowhere.sqlite").exists());
    Ok(())
}

#[test]
fn two_runs_over_the_same_differ_in_nothing() -> Result<()> {
    let stage = stored()?;
    stage.run_to(0, &["inventory", "ec2:instance", "s3:bucket", "--org", "--out", "b.ndjson"])?;
    let ran = stage.run_to(0, &["diff", "1", "2"])?;
    assert_eq!(ran.stdout, "");
    stage.run_to(2, &["diff", "1", "9"])?;
    Ok(())
}

#[test]
fn what_a_run_could_not_see_is_unknown_and_not_gone() -> Result<()> {
    let spec = world(3, 1);
    let truth = calm(spec.clone())?.truth().clone();
    let lost = &truth.accounts[1].id;
    // The first run sees everything, the second is refused in one account.
    let fault =
        Fault::on("ec2", "DescribeInstances").account(lost).answers([Answer::Ok, Answer::AccessDenied]);
    let stage = disturbed(spec, [fault])?;
    stage.run_to(0, &["inventory", "ec2:instance", "s3:bucket", "--org", "--out", "a.ndjson"])?;
    stage.run_to(1, &["inventory", "ec2:instance", "s3:bucket", "--org", "--out", "b.ndjson"])?;
    let found = lines(&stage.run_to(1, &["diff", "1", "2"])?.stdout)?;
    let told: Vec<_> = found.iter().map(|d| json!([d["change"], d["account_id"], d["type"]])).collect();
    assert_eq!(told, [json!(["unknown", lost, "ec2:instance"])]);
    Ok(())
}

#[test]
fn a_second_writer_is_refused_at_once_and_a_reader_is_not() -> Result<()> {
    let stage = disturbed(world(3, 1), [always("ec2", "DescribeInstances", Answer::Hang)])?;
    let mut running = stage.orgwide(&inventory(&["--org"]))?.start()?;
    running.wait_until("it has begun", |_| stage.calls("s3", "ListBuckets") == 3)?;
    let ran = stage.run_to(5, &["inventory", "ec2:instance", "s3:bucket", "--org", "--out", "b.ndjson"])?;
    let (error, next) = complaint(&ran);
    assert!(error.contains("orgwide.sqlite") && error.contains("in use"), "{error}");
    assert!(next.is_some_and(|next| next.contains("--store")), "{}", ran.stderr);
    assert!(!stage.path("b.ndjson").exists());
    assert_eq!(lines(&stage.run_to(0, &["runs"])?.stdout)?[0]["state"], "open");
    running.signal("KILL")?;
    running.end()?;
    // Nothing has to be cleaned up after a process that is gone.
    stage.run_to(0, &["inventory", "--org", "s3:bucket", "--out", "b.ndjson"])?;
    Ok(())
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_a_ledger() -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = stored()?;
    let mode = std::fs::metadata(stage.path("orgwide.sqlite"))?.permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{mode:o}");
    Ok(())
}

#[test]
fn what_did_not_complete_is_written_with_its_reason() -> Result<()> {
    let spec = world(4, 2);
    let truth = calm(spec.clone())?.truth().clone();
    let (refused, broken) = (&truth.accounts[1].id, &truth.accounts[3].id);
    let stage = disturbed(
        spec,
        [
            always("sts", "AssumeRole", Answer::AccessDenied).account(refused),
            always("s3", "ListBuckets", Answer::Internal).account(broken),
        ],
    )?;
    let flags = ["--org", "--region", "us-east-1", "--errors-out", "errors.ndjson"];
    stage.run_to(1, &inventory(&flags))?;
    let found = lines(&stage.file("errors.ndjson")?)?;
    assert_eq!(found.len(), 3, "two targets of the one, one of the other: {found:?}");
    for line in &found {
        let names: std::collections::BTreeSet<_> =
            line.as_object().unwrap().keys().map(String::as_str).collect();
        let expected =
            "account_id account_name region job outcome kind code hop policy request_id message hint";
        assert_eq!(names, expected.split(' ').collect());
        assert!(line["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{line}");
    }
    let denied: Vec<_> = found.iter().filter(|line| line["account_id"] == **refused).collect();
    assert_eq!(denied.len(), 2);
    assert!(denied.iter().all(|line| line["outcome"] == "denied" && line["kind"] == "role_denied"));
    assert!(denied[0]["hop"].as_str().is_some_and(|hop| hop.contains("OrganizationAccountAccessRole")));
    let failed = found.iter().find(|line| line["account_id"] == **broken).context("no line")?;
    assert_eq!((&failed["outcome"], &failed["job"]), (&json!("failed"), &json!("s3:bucket")));
    assert!(failed["code"].is_string() && failed["request_id"].is_string(), "{failed}");
    // Without failures there is a file too, and it is empty.
    stage.run_to(
        0,
        &[
            "inventory",
            "ec2:instance",
            "s3:bucket",
            "--account",
            &truth.accounts[2].id,
            "--errors-out",
            "errors.ndjson",
            "-q",
        ],
    )?;
    assert_eq!(stage.file("errors.ndjson")?, "");
    Ok(())
}

#[test]
fn what_a_rule_leaves_out_is_no_failure() -> Result<()> {
    let stage = calm(orgwide_simulator::WorldSpec { suspended: 2, ..world(6, 1) })?;
    let ran = stage.run_to(0, &inventory(&["--org", "--errors-out", "errors.ndjson"]))?;
    assert_eq!((stage.summary()?.skipped, stage.file("errors.ndjson")?.as_str()), (2, ""));
    assert!(!ran.stderr.contains("the whole account"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn files_get_their_names_only_when_the_run_is_complete_if_that_is_required() -> Result<()> {
    let spec = world(4, 1);
    let denied = calm(spec.clone())?.truth().accounts[2].id.clone();
    let fault = Fault::on("ec2", "DescribeInstances").account(&denied).answers([Answer::AccessDenied]);
    let stage = disturbed(spec, [fault])?;
    stage.run_to(1, &inventory(&["--org", "--require-complete"]))?;
    assert!(!stage.path("rows.ndjson").exists() && stage.path("rows.ndjson.partial").exists());
    stage.run_to(0, &["inventory", "--retry-failed", "--require-complete", "--summary", "summary.json"])?;
    assert!(!stage.path("rows.ndjson.partial").exists());
    stage.rows()?.are(all_of(stage.truth(), |_| true))
}

#[test]
fn a_call_is_stored_only_when_that_is_asked_for() -> Result<()> {
    let stage = calm(world(3, 2))?;
    stage.run_to(0, &["call", "ec2", "describe-instances", "--org"])?;
    assert!(!stage.path("orgwide.sqlite").exists());
    stage.run_to(
        0,
        &["call", "ec2", "describe-instances", "--org", "--store", "calls.sqlite", "--out", "c.ndjson"],
    )?;
    let sql = "SELECT count(*) AS n FROM rows";
    let rows = lines(&stage.run_to(0, &["query", sql, "--store", "calls.sqlite"])?.stdout)?;
    assert_eq!(rows[0]["n"], stage.file("c.ndjson")?.lines().count());
    stage.run_to(0, &["call", "--resume", "--store", "calls.sqlite"])?;
    Ok(())
}

#[test]
fn a_failed_target_leaves_no_row_of_its_first_pages() -> Result<()> {
    // The second page is refused for ever: the first is worth nothing.
    let spec = orgwide_simulator::WorldSpec { instances: 2_200, seed: 2, ..world(1, 1) };
    let fault = Fault::on("ec2", "DescribeInstances").answers([Answer::Ok, Answer::AccessDenied]).repeat();
    let stage = disturbed(spec, [fault])?;
    stage.run_to(1, &inventory(&["ec2:instance"]))?;
    assert_eq!((stage.file("rows.ndjson")?.as_str(), stage.summary()?.rows), ("", 0));
    let rows = lines(&stage.run_to(0, &["query", "SELECT count(*) AS n FROM resources"])?.stdout)?;
    assert_eq!(rows[0]["n"], 0);
    Ok(())
}

#[test]
fn tables_hold_the_same_rows_as_lines() -> Result<()> {
    let stage = calm(world(3, 2))?;
    stage.run_to(0, &inventory(&["--org", "--out", "rows.csv"]))?;
    Rows::read_csv(&stage.path("rows.csv"))?.are(all_of(stage.truth(), |_| true))?;
    let ran = stage.run_to(0, &["accounts", "--org", "--out", "accounts.csv"])?;
    assert_eq!(ran.stdout, "");
    assert_eq!(
        stage.file("accounts.csv")?.lines().next(),
        Some("account_id,account_name,region,included,reason")
    );
    Ok(())
}
