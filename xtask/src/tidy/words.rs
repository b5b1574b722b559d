//! Words that tie a file to one machine.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::Subject;
use crate::workspace;

/// Folders of somebody's machine, and hosts of package registries: a file that names one works, or is
/// true, in one place only. Written in two pieces, so that this file passes, too.
const BANNED: &[(&str, &str)] = &[
    ("/ho", "me/"),
    ("/ro", "ot/"),
    ("/Us", "ers/"),
    ("/wo", "rk/"),
    ("../sha", "red"),
    ("static.crates", ".io"),
    ("index.crates", ".io"),
    ("pypi", ".org"),
    ("pythonhosted", ".org"),
    ("registry.npmjs", ".org"),
    ("proxy.golang", ".org"),
];

pub(super) fn check(subject: &Subject) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for file in &subject.files {
        let bytes = std::fs::read(workspace::root().join(file))
            .with_context(|| format!("cannot read {}", file.display()))?;
        // What is not text has no words.
        if let Ok(text) = std::str::from_utf8(&bytes) {
            problems.extend(self::problems(file, text));
        }
    }
    Ok(problems)
}

fn problems(file: &Path, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for (first, second) in BANNED {
            let word = format!("{first}{second}");
            if stands(line, &word) {
                problems.push(format!("{}:{number} names {word}; say it without", file.display()));
            }
        }
    }
    problems
}

/// Whether the word stands in the line by itself: `target/home/` is no home folder.
fn stands(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '}' | ')' | '*'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Vec<String> {
        problems(Path::new("a.md"), &format!("# Title\n{line}\n"))
    }

    #[test]
    fn each_banned_word_is_found_with_its_line() {
        for (first, second) in BANNED {
            let found = check(&format!("see {first}{second}somewhere"));
            assert!(found.len() == 1 && found[0].starts_with("a.md:2 names"), "{found:?}");
        }
    }

    #[test]
    fn a_word_at_the_start_of_a_line_or_in_quotes_is_found() {
        assert_eq!(check(concat!("/ho", "me/someone")).len(), 1);
        assert_eq!(check(concat!("(\"/ro", "ot/.cargo\")")).len(), 1);
    }

    #[test]
    fn a_longer_path_that_ends_so_is_another_thing() {
        assert_eq!(check("the folder tests/home/ and https://docs.rs/work/ and root/"), [""; 0]);
    }
}
