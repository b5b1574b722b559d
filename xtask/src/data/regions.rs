//! The table of partitions and regions.

mod botocore;
mod render;

use anyhow::{Context as _, Result};

use crate::venv::{self, Venv};

/// One partition with what the table keeps of it.
#[derive(Debug, PartialEq, Eq)]
struct Partition {
    id: String,
    name: String,
    dns_suffix: String,
    dual_stack_dns_suffix: String,
    supports_fips: bool,
    supports_dual_stack: bool,
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

/// The whole file.
pub(super) fn table(venv: &Venv) -> Result<String> {
    let data = venv.site_packages()?.join("botocore/data");
    let read = |name: &str| {
        let file = data.join(name);
        std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
    };
    let partitions = botocore::partitions(&read("partitions.json")?, &read("endpoints.json")?)?;
    render::formatted(&partitions, &venv::pinned("botocore")?)
}
