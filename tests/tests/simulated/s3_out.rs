//! Rows go to S3 whole or not at all, each once, whatever happens between two puts.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use orgwide_simulator::{Answer, Fault, Simulator, WorldSpec};
use orgwide_tests::{Orgwide, Rows, Stage, all_of};
use serde_json::Value;

use crate::support::{always, complaint, disturbed, simulator, world};

const TYPES: [&str; 2] = ["ec2:instance", "s3:bucket"];

/// Its management account has buckets of its own.
fn with_buckets(accounts: usize, regions: usize) -> WorldSpec {
    WorldSpec { buckets: 4, ..world(accounts, regions) }
}

/// A bucket of the caller's.
fn bucket(stage: &Stage) -> &str {
    stage.truth().accounts[0].buckets.last().map(String::as_str).unwrap_or_default()
}

fn out(stage: &Stage, behind: &str) -> String {
    format!("s3://{}/{behind}", bucket(stage))
}

fn inventory<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["inventory", "--org", "--out", out], more, &TYPES].concat()
}

/// What is in the bucket, by the folder of the run and the name in it.
fn objects(stage: &Stage, prefix: &str) -> Result<BTreeMap<(String, String), Vec<u8>>> {
    let mut found = BTreeMap::new();
    for (key, bytes) in stage.simulator().objects(bucket(stage)) {
        let behind = key.strip_prefix(prefix).with_context(|| format!("{key} is elsewhere"))?;
        let (run, name) = behind.rsplit_once('/').context("a folder")?;
        let mut parts = run.split('/');
        let (day, run) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        ensure!(parts.next().is_none() && day.len() == 15 && run.len() == 27, "{behind}");
        // 2026-11-24 and 20261124T193345Z-0b1c2d
        let compact = day.strip_prefix("date=").context("a date")?.replace('-', "");
        ensure!(run.strip_prefix("run=").is_some_and(|run| run.starts_with(&compact)), "{behind}");
        found.insert((run.to_owned(), name.to_owned()), bytes.to_vec());
    }
    Ok(found)
}

/// The rows of all objects, and how many runs they are of.
fn rows(stage: &Stage, prefix: &str) -> Result<(Rows, usize)> {
    let objects = objects(stage, prefix)?;
    let runs: std::collections::BTreeSet<_> = objects.keys().map(|(run, _)| run).collect();
    let mut lines = String::new();
    let mut files = Vec::new();
    for (number, ((_, name), bytes)) in objects.iter().enumerate() {
        if name.ends_with(".parquet") {
            let path = stage.path(&format!("{number}.parquet"));
            std::fs::write(&path, bytes)?;
            files.push(path);
        } else {
            lines += std::str::from_utf8(bytes)?;
        }
    }
    let rows = if files.is_empty() { Rows::read(&lines)? } else { Rows::read_parquet(&files)? };
    Ok((rows, runs.len()))
}

#[test]
fn rows_go_to_the_bucket_in_every_format() -> Result<()> {
    let stage = Stage::set(simulator(with_buckets(5, 2)))?;
    let truth = all_of(stage.truth(), |_| true);
    for (format, name) in [("", "rows-00001.parquet"), ("*.ndjson", "rows-00001.ndjson")] {
        let prefix = format!("inventory{}/", format.len());
        let ran = stage.run_to(0, &inventory(&out(&stage, &format!("{prefix}{format}")), &[]))?;
        assert!(ran.stderr.contains("1 object was put into s3://"), "{}", ran.stderr);
        let other = |key: &str| !key.starts_with(&prefix);
        let key = stage
            .simulator()
            .objects(bucket(&stage))
            .into_keys()
            .find(|key| !other(key))
            .context("an object")?;
        assert!(key.ends_with(name), "{key}");
    }
    let csv = out(&stage, "c/*.csv");
    stage.run_to(0, &inventory(&csv, &["--store", "c.sqlite"]))?;
    let objects = stage.simulator().objects(bucket(&stage));
    for (key, bytes) in &objects {
        std::fs::write(stage.path(key.rsplit('/').next().context("a name")?), bytes)?;
    }
    stage.file("rows-00001.ndjson").and_then(|lines| Rows::read(&lines)?.are(truth.clone()))?;
    Rows::read_csv(&stage.path("rows-00001.csv"))?.are(truth.clone())?;
    Rows::read_parquet(&[stage.path("rows-00001.parquet")])?.are(truth)?;
    assert_eq!(objects.len(), 3);
    Ok(())
}

#[test]
fn the_list_of_runs_names_the_folder_of_each() -> Result<()> {
    let stage = Stage::set(simulator(with_buckets(2, 1)))?;
    let to = out(&stage, "a/*.ndjson");
    for _ in 0..2 {
        stage.run_to(0, &inventory(&to, &[]))?;
    }
    let ran = stage.run_to(0, &["runs", "--out", "-"])?;
    let runs: Vec<Value> = ran.stdout.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let mut named: Vec<_> = runs.iter().filter_map(|run| run["out"][0].as_str()).collect();
    // Both may have begun in one second.
    named.sort_unstable();
    assert_eq!(named.len(), 2, "{}", ran.stdout);
    for ((run, _), named) in objects(&stage, "a/")?.keys().zip(named) {
        assert!(named.ends_with(&format!("/{run}/*.ndjson")), "{named}");
    }
    assert_eq!(rows(&stage, "a/")?.1, 2, "each has a folder of its own");
    Ok(())
}

#[test]
fn a_call_puts_its_answers_too() -> Result<()> {
    let stage = Stage::set(simulator(with_buckets(3, 1)))?;
    let to = out(&stage, "calls/*.ndjson");
    stage.run_to(0, &["call", "s3", "list-buckets", "--org", "--out", &to])?;
    let objects = objects(&stage, "calls/")?;
    let lines = objects.values().next().context("an object")?;
    assert_eq!((objects.len(), std::str::from_utf8(lines)?.lines().count()), (1, 3));
    Ok(())
}

#[test]
fn a_run_that_was_interrupted_goes_on_in_the_same_folder() -> Result<()> {
    let stage = Stage::set(simulator(with_buckets(30, 4)).latency(Duration::from_millis(60)))?;
    let to = out(&stage, "a/*.ndjson");
    let mut running = stage.orgwide(&inventory(&to, &["--in-flight", "16"]))?.start()?;
    running.wait_until("a third is done", |_| stage.calls("ec2", "DescribeInstances") >= 40)?;
    running.signal("INT")?;
    let ran = running.end()?;
    ensure!(ran.code == Some(130), "{:?}: {}", ran.code, ran.stderr);
    let (before, _) = rows(&stage, "a/")?;
    assert!(before.count() > 0, "what was done is there: {}", ran.stderr);
    stage.run_to(0, &["inventory", "--resume"])?;
    let (after, runs) = rows(&stage, "a/")?;
    after.are(all_of(stage.truth(), |_| true))?;
    assert_eq!(runs, 1);
    // The next part after the first, if anything was left for it.
    let parts = 1 + usize::from(before.count() < after.count());
    assert_eq!(objects(&stage, "a/")?.len(), parts);
    // Named again, it is the same.
    stage.run_to(0, &inventory(&to, &["--resume"]))?;
    assert_eq!(objects(&stage, "a/")?.len(), parts);
    Ok(())
}

#[test]
fn a_run_that_is_killed_as_it_puts_loses_nothing_and_puts_nothing_twice() -> Result<()> {
    for late in [0, 200] {
        let put = always("s3", "PutObject", Answer::Late(Duration::from_millis(late)));
        let stage = disturbed(with_buckets(6, 2), [put])?;
        let to = out(&stage, "a/");
        let mut running = stage.orgwide(&inventory(&to, &[]))?.start()?;
        if late > 0 {
            running
                .wait_until("all is known but the put", |_| stage.calls("ec2", "DescribeInstances") == 12)?;
        } else {
            // There, and maybe not settled.
            running.wait_while(|| stage.simulator().objects(bucket(&stage)).is_empty())?;
        }
        running.signal("KILL").ok();
        running.end()?;
        stage.run_to(0, &["inventory", "--resume"])?;
        let (rows, runs) = rows(&stage, "a/")?;
        rows.are(all_of(stage.truth(), |_| true))?;
        assert_eq!(runs, 1);
    }
    Ok(())
}

#[test]
fn a_put_that_hangs_does_not_keep_whoever_wants_to_stop() -> Result<()> {
    let hangs = Fault::on("s3", "PutObject").answers([Answer::Hang]);
    let stage = disturbed(with_buckets(6, 2), [hangs])?;
    let to = out(&stage, "a/*.ndjson");
    let mut running = stage.orgwide(&inventory(&to, &[]))?.start()?;
    running.wait_until("all is known but the put", |_| stage.calls("ec2", "DescribeInstances") == 12)?;
    running.signal("INT")?;
    running.wait_until("it is heard", |running| running.stderr_so_far().contains("stopping"))?;
    running.signal("INT")?;
    let again = Instant::now();
    let ran = running.end()?;
    assert!(again.elapsed() < Duration::from_secs(5), "{:?}", again.elapsed());
    ensure!(ran.code == Some(130), "{:?}: {}", ran.code, ran.stderr);
    assert!(ran.stderr.contains("nothing was put into s3://"), "{}", ran.stderr);
    assert!(ran.stderr.contains("go on with: orgwide inventory --resume=1"), "{}", ran.stderr);
    stage.run_to(0, &["inventory", "--resume"])?;
    rows(&stage, "a/")?.0.are(all_of(stage.truth(), |_| true))
}

#[test]
fn a_bucket_that_is_not_there_ends_the_command_before_an_account_is_entered() -> Result<()> {
    let stage = Stage::set(simulator(with_buckets(3, 1)))?;
    let ran = stage.run_to(5, &inventory("s3://no-such-bucket/a", &[]))?;
    let (error, next) = complaint(&ran);
    assert!(error.contains("there is no bucket no-such-bucket"), "{error}");
    assert!(next.is_some_and(|next| next.contains("check its name")), "{}", ran.stderr);
    assert_eq!((stage.calls("sts", "AssumeRole"), stage.path("orgwide.sqlite").exists()), (0, false));
    Ok(())
}

#[test]
fn a_put_that_is_denied_ends_the_run_and_it_can_go_on() -> Result<()> {
    let denied = Fault::on("s3", "PutObject").answers([Answer::AccessDenied]);
    let stage = disturbed(with_buckets(3, 2), [denied])?;
    let to = out(&stage, "a/*.ndjson");
    let ran = stage.run_to(5, &inventory(&to, &[]))?;
    let (error, next) = complaint(&ran);
    for part in ["rows-00001.ndjson", "AccessDenied", "s3:PutObject", "[request "] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(next.is_some_and(|next| next.contains("allow s3:PutObject")), "{}", ran.stderr);
    assert!(ran.stderr.contains("nothing was put into s3://"), "{}", ran.stderr);
    assert!(ran.stderr.contains("go on with: orgwide inventory --resume=1"), "{}", ran.stderr);
    assert!(objects(&stage, "a/")?.is_empty());
    stage.run_to(0, &["inventory", "--resume"])?;
    rows(&stage, "a/")?.0.are(all_of(stage.truth(), |_| true))
}

#[test]
fn nothing_is_put_before_every_target_completed_where_that_is_required() -> Result<()> {
    let spec = with_buckets(3, 2);
    let broken = Simulator::new(spec.clone())?.truth().accounts[1].id.clone();
    let fault = Fault::on("ec2", "DescribeInstances").account(&broken).answers([Answer::AccessDenied]);
    let stage = disturbed(spec, [fault])?;
    let to = out(&stage, "a/*.ndjson");
    let ran = stage.run_to(1, &inventory(&to, &["--require-complete"]))?;
    assert!(ran.stderr.contains("nothing was put into s3://"), "{}", ran.stderr);
    assert_eq!((objects(&stage, "a/")?.len(), stage.calls("s3", "PutObject")), (0, 0));
    stage.run_to(0, &["inventory", "--retry-failed"])?;
    rows(&stage, "a/")?.0.are(all_of(stage.truth(), |_| true))
}

#[test]
fn what_cannot_be_a_place_for_rows_is_refused_before_anything_is_asked() -> Result<()> {
    let stage = Stage::set(simulator(with_buckets(2, 1)))?;
    let (a, b) = (out(&stage, "a/*.csv"), out(&stage, "a/*.ndjson"));
    let of_another = out(&stage, "a/date=2026-11-24/run=20261124T193345Z-0b1c2d/*.ndjson");
    for (arguments, said) in [
        (&["accounts", "--org", "--out", "s3://bucket/a"][..], "only runs put rows into S3"),
        (&inventory(&a, &["--out", &b]), "is given twice"),
        (&inventory(&of_another, &[]), "is the folder of another run"),
        (&inventory("s3://bucket/rows.csv", &[]), "several objects"),
    ] {
        let ran = stage.run_to(2, arguments)?;
        let (error, _) = complaint(&ran);
        assert!(error.contains(said), "{said}: {error}");
    }
    assert_eq!(stage.simulator().log().len(), 0);
    assert!(!stage.path("orgwide.sqlite").exists());
    Ok(())
}

#[test]
fn a_simulated_organization_has_buckets_to_try_it_with() -> Result<()> {
    let stage = Stage::set(simulator(world(1, 1)))?;
    // The one that --simulate serves is another, of 25 accounts.
    let own = Simulator::new(WorldSpec::default())?;
    let to = format!("s3://{}/a/", own.truth().accounts[0].buckets.first().context("a bucket")?);
    let ran = Orgwide::new(stage.folder())?.args(inventory(&to, &["--simulate"])).run()?;
    ensure!(ran.code == Some(0), "{:?}: {}", ran.code, ran.stderr);
    assert!(ran.stderr.contains("1 object was put into s3://"), "{}", ran.stderr);
    Ok(())
}
