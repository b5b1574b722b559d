//! `cargo xtask regions`: the table of partitions and regions, written from botocore's data.

mod botocore;
mod render;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::venv::{self, Venv};
use crate::workspace::{self, Workspace};

/// The file this task owns.
const TABLE: &str = "crates/names/src/partition_data.rs";

/// One partition with what the table keeps of it.
#[derive(Debug, PartialEq, Eq)]
struct Partition {
    id: String,
    name: String,
    dns_suffix: String,
    implicit_region: String,
    region_prefixes: Vec<String>,
    regions: Vec<Region>,
}

#[derive(Debug, PartialEq, Eq)]
struct Region {
    id: String,
    description: String,
    opt_in: Option<bool>,
}

/// Writes the table, or with `--check` says whether it is as it would be written.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let venv = Venv::of(&Workspace::load()?);
    match words.as_slice() {
        [] => {
            venv.make()?;
            let (path, table) = (path(), table(&venv)?);
            std::fs::write(&path, table).with_context(|| format!("cannot write {TABLE}"))?;
            println!("wrote {TABLE}");
            Ok(())
        }
        ["--check"] => {
            venv.make()?;
            check(&venv)
        }
        _ => bail!("regions takes nothing or --check, not {}", words.join(" ")),
    }
}

/// Compares the file with what botocore gives. The environment must be there; nothing is fetched.
pub(crate) fn check(venv: &Venv) -> Result<()> {
    let committed = std::fs::read_to_string(path()).with_context(|| format!("cannot read {TABLE}"))?;
    if committed != table(venv)? {
        bail!("{TABLE} is not what botocore gives; run `cargo xtask regions`");
    }
    println!("{TABLE} agrees with botocore");
    Ok(())
}

fn path() -> PathBuf {
    workspace::root().join(TABLE)
}

fn table(venv: &Venv) -> Result<String> {
    let data = venv.site_packages()?.join("botocore/data");
    let read = |name: &str| {
        let file = data.join(name);
        std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
    };
    let partitions = botocore::partitions(&read("partitions.json")?, &read("endpoints.json")?)?;
    render::formatted(&partitions, &venv::pinned("botocore")?)
}
