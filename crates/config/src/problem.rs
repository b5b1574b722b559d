use std::fmt;

/// A place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// One thing that is wrong in the file: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it begins. Of what an alias or a merge key brings in, where that is written.
    pub place: Place,
    /// What is wrong. Never what a variable stands for, which may be a secret.
    pub message: String,
    /// What to write instead, if that is known.
    pub hint: Option<String>,
}

/// Everything that is wrong in the file, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    problems: Vec<Problem>,
    more: usize,
}

/// Nobody reads further.
const MOST: usize = 100;

impl ConfigError {
    /// The problems, at most 100 of them; never none.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How many there are besides.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for Place {
    /// `3:15`, as editors and compilers write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl fmt::Display for ConfigError {
    /// One problem a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.problems.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))?;
        if self.more > 0 { write!(f, "\nand {} more", self.more) } else { Ok(()) }
    }
}

/// Problems as they are found.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<Problem>,
    more: usize,
}

impl Problems {
    pub(crate) fn add(&mut self, place: Place, message: impl Into<String>, hint: Option<String>) {
        let problem = Problem { place, message: message.into(), hint };
        // What several aliases lead to is wrong once.
        if self.found.contains(&problem) {
            return;
        }
        if self.found.len() < MOST {
            self.found.push(problem);
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// In the order of the file, and how many there are besides.
    pub(crate) fn into_sorted(mut self) -> (Vec<Problem>, usize) {
        self.found.sort_by_key(|problem| problem.place);
        (self.found, self.more)
    }

    pub(crate) fn conclude<T>(self, value: T) -> Result<T, ConfigError> {
        if self.is_empty() {
            return Ok(value);
        }
        let (problems, more) = self.into_sorted();
        Err(ConfigError { problems, more })
    }
}

/// What the user wrote, safe to print and short.
pub(crate) fn quoted(text: &str) -> String {
    text.escape_debug().take(64).collect()
}

/// "did you mean …" for the most similar of the known words, if one is similar.
pub(crate) fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    // Similarity takes time that grows with the square of the length, and no known word is long.
    let text: String = text.chars().take(64).collect();
    known
        .into_iter()
        .map(|word| (strsim::jaro_winkler(&text, word), word))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, word)| format!("did you mean `{word}`?"))
}
