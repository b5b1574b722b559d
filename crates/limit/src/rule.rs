use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use crate::quota::quoted;
use crate::{Basis, Match, MatchError, Origin, Quota, QuotaError, Scope};

/// One limit: which calls it is for, which of them share it, and what it lets pass.
///
/// A call is under one *bucket* rule, the first that matches it, and under every *ceiling* that matches it
/// besides. Either limits the rate of calls, the calls in flight at the same time, or both.
///
/// As text it is `MATCH=QUOTA`, see [`Match`] and [`Quota`]. `ec2=20/s burst 10` makes one bucket per
/// account and region over the whole service; `ec2:Describe*=20/s burst 100`, which picks operations, makes one
/// per account, region and operation; `*=20/s` one per account, region and service. `ec2=20/s burst 10 per run`
/// is a ceiling over all accounts and regions together.
///
/// ```
/// use orgwide_limit::{Rule, Scope};
///
/// let rule: Rule = "ec2:Describe*=20/s burst 100".parse()?;
/// assert_eq!(rule.scope(), Scope::ACCOUNT_REGION_OPERATION);
/// assert_eq!(rule.to_string(), "ec2:Describe*=20/s burst 100");
/// let ceiling: Rule = "ec2=500/s per run".parse()?;
/// assert!(ceiling.is_ceiling());
/// # Ok::<(), orgwide_limit::RuleError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    matches: Match,
    is_ceiling: bool,
    scope: Scope,
    quota: Quota,
    in_flight: Option<NonZeroU32>,
    fails_fast: bool,
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
    /// A bucket rule of the user's, with the scope it has when written as text.
    #[must_use]
    pub fn new(matches: Match, quota: Quota) -> Self {
        let scope = match (matches.service_name(), matches.picks_operations()) {
            (None, _) => Scope::ACCOUNT_REGION_SERVICE,
            (Some(_), false) => Scope::ACCOUNT_REGION,
            (Some(_), true) => Scope::ACCOUNT_REGION_OPERATION,
        };
        Self {
            matches,
            is_ceiling: false,
            scope,
            quota,
            in_flight: None,
            fails_fast: false,
            origin: Origin::User,
        }
    }

    /// A ceiling on the rate, over the whole run unless [`with_scope`](Self::with_scope) says otherwise.
    #[must_use]
    pub fn ceiling(matches: Match, quota: Quota) -> Self {
        Self { is_ceiling: true, scope: Scope::RUN, ..Self::new(matches, quota) }
    }

    /// A ceiling on how many calls of any kind are in flight at the same time, over the whole run unless
    /// [`with_scope`](Self::with_scope) says otherwise.
    #[must_use]
    pub fn in_flight_ceiling(most: NonZeroU32) -> Self {
        Self::ceiling(Match::ANYTHING, Quota::UNLIMITED).with_in_flight(most)
    }

    /// The same rule with other buckets or ceilings.
    #[must_use]
    pub fn with_scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// The same rule, which lets so many calls be in flight at the same time besides.
    #[must_use]
    pub fn with_in_flight(self, most: NonZeroU32) -> Self {
        Self { in_flight: Some(most), ..self }
    }

    /// The same rule, but calls that it does not let pass at once fail with
    /// [`RateLimited`](crate::RateLimited) instead of waiting.
    #[must_use]
    pub fn failing_fast(self) -> Self {
        Self { fails_fast: true, ..self }
    }

    /// The same rule, said to come from elsewhere than the user.
    #[must_use]
    pub fn with_origin(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    pub(crate) fn built_in(matches: Match, scope: Scope, quota: Quota, basis: Basis) -> Self {
        Self { scope, ..Self::new(matches, quota).with_origin(Origin::BuiltIn { basis }) }
    }

    /// The calls it is for.
    #[must_use]
    pub fn matches(&self) -> &Match {
        &self.matches
    }

    /// Whether it is a ceiling, which applies besides a call's bucket.
    #[must_use]
    pub fn is_ceiling(&self) -> bool {
        self.is_ceiling
    }

    /// Which of these calls share a bucket or ceiling.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// What each bucket or ceiling lets pass.
    #[must_use]
    pub fn quota(&self) -> Quota {
        self.quota
    }

    /// How many calls may be in flight at the same time; none: any number.
    #[must_use]
    pub fn in_flight(&self) -> Option<NonZeroU32> {
        self.in_flight
    }

    /// Whether calls fail rather than wait.
    #[must_use]
    pub fn fails_fast(&self) -> bool {
        self.fails_fast
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
        let matches = matches.trim().parse()?;
        let words: Vec<&str> = quota.split_whitespace().collect();
        match words.as_slice() {
            // Of `unlimited per run` the quota says what is wrong with it.
            [quota @ .., "per", "run"] if *quota != ["unlimited"] => {
                Ok(Self::ceiling(matches, quota.join(" ").parse()?))
            }
            _ => Ok(Self::new(matches, quota.parse()?)),
        }
    }
}

/// Writes what [`Rule::from_str`] reads, except for a bucket's scope and the origin, which are not written, and
/// for what only a program can ask for, which is added in words.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.matches)?;
        match self.in_flight {
            None => write!(f, "{}", self.quota)?,
            Some(most) if self.quota == Quota::UNLIMITED => write!(f, "{most} in flight")?,
            Some(most) => write!(f, "{}, {most} in flight", self.quota)?,
        }
        if self.is_ceiling {
            write!(f, " per {}", self.scope)?;
        }
        if self.fails_fast { f.write_str(", failing fast") } else { Ok(()) }
    }
}
