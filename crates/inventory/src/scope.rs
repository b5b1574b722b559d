use serde::Deserialize;

/// Where a type of resource is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// In each region.
    #[default]
    Regional,
    /// Once for each account.
    Global,
    /// Once for all accounts, as the caller.
    Organization,
}
