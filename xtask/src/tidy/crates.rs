//! Every crate says what it is: a description, a README, a row in ARCHITECTURE.md.

use std::path::Path;

use anyhow::Result;

use super::Subject;
use crate::workspace::{self, Package};

/// A README shorter than this is only a heading.
const LEAST_README: usize = 100;

pub(super) fn check(subject: &Subject) -> Result<Vec<String>> {
    let architecture = std::fs::read_to_string(workspace::root().join("ARCHITECTURE.md")).unwrap_or_default();
    let mut problems = Vec::new();
    for package in &subject.workspace.packages {
        let readme = package.readme.as_ref().map(|readme| package.folder().join(readme));
        let readme = readme.and_then(|readme| std::fs::read_to_string(readme).ok());
        problems.extend(self::problems(package, readme.as_deref(), &architecture));
    }
    Ok(problems)
}

fn problems(package: &Package, readme: Option<&str>, architecture: &str) -> Vec<String> {
    let name = &package.name;
    let mut problems = Vec::new();
    if package.description.as_deref().unwrap_or_default().trim().is_empty() {
        problems.push(format!("{name} has no description in its manifest"));
    }
    match readme {
        None => problems.push(format!("{name} has no README.md")),
        Some(text) if text.trim().len() < LEAST_README => {
            problems.push(format!("{name} has a README.md that says nothing; write what it is for"));
        }
        Some(_) => {}
    }
    let folder = package.folder().file_name().unwrap_or_default();
    if !has_row(architecture, Path::new(folder), name) {
        problems.push(format!("{name} is in no table of ARCHITECTURE.md; give it a row"));
    }
    problems
}

/// Whether the first cell of a table's row has the folder or the package in backticks.
fn has_row(page: &str, folder: &Path, package: &str) -> bool {
    let folder = folder.to_string_lossy();
    page.lines().filter_map(|line| line.trim_start().strip_prefix('|')).any(|row| {
        let cell = row.split('|').next().unwrap_or_default();
        // Every other piece between backticks is code.
        cell.split('`').skip(1).step_by(2).any(|code| {
            let code = code.trim_end_matches('/');
            code == package || code == folder || code.strip_prefix("crates/") == Some(&*folder)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "# limit\n\nDecides when one request may leave, first come, first served, by rules that \
                        the caller gives it and may change.";
    const TABLE: &str = "| crate | owns |\n|---|---|\n| [`crates/limit`](crates/limit) | rates |\n";

    fn check(description: &str, readme: Option<&str>, architecture: &str) -> Vec<String> {
        let package = format!(
            r#"{{"name":"orgwide-limit","description":{description},"manifest_path":"/w/crates/limit/Cargo.toml"}}"#
        );
        problems(&serde_json::from_str(&package).unwrap(), readme, architecture)
    }

    #[test]
    fn a_crate_that_says_what_it_is_passes() {
        assert_eq!(check(r#""When to go.""#, Some(LONG), TABLE), [""; 0]);
    }

    #[test]
    fn each_thing_that_is_missing_is_named() {
        assert!(check("null", Some(LONG), TABLE)[0].contains("no description"));
        assert!(check(r#"" ""#, Some(LONG), TABLE)[0].contains("no description"));
        assert!(check(r#""x""#, None, TABLE)[0].contains("no README.md"));
        assert!(check(r#""x""#, Some("# orgwide-limit\n"), TABLE)[0].contains("says nothing"));
        assert!(check(r#""x""#, Some(LONG), "| crate |\n")[0].contains("ARCHITECTURE.md"));
    }

    #[test]
    fn a_row_is_known_by_folder_or_package() {
        for row in ["| `limit` | x |", "| `crates/limit/` | x |", "| a `orgwide-limit` | x |"] {
            assert!(has_row(row, Path::new("limit"), "orgwide-limit"), "{row}");
        }
    }

    #[test]
    fn a_word_in_another_cell_or_in_prose_is_no_row() {
        for line in [
            "| `names` | used by `limit` |",
            "The crate `limit` waits.",
            "| limit | x |",
            "| x `` limit | y |",
        ] {
            assert!(!has_row(line, Path::new("limit"), "orgwide-limit"), "{line}");
        }
    }
}
