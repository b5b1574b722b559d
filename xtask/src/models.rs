//! `cargo xtask models`: the API models that `orgwide-models` brings, made from botocore's or compared with them.

mod licence;
mod services;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::botocore;
use crate::venv::pinned;
use crate::workspace::{self, Workspace};

/// Where the models are, one file a service; nothing else is there.
const DATA: &str = "crates/models/data";

/// Writes the files, or with `--check` says whether they are as they would be written.
///
/// botocore's source distribution is fetched if it is not there yet.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => write(&files(&botocore::source(&Workspace::load()?)?)?),
        ["--check"] => check(&botocore::source(&Workspace::load()?)?),
        _ => bail!("models takes nothing or --check, not {}", words.join(" ")),
    }
}

/// Compares the files with what they would be, made from botocore's source in that folder.
pub(crate) fn check(source: &Path) -> Result<()> {
    let wanted = files(source)?;
    let stale = differences(&wanted, |file| std::fs::read(workspace::root().join(file)).ok(), &present()?);
    if let Some(first) = stale.first() {
        bail!(
            "{} of {} files of crates/models are not what botocore's models give, {first} first; run `cargo xtask models`",
            stale.len(),
            wanted.len()
        );
    }
    println!("{} files of crates/models agree with botocore", wanted.len());
    Ok(())
}

/// Every file this task owns with its content, by its path from the root.
fn files(source: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let version = pinned("botocore")?;
    let services = services::services(&source.join("botocore/data"))?;
    let mut files = BTreeMap::from([
        ("crates/models/LICENSE-botocore".to_owned(), licence::licence(source)?),
        ("crates/models/NOTICE".to_owned(), licence::notice(source, &version)?),
        ("crates/models/src/embedded.rs".to_owned(), table::table(&services, &version)?.into_bytes()),
    ]);
    files.extend(services.into_iter().map(|service| (service.file(), service.stored)));
    Ok(files)
}

fn write(files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let root = workspace::root();
    std::fs::create_dir_all(root.join(DATA)).with_context(|| format!("cannot make {DATA}"))?;
    let mut bytes = 0;
    for (file, content) in files {
        std::fs::write(root.join(file), content).with_context(|| format!("cannot write {file}"))?;
        bytes += if file.starts_with(DATA) { content.len() } else { 0 };
    }
    for file in present()?.iter().filter(|file| !files.contains_key(*file)) {
        std::fs::remove_file(root.join(file)).with_context(|| format!("cannot remove {file}"))?;
        println!("removed {file}");
    }
    println!("wrote {} files, {bytes} bytes of models", files.len());
    Ok(())
}

/// The models that are there now, by their paths from the root.
fn present() -> Result<BTreeSet<String>> {
    let folder = std::fs::read_dir(workspace::root().join(DATA));
    let entries = folder.and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    let entries = entries.with_context(|| format!("cannot read {DATA}"))?;
    Ok(entries.iter().map(|entry| format!("{DATA}/{}", entry.file_name().to_string_lossy())).collect())
}

/// The files that are not as wanted, are missing, or are too many.
fn differences(
    wanted: &BTreeMap<String, Vec<u8>>,
    read: impl Fn(&str) -> Option<Vec<u8>>,
    present: &BTreeSet<String>,
) -> Vec<String> {
    let stale = wanted.iter().filter(|(file, content)| read(file).as_ref() != Some(content));
    let extra = present.iter().filter(|file| !wanted.contains_key(*file));
    stale.map(|(file, _)| file).chain(extra).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_a_missing_and_an_extra_file_are_each_found() {
        let wanted = BTreeMap::from([("a".to_owned(), vec![1]), ("b".to_owned(), vec![2])]);
        let present = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let both = |file: &str| Some(if file == "a" { vec![1] } else { vec![2] });
        assert_eq!(differences(&wanted, both, &present(&["a", "b"])), [""; 0]);
        assert_eq!(differences(&wanted, both, &present(&["a", "b", "c"])), ["c"]);
        assert_eq!(differences(&wanted, |file| both(file).filter(|_| file == "a"), &present(&["a"])), ["b"]);
        assert_eq!(differences(&wanted, |_| Some(vec![1]), &present(&["a", "b"])), ["b"]);
    }

    #[test]
    fn only_check_is_an_argument() {
        let error = run(&[String::from("--chekc")]).unwrap_err().to_string();
        assert_eq!(error, "models takes nothing or --check, not --chekc");
    }
}
