//! The services in a folder that is laid out as botocore's data are.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::import::{files, raw};
use crate::{ImportError, ServiceSummary};

/// The services there are, each with the folder of its newest version. Sorted by name.
pub(crate) fn services(folder: &Path) -> Result<Vec<(ServiceSummary, PathBuf)>, ImportError> {
    let mut services = Vec::new();
    for name in folders(folder)? {
        let service = folder.join(&name);
        let newest = folders(&service)?
            .into_iter()
            .map(|version| service.join(version))
            .rfind(|version| files::is_there(&version.join(DESCRIPTION)));
        if let Some(newest) = newest {
            services.push((summary(&name, &newest)?, newest));
        }
    }
    Ok(services)
}

/// The file that describes a service.
pub(crate) const DESCRIPTION: &str = "service-2.json";

/// The names of the folders in a folder, sorted. Names that are not UTF-8 are nobody's service or version.
fn folders(folder: &Path) -> Result<Vec<String>, ImportError> {
    let unreadable = |error| ImportError::File { file: folder.to_owned(), error };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        // A link to a folder is one, too.
        if let (true, Ok(name)) = (entry.path().is_dir(), entry.file_name().into_string()) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn summary(name: &str, version: &Path) -> Result<ServiceSummary, ImportError> {
    let description = version.join(DESCRIPTION);
    let (file, text) = files::read(&description)?.ok_or_else(|| ImportError::missing(&description))?;
    let head: Head = serde_json::from_str(&text)
        .map_err(|error| ImportError::Form { what: file.display().to_string(), error })?;
    Ok(ServiceSummary {
        name: Cow::Owned(name.to_owned()),
        id: Cow::Owned(head.metadata.service_id),
        full_name: Cow::Owned(head.metadata.service_full_name),
        version: Cow::Owned(head.metadata.api_version),
        operations: head.operations.0,
    })
}

/// What a summary needs of a description; the rest is skipped, not kept.
#[derive(Deserialize)]
struct Head {
    metadata: raw::Metadata,
    operations: Count,
}

struct Count(usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Count;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Count, A::Error> {
                let mut count = 0;
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Count(count))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}
