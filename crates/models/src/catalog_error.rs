use std::path::PathBuf;

use crate::{DecodeError, ImportError};

/// A service or its model is not to be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// No service is called so.
    #[error("no service is called `{service}`{}", suggestion(nearest.as_deref()))]
    Unknown {
        /// What was asked for, its first 64 characters.
        service: String,
        /// The name of a service that is called much like it.
        nearest: Option<String>,
    },
    /// A model of the folder cannot be read.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The folder has no service.
    #[error("{} has no service: <service>/<version>/service-2.json is looked for", folder.display())]
    NoService {
        /// Which.
        folder: PathBuf,
    },
    /// An embedded model cannot be read: the program was damaged.
    #[error("the embedded model of {service}: {error}")]
    Embedded {
        /// Of which service.
        service: String,
        /// Why.
        error: DecodeError,
    },
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"))
}
