//! A paginator of the SDK on the account of a region.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use orgwide_limit::{Limiter, Rule, Rules, Tally};
use orgwide_regional::RegionalAccount;
use orgwide_simulator::{Answer, Fault, Simulator, Throttling, Windows, WorldSpec};

use crate::common::*;

const PAGES: usize = 50;

#[tokio::test(start_paused = true)]
async fn each_of_fifty_pages_waits_for_its_rate_and_those_that_are_throttled_are_not_lost() {
    // Every third page is throttled once. Three regions exist beside those named here.
    let answers = (1..=PAGES).flat_map(|page| {
        let throttled = (page % 3 == 0).then_some(Answer::Throttling);
        throttled.into_iter().chain([Answer::Ok])
    });
    let regions = (1..=PAGES - 3).map(|number| format!("xx-test-{number}")).collect();
    let spec = WorldSpec { accounts: 2, regions, instances: 0, buckets: 0, ..WorldSpec::default() };
    let simulator = Simulator::builder(spec)
        .faults([Fault::on("account", "ListRegions").answers(answers)])
        .throttling(Throttling::off())
        .latency(Duration::from_millis(20))
        .build()
        .unwrap();
    let rules = ["account=unlimited", "sts=unlimited"].map(|rule| rule.parse::<Rule>().unwrap());
    let in_flight = Rule::in_flight_ceiling(1.try_into().unwrap());
    let limiter = Limiter::new(Rules::new(rules.into_iter().chain([in_flight])));
    let account = limited_member(&simulator, 1, &limiter).await;
    let here = RegionalAccount::new(account, "eu-west-1".parse().unwrap());
    here.set_limit(2, Duration::from_secs(20), true).unwrap();

    let mut pages =
        aws_sdk_account::Client::new(here.config()).list_regions().max_results(1).into_paginator().send();
    let (mut count, mut names) = (0, BTreeSet::new());
    while let Some(page) = pages.next().await {
        count += 1;
        names.extend(page.unwrap().regions().iter().map(|region| region.region_name().unwrap().to_owned()));
    }

    assert_eq!((count, names.len()), (PAGES, PAGES), "nothing is lost");
    let log = requests(&simulator, "ListRegions");
    let throttled = log.iter().filter(|request| request.status == Some(429)).count();
    assert_eq!((log.len(), throttled), (66, 16));
    let calls: BTreeSet<_> = log.iter().map(|request| request.invocation_id.clone().unwrap()).collect();
    assert_eq!(calls.len(), PAGES, "an attempt that is repeated is one of the same call");
    let key = ("account".parse().unwrap(), "ListRegions".parse().unwrap());
    let Tally { granted, waited, throttled, .. } = limiter.counters().by_operation[&key];
    assert_eq!((granted, throttled), (66, 16));
    assert!(waited >= 60, "{waited}");
    let excess = Windows::new(0.1, 2).jitter(Duration::from_micros(1)).excess(&log);
    assert!((-0.1..=0.0).contains(&excess), "{excess}");
    for request in &log {
        let seconds = |text: &str| DateTime::from_str(text, Format::DateTime).unwrap().as_secs_f64();
        let age = seconds(&request.arrived) - seconds(request.signed_at.as_deref().unwrap());
        assert!((-1.0..=2.0).contains(&age), "signed before the wait: {age} s");
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    limiter.sweep();
    assert_eq!(limiter.in_memory(), 0, "nothing is held");
}
