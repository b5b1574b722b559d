//! The types that can be collected: those that come along, and those of the user's own files.

use std::path::{Path, PathBuf};

use orgwide_inventory::{Collectors, CollectorsError};

use crate::stop::Stop;
use crate::{call, printer, settings};

/// Every type there is, those of the files before those of their names.
pub(super) fn read(files: &[PathBuf], models: Option<&Path>) -> Result<Collectors, Stop> {
    let known = Collectors::built_in(call::catalog(models)?).map_err(Stop::usage)?;
    files.iter().try_fold(known, |known, path| {
        let text = String::from_utf8(settings::bytes(path)?)
            .map_err(|_| Stop::usage(format!("{} is not UTF-8", path.display())))?;
        known.with_file(&text).map_err(|error| refuse(path, &error))
    })
}

/// Every problem on a line of its own, as compilers have it.
fn refuse(path: &Path, error: &CollectorsError) -> Stop {
    let path = path.display();
    error.problems().iter().for_each(|problem| printer::note(&format!("{path}:{problem}")));
    let count = error.problems().len();
    Stop::usage(format!("{path}: {count} {}", if count == 1 { "problem" } else { "problems" }))
        .next_step("see above; `orgwide call --describe SERVICE OPERATION` shows what an operation answers")
}
