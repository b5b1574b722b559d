//! The models, read from botocore's files and stored.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result, anyhow};
use orgwide_models::{Model, Service};

use super::DATA;
use crate::data;

/// One service: what the table says of it, and its stored model.
pub(super) struct Built {
    pub(super) service: Service,
    pub(super) operations: usize,
    /// Spellings without case and separators that neither its name nor its id has.
    pub(super) also: Vec<String>,
    pub(super) stored: Vec<u8>,
}

impl Built {
    /// The path of its model from the root.
    pub(super) fn file(&self) -> String {
        format!("{DATA}/{}.model", self.service.name)
    }
}

/// Every service of which there is a model, sorted by name; the newest version counts.
pub(super) fn services(data: &Path) -> Result<Vec<Built>> {
    let newest = newest(data)?;
    let workers = thread::available_parallelism().map_or(1, usize::from);
    // Dealt out in turn, so that no worker gets all of the long ones.
    let built: Vec<Result<Built>> = thread::scope(|scope| {
        let newest = &newest;
        let work = |worker: usize| newest.iter().skip(worker).step_by(workers).map(build).collect::<Vec<_>>();
        let workers: Vec<_> = (0..workers).map(|worker| scope.spawn(move || work(worker))).collect();
        let done = workers.into_iter().map(|worker| {
            worker.join().unwrap_or_else(|_| vec![Err(anyhow!("a thread that reads models panicked"))])
        });
        done.flatten().collect()
    });
    let mut built = built.into_iter().collect::<Result<Vec<_>>>()?;
    built.sort_by(|a, b| a.service.name.cmp(&b.service.name));
    add_spellings(&mut built)?;
    Ok(built)
}

fn build((name, folder): (&String, &PathBuf)) -> Result<Built> {
    let model = Model::from_folder(name, folder)?;
    let stored = model.encode().with_context(|| format!("cannot store the model of {name}"))?;
    Ok(Built {
        service: model.service().clone(),
        operations: model.operations().len(),
        also: Vec::new(),
        stored,
    })
}

/// The folder of the newest version of each service.
fn newest(data: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut newest = BTreeMap::new();
    for service in folders(data)? {
        let versions =
            folders(&service)?.into_iter().filter(|version| version.join("service-2.json").is_file());
        if let Some(version) = versions.max() {
            let name = service.file_name().unwrap_or_default().to_string_lossy().into_owned();
            newest.insert(name, version);
        }
    }
    Ok(newest)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = || format!("cannot read {}", folder.display());
    let entries = std::fs::read_dir(folder).with_context(unreadable)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    Ok(paths.with_context(unreadable)?.into_iter().filter(|path| path.is_dir()).collect())
}

/// Gives each service the spellings that the table of `orgwide-names` has for it.
fn add_spellings(built: &mut [Built]) -> Result<()> {
    let services: Vec<&Service> = built.iter().map(|built| &built.service).collect();
    let spellings = data::spellings(&services)?;
    let names: Vec<String> = services.iter().map(|service| bare(&service.name)).collect();
    for built in built {
        let own = [bare(&built.service.name), bare(&built.service.id)];
        let more = spellings.iter().filter(|(spelling, folder)| {
            // A service that is called so itself is found by its name.
            **folder == built.service.name && !own.contains(spelling) && !names.contains(spelling)
        });
        built.also = more.map(|(spelling, _)| spelling.clone()).collect();
    }
    Ok(())
}

fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}
