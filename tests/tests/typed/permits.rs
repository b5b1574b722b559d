//! What a session counts is the same, whichever way its calls are made.

use anyhow::{Result, ensure};
use orgwide_call::Caller;
use orgwide_names::RegionName;
use orgwide_session::Session;
use orgwide_simulator::Simulator;
use serde_json::json;

use crate::agreement::{items, length, pages};
use crate::simulated::{hub, inhabited, member, organization};
use crate::untyped::Untyped as _;

/// What one reading of all pages has cost.
#[derive(Debug, PartialEq)]
struct Cost {
    calls: u64,
    retries: u64,
    throttled: u64,
    assume_role: u64,
    /// Permits of the limiter.
    granted: u64,
    /// What arrived.
    requests: usize,
}

impl Cost {
    fn of(session: &Session, simulator: &Simulator) -> Self {
        let counted = session.calls();
        let arrived = simulator.log();
        Self {
            calls: counted.calls,
            retries: counted.retries,
            throttled: counted.throttled,
            assume_role: counted.assume_role,
            granted: session.limiter().counters().total.granted,
            requests: arrived.len(),
        }
    }
}

/// An organization of its own for each, so that nothing is counted of another.
async fn begin() -> Result<(Simulator, Session, Session, RegionName, usize)> {
    let simulator = organization()?;
    let (account, region, instances) = inhabited(&simulator, 50)?;
    let hub = hub(&simulator).await?;
    let member = member(&hub, &account)?;
    Ok((simulator, hub, member, region, instances))
}

#[tokio::test]
async fn the_same_pages_take_as_many_permits_and_attempts_either_way() -> Result<()> {
    let input = json!({"MaxResults": 20});

    let (simulator, hub, member, region, instances) = begin().await?;
    let stream = aws_sdk_ec2::Client::new(&member.config_in(&region)).describe_instances().into_paginator();
    let typed = stream.page_size(20).send().collect::<Result<Vec<_>, _>>().await?.untyped();
    let cost_of_typed = Cost::of(&hub, &simulator);

    let (simulator, hub, member, region, _) = begin().await?;
    let caller = Caller::new(&member.config_in(&region));
    let whole = pages(&caller, "ec2", "DescribeInstances", input.clone()).await?;
    let cost_of_pages = Cost::of(&hub, &simulator);

    let (simulator, hub, member, region, _) = begin().await?;
    let caller = Caller::new(&member.config_in(&region));
    let each = items(&caller, "ec2", "DescribeInstances", input, "Reservations.Instances").await?;
    let cost_of_items = Cost::of(&hub, &simulator);

    ensure!(typed == whole && length(&each) == instances, "{instances} instances are not what was read");
    // One call for each page, and one to enter the account.
    let calls = instances.div_ceil(20) + 1;
    let expected = Cost {
        calls: calls as u64,
        retries: 0,
        throttled: 0,
        assume_role: 1,
        granted: calls as u64,
        requests: calls,
    };
    for cost in [cost_of_typed, cost_of_pages, cost_of_items] {
        assert_eq!(cost, expected);
    }
    Ok(())
}
