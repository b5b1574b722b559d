//! `{{NAME}}` in a file that is a template: kept through parsing, and written as `${NAME}`.

use crate::problem::{Place, Problems, quoted};
use crate::tree::MOST_BYTES;

/// Stand for two braces each; they are of the private use area, and plain YAML text even between brackets.
const OPEN: &str = "\u{e000}\u{e000}";
const CLOSE: &str = "\u{e001}\u{e001}";

/// The file with its variables marked, of the same length in characters, so that places stay.
pub(super) fn mark(bytes: &[u8], problems: &mut Problems) -> Vec<u8> {
    // What is not UTF-8, or too long, is for the parser to refuse.
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    if bytes.len() > MOST_BYTES {
        return bytes.to_vec();
    }
    let mut marked = String::with_capacity(text.len());
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let mut rest = line;
        let mut refuse = |what: &str, column: usize| {
            let place = Place { line: number + 1, column: column + 1 };
            let hint = "of a template only {{NAME}} can be carried over".to_owned();
            problems.add(place, format!("`{}` is not the name of a variable", quoted(what)), Some(hint));
        };
        while let Some((before, after)) = rest.split_once("{{") {
            marked.push_str(before);
            match after.split_once("}}") {
                Some((name, after)) if is_name(name.trim()) => {
                    marked.extend([OPEN, name, CLOSE]);
                    rest = after;
                }
                inner => {
                    let column = line.chars().count() - rest.chars().count() + before.chars().count();
                    refuse(inner.map_or(after, |(name, _)| name).trim(), column);
                    // One a line will do.
                    rest = "";
                }
            }
        }
        marked.push_str(rest);
    }
    marked.into_bytes()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A value as our file has it: variables as `${NAME}`, and dollars that would be taken for one doubled.
pub(super) fn unmark(text: &str) -> String {
    let mut ours = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (name, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        ours.push_str(&escaped(before));
        ours.extend(["${", name.trim(), "}"]);
        rest = after;
    }
    ours.push_str(&escaped(rest));
    ours
}

fn escaped(text: &str) -> String {
    text.replace('$', "$$")
}

/// Whether a value, as our file has it, depends on a variable.
pub(super) fn has_variable(ours: &str) -> bool {
    ours.replace("$$", "").contains("${")
}
