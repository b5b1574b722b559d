//! ec2:DescribeInstances with 1,000 instances: time by the typed client, and by calls made from models.
//!
//! All three read the same answer in turns, each as a program would use it. Prints a line of JSON for each figure.

#![allow(clippy::print_stdout, reason = "a program that prints figures")]

mod common;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use common::INSTANCES;
use orgwide_call::Caller;
use serde_json::{Value, json};

const TURNS: usize = 41;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let page = common::page(INSTANCES);
    println!("{}", json!({"what": "the page", "value": page.len() as f64 / 1e6, "unit": "MB"}));
    let session = common::session(page).await?;
    let typed = aws_sdk_ec2::Client::new(&session.config());
    let caller = Caller::new(&session.config());

    let mut times: [Vec<Duration>; 3] = Default::default();
    for turn in 0..=TURNS {
        let begun = Instant::now();
        let answer = typed.describe_instances().max_results(1000).send().await?;
        let count: usize =
            answer.reservations().iter().map(|reservation| reservation.instances().len()).sum();
        drop(answer);
        let by_type = begun.elapsed();

        let begun = Instant::now();
        let mut items = caller.items("ec2", "DescribeInstances", json!({}))?.at("Reservations.Instances")?;
        let mut items_count = 0;
        while let Some(item) = items.next().await {
            drop(item?);
            items_count += 1;
        }
        let by_item = begun.elapsed();

        let begun = Instant::now();
        let answer = caller.call("ec2", "DescribeInstances", json!({"MaxResults": 1000})).await?;
        let values = answer["Reservations"].as_array().map_or(0, Vec::len);
        drop(answer);
        let by_value = begun.elapsed();

        ensure!([count, items_count, values] == [INSTANCES; 3], "not all were read");
        // The first turn decodes the model and warms everything up.
        if turn > 0 {
            times.iter_mut().zip([by_type, by_item, by_value]).for_each(|(times, time)| times.push(time));
        }
    }
    let [typed, items, value] = times.map(median);
    let figure = |what: &str, value: f64, unit: &str| json!({"what": what, "value": value, "unit": unit});
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    println!("{}", figure("typed client", millis(typed), "ms"));
    println!("{}", figure("items", millis(items), "ms"));
    println!("{}", figure("Value", millis(value), "ms"));
    for (what, time) in [("items over typed", items), ("Value over typed", value)] {
        let mut ratio: Value = figure(what, time.as_secs_f64() / typed.as_secs_f64(), "");
        ratio.as_object_mut().context("an object")?.insert("at_most".to_owned(), json!(1.0));
        println!("{ratio}");
    }
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
