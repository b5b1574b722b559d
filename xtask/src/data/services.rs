//! The table of services: how the SDKs, the AWS CLI, signatures, endpoints and IAM spell each.

mod corrections;
mod keys;
mod render;
mod rows;

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::cargo::{command, output};
use crate::venv::{self, Venv};

/// What reads the models: they are compressed, and botocore knows which version of each counts.
const READER: &str = "xtask/src/data/services/read.py";

/// One model, as botocore spells it.
#[derive(Debug, Clone, Deserialize)]
struct Model {
    folder: String,
    sdk_id: String,
    endpoint_prefix: String,
    signing_name: String,
}

/// One service, with all its spellings.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Service {
    /// The AWS CLI's command.
    name: String,
    /// More names that are its own: botocore's where the CLI has another, the CLI's second one.
    also: Vec<String>,
    sdk_id: String,
    endpoint_prefix: String,
    signing_name: String,
    iam_prefix: String,
}

/// The whole file.
pub(super) fn table(venv: &Venv) -> Result<String> {
    // -I: neither the caller's folder nor PYTHONPATH may put another botocore in front.
    let printed = output(command(venv.python()).args(["-I", READER]))?;
    let models: Vec<Model> = serde_json::from_str(&printed).with_context(|| format!("{READER} printed"))?;
    let services = rows::services(models, &corrections::ALL)?;
    let keys = keys::keys(&services, corrections::ALL.shared)?;
    render::formatted(&services, &keys, &venv::pinned("botocore")?)
}

/// Every spelling of the table, folded, with botocore's folder of the service it means.
pub(crate) fn spellings(services: &[&orgwide_models::Service]) -> Result<BTreeMap<String, String>> {
    let models = services.iter().map(|service| Model {
        folder: service.name.clone(),
        sdk_id: service.id.clone(),
        endpoint_prefix: service.endpoint_prefix.clone(),
        signing_name: service.signing_name.clone(),
    });
    let services = rows::services(models.collect(), &corrections::ALL)?;
    let keys = keys::keys(&services, corrections::ALL.shared)?;
    let folder = |name: &str| {
        let renamed = corrections::ALL.renamed.iter().find(|(_, command)| *command == name);
        renamed.map_or(name, |(folder, _)| folder).to_owned()
    };
    Ok(keys.into_iter().map(|(spelling, place)| (spelling, folder(&services[place].name))).collect())
}
