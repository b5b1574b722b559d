use std::fmt;
use std::str::FromStr;

use orgwide_names::{Glob, OperationName, ParseServiceNameError, ServiceName};

use crate::quota::quoted;

/// Which calls a rule is for: a service, all of it or the operations that fit a pattern.
///
/// As text it is `SERVICE` or `SERVICE:OPERATION`, where the operation may hold `*` for any run of
/// characters and `?` for one. Upper and lower case are the same. A service may be spelled in any
/// way [`ServiceName`] knows.
///
/// ```
/// use orgwide_limit::Match;
///
/// let reads: Match = "EC2:describe*".parse()?;
/// assert!(reads.matches(&"ec2".parse()?, &"DescribeInstances".parse()?));
/// assert_eq!(reads.to_string(), "ec2:describe*");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    service: Option<ServiceName>,
    operation: Option<Glob>,
}

/// The text does not say which calls are meant.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MatchError {
    /// The service is not a name.
    #[error(transparent)]
    Service(#[from] ParseServiceNameError),
    /// What follows the colon is neither an operation nor a pattern over operations.
    #[error(
        "`{0}` is not an operation or a pattern over operations: write it as the API does, as in `ec2:DescribeInstances` or `ec2:Describe*`"
    )]
    Operation(String),
}

/// How closely a match describes a call; the greater, the closer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Specificity {
    Anything,
    Service,
    /// By the number of characters that are not wildcards.
    Pattern(usize),
    Operation,
}

impl Match {
    /// Any call of any service: only the last rule of all.
    pub(crate) const ANYTHING: Self = Self { service: None, operation: None };

    /// Every operation of a service.
    #[must_use]
    pub fn service(service: ServiceName) -> Self {
        Self { service: Some(service), operation: None }
    }

    /// The operations of a service that fit a pattern; without a wildcard in it, one operation.
    ///
    /// # Errors
    /// The pattern holds anything but ASCII letters, digits, `_`, `*` and `?`, is empty or longer than 128.
    pub fn operations(service: ServiceName, pattern: &str) -> Result<Self, MatchError> {
        let legal = (1..=128).contains(&pattern.len())
            && !pattern.starts_with(|first: char| first.is_ascii_digit() || first == '_')
            && pattern.bytes().all(|b| b.is_ascii_alphanumeric() || b"_*?".contains(&b));
        if legal {
            Ok(Self { service: Some(service), operation: Some(Glob::ignoring_case(pattern)) })
        } else {
            Err(MatchError::Operation(quoted(pattern)))
        }
    }

    /// Whether a call is meant.
    #[must_use]
    pub fn matches(&self, service: &ServiceName, operation: &OperationName) -> bool {
        self.service.as_ref().is_none_or(|own| own == service)
            && self.operation.as_ref().is_none_or(|pattern| pattern.matches(operation.as_str()))
    }

    /// The service it is for; none when it is for all of them.
    #[must_use]
    pub fn service_name(&self) -> Option<&ServiceName> {
        self.service.as_ref()
    }

    /// Whether it picks operations of the service, rather than all of it.
    #[must_use]
    pub fn picks_operations(&self) -> bool {
        self.operation.is_some()
    }

    pub(crate) fn specificity(&self) -> Specificity {
        match (&self.service, &self.operation) {
            (None, _) => Specificity::Anything,
            (Some(_), None) => Specificity::Service,
            (Some(_), Some(pattern)) if Glob::is_pattern(pattern.as_str()) => {
                Specificity::Pattern(pattern.as_str().chars().filter(|c| !matches!(c, '*' | '?')).count())
            }
            (Some(_), Some(_)) => Specificity::Operation,
        }
    }
}

impl FromStr for Match {
    type Err = MatchError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((service, pattern)) => Self::operations(service.parse()?, pattern),
            None => Ok(Self::service(text.parse()?)),
        }
    }
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.service, &self.operation) {
            (None, _) => f.pad("*"),
            (Some(service), None) => service.fmt(f),
            (Some(service), Some(pattern)) => write!(f, "{service}:{pattern}"),
        }
    }
}
