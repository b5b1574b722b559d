use std::fmt;

use orgwide_names::{AccountId, OperationName, RegionName, ServiceName};

/// What is known of a call before it leaves: who pays for it, and what it asks where.
///
/// A [`Rule`](crate::Rule) says which of these parts make buckets of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The account whose credentials sign the call, for AWS counts a call there.
    pub account: Payer,
    /// The region whose endpoint answers.
    pub region: RegionName,
    /// The service.
    pub service: ServiceName,
    /// The operation.
    pub operation: OperationName,
    /// Whether it asks for a list page by page. Only its caller can know; clients of the SDK do not say so.
    pub paged: bool,
}

/// The account on whose limits a call counts: the one whose credentials sign it.
///
/// `AssumeRole` counts on the account that asks, and what is called with its answer on the other.
/// The two variants are never taken for the same account: whoever builds keys names one account in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Payer {
    /// The account of the credentials the program was started with; its id may not be known yet.
    Base,
    /// An account by its id.
    Account(AccountId),
}

impl From<AccountId> for Payer {
    fn from(id: AccountId) -> Self {
        Self::Account(id)
    }
}

impl fmt::Display for Payer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base => f.pad("base"),
            Self::Account(id) => id.fmt(f),
        }
    }
}
