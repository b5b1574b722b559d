//! What cargo and git say about this repository.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::cargo::{cargo, command, output};

/// The folder of the root manifest.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The members of the workspace and where their build goes.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
    pub(crate) target_directory: PathBuf,
}

/// One member, with what it inherits from the root manifest filled in.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) readme: Option<PathBuf>,
    pub(crate) manifest_path: PathBuf,
    #[serde(default)]
    pub(crate) dependencies: Vec<Dependency>,
    #[serde(default)]
    pub(crate) targets: Vec<Target>,
}

/// One line of a dependency table.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `None`, `dev` or `build`.
    pub(crate) kind: Option<String>,
    pub(crate) uses_default_features: bool,
}

/// One thing cargo compiles for a package: library, binary, test, example, build script.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) src_path: PathBuf,
}

impl Workspace {
    /// Asks cargo. Neither the network nor the lock file is touched.
    pub(crate) fn load() -> Result<Self> {
        Self::parse(&output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?)
    }

    pub(crate) fn parse(metadata: &str) -> Result<Self> {
        serde_json::from_str(metadata).context("cannot read the output of `cargo metadata`")
    }

    /// The names of the members.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.packages.iter().map(|package| package.name.as_str()).collect()
    }
}

impl Package {
    /// The folder of its manifest.
    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }

    /// What it asks of other packages: (name, whether for development only), each once.
    pub(crate) fn uses(&self) -> BTreeSet<(&str, bool)> {
        self.dependencies.iter().map(|d| (d.name.as_str(), d.kind.as_deref() == Some("dev"))).collect()
    }
}

/// The files of the repository, relative to its root: tracked ones and new ones that are not ignored.
pub(crate) fn files() -> Result<Vec<PathBuf>> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = output(command("git").args(list)).context("the list of files comes from git")?;
    let names: BTreeSet<&str> = listed.split('\0').filter(|name| !name.is_empty()).collect();
    // A file deleted but still in the index is listed, too.
    Ok(names.into_iter().map(PathBuf::from).filter(|file| root().join(file).is_file()).collect())
}
