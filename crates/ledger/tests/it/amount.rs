//! Much at once. With `ORGWIDE_SOAK` set, as much as is promised, with the figures printed; best in release.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use orgwide_ledger::{
    Answer, Differences, End, Follow, Format, Ignored, Ledger, Reader, Recorder, Row, RunId, SinkSpec,
};
use peak_alloc::PeakAlloc;

use crate::support::{complete, new_run, spec, target};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn soak() -> bool {
    std::env::var_os("ORGWIDE_SOAK").is_some()
}

/// A row of about `bytes` bytes.
fn row(number: u64, bytes: usize) -> Row {
    let json = format!(
        r#"{{"account_id":"000000000001","region":"eu-west-1","type":"t","id":"i-{number:017x}","data":{{"x":"{}"}}}}"#,
        "x".repeat(bytes.saturating_sub(105))
    );
    Row { key: format!("i-{number:017x}"), digest: number, json: json.into_bytes() }
}

/// Types of which a view may want to know more, among others.
const TYPES: [&str; 17] = [
    "ec2:instance",
    "ec2:security-group",
    "ec2:elastic-ip",
    "rds:db",
    "s3:bucket",
    "ec2:vpc",
    "ec2:subnet",
    "iam:role",
    "iam:user",
    "kms:key",
    "sns:topic",
    "sqs:queue",
    "logs:log-group",
    "lambda:function",
    "dynamodb:table",
    "acm:certificate",
    "ec2:volume",
];

/// A resource of about `bytes` bytes; every third has no tag.
fn resource(number: u64, bytes: usize) -> Row {
    let tags = if number.is_multiple_of(3) { "" } else { r#""k":"v""# };
    let start = format!(
        r#"{{"account_id":"000000000001","account_name":"one","ou_path":"o/r/u","region":"eu-west-1","type":"t","id":"i-{number:017x}","tags":{{{tags}}},"data":{{"PublicIpAddress":"192.0.2.{}","x":""#,
        number % 200
    );
    let json = format!("{start}{}\"}}}}", "x".repeat(bytes.saturating_sub(start.len() + 3)));
    Row { key: format!("i-{number:017x}"), digest: number, json: json.into_bytes() }
}

fn ndjson(path: &Path) -> SinkSpec {
    SinkSpec { path: path.to_owned(), format: Format::Ndjson, ..spec("") }
}

async fn finish(recorder: Recorder) -> RunId {
    recorder.finish(End { exit: 0, complete: true, summary: "{}".into() }).await.unwrap();
    recorder.run()
}

/// The CPU time of this process so far.
#[cfg(target_os = "linux")]
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    // User and system, in ticks of 10 ms.
    Duration::from_millis(10 * (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()))
}

#[cfg(not(target_os = "linux"))]
fn cpu() -> Duration {
    Duration::ZERO
}

/// The most memory this process has had so far, SQLite's included, in KiB.
fn high_water() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn a_thousand_targets_a_second_are_written_and_delivered() {
    const ROWS: u64 = 4;
    let targets = if soak() { 20_000 } else { 500 };
    for sinks in [0, 1] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("rows.ndjson");
        let ledger = Ledger::open(folder.path().join("l.sqlite")).unwrap();
        let follow = if sinks == 1 { vec![ndjson(&out)] } else { vec![] };
        let recorder = ledger.begin(new_run(), follow, Follow::default()).unwrap();
        let rows: Vec<Vec<Row>> =
            (0..50).map(|_| (0..ROWS).map(|number| row(number, 3000)).collect()).collect();
        let (begun, cpu_before) = (Instant::now(), cpu());
        let mut under_way = tokio::task::JoinSet::new();
        for number in 0..targets {
            let place = target(number / 17, "eu-west-1", &format!("job{}", number % 17));
            let (recorder, rows) = (recorder.clone(), rows[number as usize % 50].clone());
            under_way.spawn(async move {
                let id = recorder.plan(&place).await.unwrap().id;
                let attempt = recorder.attempt(id);
                attempt.page(rows).await.unwrap();
                complete(&recorder, id, &attempt).await;
            });
            if under_way.len() >= 128 {
                under_way.join_next().await.unwrap().unwrap();
            }
        }
        while let Some(done) = under_way.join_next().await {
            done.unwrap();
        }
        assert_eq!(recorder.settle().await.unwrap().rows, targets * ROWS);
        let (took, cpu) = (begun.elapsed(), cpu() - cpu_before);
        finish(recorder).await;
        let rate = targets as f64 / took.as_secs_f64();
        println!(
            "{targets} targets of {ROWS} rows of 3 KB, {sinks} files: {rate:.0} targets/s, {:.0} µs of CPU each",
            cpu.as_secs_f64() * 1e6 / targets as f64
        );
        if sinks == 1 {
            assert_eq!(std::fs::read_to_string(&out).unwrap().lines().count() as u64, targets * ROWS);
        }
        if soak() {
            assert!(rate >= 1000.0);
        }
    }
}

#[tokio::test]
async fn a_target_of_any_size_is_written_and_delivered_in_flat_memory() {
    const PAGE: u64 = 1000;
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path().join("l.sqlite")).unwrap();
    let (mut peaks, mut high) = (Vec::new(), Vec::new());
    let rows = if soak() { 1_000_000 } else { 30_000 };
    for rows in [rows / 10, rows] {
        let out = folder.path().join(format!("{rows}.ndjson"));
        let recorder = ledger.begin(new_run(), vec![ndjson(&out)], Follow::default()).unwrap();
        let id = recorder.plan(&target(1, "eu-west-1", "t")).await.unwrap().id;
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let begun = Instant::now();
        let attempt = recorder.attempt(id);
        for page in 0..rows / PAGE {
            // Every tenth key comes twice.
            attempt
                .page((0..PAGE).map(|n| row((page * PAGE + n) / 10 * 10 + n % 10 % 9, 300)).collect())
                .await
                .unwrap();
        }
        complete(&recorder, id, &attempt).await;
        let totals = recorder.settle().await.unwrap();
        assert_eq!((totals.rows, totals.duplicates), (rows, rows / 10));
        finish(recorder).await;
        assert_eq!(std::fs::metadata(&out).unwrap().len(), rows * 300, "299 bytes and the end of the line");
        peaks.push(MEMORY.peak_usage() - before);
        high.push(high_water());
        println!(
            "{rows} rows of 300 B in a target: {:?}, {} KiB; the process has had {} KiB",
            begun.elapsed(),
            peaks[peaks.len() - 1] / 1024,
            high[high.len() - 1],
        );
    }
    assert!(high[1] - high[0] < 32 << 10, "{high:?}");
    // What waits for the writer, and a fixed amount: nothing that grows with the rows.
    assert!(peaks.iter().all(|&peak| peak < 50 << 20), "{peaks:?}");
}

#[tokio::test]
async fn what_a_million_rows_say_is_read_in_seconds() {
    let targets = if soak() { 1000 } else { 20 };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let ledger = Ledger::open(&path).unwrap();
    let mut runs = Vec::new();
    for sitting in 0..2 {
        let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
        for number in 0..targets {
            let id = recorder
                .plan(&target(number / 17, "eu-west-1", TYPES[number as usize % 17]))
                .await
                .unwrap()
                .id;
            let attempt = recorder.attempt(id);
            attempt
                .page(
                    (0..1000)
                        .map(|n| {
                            resource((n * 7919 + number) % 1000 + u64::from(sitting == 1 && n == 0), 300)
                        })
                        .collect(),
                )
                .await
                .unwrap();
            complete(&recorder, id, &attempt).await;
        }
        recorder.plan_complete().await.unwrap();
        runs.push(finish(recorder).await);
    }
    drop(ledger);
    let timed = |what: &str, work: &mut dyn FnMut()| {
        let (begun, cpu_before, before) = (Instant::now(), cpu(), MEMORY.current_usage());
        MEMORY.reset_peak_usage();
        work();
        let (took, cpu) = (begun.elapsed(), cpu() - cpu_before);
        println!(
            "{what} over {} rows: {took:?}, {cpu:?} of CPU, {} KiB",
            targets * 1000,
            (MEMORY.peak_usage() - before) / 1024
        );
        // Whoever else uses the machine takes none of this time.
        assert!(cpu < Duration::from_secs(5) || cfg!(debug_assertions), "{what}");
    };
    timed("runs", &mut || {
        assert_eq!(Reader::open(&path).unwrap().runs().unwrap().len(), 2);
    });
    timed("query", &mut || {
        let mut rows = 0;
        let sql = "SELECT type, count(*) FROM resources GROUP BY type";
        Reader::open(&path)
            .unwrap()
            .query(sql, None, |_| {
                rows += 1;
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(rows, 1 + 17);
    });
    timed("query of a member", &mut || {
        let sql = "SELECT id FROM resources WHERE id = 'none'";
        Reader::open(&path).unwrap().query(sql, None, |_| ControlFlow::Continue(())).unwrap();
    });
    for view in ["by_type", "by_account", "by_region", "by_ou", "untagged", "public", "incomplete"] {
        timed(view, &mut || {
            let mut rows = 0;
            let sql = format!("SELECT * FROM {view}");
            let count = |_: Answer<'_>| {
                rows += 1;
                ControlFlow::Continue(())
            };
            Reader::open(&path).unwrap().query(&sql, None, count).unwrap();
            // The names of the columns come first.
            assert!(rows > 1 || view == "incomplete", "{view}");
        });
    }
    timed("diff", &mut || {
        let counts = Reader::open(&path)
            .unwrap()
            .diff(runs[0], runs[1], &Ignored::default(), |_| ControlFlow::Continue(()))
            .unwrap();
        assert_eq!((counts.unknown, counts.added <= targets, counts.removed <= targets), (0, true, true));
        assert!(counts.added + counts.removed > 0);
        let same = Reader::open(&path)
            .unwrap()
            .diff(runs[0], runs[0], &Ignored::default(), |_| ControlFlow::Continue(()))
            .unwrap();
        assert_eq!(same, Differences::default());
    });
}
