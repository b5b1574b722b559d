//! Waiting is not working, and who hangs, hangs alone.

use anyhow::Result;
use orgwide_simulator::Answer;
use orgwide_tests::{all_of, instances_of};

use crate::support::{always, calm, column, disturbed, inventory, long_lists, world};

#[test]
fn waiting_to_enter_an_account_is_not_working() -> Result<()> {
    let stage = calm(world(26, 1))?;
    // The last of 25 roles waits for six seconds, three times what a target may work.
    let limit = "sts:AssumeRole=4/s burst 1";
    stage.run_to(
        0,
        &inventory(&["--org", "--region", "us-east-1", "--limit", limit, "--item-timeout", "2s"]),
    )?;
    stage.rows()?.are(all_of(stage.truth(), |_| true))?;
    let summary = stage.summary()?;
    assert!(summary.elapsed_ms > 5_900, "{summary:?}");
    assert_eq!((summary.timed_out, summary.completed), (0, 26 * 2));
    Ok(())
}

#[test]
fn waiting_between_pages_is_not_working() -> Result<()> {
    let stage = calm(long_lists())?;
    // The longest list has four pages, at one in two seconds: six seconds of waiting.
    let limit = "ec2:DescribeInstances=0.5/s burst 1";
    stage.run_to(0, &inventory(&["ec2:instance", "--limit", limit, "--item-timeout", "4s"]))?;
    stage.rows()?.are(instances_of(&stage.truth().accounts[0], |_| true))?;
    let summary = stage.summary()?;
    // One bucket for all three regions would have made it 18.
    assert!((5_900..15_000).contains(&summary.elapsed_ms), "{summary:?}");
    assert_eq!(summary.timed_out, 0);
    Ok(())
}

#[test]
fn a_region_that_hangs_times_out_alone() -> Result<()> {
    let spec = world(6, 3);
    let lost = "eu-west-1";
    let account = calm(spec.clone())?.truth().accounts[2].id.clone();
    let hang = always("ec2", "DescribeInstances", Answer::Hang).account(&account).region(lost);
    let stage = disturbed(spec, [hang])?;
    let ran = stage.run_to(1, &inventory(&["--org", "--item-timeout", "2s"]))?;

    let whole = all_of(stage.truth(), |_| true);
    stage
        .rows()?
        .are(whole.into_iter().filter(|(id, region, _, _)| (id, region.as_str()) != (&account, lost)))?;
    let summary = stage.summary()?;
    assert_eq!((summary.timed_out, summary.completed), (1, summary.planned - 1));
    assert!(summary.plan_complete);
    assert!((2_000..10_000).contains(&summary.elapsed_ms), "{summary:?}");
    assert!(column(&ran, "account").contains(&account));
    assert!(column(&ran, "where").contains(lost));
    assert!(column(&ran, "next").contains("--item-timeout"));
    Ok(())
}
