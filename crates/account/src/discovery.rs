use orgwide_session::Failure;

/// How far an organization's list of accounts has been read, and whether what was read is all of it.
#[derive(Debug, Clone, Default)]
pub enum Discovery {
    /// Nobody has asked for it.
    #[default]
    NotStarted,
    /// Pages still come, or were no longer wanted; what there is is not all.
    UnderWay {
        /// Accounts so far.
        accounts: usize,
    },
    /// All pages came.
    Complete {
        /// How many accounts the organization has.
        accounts: usize,
    },
    /// A page failed; there may be any number of accounts beyond those that came.
    BrokenOff {
        /// Accounts that came before.
        accounts: usize,
        /// What happened.
        failure: Failure,
    },
}

impl Discovery {
    /// Whether the list was read to its end.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Complete { .. })
    }
}
