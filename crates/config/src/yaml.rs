//! Writing the file: for what is in force, and for what an import makes.

use std::fmt::Write;

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Yaml {
    Text(String),
    Flag(bool),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
    /// Nothing, and why: what reads it asks for a value.
    Missing(String),
}

impl Yaml {
    pub(crate) fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// One text, or a list when there are more.
    pub(crate) fn texts(texts: impl IntoIterator<Item = impl ToString>) -> Self {
        let mut texts: Vec<_> = texts.into_iter().map(Self::text).collect();
        if texts.len() == 1 { texts.remove(0) } else { Self::List(texts) }
    }

    /// As lines of block style.
    pub(crate) fn write(&self) -> String {
        let mut lines = String::new();
        self.write_at(0, &mut lines);
        lines
    }

    fn write_at(&self, depth: usize, lines: &mut String) {
        let indent = "  ".repeat(depth);
        match self {
            Self::Map(entries) => {
                for (key, value) in entries {
                    let _ = write!(lines, "{indent}{}:", scalar(key));
                    value.write_after(depth, lines);
                }
            }
            Self::List(items) => {
                for item in items {
                    let _ = write!(lines, "{indent}-");
                    match item {
                        // A map's first key stands beside the dash.
                        Self::Map(_) => {
                            let mut inner = String::new();
                            item.write_at(depth + 1, &mut inner);
                            let _ = write!(lines, " {}", inner.trim_start());
                        }
                        other => other.write_after(depth, lines),
                    }
                }
            }
            other => other.write_after(depth, lines),
        }
    }

    fn write_after(&self, depth: usize, lines: &mut String) {
        let _ = match self {
            Self::Text(text) => writeln!(lines, " {}", scalar(text)),
            Self::Flag(flag) => writeln!(lines, " {flag}"),
            Self::Missing(why) => writeln!(lines, " # {}", why.replace(char::is_control, " ")),
            Self::List(_) | Self::Map(_) => {
                let _ = writeln!(lines);
                self.write_at(depth + 1, lines);
                Ok(())
            }
        };
    }
}

/// The text, quoted unless no parser could take it for anything else.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./=+@".contains(c) || c == '*')
        && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
            .contains(&&*text.to_ascii_lowercase());
    let number = text.len() < 10 && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    if plain || (number && !text.is_empty()) {
        text.to_owned()
    } else if text.contains(needs_escape) {
        let escaped = text.chars().map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if needs_escape(c) => format!("\\U{:08x}", u32::from(c)),
            c => c.to_string(),
        });
        format!("\"{}\"", escaped.collect::<String>())
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// What a file may not hold as it is, what a parser would fold, and what could steer a terminal or hide on it.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}')
        || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problems;
    use crate::tree::{self, Repeated};

    #[test]
    fn every_text_reads_back_as_itself() {
        for text in [
            "plain",
            "012345678901",
            "1",
            "0",
            "true",
            "No",
            "",
            " ",
            "a b",
            "it's",
            "a: b",
            "a #b",
            "- a",
            "*",
            "eu-*",
            "${A:-b}",
            "{account}",
            "tab\there",
            "line\nbreak",
            "\u{7f}",
            "ü",
            "&a",
            "!x",
            "%",
            "@",
            "`",
            "?",
            "|",
            "=",
            "\u{0}",
            "\u{202e}",
            "\u{e0041}",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "null",
            "~",
            "1e3",
            "0x1f",
            "a,b",
            "[",
            "x-",
            "y",
        ] {
            let file = Yaml::Map(vec![(text.to_owned(), Yaml::List(vec![Yaml::text(text)]))]).write();
            let mut problems = Problems::default();
            let root = tree::parse(file.as_bytes(), Repeated::Refused, &mut problems)
                .unwrap_or_else(|| panic!("{file:?}: {problems:?}"));
            let entry = &root.entries()[0];
            assert_eq!(&*entry.key, text, "{file:?}");
            let read = &entry.node.items()[0];
            let crate::node::Value::Scalar { text: read, .. } = &read.value else { panic!("{file:?}") };
            assert_eq!(read, text, "{file:?}");
        }
    }
}
