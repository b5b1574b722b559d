//! The length of source files.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::Subject;
use crate::workspace;

/// A file with more lines does more than one thing, or says why it does not.
const MOST_LINES: usize = 600;

/// How a file says so, in one of its first lines.
const REASON: &str = "// tidy: long because ";

/// How far down that may stand.
const HEAD: usize = 10;

pub(super) fn check(subject: &Subject) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for file in subject.files.iter().filter(|file| is_source(file)) {
        let text = std::fs::read_to_string(workspace::root().join(file))
            .with_context(|| format!("cannot read {}", file.display()))?;
        problems.extend(problem(file, &text));
    }
    Ok(problems)
}

fn is_source(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "rs" || extension == "py")
}

fn problem(file: &Path, text: &str) -> Option<String> {
    let lines = text.lines().count();
    let reason = text.lines().take(HEAD).find_map(|line| line.strip_prefix(REASON));
    let excused = reason.is_some_and(|reason| !reason.trim().is_empty());
    (lines > MOST_LINES && !excused).then(|| {
        format!(
            "{} has {lines} lines, more than {MOST_LINES}; split it, or begin it with `{REASON}…`",
            file.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Option<String> {
        problem(Path::new("a.rs"), text)
    }

    #[test]
    fn the_limit_is_the_last_length_that_passes() {
        assert_eq!(check(&"x\n".repeat(600)), None);
        assert!(check(&"x\n".repeat(601)).unwrap().contains("601 lines"));
    }

    #[test]
    fn a_reason_excuses_when_it_stands_at_the_head() {
        let long = "x\n".repeat(700);
        assert_eq!(check(&format!("//! Doc.\n{REASON}it is one table.\n{long}")), None);
        assert!(check(&format!("{REASON}\n{long}")).is_some(), "a reason must say something");
        assert!(check(&format!("{long}{REASON}it is one table.\n")).is_some(), "too far down");
    }

    #[test]
    fn only_source_files_count() {
        assert!(is_source(Path::new("a/b.rs")) && is_source(Path::new("seed.py")));
        assert!(!is_source(Path::new("Cargo.lock")) && !is_source(Path::new("rs")));
    }
}
