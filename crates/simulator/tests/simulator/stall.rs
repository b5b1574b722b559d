//! A server that stands still.

use std::time::Duration;

use orgwide_simulator::{RateRule, Simulator, Throttling, WorldSpec};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::support::*;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Sends calls of S3 at these times, in milliseconds from now, and says when their answers came.
async fn answered_at(sim: &Simulator, sent_at: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for at in sent_at {
        let sim = sim.clone();
        calls.spawn(async move {
            sleep(ms(at)).await;
            assert_eq!(send(&sim, s3(&Key::hub(), "/")).await.status, 200);
            start.elapsed().as_millis() as u64
        });
    }
    let mut times = calls.join_all().await;
    times.sort_unstable();
    times
}

/// Stalls the simulator at a time, in milliseconds from now, for so many.
fn stall_later(sim: &Simulator, at: u64, duration: u64) {
    let sim = sim.clone();
    tokio::spawn(async move {
        sleep(ms(at)).await;
        sim.stall(ms(duration));
    });
}

#[tokio::test(start_paused = true)]
async fn a_stall_holds_back_what_is_in_flight_and_what_comes() {
    let sim = Simulator::builder(WorldSpec::default()).latency(ms(100)).build().unwrap();
    stall_later(&sim, 50, 10_000);
    let times = answered_at(&sim, [0, 0, 5_000, 9_999, 10_049, 10_050, 11_000]).await;
    // Whoever comes just before the end has the latency to wait for still.
    assert_eq!(times, [10_050, 10_050, 10_050, 10_099, 10_149, 10_150, 11_100]);
}

#[tokio::test(start_paused = true)]
async fn a_second_stall_may_put_off_the_end_but_not_bring_it_forward() {
    let sim = simulator(|_| ());
    sim.stall(ms(1_000));
    stall_later(&sim, 200, 100);
    stall_later(&sim, 900, 500);
    assert_eq!(answered_at(&sim, [0, 500, 1_399, 1_400]).await, [1_400; 4]);
    sim.stall(Duration::ZERO);
    assert_eq!(answered_at(&sim, [0]).await, [0]);
}

#[tokio::test(start_paused = true)]
async fn a_stall_may_last_for_ever() {
    let sim = simulator(|_| ());
    sim.stall(Duration::MAX);
    assert!(timeout(Duration::from_secs(86_400), answered_at(&sim, [0])).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn during_a_stall_tokens_are_taken_on_arrival() {
    let rule = RateRule::new("s3", "*", 1.0, 2);
    let sim = Simulator::builder(WorldSpec::default()).throttling(Throttling::with([rule])).build().unwrap();
    sim.stall(ms(10_000));
    let statuses = async |sent_at: [u64; 4]| {
        let mut calls = JoinSet::new();
        for at in sent_at {
            let sim = sim.clone();
            calls.spawn(async move {
                sleep(ms(at)).await;
                (at, send(&sim, s3(&Key::hub(), "/")).await.status)
            });
        }
        let mut statuses = calls.join_all().await;
        statuses.sort_unstable();
        statuses
    };
    // All four are answered at 10 s, when there would have been tokens for two more.
    let answers = statuses([0, 10, 20, 1_000]).await;
    assert_eq!(answers, [(0, 200), (10, 200), (20, 503), (1_000, 200)]);
    assert_eq!(sim.peak_in_flight(), 4);
}
