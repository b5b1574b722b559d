//! A run that is told to stop ends soon, and what it leaves is whole.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use orgwide_simulator::{Answer, Fault};
use orgwide_tests::{Ran, Running, Stage, all_of};

use crate::support::{always, disturbed, inventory, simulator, world};

/// Sends a signal when about half of the 200 targets with regions have ended; how long the end took after it.
fn interrupted_half_way(signal: &str) -> Result<(Stage, Ran, Duration)> {
    let stage = Stage::set(simulator(world(40, 5)).latency(Duration::from_millis(300)))?;
    let mut running = stage.orgwide(&inventory(&["--org"]))?.start()?;
    running.wait_until("half of the work is done", |_| stage.calls("ec2", "DescribeInstances") >= 100)?;
    running.signal(signal)?;
    let sent = Instant::now();
    let ran = running.end()?;
    Ok((stage, ran, sent.elapsed()))
}

/// What is left is true as far as it goes.
fn leaves_whole_files(stage: &Stage) -> Result<()> {
    let (rows, summary) = (stage.rows()?, stage.summary()?);
    assert_eq!(rows.count(), summary.rows);
    let known = all_of(stage.truth(), |_| true);
    for (place, count) in rows.places() {
        ensure!(known.contains(&place) && count == 1, "{place:?} {count} times");
    }
    assert_eq!((summary.denied, summary.failed, summary.timed_out), (0, 0, 0), "{summary:?}");
    Ok(())
}

#[test]
fn an_interrupt_lets_what_runs_end_and_keeps_the_counts_true() -> Result<()> {
    let (stage, ran, took) = interrupted_half_way("INT")?;
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    println!("ended {took:?} after the signal");
    assert!(took < Duration::from_secs(10), "{took:?}");
    leaves_whole_files(&stage)?;
    let summary = stage.summary()?;
    assert!(summary.completed >= 100 && summary.completed < 240, "{summary:?}");
    assert!(summary.cancelled > 0 || !summary.plan_complete, "nothing was left to do: {summary:?}");
    assert!(ran.stderr.contains("stopping"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn a_termination_ends_as_an_interrupt_does_with_a_code_of_its_own() -> Result<()> {
    let (stage, ran, took) = interrupted_half_way("TERM")?;
    assert_eq!(ran.code, Some(143), "{}", ran.stderr);
    assert!(took < Duration::from_secs(10), "{took:?}");
    leaves_whole_files(&stage)
}

/// A run of which all but forty targets have ended, those never end, and the first signal has been heard.
fn interrupted_while_forty_hang() -> Result<(Stage, Running)> {
    let hang = always("ec2", "DescribeInstances", Answer::Hang).region("eu-west-1");
    let stage = disturbed(world(40, 3), [hang])?;
    let mut running = stage.orgwide(&inventory(&["--org"]))?.start()?;
    running.wait_until("all else is done", |_| stage.calls("ec2", "DescribeInstances") == 80)?;
    running.signal("INT")?;
    running.wait_until("it says so", |running| running.stderr_so_far().contains("stopping"))?;
    Ok((stage, running))
}

#[test]
fn what_hangs_is_given_up_at_the_second_interrupt() -> Result<()> {
    let (stage, mut running) = interrupted_while_forty_hang()?;
    running.signal("INT")?;
    let sent = Instant::now();
    let ran = running.end()?;
    println!("ended {:?} after the second signal", sent.elapsed());
    assert!(sent.elapsed() < Duration::from_secs(1), "{:?}", sent.elapsed());
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    leaves_whole_files(&stage)?;
    // What has been answered may still be on its way through the binary when it is told to end.
    assert!(stage.summary()?.cancelled >= 40, "{:?}", stage.summary()?);
    Ok(())
}

#[test]
fn what_hangs_is_given_up_within_ten_seconds_of_the_only_interrupt() -> Result<()> {
    let (stage, running) = interrupted_while_forty_hang()?;
    let sent = Instant::now();
    let ran = running.end()?;
    println!("ended {:?} after the only signal", sent.elapsed());
    assert!(sent.elapsed() <= Duration::from_secs(10), "{:?}", sent.elapsed());
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    leaves_whole_files(&stage)?;
    assert_eq!(stage.summary()?.cancelled, 40);
    Ok(())
}

#[test]
fn an_interrupted_listing_keeps_what_it_has_shown() -> Result<()> {
    let hang = Fault::on("organizations", "ListAccounts").answers([Answer::Ok, Answer::Hang]);
    let stage = disturbed(world(60, 1), [hang])?;
    let mut running = stage.orgwide(&["accounts", "--org"])?.start()?;
    running.wait_until("a page is shown", |running| running.stdout_so_far().lines().count() == 20)?;
    running.signal("INT")?;
    let sent = Instant::now();
    let ran = running.end()?;
    assert!(sent.elapsed() < Duration::from_secs(1), "{:?}", sent.elapsed());
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(130), 20), "{}", ran.stderr);
    Ok(())
}

#[test]
fn an_interrupt_before_the_first_account_leaves_no_file() -> Result<()> {
    let stage = disturbed(world(3, 1), [always("sts", "GetCallerIdentity", Answer::Hang)])?;
    let mut running = stage.orgwide(&inventory(&["--org"]))?.start()?;
    running.wait_until("the file is open", |_| stage.path("rows.ndjson").exists())?;
    running.wait_until("it asks who it is", |_| stage.simulator().peak_in_flight() > 0)?;
    running.signal("INT")?;
    let ran = running.end()?;
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    assert!(!stage.path("rows.ndjson").exists());
    Ok(())
}
