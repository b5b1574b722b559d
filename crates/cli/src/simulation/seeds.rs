//! Which seeds are played, on as many threads as there are processors.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use super::Played;

/// As many as continuous integration has time for.
const SEEDS: u64 = 100;
const VARIABLE: &str = "ORGWIDE_SEEDS";

/// The first hundred, or what the variable says: `N` for the first N, `A..B` for those from A on and before B.
fn wanted() -> Range<u64> {
    let Ok(text) = std::env::var(VARIABLE) else { return 0..SEEDS };
    let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{VARIABLE}={text}: N or A..B"));
    match text.split_once("..") {
        Some((from, to)) => number(from)..number(to),
        None => 0..number(&text),
    }
}

/// Plays each seed; a panic is one more thing that is wrong with it.
pub(super) fn each(play: impl Fn(u64) -> Played + Sync) -> Vec<(u64, Played)> {
    let wanted = wanted();
    let threads = thread::available_parallelism().map_or(1, |number| number.get());
    let play = &play;
    let mut all: Vec<_> = thread::scope(|scope| {
        let shares = (0..threads).map(|share| {
            let seeds = wanted.clone().skip(share).step_by(threads);
            scope.spawn(move || seeds.map(|seed| (seed, caught(|| play(seed)))).collect::<Vec<_>>())
        });
        let shares: Vec<_> = shares.collect();
        shares.into_iter().flat_map(|share| share.join().unwrap()).collect()
    });
    all.sort_by_key(|(seed, _)| *seed);
    all
}

fn caught(play: impl FnOnce() -> Played) -> Played {
    catch_unwind(AssertUnwindSafe(play)).unwrap_or_else(|panic| {
        let told = panic.downcast_ref::<String>().map(String::as_str);
        let what = told.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
        Played { wrong: vec![format!("panicked: {what}")], ..Played::default() }
    })
}

/// What plays this seed alone.
pub(super) fn command(seed: u64) -> String {
    format!("{VARIABLE}={seed}..{} cargo test -p orgwide simulation -- --nocapture", seed + 1)
}
