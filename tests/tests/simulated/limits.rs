//! Rates, judged from what arrived.

use std::collections::BTreeMap;

use anyhow::Result;
use orgwide_simulator::Request;
use orgwide_tests::{Stage, instances_of};

use crate::support::{calm, inventory, long_lists, world};

/// How much longer than another a request may be on its way, in seconds, on a machine that is busy: at these rates
/// half a call at most, so that one call too many is still seen …
const JITTER: f64 = 0.025;
/// … and one for which a connection has to be made first, or that leaves with all others as the run begins.
const BEGINNING: f64 = 0.050;

/// Every window between two arrivals holds what the rate allows at most.
fn keeps(stage: &Stage, requests: &[Request], rate: f64, burst: f64) {
    let mut openings = BTreeMap::new();
    for request in stage.simulator().log() {
        let first = openings.entry(request.connection).or_insert(request.seq);
        *first = request.seq.min(*first);
    }
    let seconds = |request: &Request| request.arrived_us as f64 / 1e6;
    for (first, from) in requests.iter().enumerate() {
        let begins = openings[&from.connection] == from.seq || (first as f64) < burst;
        let late = if begins { BEGINNING } else { JITTER };
        for (last, to) in requests.iter().enumerate().skip(first) {
            let (count, window) = ((last - first + 1) as f64, seconds(to) - seconds(from));
            let most = burst + rate * (window + late);
            let all: Vec<f64> = requests.iter().map(seconds).collect();
            assert!(count <= most, "{count} calls in {window:.4} s, {most:.3} allowed: {all:?}");
        }
    }
}

#[test]
fn a_rate_for_each_account_region_and_operation_is_kept() -> Result<()> {
    let stage = calm(long_lists())?;
    // One region: reading a full page keeps a core busy, and requests of others would be sent late.
    let limit = "ec2:DescribeInstances=5/s burst 1";
    stage.run_to(0, &inventory(&["ec2:instance", "--region", "us-east-1", "--limit", limit]))?;
    stage.rows()?.are(instances_of(&stage.truth().accounts[0], |region| region == "us-east-1"))?;
    let requests = stage.requests("DescribeInstances");
    assert_eq!(requests.len(), 4);
    keeps(&stage, &requests, 5.0, 1.0);
    assert!(stage.summary()?.waited_ms > 0, "the rate has to be what slowed it down");
    Ok(())
}

#[test]
fn a_rate_for_the_callers_own_calls_is_kept_and_used() -> Result<()> {
    let stage = calm(world(41, 1))?;
    stage.run_to(
        0,
        &inventory(&["--org", "--region", "us-east-1", "--limit", "sts:AssumeRole=20/s burst 4"]),
    )?;
    let requests = stage.requests("AssumeRole");
    assert_eq!(requests.len(), 40);
    keeps(&stage, &requests, 20.0, 4.0);
    // 36 calls after the burst need 1.8 s.
    let took = (requests[39].arrived_us - requests[0].arrived_us) as f64 / 1e6;
    assert!(took < 3.6, "half of the rate is not used: {took} s");
    assert!(stage.summary()?.waited_ms > 10_000, "forty calls waited about a second each");
    Ok(())
}

#[test]
fn a_limit_over_a_whole_service_is_shared_by_its_operations() -> Result<()> {
    let stage = calm(world(12, 1))?;
    // In the caller's region, as one account: GetCallerIdentity and eleven AssumeRole.
    stage.run_to(0, &inventory(&["--org", "--region", "us-east-1", "--limit", "sts=10/s burst 1"]))?;
    let requests: Vec<Request> =
        stage.simulator().log().into_iter().filter(|r| r.service.as_deref() == Some("sts")).collect();
    assert_eq!(requests.len(), 12);
    keeps(&stage, &requests, 10.0, 1.0);
    Ok(())
}
