use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::{Ran, Running};

/// `orgwide`, about to be started: in a folder, with arguments, and with an environment of its own.
///
/// No variable, profile, proxy or metadata service of the machine reaches it.
#[derive(Debug)]
pub struct Orgwide {
    command: Command,
}

impl Orgwide {
    /// The binary in `folder`, which is its home as well. Nothing is started yet.
    ///
    /// # Errors
    ///
    /// The binary is not there.
    pub fn new(folder: &Path) -> Result<Self> {
        let mut command = Command::new(binary()?);
        command
            .current_dir(folder)
            .env_clear()
            .env("HOME", folder)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Ok(Self { command })
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable out of its environment.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs it under another program, which is given these arguments before the binary and its own.
    #[must_use]
    pub fn under(mut self, program: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).arg(self.command.get_program()).args(self.command.get_args());
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        command.env_clear();
        for (name, value) in self.command.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command = command;
        self
    }

    /// Sends its stdout there; [`Ran::stdout`] is then empty.
    #[must_use]
    pub fn stdout(mut self, to: impl Into<Stdio>) -> Self {
        self.command.stdout(to);
        self
    }

    /// Gives it this file as its stdin, which is empty otherwise.
    #[must_use]
    pub fn stdin(mut self, from: impl Into<Stdio>) -> Self {
        self.command.stdin(from);
        self
    }

    /// Starts it.
    ///
    /// # Errors
    ///
    /// The system cannot start it.
    pub fn start(mut self) -> Result<Running> {
        let child =
            self.command.spawn().with_context(|| format!("cannot start {:?}", self.command.get_program()))?;
        Ok(Running::new(child))
    }

    /// Starts it and waits for its end, as [`Running::end`] does.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start) and [`Running::end`]. An exit code other than 0 is no error.
    pub fn run(self) -> Result<Ran> {
        self.start()?.end()
    }
}

/// Runs `orgwide` in `folder` with these arguments and this environment, and nothing else of the caller's.
///
/// # Errors
///
/// The binary is not there, cannot be started, does not end within a minute, or wrote something that is not
/// UTF-8. An exit code other than 0 is no error.
pub fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Result<Ran> {
    let orgwide = Orgwide::new(folder)?.args(arguments);
    environment.iter().fold(orgwide, |orgwide, (name, value)| orgwide.env(name, value)).run()
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
