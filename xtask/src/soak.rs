//! `cargo xtask soak`: what is random in the tests, many times over.

use anyhow::{Context as _, Result, bail};

use crate::cargo::{cargo, run as run_command};
use crate::steps::Steps;

/// Whole runs that are simulated, unless told otherwise.
const SEEDS: u64 = 10_000;
/// What is soaked by itself, from the bottom up, with what its tests need.
const CRATES: [(&str, &[&str]); 3] = [
    ("orgwide-limit", &[]),
    ("orgwide-fanout", &[]),
    ("orgwide-ledger", &["--features", "orgwide-ledger/parquet"]),
];

/// Runs them in release, with what they print: the figures are worth a look.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let seeds = seeds(arguments)?;
    let mut steps = Steps::new();
    for (package, features) in CRATES {
        steps.step(package, || {
            let mut tests = cargo();
            tests.env("ORGWIDE_SOAK", "1").args(["test", "--release", "--package", package]).args(features);
            run_command(tests.args(["--tests", "--", "--nocapture"]))
        });
    }
    steps.step("whole runs", || {
        let tests =
            ["test", "--release", "--package", "orgwide", "--bins", "--", "simulation", "--nocapture"];
        run_command(cargo().env("ORGWIDE_SEEDS", seeds.to_string()).args(tests))
    });
    steps.finish()
}

fn seeds(arguments: &[String]) -> Result<u64> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Ok(SEEDS),
        ["--seeds", number] => number.parse().with_context(|| format!("--seeds {number}: not a number")),
        other => bail!("soak takes nothing but --seeds N, not {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_seeds_there_are_can_be_said_and_nothing_else() {
        let of = |line: &str| seeds(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!((of("").unwrap(), of("--seeds 7").unwrap()), (10_000, 7));
        for wrong in ["7", "--seeds", "--seeds many", "--seeds 1 2"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
