//! The files a run writes: none of them twice.

use std::fs;
use std::path::{Path, PathBuf, absolute};

use orgwide_ledger::SinkSpec;

use crate::args::RunArgs;
use crate::exit::Exit;
use crate::stop::Stop;

/// Refuses a run of which one file would be written over another.
pub(crate) fn check(store: Option<&Path>, rows: &[SinkSpec], args: &RunArgs) -> Result<(), Stop> {
    let named = rows.iter().map(|spec| ("--out", spec.path.as_path()));
    let named = named.chain(store.map(|path| ("--store", path)));
    let named = named.chain(args.summary.as_deref().map(|path| ("--summary", path)));
    let named = named.chain(args.errors_out.as_deref().map(|path| ("--errors-out", path)));
    let mut seen: Vec<(&str, PathBuf)> = Vec::new();
    for (flag, path) in named.filter(|(_, path)| is_file(path)) {
        let place = place(path);
        if let Some((other, _)) = seen.iter().find(|(_, seen)| *seen == place) {
            return Err(Stop::usage(format!("{other} and {flag} name the same file, {}", path.display()))
                .next_step("give each a file of its own"));
        }
        seen.push((flag, place));
    }
    // They are written at the end of a run, which would be late to find out.
    [&args.summary, &args.errors_out].into_iter().flatten().try_for_each(|path| check_folder(path))
}

fn check_folder(path: &Path) -> Result<(), Stop> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let problem = match fs::metadata(folder) {
        Err(error) => error.to_string(),
        Ok(found) if !found.is_dir() => format!("{} is not a folder", folder.display()),
        Ok(_) if path.is_dir() => "it is a folder".to_owned(),
        Ok(_) => return Ok(()),
    };
    Err(Stop::new(Exit::Output, format!("{} cannot be written: {problem}", path.display()))
        .next_step("check the folder, or name another file"))
}

/// Whether it is a file, or will be: what goes to stdout, a pipe or a device may be mixed.
fn is_file(path: &Path) -> bool {
    path != Path::new("-") && fs::metadata(path).map_or(true, |found| found.is_file())
}

/// Where it is, by whatever name and link it is reached.
fn place(path: &Path) -> PathBuf {
    let full = absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = full.parent().and_then(|folder| fs::canonicalize(folder).ok());
    let beside = folder.zip(full.file_name()).map(|(folder, name)| folder.join(name));
    fs::canonicalize(path).ok().or(beside).unwrap_or(full)
}
