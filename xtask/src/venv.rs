//! Python environments of the tools that judge us: made once under `target/`, from pinned versions.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::cargo::{command, output, run};
use crate::workspace::{self, Workspace};

/// What moto's environment holds, and the readers of Parquet with it: every package with its version.
const REQUIREMENTS: &str = "tests/moto/requirements.txt";

/// The oldest Python the pinned versions run on.
const OLDEST_PYTHON: (u32, u32) = (3, 10);

/// The environment, made or not.
pub(crate) struct Venv {
    folder: PathBuf,
    requirements: &'static str,
}

impl Venv {
    /// The one that moto runs in and Parquet is read in, of this workspace's target directory.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        Self { folder: workspace.target_directory.join("moto-venv"), requirements: REQUIREMENTS }
    }

    /// Another, that holds what this file of the repository lists.
    pub(crate) fn with(workspace: &Workspace, name: &str, requirements: &'static str) -> Self {
        Self { folder: workspace.target_directory.join(name), requirements }
    }

    /// Its Python.
    pub(crate) fn python(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    /// Its Python as a command. Packages of an environment that is active around us are not seen in ours.
    pub(crate) fn command(&self) -> Command {
        let mut python = command(self.python());
        for name in ["PYTHONPATH", "PYTHONHOME"] {
            python.env_remove(name);
        }
        // The tree is no place for what Python compiles.
        python.env("PYTHONDONTWRITEBYTECODE", "1");
        python
    }

    /// What it is asked to hold: the requirements, as text.
    pub(crate) fn asked_for(&self) -> Result<String> {
        text(self.requirements)
    }

    /// Whether it holds what is asked for now.
    pub(crate) fn is_ready(&self) -> bool {
        let stamp = std::fs::read_to_string(self.stamp());
        let asked = self.asked_for();
        stamp.is_ok_and(|stamp| asked.is_ok_and(|asked| stamp == asked)) && self.python().exists()
    }

    /// Makes it, unless it is ready. Takes a minute and the network the first time, then nothing.
    ///
    /// The package index is whatever pip is set to use on this machine.
    pub(crate) fn make(&self) -> Result<()> {
        if self.is_ready() {
            println!("{} is as asked for", self.folder.display());
            return Ok(());
        }
        let python = find_python()?;
        run(command(&python).args(["-m", "venv", "--clear"]).arg(&self.folder)).with_context(|| {
            format!(
                "{python} has no venv module; on Debian and Ubuntu, `apt-get install python3-venv` brings it"
            )
        })?;
        run(self.command().args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
            self.requirements,
        ]))
        .context("pip could not install it; it needs a package index, see `python3 -m pip config list`")?;
        // Written last: an environment that is half made has no stamp.
        std::fs::write(self.stamp(), self.asked_for()?).context("cannot write the environment's stamp")
    }

    /// Where its packages are.
    pub(crate) fn site_packages(&self) -> Result<PathBuf> {
        let script = "import sysconfig; print(sysconfig.get_path('purelib'))";
        Ok(PathBuf::from(output(command(self.python()).args(["-c", script]))?.trim_end()))
    }

    fn stamp(&self) -> PathBuf {
        self.folder.join("requirements.txt")
    }
}

/// The version that `name` is pinned to.
pub(crate) fn pinned(name: &str) -> Result<String> {
    pinned_in(&text(REQUIREMENTS)?, name).with_context(|| format!("{REQUIREMENTS} does not pin {name}"))
}

fn pinned_in(requirements: &str, name: &str) -> Option<String> {
    requirements.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix("==")).map(str::to_owned)
}

fn text(requirements: &str) -> Result<String> {
    let file = workspace::root().join(requirements);
    std::fs::read_to_string(file).with_context(|| format!("cannot read {requirements}"))
}

fn find_python() -> Result<String> {
    const HELP: &str = "moto, botocore and the readers of Parquet are Python packages: install Python 3.10 or newer with its venv module \
                        (Debian, Ubuntu: `apt-get install python3-venv`); `cargo xtask test --no-moto` does without";
    let script = "import sys; print(*sys.version_info[:2])";
    let program = String::from("python3");
    if !on_path(&program) {
        bail!("there is no {program}; {HELP}");
    }
    let printed = output(command(&program).args(["-c", script])).context(HELP)?;
    let version =
        parse_version(&printed).with_context(|| format!("{program} says its version is {printed:?}"))?;
    if version < OLDEST_PYTHON {
        bail!("{program} is {}.{}; {HELP}", version.0, version.1);
    }
    Ok(program)
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| Path::new(&folder).join(program).is_file())
}

fn parse_version(printed: &str) -> Option<(u32, u32)> {
    let (major, minor) = printed.trim_end().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_found_by_its_whole_name() {
        let text = "boto3==1.2.3\nbotocore==4.5.6\n";
        assert_eq!(pinned_in(text, "botocore").unwrap(), "4.5.6");
        assert_eq!(pinned_in(text, "boto"), None);
    }

    #[test]
    fn every_requirement_is_pinned() {
        for line in text(REQUIREMENTS).unwrap().lines().filter(|line| !line.starts_with('#')) {
            let (name, version) = line.split_once("==").unwrap_or_else(|| panic!("not pinned: {line:?}"));
            assert!(!name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit()), "{line:?}");
        }
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!(parse_version("3 9\n").unwrap() < OLDEST_PYTHON);
        assert!(parse_version("3 10\n").unwrap() >= OLDEST_PYTHON);
        assert_eq!(parse_version("Python 3.11"), None);
    }

    #[test]
    fn an_environment_without_a_stamp_is_not_ready() {
        let venv = Venv { folder: workspace::root().join("xtask/src"), requirements: REQUIREMENTS };
        assert!(!venv.is_ready());
    }
}
