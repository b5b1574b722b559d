//! Every Rust file is compiled: a test that no target reaches never fails.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::Subject;
use crate::workspace;

pub(super) fn check(subject: &Subject) -> Result<Vec<String>> {
    let root = workspace::root();
    let files: BTreeSet<PathBuf> =
        subject.files.iter().filter(|file| is_rust(file)).map(|file| root.join(file)).collect();
    let targets = subject.workspace.packages.iter().flat_map(|package| &package.targets);
    let targets: Vec<PathBuf> = targets.map(|target| target.src_path.clone()).collect();
    let reached = reached(&targets, &files, |file| {
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
    })?;
    let orphans = files.difference(&reached).map(|file| {
        let file = file.strip_prefix(root).unwrap_or(file);
        format!("{} is in no target and no `mod`; it is never compiled", file.display())
    });
    Ok(orphans.collect())
}

fn is_rust(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "rs")
}

/// The files that the targets reach through their `mod` lines.
fn reached(
    targets: &[PathBuf],
    files: &BTreeSet<PathBuf>,
    read: impl Fn(&Path) -> Result<String>,
) -> Result<BTreeSet<PathBuf>> {
    let mut reached = BTreeSet::new();
    // A file, and the folder where the modules it declares are.
    let mut next: Vec<(PathBuf, PathBuf)> =
        targets.iter().map(|target| (target.clone(), folder(target).to_owned())).collect();
    while let Some((file, inside)) = next.pop() {
        if !reached.insert(file.clone()) {
            continue;
        }
        for declared in declared(&read(&file)?) {
            let (candidates, inside) = match declared {
                Declared::Module(name) => (
                    vec![inside.join(format!("{name}.rs")), inside.join(&name).join("mod.rs")],
                    inside.join(&name),
                ),
                Declared::File(path) => {
                    let file = folder(&file).join(path);
                    let inside = folder(&file).to_owned();
                    (vec![file], inside)
                }
            };
            next.extend(
                candidates.into_iter().filter(|file| files.contains(file)).map(|file| (file, inside.clone())),
            );
        }
    }
    Ok(reached)
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

#[derive(Debug, PartialEq, Eq)]
enum Declared {
    /// `mod name;`
    Module(String),
    /// `#[path = "…"] mod name;` or `include!("…")`
    File(String),
}

/// The files a source text brings in, in order. Lines are read as rustfmt leaves them.
fn declared(text: &str) -> Vec<Declared> {
    let mut declared = Vec::new();
    let mut path = None;
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("#[path = \"") {
            path = rest.split('"').next().map(str::to_owned);
        } else if let Some((_, rest)) = line.split_once("include!(\"") {
            declared.extend(rest.split('"').next().map(|file| Declared::File(file.to_owned())));
        } else if let Some(name) = module(line) {
            declared.push(path.take().map_or_else(|| Declared::Module(name.to_owned()), Declared::File));
        } else if !line.starts_with("#[") {
            path = None;
        }
    }
    declared
}

/// The name in `mod name;`, whatever its visibility.
fn module(line: &str) -> Option<&str> {
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')')?.1.trim_start(),
        Some(rest) => rest.trim_start(),
        None => line,
    };
    let name = line.strip_prefix("mod ")?.split_once(';')?.0.trim();
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn orphans(targets: &[&str], files: &[(&str, &str)]) -> Vec<String> {
        let texts: BTreeMap<PathBuf, &str> =
            files.iter().map(|(file, text)| (PathBuf::from(file), *text)).collect();
        let names: BTreeSet<PathBuf> = texts.keys().cloned().collect();
        let targets: Vec<PathBuf> = targets.iter().map(PathBuf::from).collect();
        let reached = reached(&targets, &names, |file| Ok(texts[file].to_owned())).unwrap();
        names.difference(&reached).map(|file| file.display().to_string()).collect()
    }

    #[test]
    fn a_test_file_that_is_no_target_is_found() {
        let files = [("c/src/lib.rs", ""), ("c/tests/a.rs", ""), ("c/tests/b.rs", "")];
        assert_eq!(orphans(&["c/src/lib.rs", "c/tests/a.rs"], &files), ["c/tests/b.rs"]);
    }

    #[test]
    fn a_module_that_nobody_declares_is_found() {
        let files = [("src/lib.rs", "mod a;\n// mod b;\n"), ("src/a.rs", ""), ("src/b.rs", "")];
        assert_eq!(orphans(&["src/lib.rs"], &files), ["src/b.rs"]);
    }

    #[test]
    fn modules_are_followed_in_every_form() {
        let files = [
            (
                "src/lib.rs",
                "pub mod a;\npub(crate) mod b;\n#[cfg(test)]\nmod c;\n#[path = \"odd/d.rs\"]\nmod d;\n",
            ),
            ("src/a.rs", "mod inner;"),
            ("src/a/inner.rs", "include!(\"text.rs\");"),
            ("src/a/text.rs", ""),
            ("src/b/mod.rs", "mod inner;"),
            ("src/b/inner.rs", ""),
            ("src/c.rs", ""),
            ("src/odd/d.rs", ""),
        ];
        assert_eq!(orphans(&["src/lib.rs"], &files), [""; 0]);
    }

    #[test]
    fn a_module_inside_a_file_needs_no_file() {
        assert_eq!(declared("mod tests {\n    use super::*;\n}\n"), []);
        assert_eq!(declared("    mod deep;"), [Declared::Module("deep".into())]);
    }
}
