//! `cargo xtask soak`: the random tests of the limiter, ten times as long.

use anyhow::{Result, bail};

use crate::cargo::{cargo, run as run_command};
use crate::steps::Steps;

/// Runs them in release, with what they print: the figures are worth a look.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        bail!("soak takes no argument, not even {argument:?}");
    }
    let mut steps = Steps::new();
    steps.step("limiter", || {
        let tests = ["test", "--release", "--package", "orgwide-limit", "--tests", "--", "--nocapture"];
        run_command(cargo().env("ORGWIDE_SOAK", "1").args(tests))
    });
    steps.finish()
}
