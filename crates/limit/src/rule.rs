use std::fmt;
use std::str::FromStr;

use crate::quota::quoted;
use crate::{Basis, Match, MatchError, Origin, Quota, QuotaError, Scope};

/// One limit: which calls it is for, which of them share a bucket, and what a bucket lets pass.
///
/// As text it is `MATCH=QUOTA`, see [`Match`] and [`Quota`]. `ec2=20/s burst 10` makes one bucket per
/// account and region over the whole service; `ec2:Describe*=20/s burst 100`, which picks operations, makes one
/// per account, region and operation.
///
/// ```
/// use orgwide_limit::{Rule, Scope};
///
/// let rule: Rule = "ec2:Describe*=20/s burst 100".parse()?;
/// assert_eq!(rule.scope(), Scope::ACCOUNT_REGION_OPERATION);
/// assert_eq!(rule.to_string(), "ec2:Describe*=20/s burst 100");
/// # Ok::<(), orgwide_limit::RuleError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    matches: Match,
    scope: Scope,
    quota: Quota,
    origin: Origin,
}

/// The text was not a rule.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// There is no `=` in it.
    #[error("`{0}` sets no limit: write the calls, `=` and the rate, as in `ec2:Describe*=20/s burst 100`")]
    NoQuota(String),
    /// It does not say which calls are meant.
    #[error(transparent)]
    Match(#[from] MatchError),
    /// What follows the `=` is not a quota.
    #[error(transparent)]
    Quota(#[from] QuotaError),
}

impl Rule {
    /// A rule of the user's, with the scope it has when written as text.
    #[must_use]
    pub fn new(matches: Match, quota: Quota) -> Self {
        let scope = Scope { region: true, operation: matches.picks_operations() };
        Self { matches, scope, quota, origin: Origin::User }
    }

    /// The same rule with other buckets.
    #[must_use]
    pub fn with_scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    pub(crate) const fn built_in(matches: Match, scope: Scope, quota: Quota, basis: Basis) -> Self {
        Self { matches, scope, quota, origin: Origin::BuiltIn { basis } }
    }

    /// The calls it is for.
    #[must_use]
    pub fn matches(&self) -> &Match {
        &self.matches
    }

    /// Which of these calls share a bucket.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// What each bucket lets pass.
    #[must_use]
    pub fn quota(&self) -> Quota {
        self.quota
    }

    /// Where it comes from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (matches, quota) = text.split_once('=').ok_or_else(|| RuleError::NoQuota(quoted(text)))?;
        Ok(Self::new(matches.trim().parse()?, quota.parse()?))
    }
}

/// Writes what [`Rule::from_str`] reads, but for the scope and the origin.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.matches, self.quota)
    }
}
