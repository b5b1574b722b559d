use std::fmt;

/// How many problems are told; the others are only counted.
const MAX_PROBLEMS: usize = 20;

/// An input that does not fit its operation. Nothing has been sent.
///
/// It holds paths and names, but no values: those may be secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputError {
    problems: Vec<InputProblem>,
    omitted: usize,
}

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputProblem {
    /// Where it is, such as `Filters[0].Values`; empty for the input itself.
    pub path: String,
    /// What it is.
    pub kind: InputProblemKind,
}

/// What is wrong with a value of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputProblemKind {
    /// A required member is not there.
    Missing,
    /// The operation knows no such member.
    Unknown {
        /// The member that is probably meant.
        nearest: Option<String>,
        /// Members that are known at this place, the first eight of them.
        known: Vec<String>,
    },
    /// A value of another type belongs here.
    WrongType {
        /// What belongs here: `a list`, `a whole number`.
        expected: &'static str,
        /// What is there: `text`, `null`.
        found: &'static str,
        /// What would probably make it right.
        hint: Option<&'static str>,
    },
    /// A number that its type cannot hold.
    OutOfRange {
        /// The type's bounds.
        bounds: &'static str,
    },
    /// A value of the right type that says nothing, or something that cannot be sent in its place.
    Invalid {
        /// What is the matter.
        what: &'static str,
    },
    /// Exactly one member of a union has to be there.
    Union {
        /// How many are.
        found: usize,
        /// The first eight of those that could be.
        known: Vec<String>,
    },
    /// Values are inside one another more than 128 times.
    TooDeep,
}

impl InputError {
    /// What is wrong: at least one problem, at most 20, in the model's order.
    #[must_use]
    pub fn problems(&self) -> &[InputProblem] {
        &self.problems
    }

    /// How many problems there are besides.
    #[must_use]
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    pub(super) fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.problems.len() + self.omitted
    }

    /// Takes note of a problem, which is only made if it is told: an input may have a million of them.
    pub(super) fn add(&mut self, problem: impl FnOnce() -> InputProblem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem());
        } else {
            self.omitted += 1;
        }
    }
}

impl std::error::Error for InputError {}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            problem.fmt(f)?;
        }
        match self.omitted {
            0 => Ok(()),
            omitted => write!(f, "; and {omitted} more"),
        }
    }
}

impl fmt::Display for InputProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() { "the input" } else { &self.path };
        match &self.kind {
            InputProblemKind::Missing => write!(f, "{place} is missing"),
            InputProblemKind::Unknown { nearest: Some(nearest), .. } => {
                write!(f, "{place} is unknown, did you mean {nearest}?")
            }
            InputProblemKind::Unknown { nearest: None, known } if known.is_empty() => {
                write!(f, "{place} is unknown, there are no members here")
            }
            InputProblemKind::Unknown { nearest: None, known } => {
                write!(f, "{place} is unknown, known are {}", known.join(", "))
            }
            InputProblemKind::WrongType { expected, found, hint } => {
                write!(f, "{place} has to be {expected}, not {found}")?;
                hint.map_or(Ok(()), |hint| write!(f, " ({hint})"))
            }
            InputProblemKind::OutOfRange { bounds } => write!(f, "{place} is beyond {bounds}"),
            InputProblemKind::Invalid { what } => write!(f, "{place} {what}"),
            InputProblemKind::Union { found, known } => {
                write!(f, "{place} has to have exactly one of {}, not {found}", known.join(", "))
            }
            InputProblemKind::TooDeep => write!(f, "{place} is nested deeper than 128"),
        }
    }
}
