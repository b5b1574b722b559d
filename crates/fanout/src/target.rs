use std::borrow::Cow;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

/// One thing the job is run for, such as one account in one region.
///
/// The job gets a clone, the outcome gets the original; wrap a large target in an [`Arc`].
pub trait Target: Clone + Send + 'static {
    /// What targets share when they have to take turns: for AWS, the account.
    type Lane: Eq + Hash + Clone + Send + 'static;

    /// The lane this target stands in. The same target must always name the same one.
    fn lane(&self) -> Self::Lane;
}

impl<T: Target + Sync> Target for Arc<T> {
    type Lane = T::Lane;

    fn lane(&self) -> T::Lane {
        T::lane(self)
    }
}

/// What the plan says about a target.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Planned<T> {
    /// Run the job for it.
    Run(T),
    /// A rule leaves it out: it ends as [`Outcome::Skipped`](crate::Outcome::Skipped) without a call of the job.
    Skip(T, SkipReason),
    /// Take nothing more before everything so far has been yielded: what comes next may depend on how that ended.
    ///
    /// It is no target and is not counted. Whoever reads the run has every earlier outcome, and has had the time to
    /// stop the run, before the plan is asked again.
    Barrier,
}

/// Why a target was left out, in words for the user.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SkipReason(Cow<'static, str>);

impl SkipReason {
    /// A reason from a literal or an owned string.
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self(reason.into())
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static str> for SkipReason {
    fn from(reason: &'static str) -> Self {
        Self(Cow::Borrowed(reason))
    }
}

impl From<String> for SkipReason {
    fn from(reason: String) -> Self {
        Self(Cow::Owned(reason))
    }
}
