//! `cargo xtask bench`: what things cost and achieve. The limiter's programs are in `crates/limit/examples`.

mod call;
mod figure;
mod instructions;
mod machine;
mod recorded;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::cargo::{cargo, command, output_within, run as run_command};
use crate::steps::Steps;
use crate::workspace::Workspace;

/// The programs that print figures, the longest last.
const PROGRAMS: &[&str] = &["cost", "order", "memory", "adaptation", "use_of_rate"];

/// No program takes nearly as long; one that does hangs.
const LONGEST: Duration = Duration::from_secs(100);

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
enum Mode {
    /// Print everything; nothing fails but what cannot be measured.
    All,
    /// Compare `call` with the typed client and with the AWS CLI.
    Call,
    /// Count instructions and fail when there are more than recorded.
    Gate,
    /// Count instructions and record them.
    Bless,
}

impl Mode {
    fn parse(arguments: &[String]) -> Result<Self> {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["call"] => Ok(Self::Call),
            ["limiter"] => Ok(Self::All),
            ["limiter", "--gate"] => Ok(Self::Gate),
            ["limiter", "--bless"] => Ok(Self::Bless),
            _ => bail!("bench takes call or limiter [--gate | --bless], not {:?}", words.join(" ")),
        }
    }
}

/// Builds the programs in release mode and runs them one after the other. Those of the limiter take in nothing of
/// the AWS SDK; those of `call` the EC2 client, which takes twenty minutes the first time.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let mode = Mode::parse(arguments)?;
    let workspace = Workspace::load()?;
    let rustc = machine::rustc()?;
    println!("$ cargo xtask bench {}\n{}", arguments.join(" "), machine::describe(&rustc));
    let mut steps = Steps::new();
    match mode {
        Mode::All => {
            all(&mut steps, &workspace);
            steps.finish()
        }
        Mode::Call => {
            call::all(&mut steps, &workspace);
            steps.finish()
        }
        Mode::Gate | Mode::Bless => {
            instructions::need_valgrind()?;
            if steps.step("build", || build(&["instructions"])).is_some() {
                steps.step("instructions", || {
                    let counts = instructions::count(&workspace)?;
                    match mode {
                        Mode::Bless => recorded::write(&rustc, &counts),
                        _ => recorded::judge(&rustc, &counts),
                    }
                });
            }
            steps.finish()
        }
    }
}

fn all(steps: &mut Steps, workspace: &Workspace) {
    let programs: Vec<&str> = PROGRAMS.iter().copied().chain(["instructions"]).collect();
    if steps.step("build", || build(&programs)).is_none() {
        return;
    }
    let mut figures = Vec::new();
    for name in PROGRAMS {
        let printed = steps
            .step(name, || figure::parse(&output_within(LONGEST, &mut command(program(workspace, name)))?));
        figures.extend(printed.into_iter().flatten());
    }
    match instructions::need_valgrind() {
        Ok(()) => {
            let counts = steps.step("instructions", || instructions::count(workspace));
            figures.extend(counts.into_iter().flatten().map(instructions::Count::into_figure));
        }
        Err(error) => steps.skip("instructions", &error.to_string()),
    }
    print!("\n{}", figure::table(&figures));
}

fn build(examples: &[&str]) -> Result<()> {
    let mut command = cargo();
    command.args(["build", "--release", "--quiet", "--package", "orgwide-limit"]);
    run_command(command.args(examples.iter().flat_map(|name| ["--example", *name])))
}

fn program(workspace: &Workspace, name: &str) -> PathBuf {
    let folder = workspace.target_directory.join("release").join("examples");
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Mode> {
        Mode::parse(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_measured_must_be_named() {
        assert_eq!(parse("call").unwrap(), Mode::Call);
        assert_eq!(parse("limiter").unwrap(), Mode::All);
        assert_eq!(parse("limiter --gate").unwrap(), Mode::Gate);
        assert_eq!(parse("limiter --bless").unwrap(), Mode::Bless);
        for wrong in ["", "--gate", "limiter --gate --bless", "fanout"] {
            let error = parse(wrong).unwrap_err().to_string();
            assert!(error.contains("limiter [--gate | --bless]") && error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn every_program_is_there() {
        for name in PROGRAMS.iter().chain(&["instructions"]) {
            let file = format!("crates/limit/examples/{name}.rs");
            assert!(crate::workspace::root().join(&file).is_file(), "{file}");
        }
    }
}
