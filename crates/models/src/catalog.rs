use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::catalog_error::CatalogError;
use crate::embedded::SERVICES;
use crate::model::bare;
use crate::nearest::nearest;
use crate::{EndpointRules, Model, folder};

/// The services there are models of: those of this crate, and of a folder that has newer ones.
///
/// A model is read when it is first asked for, and kept.
#[derive(Debug)]
pub struct Catalog {
    /// Sorted by name.
    entries: Vec<Arc<Entry>>,
    /// Bare spellings, and the places of what they mean.
    spellings: HashMap<String, usize>,
}

/// What is known of a service before its model is read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceSummary {
    /// Its name in botocore, which is mostly that of the AWS CLI: `ec2`, `elbv2`, `s3`.
    pub name: Cow<'static, str>,
    /// Its id in the SDKs: `EC2`, `Elastic Load Balancing v2`.
    pub id: Cow<'static, str>,
    /// What AWS calls it: `Amazon Elastic Compute Cloud`.
    pub full_name: Cow<'static, str>,
    /// The version of its API: `2016-11-15`.
    pub version: Cow<'static, str>,
    /// How many operations it has.
    pub operations: usize,
}

#[derive(Debug)]
struct Entry {
    summary: ServiceSummary,
    /// More spellings of it, bare.
    also: &'static [&'static str],
    source: Source,
    model: OnceLock<Arc<Model>>,
}

#[derive(Debug)]
enum Source {
    Embedded(&'static [u8]),
    /// The folder of a version, and the embedded service it replaces.
    Folder(PathBuf, Option<Arc<Entry>>),
}

impl Catalog {
    /// The models that this crate brings, one catalog for the whole process.
    #[must_use]
    pub fn embedded() -> Arc<Self> {
        static EMBEDDED: OnceLock<Arc<Catalog>> = OnceLock::new();
        let new = || {
            let entry = |service: &crate::embedded_service::EmbeddedService| {
                Arc::new(Entry {
                    summary: service.summary(),
                    also: service.also,
                    source: Source::Embedded(service.stored),
                    model: OnceLock::new(),
                })
            };
            Arc::new(Self::new(SERVICES.iter().map(entry).collect()))
        };
        Arc::clone(EMBEDDED.get_or_init(new))
    }

    /// The same with the models of a folder, which come before those of their names.
    ///
    /// The folder is laid out as botocore's data are, `<service>/<version>/service-2.json`, as text or with
    /// gzip; the newest version counts. Where a service has no endpoint rules there, those it has here stay.
    /// Every description is looked at now, and read as a whole when its service is first asked for.
    ///
    /// # Errors
    ///
    /// The folder cannot be read or has no service, or a file in it is no model; the error names it.
    pub fn with_folder(folder: &Path) -> Result<Self, CatalogError> {
        let mut entries: Vec<Arc<Entry>> = Self::embedded().entries.clone();
        let found = folder::services(folder)?;
        if found.is_empty() {
            return Err(CatalogError::NoService { folder: folder.to_owned() });
        }
        for (summary, version) in found {
            let place = entries.binary_search_by(|entry| entry.summary.name.cmp(&summary.name));
            let replaced = place.ok().and_then(|place| entries.get(place)).cloned();
            let entry = Arc::new(Entry {
                summary,
                also: replaced.as_ref().map_or(&[], |replaced| replaced.also),
                source: Source::Folder(version, replaced),
                model: OnceLock::new(),
            });
            match place {
                Ok(place) => entries.splice(place..=place, [entry]),
                Err(place) => entries.splice(place..place, [entry]),
            };
        }
        Ok(Self::new(entries))
    }

    fn new(entries: Vec<Arc<Entry>>) -> Self {
        let mut spellings = HashMap::with_capacity(2 * entries.len());
        let mut add = |place: usize, spelling: String| {
            spellings.entry(spelling).or_insert(place);
        };
        // What fits several services means the one that is called so.
        for (place, entry) in entries.iter().enumerate() {
            add(place, bare(&entry.summary.name));
        }
        for (place, entry) in entries.iter().enumerate() {
            for also in entry.also {
                add(place, (*also).to_owned());
            }
        }
        for (place, entry) in entries.iter().enumerate() {
            add(place, bare(&entry.summary.id));
        }
        Self { entries, spellings }
    }

    /// The model of a service, by any of its names: `elbv2`, `Elastic Load Balancing v2`, `s3api`, `monitoring`.
    ///
    /// Those of botocore, the AWS CLI, the SDKs, and where they mean one service only, of hosts, signatures and
    /// IAM, in any case, with or without the hyphens, underscores, dots and spaces between words. Reading one the
    /// first time takes at most a few milliseconds.
    ///
    /// # Errors
    ///
    /// There is no such service, or its model in the folder is none.
    pub fn model(&self, service: &str) -> Result<Arc<Model>, CatalogError> {
        self.entry(service)?.model()
    }

    /// What is known of a service without reading its model, by any of its names.
    ///
    /// # Errors
    ///
    /// There is no such service.
    pub fn service(&self, service: &str) -> Result<&ServiceSummary, CatalogError> {
        self.entry(service).map(|entry| &entry.summary)
    }

    /// Every service, sorted by name.
    pub fn services(&self) -> impl ExactSizeIterator<Item = &ServiceSummary> {
        self.entries.iter().map(|entry| &entry.summary)
    }

    fn entry(&self, service: &str) -> Result<&Entry, CatalogError> {
        let wanted = bare(service);
        let place = self.spellings.get(&wanted).copied();
        place.and_then(|place| self.entries.get(place)).map(|entry| &**entry).ok_or_else(|| {
            // Several spellings of one service may be as near; the answer may not depend on the map's order.
            let mut spellings: Vec<(&str, usize)> =
                self.spellings.iter().map(|(spelling, place)| (spelling.as_str(), *place)).collect();
            spellings.sort_unstable();
            let nearest = nearest(&wanted, spellings).and_then(|place| self.entries.get(place));
            CatalogError::Unknown {
                service: service.escape_debug().take(64).collect(),
                nearest: nearest.map(|entry| entry.summary.name.clone().into_owned()),
            }
        })
    }
}

impl Entry {
    fn model(&self) -> Result<Arc<Model>, CatalogError> {
        if let Some(model) = self.model.get() {
            return Ok(Arc::clone(model));
        }
        let model = match &self.source {
            Source::Embedded(stored) => Model::decode(stored).map_err(|error| CatalogError::Embedded {
                service: self.summary.name.clone().into_owned(),
                error,
            })?,
            Source::Folder(version, replaced) => {
                let mut model = Model::from_folder(&self.summary.name, version)?;
                if let (true, Some(replaced)) = (model.rules == EndpointRules::default(), replaced) {
                    model.rules = replaced.model()?.rules.clone();
                }
                model
            }
        };
        // Of two that read it at the same time, one is kept.
        Ok(Arc::clone(self.model.get_or_init(|| Arc::new(model))))
    }
}
