//! A run that is killed at any moment goes on, and in the end every row stands once, wherever rows go.
//!
//! `ORGWIDE_KILLS` sets how often it is killed; 20 times where nobody says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use orgwide_tests::{Place, Rows, Stage, all_of};
use rusqlite::{Connection, OpenFlags};

use crate::support::{simulator, world};

const OUTS: [&str; 6] = ["--out", "rows.ndjson", "--out", "rows.csv", "--out", "rows.parquet"];

/// 60 accounts in four regions, and their buckets: 300 targets, which take a second or two.
fn stage() -> Result<Stage> {
    Stage::set(simulator(world(60, 4)).latency(Duration::from_millis(20)))
}

fn begin(more: &[&str]) -> Vec<String> {
    let flags = ["inventory", "ec2:instance", "s3:bucket", "--org", "--quiet", "--in-flight", "24"];
    flags.iter().chain(&OUTS).chain(more).map(|word| (*word).to_owned()).collect()
}

/// The ledger as it is on disk, read by SQLite alone.
fn ledger(stage: &Stage) -> Result<Connection> {
    Ok(Connection::open_with_flags(stage.path("orgwide.sqlite"), OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

/// The targets that have their outcome: account, region and type.
fn done(stage: &Stage) -> Result<BTreeSet<(String, String, String)>> {
    if !stage.path("orgwide.sqlite").exists() {
        return Ok(BTreeSet::new());
    }
    let ledger = ledger(stage)?;
    let sql = "SELECT account_id, region, job FROM targets WHERE outcome = 'completed'";
    let Ok(mut statement) = ledger.prepare(sql) else { return Ok(BTreeSet::new()) };
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Calls that list instances, by account and region.
fn calls(stage: &Stage) -> Vec<(String, String)> {
    let requests = stage.requests("DescribeInstances").into_iter();
    requests.filter_map(|request| Some((request.account?, request.region?))).collect()
}

/// What the ledger, the NDJSON, the CSV and the Parquet files hold, each read by a reader of its own.
fn everywhere(stage: &Stage) -> Result<[(&'static str, Rows); 4]> {
    let ledger = ledger(stage)?;
    let whole: String = ledger.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(whole == "ok", "the ledger is damaged: {whole}");
    let mut statement = ledger.prepare("SELECT json FROM rows")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut stored = String::new();
    for line in lines {
        stored += &(line? + "\n");
    }
    Ok([
        ("ledger", Rows::read(&stored)?),
        ("ndjson", stage.rows()?),
        ("csv", Rows::read_csv(&stage.path("rows.csv"))?),
        ("parquet", Rows::read_parquet(&parts(stage.folder())?)?),
    ])
}

/// `rows.parquet`, and the parts after it.
fn parts(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut parts = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).context("a name")?.to_owned();
        if name.starts_with("rows") && name.ends_with(".parquet") {
            parts.push(path);
        }
        ensure!(!name.contains("partial"), "{name} was left behind");
    }
    Ok(parts)
}

#[test]
fn a_run_that_is_killed_at_any_moment_goes_on_and_every_row_stands_once() -> Result<()> {
    let kills: u64 = std::env::var("ORGWIDE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let whole = stage()?;
    let started = Instant::now();
    whole.run_to(0, &begin(&[]).iter().map(String::as_str).collect::<Vec<_>>())?;
    let took = started.elapsed();
    let truth: Vec<Place> = all_of(whole.truth(), |_| true);
    let mut random = fastrand::Rng::with_seed(6);
    let (mut repeated, mut before_the_end) = (0, 0);
    for kill in 0..kills {
        let stage = stage()?;
        let flags = begin(&[]);
        let mut running = stage.orgwide(&flags.iter().map(String::as_str).collect::<Vec<_>>())?.start()?;
        let moment = took.mul_f64(random.f64());
        let began = Instant::now();
        running.wait_while(|| began.elapsed() < moment)?;
        running.signal("KILL").ok();
        let ran = running.end()?;
        before_the_end += u64::from(ran.code.is_none());
        let done = done(&stage)?;
        let ran = if stage.path("orgwide.sqlite").exists() && begun(&stage)? {
            stage.run_to(0, &["inventory", "--resume", "--quiet"])
        } else {
            // It was killed before the run was begun: there is nothing to go on with.
            let flags = begin(&["--overwrite"]);
            stage.run_to(0, &flags.iter().map(String::as_str).collect::<Vec<_>>())
        };
        ran.with_context(|| format!("kill {kill} after {moment:?}"))?;
        for (place, rows) in everywhere(&stage).with_context(|| format!("kill {kill} after {moment:?}"))? {
            rows.are(truth.clone()).with_context(|| format!("{place}, kill {kill} after {moment:?}"))?;
        }
        if kill == 0 {
            independently(&stage)?;
        }
        // What had its outcome was not asked again; what was under way was, once.
        let mut asked: BTreeMap<(String, String), u64> = BTreeMap::new();
        for place in calls(&stage) {
            *asked.entry(place).or_default() += 1;
        }
        for ((account, region), times) in &asked {
            let was_done = done.contains(&(account.clone(), region.clone(), "ec2:instance".to_owned()));
            let most = if was_done { 1 } else { 2 };
            ensure!(
                *times <= most,
                "{account} {region} was asked {times} times, done before: {was_done}, kill {kill}"
            );
        }
        repeated += asked.values().sum::<u64>() - 240;
    }
    println!(
        "{kills} kills within {took:?}, {before_the_end} of them before the end: {repeated} of {} calls made again",
        240 * kills
    );
    assert!(before_the_end * 2 >= kills, "too few kills met the run");
    Ok(())
}

/// PyArrow and DuckDB read the same from the Parquet files as Python's SQLite from the ledger.
fn independently(stage: &Stage) -> Result<()> {
    let Some(mut python) = orgwide_tests::python("parquet/rows.py") else { return Ok(()) };
    let output = python.arg(stage.path("orgwide.sqlite")).args(parts(stage.folder())?).output()?;
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && said.contains("PyArrow: ") && said.contains("DuckDB: "), "{said}");
    Ok(())
}

/// Whether there is a run in the ledger.
fn begun(stage: &Stage) -> Result<bool> {
    let ledger = ledger(stage)?;
    Ok(ledger
        .query_row("SELECT count(*) FROM run", [], |row| row.get::<_, i64>(0))
        .is_ok_and(|runs| runs > 0))
}

#[test]
fn every_acknowledged_row_was_synced_before() -> Result<()> {
    if std::process::Command::new("strace").arg("-V").output().is_err() {
        eprintln!("not run: there is no strace");
        return Ok(());
    }
    let stage = Stage::set(simulator(world(20, 3)).latency(Duration::from_millis(5)))?;
    let trace = stage.path("trace");
    let traced = ["-f", "-y", "-e", "trace=write,pwrite64,writev,fdatasync,fsync", "-o"];
    let ran = stage
        .orgwide(&["inventory", "ec2:instance", "s3:bucket", "--org", "--quiet", "--out", "rows.ndjson"])?
        .under("strace", &[&traced[..], &[trace.to_str().context("a path")?]].concat())
        .run()?;
    ensure!(ran.code == Some(0), "{:?}: {}", ran.code, ran.stderr);
    // What is written to the log of the ledger after its last sync is not safe yet.
    let (mut unsafe_bytes, mut writes, mut syncs) = (false, 0, 0);
    for line in std::fs::read_to_string(&trace)?.lines() {
        let is = |call: &str, file: &str| line.contains(&format!(" {call}(")) && line.contains(file);
        if is("pwrite64", "orgwide.sqlite-wal") || is("write", "orgwide.sqlite-wal") {
            unsafe_bytes = true;
        } else if is("fdatasync", "orgwide.sqlite-wal") || is("fsync", "orgwide.sqlite-wal") {
            (unsafe_bytes, syncs) = (false, syncs + 1);
        } else if is("write", "rows.ndjson") {
            writes += 1;
            ensure!(!unsafe_bytes, "rows were written before the commit they belong to was synced: {line}");
        }
    }
    println!("{writes} writes to the file, {syncs} syncs of the ledger before them");
    assert!(writes > 0 && syncs > 1, "{writes} {syncs}");
    stage.rows()?.are(all_of(stage.truth(), |_| true))
}
