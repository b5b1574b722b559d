//! What calls made from models cost: beside the typed client in one process, beside the AWS CLI over many targets.

use std::time::Duration;

use anyhow::Context as _;

use super::figure;
use crate::cargo::{cargo, output_within, run};
use crate::steps::Steps;
use crate::venv::Venv;
use crate::workspace::Workspace;

const AWS_CLI: &str = "xtask/bench/requirements.txt";

/// The whole of one program; the AWS CLI takes half a second of CPU for each of its processes.
const LONGEST: Duration = Duration::from_secs(300);

pub(super) fn all(steps: &mut Steps, workspace: &Workspace) {
    let mut figures = Vec::new();
    let typed = steps.step("DescribeInstances beside the typed client", || {
        let mut bench = cargo();
        bench.args(["bench", "--quiet", "--package", "orgwide-examples", "--bench", "describe_instances"]);
        run(bench.arg("--no-run"))?;
        let mut bench = cargo();
        bench.args(["bench", "--quiet", "--package", "orgwide-examples", "--bench", "describe_instances"]);
        figure::parse(&output_within(LONGEST, &mut bench)?)
    });
    figures.extend(typed.into_iter().flatten());
    let peer = steps.step("50 targets beside the AWS CLI", || {
        run(cargo().args(["build", "--release", "--package", "orgwide"]))?;
        let venv = Venv::with(workspace, "aws-cli-venv", AWS_CLI);
        venv.make()?;
        let orgwide = workspace.target_directory.join("release/orgwide");
        let aws = venv.python().parent().context("the environment's programs")?.join("aws");
        let mut script = venv.command();
        script.arg("xtask/bench/call_against_aws_cli.py").arg(orgwide).arg(aws);
        figure::parse(&output_within(LONGEST, &mut script)?)
    });
    figures.extend(peer.into_iter().flatten());
    print!("\n{}", figure::table(&figures));
}
