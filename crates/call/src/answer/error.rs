use std::error::Error;
use std::fmt;

/// An answer that could not be read: it is not what the API answers, or breaks off.
///
/// Nothing is read from such an answer. Of items handed out one by one, those before the place of the error
/// are whole and stay handed out. No text of the answer is in it, only names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    problem: Problem,
    /// Where in the answer, innermost first.
    path: Vec<Step>,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A web page, as proxies and captive portals send.
    Html,
    /// The document of an error, under a status of success.
    ErrorDocument,
    /// It ends before what was begun is closed; the offset is that of its end.
    Truncated { at: usize },
    /// It is not in the language of the protocol.
    Malformed { at: usize, what: &'static str },
    /// It brings its own document type, with which entities are defined that grow beyond measure.
    DocumentType,
    /// Its values are nested deeper than any of AWS are.
    TooDeep,
    /// An element in which everything else is, is not there.
    Missing { element: String },
    /// A value is of another kind than the model says.
    Kind { expected: &'static str, found: &'static str },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
}

/// Names in an error are cut after so many characters.
const LONGEST_TEXT: usize = 100;
/// Names in the path of an error, the innermost of which are kept.
const LONGEST_PATH: usize = 32;

impl AnswerError {
    pub(crate) fn new(problem: Problem) -> Self {
        Self(Box::new(Inner { problem, path: Vec::new() }))
    }

    pub(crate) fn truncated(at: usize) -> Self {
        Self::new(Problem::Truncated { at })
    }

    pub(crate) fn malformed(at: usize, what: &'static str) -> Self {
        Self::new(Problem::Malformed { at, what })
    }

    /// The same, inside a member of that name.
    pub(crate) fn within(mut self, name: &str) -> Self {
        if self.0.path.len() < LONGEST_PATH {
            self.0.path.push(Step::Member(cut(name)));
        }
        self
    }

    /// The same, inside an element of a list.
    pub(crate) fn within_element(mut self, index: usize) -> Self {
        if self.0.path.len() < LONGEST_PATH {
            self.0.path.push(Step::Element(index));
        }
        self
    }

    /// What arrived is an error of the service after all, which came with a status of success.
    pub(crate) fn is_error_document(&self) -> bool {
        self.0.problem == Problem::ErrorDocument
    }

    /// The answer broke off, which another attempt may mend.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        matches!(self.0.problem, Problem::Truncated { .. })
    }

    /// Where in the answer, as `Reservations.Instances[3].State`; empty for the answer as a whole.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.0.path.iter().rev() {
            match step {
                Step::Member(name) if path.is_empty() => path.push_str(name),
                Step::Member(name) => {
                    path.push('.');
                    path.push_str(name);
                }
                Step::Element(index) => {
                    path.push('[');
                    path.push_str(&index.to_string());
                    path.push(']');
                }
            }
        }
        path
    }

    #[cfg(test)]
    pub(crate) fn problem(&self) -> &Problem {
        &self.0.problem
    }
}

/// A text short enough for a message.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.problem {
            Problem::Html => f.write_str("a web page came instead of an answer")?,
            Problem::ErrorDocument => f.write_str("an error came with a status of success")?,
            Problem::Truncated { at } => write!(f, "the answer breaks off after {at} bytes")?,
            Problem::Malformed { at, what } => write!(f, "the answer is malformed at byte {at}: {what}")?,
            Problem::DocumentType => {
                f.write_str("the answer has a document type of its own, which is refused")?
            }
            Problem::TooDeep => write!(f, "the answer is nested deeper than {} levels", super::DEEPEST)?,
            Problem::Missing { element } => write!(f, "the answer has no {element}")?,
            Problem::Kind { expected, found } => {
                write!(f, "the answer has {found} where {expected} should be")?
            }
        }
        let path = self.path();
        if path.is_empty() { Ok(()) } else { write!(f, " (at {path})") }
    }
}

impl Error for AnswerError {}
