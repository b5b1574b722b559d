use std::fmt;

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The user asked for it.
    User,
    /// It is in the table that comes with this crate.
    BuiltIn {
        /// What its figures rest on.
        basis: Basis,
    },
}

/// What the figures of a built-in rule rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Basis {
    /// AWS publishes a limit; the rule stays below it, for the account's own programs share it.
    Published {
        /// What AWS allows, in its own measure: "20/s, bucket of 100".
        figure: &'static str,
        /// The page of the AWS documentation that says so.
        source: &'static str,
    },
    /// AWS publishes nothing; others have measured it, or set it where it holds.
    Measured {
        /// What they found.
        figure: &'static str,
        /// Who.
        source: &'static str,
    },
    /// AWS publishes nothing: a cautious guess.
    Guess,
    /// A choice of ours, for this reason.
    Chosen(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User => f.pad("set by you"),
            Self::BuiltIn { basis } => write!(f, "built in: {basis}"),
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Published { figure, source } => write!(f, "AWS allows {figure} ({source})"),
            Self::Measured { figure, source } => write!(f, "AWS publishes no figure; {figure} ({source})"),
            Self::Chosen(reason) => f.pad(reason),
            Self::Guess => f.pad("a guess, AWS publishes no figure"),
        }
    }
}
