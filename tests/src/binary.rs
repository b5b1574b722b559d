use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// What the binary said and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// Runs `orgwide` in `folder` with these arguments and this environment, and nothing else of the caller's.
///
/// No variable, profile, proxy or metadata service of the machine reaches it.
///
/// # Errors
///
/// The binary is not there or cannot be started, or it wrote something that is not UTF-8. An exit code
/// other than 0 is no error.
pub fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Result<Ran> {
    let binary = binary()?;
    let output = Command::new(&binary)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(environment.iter().copied())
        .output()
        .with_context(|| format!("cannot start {}", binary.display()))?;
    Ok(Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).context("stdout is not UTF-8")?,
        stderr: String::from_utf8(output.stderr).context("stderr is not UTF-8")?,
    })
}

/// `ORGWIDE_BIN`, else the one beside the folder that test executables are in.
fn binary() -> Result<PathBuf> {
    if let Some(binary) = std::env::var_os("ORGWIDE_BIN") {
        return Ok(PathBuf::from(binary));
    }
    let test = std::env::current_exe().context("where am I?")?;
    let built = test.ancestors().nth(2).context("no target folder above the test")?;
    let binary = built.join(format!("orgwide{}", std::env::consts::EXE_SUFFIX));
    if !binary.is_file() {
        bail!("{} is not there; `cargo build --workspace --all-targets` makes it", binary.display());
    }
    Ok(binary)
}
