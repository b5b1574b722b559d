//! Rows as objects of S3: `--out s3://bucket/prefix/`.

mod bucket;
mod outlet;
mod part;
mod sink;
#[cfg(test)]
mod tests;
mod upload;
mod url;

use std::path::Path;
use std::sync::Arc;

use orgwide_ledger::{Columns, Parts, Settled, Sink, SinkError, SinkSpec};
use orgwide_session::Session;
use parking_lot::Mutex;

use crate::stop::Stop;
use outlet::Outlet;
use sink::S3Sink;

pub(crate) use url::{S3Url, Start};

/// Where a run puts objects. The sinks are opened before there is a session; the session is given to them once there
/// is one.
#[derive(Debug, Clone, Default)]
pub(crate) struct S3Out(Arc<Mutex<Vec<Arc<Outlet>>>>);

/// Whether this names objects, not a file.
pub(crate) fn is_s3(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().starts_with(url::SCHEME.as_bytes())
}

/// A sink for the objects of a run.
pub(crate) fn spec(url: S3Url, columns: Columns) -> SinkSpec {
    SinkSpec {
        path: url.to_path(),
        format: url.format(),
        columns,
        overwrite: false,
        only_complete: false,
        parts: Parts::default(),
    }
}

impl S3Out {
    /// Opens a sink whose path is the URL of a run's folder. It needs a tokio runtime around it.
    pub(crate) fn open(
        &self,
        spec: &SinkSpec,
        settled: Option<&Settled>,
    ) -> Result<(Box<dyn Sink>, u64), SinkError> {
        let unwritable = |source| SinkError::Unwritable { path: spec.path.clone(), source };
        let url =
            S3Url::parse(&spec.path).map_err(|stop| unwritable(std::io::Error::other(stop.to_string())))?;
        let runtime = tokio::runtime::Handle::try_current()
            .map_err(|error| unwritable(std::io::Error::other(error)))?;
        let outlet = Arc::new(Outlet::new(url));
        self.0.lock().push(Arc::clone(&outlet));
        let sink = S3Sink::new(outlet, spec.clone(), settled, runtime);
        let through = sink.settled_through();
        Ok((Box::new(sink), through))
    }

    /// Finds each bucket, and has what is put there signed by this session.
    pub(crate) async fn connect(&self, session: &Session) -> Result<(), Stop> {
        let outlets = self.0.lock().clone();
        for outlet in outlets {
            outlet.connect(bucket::find(session, outlet.url().bucket()).await?);
        }
        Ok(())
    }

    /// Leaves nothing on this machine of what could not be put in time: the process ends.
    pub(crate) fn clear(&self) {
        self.0.lock().iter().for_each(|outlet| outlet.clear());
    }

    /// Whether the run puts any.
    pub(crate) fn is_used(&self) -> bool {
        !self.0.lock().is_empty()
    }

    /// What this sitting has put where, a line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().iter().map(|outlet| outlet.line()).collect()
    }
}
