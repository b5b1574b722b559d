use std::fmt;

use orgwide_names::ParseRoleError;

use crate::{State, TagFilter};

/// The rule that leaves an account out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOut {
    /// An exclusion names it.
    Excluded,
    /// An exclusion names the unit it is in, or one above; with the unit's place where names are known, else its
    /// path of ids.
    ExcludedUnit(String),
    /// Units are excluded, and the organization does not tell which one it is in.
    UnknownUnit,
    /// It cannot be entered.
    NotActive(State),
    /// A role does not fit it.
    NoRole(ParseRoleError),
}

/// Why an account is not among those asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum NotSelected {
    /// Nothing includes it.
    NotIncluded,
    /// It is included but for a tag, which it does not have.
    Untagged(TagFilter),
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Excluded => f.write_str("excluded"),
            Self::ExcludedUnit(unit) => write!(f, "excluded: it is in {unit}"),
            Self::UnknownUnit => f.write_str("units are excluded, and it is not known which one it is in"),
            Self::NotActive(state) => write!(f, "the account is {state}"),
            Self::NoRole(error) => write!(f, "{error}"),
        }
    }
}

impl fmt::Display for NotSelected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotIncluded => f.write_str("not selected"),
            Self::Untagged(filter) => write!(f, "not selected: it has no tag {filter}"),
        }
    }
}
