//! ec2:DescribeInstances with 1,000 instances: what is allocated at most at once, beside the answer's body.
//!
//! Prints a line of JSON for each figure.

#![allow(clippy::print_stdout, reason = "a program that prints figures")]

mod common;

use anyhow::Result;
use common::INSTANCES;
use orgwide_call::Caller;
use peak_alloc::PeakAlloc;
use serde_json::json;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    // Allocated before anything is counted, and never copied.
    let session = common::session(common::page(INSTANCES)).await?;
    let (typed, caller) = (aws_sdk_ec2::Client::new(&session.config()), Caller::new(&session.config()));
    // Models are decoded, and caches filled, before anything is counted.
    for counted in [false, true] {
        let begun = begin();
        drop(typed.describe_instances().max_results(1000).send().await?);
        report(counted, "typed client", begun, None);

        let begun = begin();
        let mut items = caller.items("ec2", "DescribeInstances", json!({}))?.at("Reservations.Instances")?;
        while let Some(item) = items.next().await {
            drop(item?);
        }
        report(counted, "items", begun, Some(1.0));

        let begun = begin();
        drop(caller.call("ec2", "DescribeInstances", json!({"MaxResults": 1000})).await?);
        report(counted, "Value", begun, None);
    }
    Ok(())
}

fn begin() -> usize {
    ALLOCATED.reset_peak_usage();
    ALLOCATED.current_usage()
}

fn report(counted: bool, what: &str, begun: usize, at_most: Option<f64>) {
    if counted {
        let what = format!("{what}: allocated beside the body");
        let megabytes = ALLOCATED.peak_usage().saturating_sub(begun) as f64 / 1e6;
        println!("{}", json!({"what": what, "value": megabytes, "unit": "MB", "at_most": at_most}));
    }
}
