//! Entering and connecting cost what they must, and no more.

use std::time::Duration;

use anyhow::{Context as _, Result};
use orgwide_simulator::{Simulator, WorldSpec};
use orgwide_tests::{Stage, all_of};

use crate::support::inventory;

#[test]
fn a_hundred_accounts_cost_one_entry_each_and_connections_are_shared() -> Result<()> {
    let regions = [
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
        "ca-central-1",
        "eu-west-1",
        "eu-west-2",
        "eu-central-1",
        "eu-north-1",
        "ap-southeast-2",
    ];
    let regions = regions.map(str::to_owned).to_vec();
    let spec = WorldSpec { accounts: 100, regions, instances: 50, ..WorldSpec::default() };
    let stage = Stage::set(Simulator::builder(spec).latency(Duration::from_millis(20)))?;
    let ran = stage.run_to(0, &inventory(&["--org", "--log", "orgwide=debug"]))?;

    stage.rows()?.are(all_of(stage.truth(), |_| true))?;
    let summary = stage.summary()?;
    assert_eq!(summary.completed, 100 * (10 + 1));
    assert_eq!(stage.calls("sts", "AssumeRole"), 99, "the caller's own account needs none");
    assert_eq!(stage.calls("sts", "GetCallerIdentity"), 1);
    assert_eq!(stage.calls("account", "ListRegions"), 100);
    assert_eq!(stage.calls("organizations", "ListAccounts"), 5);
    let all: u64 = stage.simulator().calls().values().sum();
    assert_eq!(summary.calls, all, "what is counted is what was sent");

    // A request is in flight until its answer has been read; the other side sees only the answering.
    let counted = ran.stderr.split("peak_in_flight: ").nth(1).context("the log has to tell the peak")?;
    let peak: u64 = counted.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default().parse()?;
    let connections = stage.simulator().connections();
    let answering = stage.simulator().peak_in_flight();
    println!(
        "{connections} connections, {peak} in flight, {answering} being answered, {all} calls, {:?}",
        ran.took
    );
    assert!(peak >= answering as u64, "{peak} in flight, {answering} being answered");
    assert!(connections * 4 <= peak * 5, "{connections} connections, {peak} in flight");
    Ok(())
}
