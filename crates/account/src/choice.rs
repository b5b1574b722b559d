use std::fmt;

use crate::{Account, LeftOut, Listed, NotSelected};

/// An account that was looked at, and what became of it; last, what the selection names and is not there.
#[derive(Debug, Clone)]
pub enum Choice {
    /// It is in: act in it.
    Included(Account),
    /// It would be in, but for a rule.
    LeftOut(Listed, LeftOut),
    /// The organization has it, and it is not asked for.
    NotSelected(Listed, NotSelected),
    /// The selection names what no account of the organization is; it may be misspelt.
    Unmatched(Unmatched),
}

/// A name, a pattern or a unit of a selection that matched no account of the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// As it was written; a unit with the word before it.
    pub text: String,
    /// Whether it was to be excluded.
    pub is_exclusion: bool,
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, is_exclusion } = self;
        let what = if *is_exclusion { "the exclusion of " } else { "" };
        write!(f, "{what}`{text}` matches no account of the organization")
    }
}
