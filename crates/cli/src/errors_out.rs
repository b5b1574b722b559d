//! `--errors-out`: each target that did not complete, a JSON object a line.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use orgwide_ledger::{Failure, Outcome};
use serde::Serialize;

use crate::exit::Exit;
use crate::listed;
use crate::stop::Stop;

/// A line.
#[derive(Debug, Serialize)]
struct Line<'a> {
    account_id: String,
    account_name: Option<String>,
    region: Option<String>,
    job: &'a str,
    outcome: &'static str,
    kind: Option<&'a str>,
    code: Option<&'a str>,
    hop: Option<&'a str>,
    policy: Option<&'a str>,
    request_id: Option<&'a str>,
    message: Option<&'a str>,
    hint: Option<&'a str>,
}

/// The file while it is written. It takes the place of the one that was there when it is whole.
pub(crate) struct ErrorsOut {
    path: PathBuf,
    /// Where it is written until then; a device or a pipe is written to as it is.
    partial: Option<PathBuf>,
    file: BufWriter<File>,
}

impl ErrorsOut {
    pub(crate) fn create(path: &Path) -> Result<Self, Stop> {
        let is_file = std::fs::metadata(path).map_or(true, |found| found.is_file());
        let partial = is_file.then(|| {
            let mut partial = path.as_os_str().to_owned();
            partial.push(".partial");
            PathBuf::from(partial)
        });
        let file =
            File::create(partial.as_deref().unwrap_or(path)).map_err(|error| unwritable(path, &error))?;
        Ok(Self { path: path.to_owned(), partial, file: BufWriter::new(file) })
    }

    pub(crate) fn write(&mut self, failed: &Failure) -> Result<(), Stop> {
        let line = Line {
            account_id: failed.target.account_id.to_string(),
            account_name: failed.listed.as_deref().and_then(listed::name),
            region: failed.target.region.as_ref().map(ToString::to_string),
            job: &failed.target.job,
            // One without an outcome was stopped before it had any.
            outcome: failed.outcome.unwrap_or(Outcome::Cancelled).as_str(),
            kind: failed.kind.as_deref(),
            code: failed.code.as_deref(),
            hop: failed.hop.as_deref(),
            policy: failed.policy.as_deref(),
            request_id: failed.request_id.as_deref(),
            message: failed.message.as_deref(),
            hint: failed.hint.as_deref(),
        };
        let written = serde_json::to_writer(&mut self.file, &line).map_err(io::Error::from);
        written.and_then(|()| self.file.write_all(b"\n")).map_err(|error| unwritable(&self.path, &error))
    }

    /// It would not be whole: leaves the one that was there, and says which it is.
    pub(crate) fn discard(self) -> PathBuf {
        if let Some(partial) = &self.partial {
            std::fs::remove_file(partial).ok();
        }
        self.path
    }

    pub(crate) fn finish(self) -> Result<(), Stop> {
        let Self { path, partial, file } = self;
        let written = file.into_inner().map_err(io::IntoInnerError::into_error);
        let placed = written.and_then(|file| match &partial {
            Some(partial) => file.sync_all().and_then(|()| std::fs::rename(partial, &path)),
            None => Ok(()),
        });
        placed.map_err(|error| unwritable(&path, &error))
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Stop {
    Stop::new(Exit::Output, format!("{} cannot be written: {error}", path.display()))
        .next_step("check the folder, its permissions and its room, or name another file")
}
