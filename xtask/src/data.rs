//! `cargo xtask data`: the tables that `orgwide-names` takes from botocore, written or compared.

mod regions;
mod rustfmt;
mod services;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

pub(crate) use rustfmt::rustfmt;
pub(crate) use services::spellings;

use crate::venv::Venv;
use crate::workspace::{self, Workspace};

/// A file this task owns, and what makes its text.
struct Table {
    file: &'static str,
    text: fn(&Venv) -> Result<String>,
}

const TABLES: &[Table] = &[
    Table { file: "crates/names/src/partition_data.rs", text: regions::table },
    Table { file: "crates/names/src/service_data.rs", text: services::table },
];

/// Writes the tables, or with `--check` says whether they are as they would be written.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let venv = Venv::of(&Workspace::load()?);
    match words.as_slice() {
        [] => {
            venv.make()?;
            for table in TABLES {
                std::fs::write(path(table.file), (table.text)(&venv)?)
                    .with_context(|| format!("cannot write {}", table.file))?;
                println!("wrote {}", table.file);
            }
            Ok(())
        }
        ["--check"] => {
            venv.make()?;
            check(&venv)
        }
        _ => bail!("data takes nothing or --check, not {}", words.join(" ")),
    }
}

/// Compares the files with what botocore gives. The environment must be there; nothing is fetched.
pub(crate) fn check(venv: &Venv) -> Result<()> {
    compare(TABLES.iter().map(|table| (table.file, (table.text)(venv))), |file| {
        std::fs::read_to_string(path(file)).with_context(|| format!("cannot read {file}"))
    })
}

/// An error that names every file whose text is not the one wanted.
fn compare(
    wanted: impl Iterator<Item = (&'static str, Result<String>)>,
    read: impl Fn(&str) -> Result<String>,
) -> Result<()> {
    let mut stale = Vec::new();
    for (file, wanted) in wanted {
        match difference(&read(file)?, &wanted?) {
            Some(line) => stale.push(format!("{file} line {line}")),
            None => println!("{file} agrees with botocore"),
        }
    }
    if !stale.is_empty() {
        bail!("not what botocore gives: {}; run `cargo xtask data`", stale.join(", "));
    }
    Ok(())
}

/// The first line that differs, counted from 1.
fn difference(committed: &str, wanted: &str) -> Option<usize> {
    if committed == wanted {
        return None;
    }
    let same = committed.split('\n').zip(wanted.split('\n')).take_while(|(a, b)| a == b).count();
    Some(same + 1)
}

fn path(file: &str) -> PathBuf {
    workspace::root().join(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_a_missing_and_an_added_line_are_each_found() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(difference("a\nB\n", "a\nb\n"), Some(2));
        assert_eq!(difference("a\n", "a\nb\n"), Some(2));
        assert_eq!(difference("a\nb\nc\n", "a\nb\n"), Some(3));
        assert_eq!(difference("a\nb", "a\nb\n"), Some(3), "the end of the last line counts");
    }

    #[test]
    fn the_check_fails_and_names_each_file_that_differs() {
        let wanted = || [("a.rs", Ok("1\n2\n".into())), ("b.rs", Ok("3\n".into()))].into_iter();
        let same = |file: &str| Ok(String::from(if file == "a.rs" { "1\n2\n" } else { "3\n" }));
        assert!(compare(wanted(), same).is_ok());

        let error = compare(wanted(), |_| Ok("1\n3\n".into())).unwrap_err().to_string();
        let expected = "not what botocore gives: a.rs line 2, b.rs line 1; run `cargo xtask data`";
        assert_eq!(error, expected);
    }

    #[test]
    fn only_check_is_an_argument() {
        let error = run(&[String::from("--chekc")]).unwrap_err().to_string();
        assert_eq!(error, "data takes nothing or --check, not --chekc");
    }
}
