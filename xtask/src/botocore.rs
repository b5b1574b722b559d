//! botocore's source distribution: the API models, and the suites its own parsers and serialisers are tested by.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::cargo::{command, run};
use crate::venv::{Venv, pinned};
use crate::workspace::{self, Workspace};

/// Its version and the hash of the archive, as pip reads them.
const REQUIREMENT: &str = "tests/moto/botocore.txt";

/// Which archive is asked for.
struct Pin {
    version: String,
    /// The whole file; what the stamp is compared with.
    text: String,
}

/// The folder with the pinned source distribution. Takes ten seconds and the network the first time, then nothing.
///
/// pip fetches it from whatever index it is set to use on this machine, and refuses an archive with another hash.
pub(crate) fn source(workspace: &Workspace) -> Result<PathBuf> {
    let pin = Pin::load()?;
    let folder = folder(workspace, &pin);
    if is_whole(&folder, &pin) {
        println!("{} is as asked for", folder.display());
        return Ok(folder);
    }
    let venv = Venv::of(workspace);
    venv.make()?;
    // Beside the place where it will be, so that what is there is always whole.
    let partial = workspace.target_directory.join("botocore.partial");
    remove(&partial)?;
    remove(&folder)?;
    std::fs::create_dir_all(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
    fetch(&venv, &partial)?;
    let name = pin.name();
    let archive = format!("{name}.tar.gz");
    run(command("tar")
        .args(["--no-same-owner", "-xzf"])
        .arg(partial.join(&archive))
        .arg("-C")
        .arg(&partial))?;
    let fresh = partial.join(&name);
    // Written last: what is half extracted has no stamp.
    std::fs::write(stamp(&fresh), &pin.text).with_context(|| format!("{archive} has no folder {name}"))?;
    std::fs::rename(&fresh, &folder).with_context(|| format!("cannot make {}", folder.display()))?;
    remove(&partial)?;
    Ok(folder)
}

/// The same folder if it is there already; nothing is fetched.
pub(crate) fn source_at_hand(workspace: &Workspace) -> Option<PathBuf> {
    let pin = Pin::load().ok()?;
    let folder = folder(workspace, &pin);
    is_whole(&folder, &pin).then_some(folder)
}

fn fetch(venv: &Venv, into: &Path) -> Result<()> {
    // pip asks the package for its metadata, so it makes a build environment: setuptools in it may be a wheel.
    run(venv
        .command()
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .args(["--no-binary", "botocore", "--require-hashes", "--requirement", REQUIREMENT, "--dest"])
        .arg(into))
    .context(
        "pip could not fetch botocore's source distribution; it needs a package index, see `python3 -m pip config list`",
    )
}

impl Pin {
    fn load() -> Result<Self> {
        let text = std::fs::read_to_string(workspace::root().join(REQUIREMENT))
            .with_context(|| format!("cannot read {REQUIREMENT}"))?;
        Self::parse(text, &pinned("botocore")?)
    }

    /// `installed` is the version in moto's environment, which must be the same.
    fn parse(text: String, installed: &str) -> Result<Self> {
        let line = text.lines().find_map(|line| line.strip_prefix("botocore=="));
        let version = line.and_then(|line| line.split_once(" --hash=sha256:")).map(|(version, _)| version);
        let version = version.with_context(|| format!("{REQUIREMENT} pins no botocore by its hash"))?;
        if version != installed {
            bail!("{REQUIREMENT} pins botocore {version}, moto's environment has {installed}");
        }
        Ok(Self { version: version.to_owned(), text })
    }

    fn name(&self) -> String {
        format!("botocore-{}", self.version)
    }
}

fn folder(workspace: &Workspace, pin: &Pin) -> PathBuf {
    workspace.target_directory.join(pin.name())
}

fn stamp(folder: &Path) -> PathBuf {
    folder.join("orgwide-stamp.txt")
}

fn is_whole(folder: &Path, pin: &Pin) -> bool {
    std::fs::read_to_string(stamp(folder)).is_ok_and(|stamp| stamp == pin.text)
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Pin> {
        Pin::parse(text.to_owned(), "1.2.3")
    }

    #[test]
    fn the_archive_is_pinned_by_version_and_hash() {
        let pin = parse("# why\nbotocore==1.2.3 --hash=sha256:abc\n").unwrap();
        assert_eq!(pin.name(), "botocore-1.2.3");
        assert!(parse("botocore==1.2.3\n").is_err(), "no hash");
        assert!(parse("boto3==1.2.3 --hash=sha256:abc\n").is_err(), "another package");
    }

    #[test]
    fn models_and_environment_must_have_one_version() {
        let error = parse("botocore==1.2.4 --hash=sha256:abc\n").err().unwrap().to_string();
        assert!(error.contains("1.2.4") && error.contains("1.2.3"), "{error}");
    }

    #[test]
    fn the_two_files_of_this_repository_agree() {
        Pin::load().unwrap();
    }

    #[test]
    fn a_folder_without_its_stamp_is_not_whole() {
        let pin = parse("botocore==1.2.3 --hash=sha256:abc\n").unwrap();
        let folder = std::env::temp_dir().join(format!("orgwide-stamp-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(!is_whole(&folder, &pin));
        std::fs::write(stamp(&folder), "botocore==1.2.3 --hash=sha256:other\n").unwrap();
        assert!(!is_whole(&folder, &pin), "another hash");
        std::fs::write(stamp(&folder), &pin.text).unwrap();
        assert!(is_whole(&folder, &pin));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
