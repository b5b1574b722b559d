use std::fmt;

/// How an account stands in its organization.
///
/// AWS gives `State`, and gave `Status` before September 2026; either is read. Only an active account can
/// be entered: for the others AssumeRole fails with a plain refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// In use.
    Active,
    /// Anything else, as AWS names it: `SUSPENDED`, `PENDING_ACTIVATION`, `PENDING_CLOSURE`, `CLOSED`, or
    /// a state newer than this build.
    Inactive(String),
}

impl State {
    pub(crate) fn from_aws(text: &str) -> Self {
        if text == "ACTIVE" { Self::Active } else { Self::Inactive(text.to_owned()) }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Active => "ACTIVE",
            Self::Inactive(name) => name,
        })
    }
}
