//! `cargo xtask lint`: what reads the code without running it.

use anyhow::{Result, bail};

use crate::cargo::{FEATURES, cargo, run as run_command};
use crate::steps::Steps;
use crate::venv::Venv;
use crate::workspace::Workspace;
use crate::{botocore, data, models, tidy};

/// Runs every check and fails after the last, so that one run shows all there is to mend.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        bail!("lint takes no argument, not even {argument:?}");
    }
    let mut steps = Steps::new();
    steps.step("rustfmt", || run_command(cargo().args(["fmt", "--all", "--check"])));
    steps.step("tidy", || tidy::run(&[]));
    let workspace = Workspace::load()?;
    let botocore = Venv::of(&workspace);
    if botocore.is_ready() {
        steps.step("data", || data::check(&botocore));
    } else {
        steps.skip("data", "botocore is not here yet; `cargo xtask data --check` fetches it");
    }
    match botocore::source_at_hand(&workspace) {
        Some(source) => drop(steps.step("models", || models::check(&source))),
        None => {
            steps.skip("models", "botocore's source is not here yet; `cargo xtask models --check` fetches it")
        }
    }
    let clippy = ["clippy", "--workspace", "--all-targets"];
    steps.step("clippy", || run_command(cargo().args(clippy).args(FEATURES).args(["--", "-D", "warnings"])));
    let rustdoc = ["doc", "--workspace", "--no-deps"];
    steps.step("rustdoc", || {
        run_command(cargo().env("RUSTDOCFLAGS", "-D warnings").args(rustdoc).args(FEATURES))
    });
    steps.finish()
}
