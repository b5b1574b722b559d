use std::collections::BTreeMap;
use std::time::Instant;

use orgwide_simulator::{Ending, Request, Storm, StormTarget};

use crate::driver::{self, Ended};

const SEEDS: u64 = 30;

/// How the targets of a storm ended, and what the simulator saw of it.
fn run(seed: u64) -> (Vec<(StormTarget, Ended)>, Vec<Request>) {
    let storm = Storm::seeded(seed, &Storm::world(seed)).unwrap();
    driver::run(seed, &storm)
}

#[test]
fn every_target_of_thirty_storms_ends_as_it_must_and_what_completes_is_whole() {
    let start = Instant::now();
    let (mut wrong, mut ends): (Vec<String>, BTreeMap<&str, usize>) = Default::default();
    for seed in 0..SEEDS {
        let (targets, _) = run(seed);
        assert_eq!(targets.len(), 60);
        for (target, ended) in targets {
            let word = match ended.as_ending() {
                Ending::Completed(_) => "completed",
                Ending::Denied => "denied",
                Ending::Failed => "failed",
                Ending::TimedOut => "timed out",
                Ending::Skipped => "skipped",
            };
            *ends.entry(word).or_default() += 1;
            if !target.expected.admits(ended.as_ending()) {
                let what = match &ended {
                    Ended::Completed(rows) => format!("with {rows:?}"),
                    Ended::Failed(why) => why.clone(),
                    Ended::Denied | Ended::TimedOut | Ended::Skipped => String::new(),
                };
                wrong.push(format!("seed {seed}: {target:?} {word} {what}"));
            }
        }
    }
    println!("{:.1} seeds/s, {ends:?}", SEEDS as f64 / start.elapsed().as_secs_f64());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), SEEDS * 60, wrong.join("\n"));
    assert_eq!(ends.len(), 5, "{ends:?}");
}

#[test]
fn the_same_storm_goes_the_same_way() {
    let told = |seed| {
        let (targets, requests) = run(seed);
        let calls = requests.into_iter().map(|r| (r.arrived_us, r.account, r.region, r.operation, r.status));
        (
            targets.into_iter().map(|(_, ended)| format!("{ended:?}")).collect::<Vec<_>>(),
            calls.collect::<Vec<_>>(),
        )
    };
    assert_eq!(told(3), told(3));
}
