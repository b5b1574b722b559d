use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;
use tempfile::TempDir;

use super::url::S3Url;
use super::{bucket::Bucket, upload};

/// Where the objects of one sink go, and by what: its client comes later than itself.
#[derive(Debug)]
pub(super) struct Outlet {
    url: S3Url,
    bucket: OnceLock<Bucket>,
    /// Objects that were put.
    put: AtomicU64,
    /// Where parts are until they have been put.
    folder: Mutex<Option<TempDir>>,
}

impl Outlet {
    pub(super) fn new(url: S3Url) -> Self {
        Self { url, bucket: OnceLock::new(), put: AtomicU64::new(0), folder: Mutex::new(None) }
    }

    /// The folder of this machine for parts on their way, made when it is first asked for.
    pub(super) fn folder(&self) -> io::Result<PathBuf> {
        let mut folder = self.folder.lock();
        if let Some(folder) = &*folder {
            return Ok(folder.path().to_owned());
        }
        let made = tempfile::Builder::new().prefix("orgwide-").tempdir()?;
        Ok(folder.insert(made).path().to_owned())
    }

    /// Removes that folder with all that is in it.
    pub(super) fn clear(&self) {
        drop(self.folder.lock().take());
    }

    pub(super) fn url(&self) -> &S3Url {
        &self.url
    }

    pub(super) fn connect(&self, bucket: Bucket) {
        // The first stays: nobody connects twice.
        self.bucket.set(bucket).ok();
    }

    /// The object of this name, for people.
    pub(super) fn object(&self, name: &str) -> String {
        format!("{}{name}", self.url.folder())
    }

    /// Puts a file there under this name, whole or not at all.
    pub(super) async fn put(&self, name: &str, file: &Path) -> io::Result<()> {
        let bucket = self.bucket.get().ok_or_else(|| io::Error::other("there is no session yet"))?;
        upload::put(bucket, &self.url.key(name), self.url.content_type(), file).await?;
        self.put.fetch_add(1, Relaxed);
        Ok(())
    }

    /// What was put, for people.
    pub(super) fn line(&self) -> String {
        let folder = self.url.folder();
        match self.put.load(Relaxed) {
            0 => format!("nothing was put into {folder}"),
            1 => format!("1 object was put into {folder}"),
            count => format!("{count} objects were put into {folder}"),
        }
    }
}
