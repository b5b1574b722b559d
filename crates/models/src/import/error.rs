use std::path::{Path, PathBuf};

/// A model could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A file of it cannot be read.
    #[error("{} cannot be read: {error}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It is not JSON of botocore's form.
    #[error("{what} is not in botocore's form: {error}")]
    Form {
        /// Which part.
        what: String,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// Its parts do not fit together.
    #[error("the model of {service} is not whole: {problem}")]
    Broken {
        /// Of which service.
        service: String,
        /// What is missing or makes no sense.
        problem: String,
    },
}

impl ImportError {
    pub(crate) fn missing(file: &Path) -> Self {
        Self::File { file: file.to_owned(), error: std::io::ErrorKind::NotFound.into() }
    }
}
