//! `cargo xtask tidy`: the rules of this repository that no compiler checks.

mod crates;
mod edges;
mod features;
mod modules;
mod one_build;
mod size;
mod transport;
mod words;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::workspace::{self, Workspace};

/// What the checks look at.
struct Subject {
    workspace: Workspace,
    /// Relative to the root.
    files: Vec<PathBuf>,
}

/// A check says what is wrong, each in one line: where, what, and what to do instead.
type Check = fn(&Subject) -> Result<Vec<String>>;

const CHECKS: &[(&str, Check)] = &[
    ("crates depend downwards only", edges::check),
    ("AWS crates have their default features off", features::check),
    ("one HTTP and TLS stack", transport::check),
    ("one build of the AWS SDK serves running and testing", one_build::check),
    ("crates are described", crates::check),
    ("source files are short", size::check),
    ("source files are compiled", modules::check),
    ("files name no machine", words::check),
];

/// Runs every check, then fails if any found something.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        bail!("tidy takes no argument, not even {argument:?}");
    }
    let subject = Subject { workspace: Workspace::load()?, files: workspace::files()? };
    let mut found = 0;
    for (rule, check) in CHECKS {
        let problems = check(&subject)?;
        println!("{} {rule}", if problems.is_empty() { "ok    " } else { "BROKEN" });
        for problem in &problems {
            println!("       {problem}");
        }
        found += problems.len();
    }
    if found > 0 {
        bail!("{found} to put right");
    }
    Ok(())
}
