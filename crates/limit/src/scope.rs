use std::fmt;

/// Which calls share one bucket of a rule.
///
/// Accounts never share one, nor do services; a scope says what else keeps calls apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Each region has a bucket of its own.
    pub region: bool,
    /// Each operation has a bucket of its own.
    pub operation: bool,
}

impl Scope {
    /// One bucket per account, over all regions and all operations the rule matches.
    pub const ACCOUNT: Self = Self { region: false, operation: false };
    /// One bucket per account and operation, over all regions.
    pub const ACCOUNT_OPERATION: Self = Self { region: false, operation: true };
    /// One bucket per account and region, over all operations the rule matches.
    pub const ACCOUNT_REGION: Self = Self { region: true, operation: false };
    /// One bucket per account, region and operation.
    pub const ACCOUNT_REGION_OPERATION: Self = Self { region: true, operation: true };
}

/// Completes the sentence "one bucket per …".
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match (self.region, self.operation) {
            (false, false) => "account",
            (false, true) => "account and operation",
            (true, false) => "account and region",
            (true, true) => "account, region and operation",
        })
    }
}
