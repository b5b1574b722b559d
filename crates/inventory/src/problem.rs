use std::fmt;

use serde_saphyr::{Location, Spanned};

/// One thing that is wrong in a file of collectors: where, and what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// From 1.
    pub line: u64,
    /// In characters, from 1.
    pub column: u64,
    /// What is wrong, and what to write instead where that is known.
    pub message: String,
}

/// Everything that is wrong in a file of collectors, in the order of the file; never nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CollectorsError {
    problems: Vec<Problem>,
}

impl CollectorsError {
    /// The problems.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for Problem {
    /// `3:15: …`, as compilers write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl fmt::Display for CollectorsError {
    /// One problem a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.problems.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// Problems as they are found.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn add(&mut self, at: Location, message: impl Into<String>) {
        // What is nowhere in the file is about the whole of it.
        let (line, column) = (at.line().max(1), at.column().max(1));
        self.0.push(Problem { line, column, message: message.into() });
    }

    /// The value that was read from there, or what is wrong with it.
    pub(crate) fn read<T>(
        &mut self,
        text: &Spanned<String>,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match read(&text.value) {
            Ok(value) => Some(value),
            Err(why) => {
                self.add_about(text, &why);
                None
            }
        }
    }

    /// What is wrong with what stands there.
    pub(crate) fn add_about(&mut self, text: &Spanned<String>, why: &str) {
        self.add(text.referenced, format!("`{}`: {why}", quoted(&text.value)));
    }

    /// The file could not be read as YAML of this form.
    pub(crate) fn unreadable(error: &serde_saphyr::Error) -> CollectorsError {
        let mut problems = Self::default();
        let message = error.without_snippet().to_string();
        problems.add(error.location().unwrap_or(Location::UNKNOWN), message);
        CollectorsError { problems: problems.0 }
    }

    pub(crate) fn conclude<T>(mut self, value: T) -> Result<T, CollectorsError> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.0.sort();
        self.0.dedup();
        Err(CollectorsError { problems: self.0 })
    }
}

/// What the user wrote, safe to print and short.
pub(crate) fn quoted(text: &str) -> String {
    text.escape_debug().take(64).collect()
}

/// "; did you mean …" for the most similar of the known words, if one is similar.
pub(crate) fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    // Similarity takes time that grows with the square of the length.
    let text: String = text.chars().take(64).collect();
    let similar = known
        .into_iter()
        .map(|word| (strsim::jaro_winkler(&text, word), word))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    similar.map(|(_, word)| format!("; did you mean `{word}`?")).unwrap_or_default()
}
