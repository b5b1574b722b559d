//! `cargo xtask test`: every test, on a machine that has Rust, a C compiler and Python.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::botocore;
use crate::cargo::{FEATURES, cargo, output, run as run_command};
use crate::judged;
use crate::moto::Moto;
use crate::steps::Steps;
use crate::venv::Venv;
use crate::workspace::Workspace;

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    moto: bool,
    /// Only tests whose name contains one of these; none means all.
    filters: Vec<String>,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self { moto: true, filters: Vec::new() };
        for argument in arguments {
            match argument.as_str() {
                "--no-moto" => options.moto = false,
                flag if flag.starts_with('-') => {
                    bail!("test knows no {flag}; it takes [--no-moto] [FILTER..]")
                }
                filter => options.filters.push(filter.to_owned()),
            }
        }
        Ok(options)
    }
}

/// Builds, starts moto, runs the tests and then the examples in the documentation.
///
/// Every cargo command covers the whole workspace and its tests, so that each feature set is the
/// same and the AWS SDK is compiled once.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let options = Options::parse(arguments)?;
    let workspace = Workspace::load()?;
    let venv = Venv::of(&workspace);
    let mut steps = Steps::new();
    // First, so that a machine without Python says so before the long build.
    if !options.moto {
        steps.skip("moto", "as asked for");
    } else if steps.step("moto's environment", || venv.make()).is_none() {
        return steps.finish();
    }
    // With moto unwanted nothing is fetched or made, but what is there is compared with.
    let suites = if options.moto {
        steps.step("botocore's suites", || botocore::source(&workspace))
    } else {
        botocore::source_at_hand(&workspace)
    };
    let judged = if options.moto {
        steps.step("botocore's judgement", || judged::make(&workspace, &venv))
    } else {
        judged::at_hand(&workspace, &venv)
    };
    if suites.is_none() || judged.is_none() {
        if options.moto {
            return steps.finish();
        }
        steps.skip("botocore's suites and judgement", "they are not all at hand");
    }
    // The binary itself is among these; tests that start it look for it.
    let built = steps.step("build", || {
        run_command(cargo().args(["build", "--workspace", "--all-targets"]).args(FEATURES))
    });
    if built.is_none() {
        return steps.finish();
    }
    // Without it the other tests still run; the failed step fails the task at its end.
    let moto = options
        .moto
        .then(|| steps.step("moto, started and filled", || Moto::start(&workspace, &venv)))
        .flatten();
    steps.step("tests", || {
        let mut tests = tests(has_nextest(), &options.filters);
        tests.env("ORGWIDE_BIN", binary(&workspace.target_directory));
        for (name, folder) in [("ORGWIDE_BOTOCORE", &suites), ("ORGWIDE_JUDGED", &judged)] {
            if let Some(folder) = folder {
                tests.env(name, folder);
            }
        }
        if venv.is_ready() {
            tests.env("ORGWIDE_PYTHON", venv.python());
        }
        if let Some(moto) = &moto {
            moto.tell(&mut tests);
        }
        run_command(&mut tests)
    });
    drop(moto);
    steps.step("documentation's examples", || {
        run_command(with_filters(
            cargo().args(["test", "--workspace", "--doc"]).args(FEATURES),
            &options.filters,
        ))
    });
    steps.finish()
}

/// Unit and integration tests. nextest is faster where it is there, and nothing depends on it.
fn tests(nextest: bool, filters: &[String]) -> Command {
    let mut command = cargo();
    // Whether moto and the suites are there is decided here and nowhere else.
    for name in [
        "ORGWIDE_MOTO_ENDPOINT",
        "ORGWIDE_MOTO_TRUTH",
        "ORGWIDE_BOTOCORE",
        "ORGWIDE_JUDGED",
        "ORGWIDE_PYTHON",
    ] {
        command.env_remove(name);
    }
    if nextest {
        command.args(["nextest", "run", "--workspace", "--no-fail-fast", "--no-tests", "warn"]);
        command.args(FEATURES).args(filters);
    } else {
        command.args(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]).args(FEATURES);
        with_filters(&mut command, filters);
    }
    command
}

fn with_filters<'a>(command: &'a mut Command, filters: &[String]) -> &'a mut Command {
    if filters.is_empty() { command } else { command.arg("--").args(filters) }
}

fn has_nextest() -> bool {
    output(cargo().args(["nextest", "--version"])).is_ok()
}

fn binary(target: &Path) -> PathBuf {
    target.join("debug").join(format!("orgwide{}", std::env::consts::EXE_SUFFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Options> {
        Options::parse(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    fn words(command: &Command) -> String {
        command.get_args().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn moto_runs_unless_told_not_to() {
        assert_eq!(parse("").unwrap(), Options { moto: true, filters: vec![] });
        let options = parse("--no-moto quota gate").unwrap();
        assert_eq!(options, Options { moto: false, filters: vec!["quota".into(), "gate".into()] });
    }

    #[test]
    fn a_flag_that_is_unknown_is_refused() {
        assert!(parse("--moto").unwrap_err().to_string().contains("--moto"));
    }

    #[test]
    fn filters_reach_either_runner() {
        let filters = [String::from("quota")];
        assert!(words(&super::tests(true, &filters)).ends_with("parquet quota"));
        assert!(words(&super::tests(false, &filters)).ends_with("parquet -- quota"));
        assert!(words(&super::tests(false, &[])).ends_with("parquet"));
    }

    #[test]
    fn every_run_covers_the_whole_workspace() {
        for nextest in [true, false] {
            assert!(words(&super::tests(nextest, &[])).contains("--workspace"));
        }
    }
}
