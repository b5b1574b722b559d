//! Runs that are stopped because too much fails, or because the time is up.

use std::time::Duration;

use anyhow::Result;
use orgwide_simulator::Answer;
use orgwide_tests::{Stage, all_of};

use crate::support::{always, calm, complaint, disturbed, inventory, simulator, world};

/// A world in which instances are refused in these accounts.
fn refusing(accounts: usize, refused: impl Fn(usize) -> bool) -> Result<Stage> {
    let spec = world(accounts, 2);
    let truth = calm(spec.clone())?.truth().clone();
    let faults =
        truth.accounts.iter().enumerate().filter(|(index, _)| refused(*index)).map(|(_, account)| {
            always("ec2", "DescribeInstances", Answer::AccessDenied).account(&account.id)
        });
    disturbed(spec, faults.collect::<Vec<_>>())
}

#[test]
fn a_run_in_which_too_much_fails_is_stopped_and_can_go_on() -> Result<()> {
    let stage = refusing(40, |index| index >= 5)?;
    let flags = ["--org", "ec2:instance", "--in-flight", "4", "--max-failures", "3"];
    let ran = stage.run_to(4, &inventory(&flags))?;
    assert!(complaint(&ran).0.contains("--max-failures"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--resume=1"), "{}", ran.stderr);
    let summary = stage.summary()?;
    assert!(summary.denied > 3 && summary.denied < 70, "{summary:?}");
    assert!(summary.cancelled > 0 || !summary.plan_complete, "{summary:?}");
    Ok(())
}

#[test]
fn a_denied_account_counts_once_in_the_budget() -> Result<()> {
    let spec = world(20, 4);
    let denied = calm(spec.clone())?.truth().accounts[3].id.clone();
    let fault = always("ec2", "DescribeInstances", Answer::AccessDenied).account(&denied);
    let stage = disturbed(spec, [fault])?;
    stage.run_to(1, &inventory(&["--org", "--max-failures", "1"]))?;
    let summary = stage.summary()?;
    assert_eq!((summary.denied, summary.cancelled, summary.completed), (4, 0, 96), "{summary:?}");
    Ok(())
}

#[test]
fn a_share_of_failures_that_is_not_reached_stops_nothing() -> Result<()> {
    let stage = refusing(60, |index| index % 20 == 3)?;
    stage.run_to(1, &inventory(&["--org", "--max-failures", "10%"]))?;
    let summary = stage.summary()?;
    assert_eq!((summary.denied, summary.cancelled), (6, 0), "{summary:?}");
    stage.run_to(2, &["inventory", "--org", "--max-failures", "101%"])?;
    stage.run_to(2, &["inventory", "--org", "--max-failures", "-1"])?;
    Ok(())
}

#[test]
fn a_run_whose_time_is_up_is_stopped_and_goes_on_later() -> Result<()> {
    let stage = Stage::set(simulator(world(40, 2)).latency(Duration::from_millis(100)))?;
    let ran = stage.run_to(4, &inventory(&["--org", "--in-flight", "4", "--deadline", "1s"]))?;
    assert!(complaint(&ran).0.contains("--deadline is over"), "{}", ran.stderr);
    let summary = stage.summary()?;
    assert!(summary.completed < 120, "{summary:?}");
    stage.run_to(0, &["inventory", "--resume", "--in-flight", "64", "--summary", "summary.json"])?;
    stage.rows()?.are(all_of(stage.truth(), |_| true))
}

#[test]
fn a_canary_that_fails_keeps_the_rest_from_beginning() -> Result<()> {
    // The first account of the list is the first to run.
    let stage = refusing(30, |index| index == 0)?;
    let ran = stage.run_to(4, &inventory(&["--org", "ec2:instance", "--canary"]))?;
    assert!(complaint(&ran).0.contains("canary"), "{}", ran.stderr);
    let asked: std::collections::BTreeSet<_> =
        stage.requests("DescribeInstances").into_iter().filter_map(|request| request.account).collect();
    assert_eq!(asked.len(), 1, "only the first account was asked: {asked:?}");
    Ok(())
}

#[test]
fn canaries_that_complete_are_followed_by_the_rest() -> Result<()> {
    let stage = calm(world(45, 1))?;
    stage.run_to(0, &inventory(&["--org", "ec2:instance", "--canary"]))?;
    let order: Vec<_> =
        stage.requests("DescribeInstances").into_iter().filter_map(|request| request.account).collect();
    let index = |id: &String| stage.truth().accounts.iter().position(|account| account.id == *id);
    let mut second: Vec<_> = order[1..4].iter().map(index).collect();
    second.sort();
    assert_eq!(index(&order[0]), Some(0));
    assert_eq!(second, [Some(1), Some(21), Some(41)]);
    assert_eq!(order.len(), 45);
    Ok(())
}
