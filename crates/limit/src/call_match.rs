use std::fmt;
use std::str::FromStr;

use orgwide_names::{Glob, OperationName, ParseServiceNameError, ServiceName};

use crate::quota::quoted;
use crate::{Key, Payer};

/// Which calls a rule is for: of which service and operations, by which accounts, in which regions, and whether
/// with pages.
///
/// As text it is `*` for every call, `SERVICE`, or `SERVICE:OPERATION`, where the operation may hold `*` for
/// any run of characters and `?` for one. Upper and lower case are the same. A service may be spelled in any
/// way [`ServiceName`] knows. The rest cannot be written as text.
///
/// ```
/// use orgwide_limit::{Key, Match, Payer};
///
/// let reads: Match = "EC2:describe*".parse()?;
/// let call = Key {
///     account: Payer::Account("111122223333".parse()?),
///     region: "eu-central-1".parse()?,
///     service: "ec2".parse()?,
///     operation: "DescribeInstances".parse()?,
///     paged: false,
/// };
/// assert!(reads.matches(&call));
/// assert_eq!(reads.to_string(), "ec2:describe*");
/// assert!(!reads.in_regions(["us-*"]).matches(&call));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    service: Option<ServiceName>,
    /// Any of these; none: all.
    operations: Vec<Glob>,
    /// Any of these; none: all.
    accounts: Vec<Payer>,
    /// Any of these; none: all.
    regions: Vec<Glob>,
    /// Only calls that do not ask page by page.
    only_unpaged: bool,
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

/// How closely a match describes a call; the greater, the closer. What is asked for counts more than by whom,
/// and that more than where.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Specificity {
    calls: Calls,
    names_accounts: bool,
    regions: Places,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Calls {
    Anything,
    Service,
    /// By the number of characters that are not wildcards.
    Pattern(usize),
    Operation,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Places {
    Anywhere,
    Pattern(usize),
    Named,
}

impl Match {
    /// Every call of every service.
    pub const ANYTHING: Self = Self {
        service: None,
        operations: Vec::new(),
        accounts: Vec::new(),
        regions: Vec::new(),
        only_unpaged: false,
    };

    /// Every operation of a service.
    #[must_use]
    pub fn service(service: ServiceName) -> Self {
        Self { service: Some(service), ..Self::ANYTHING }
    }

    /// The operations of a service that fit a pattern; without a wildcard in it, one operation.
    ///
    /// # Errors
    /// The pattern holds anything but ASCII letters, digits, `_`, `*` and `?`, is empty or longer than 128.
    pub fn operations(service: ServiceName, pattern: &str) -> Result<Self, MatchError> {
        Self::any_of(service, [pattern])
    }

    /// The operations of a service that fit any of these patterns.
    ///
    /// # Errors
    /// As for [`operations`](Self::operations), for the first pattern that is not one.
    pub fn any_of<'a>(
        service: ServiceName,
        patterns: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, MatchError> {
        let operations = patterns.into_iter().map(|pattern| {
            let legal = (1..=128).contains(&pattern.len())
                && !pattern.starts_with(|first: char| first.is_ascii_digit() || first == '_')
                && pattern.bytes().all(|b| b.is_ascii_alphanumeric() || b"_*?".contains(&b));
            if legal { Ok(Glob::ignoring_case(pattern)) } else { Err(MatchError::Operation(quoted(pattern))) }
        });
        Ok(Self { operations: operations.collect::<Result<_, _>>()?, ..Self::service(service) })
    }

    /// Of these only the calls that any of these accounts pays for.
    #[must_use]
    pub fn by_accounts(self, accounts: impl IntoIterator<Item = Payer>) -> Self {
        Self { accounts: accounts.into_iter().collect(), ..self }
    }

    /// Of these only the calls in regions that fit any of these names or patterns, such as `eu-*`.
    #[must_use]
    pub fn in_regions<'a>(self, patterns: impl IntoIterator<Item = &'a str>) -> Self {
        Self { regions: patterns.into_iter().map(Glob::new).collect(), ..self }
    }

    /// Of these only the calls that are not one of a series that reads a list page by page.
    #[must_use]
    pub fn unpaged(self) -> Self {
        Self { only_unpaged: true, ..self }
    }

    /// Whether a call is meant.
    #[must_use]
    pub fn matches(&self, key: &Key) -> bool {
        self.is_for(&key.service, &key.operation) && self.takes(key)
    }

    /// Whether calls of an operation can be meant.
    pub(crate) fn is_for(&self, service: &ServiceName, operation: &OperationName) -> bool {
        self.service.as_ref().is_none_or(|own| own == service)
            && any(&self.operations, |pattern| pattern.matches(operation.as_str()))
    }

    /// Whether a call is meant as far as service and operation do not say.
    pub(crate) fn takes(&self, key: &Key) -> bool {
        any(&self.accounts, |own| *own == key.account)
            && any(&self.regions, |own| own.matches(key.region.as_str()))
            && !(self.only_unpaged && key.paged)
    }

    /// Whether every call of its operations is meant.
    pub(crate) fn takes_all(&self) -> bool {
        self.accounts.is_empty() && self.regions.is_empty() && !self.only_unpaged
    }

    /// The service it is for; none when it is for all of them.
    #[must_use]
    pub fn service_name(&self) -> Option<&ServiceName> {
        self.service.as_ref()
    }

    /// Whether it picks operations of the service, rather than all of it.
    #[must_use]
    pub fn picks_operations(&self) -> bool {
        !self.operations.is_empty()
    }

    pub(crate) fn specificity(&self) -> Specificity {
        // Of several patterns the loosest says how close the match is.
        let loosest =
            self.operations.iter().map(|pattern| literals(pattern).map_or(Calls::Operation, Calls::Pattern));
        let all = if self.service.is_some() { Calls::Service } else { Calls::Anything };
        let places =
            self.regions.iter().map(|pattern| literals(pattern).map_or(Places::Named, Places::Pattern));
        Specificity {
            calls: loosest.min().unwrap_or(all),
            names_accounts: !self.accounts.is_empty(),
            regions: places.min().unwrap_or(Places::Anywhere),
        }
    }
}

/// Whether any will do, or there is nothing to ask for.
fn any<T>(wanted: &[T], will_do: impl FnMut(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(will_do)
}

/// The number of characters in a pattern that are not wildcards; none if there is no wildcard in it.
fn literals(pattern: &Glob) -> Option<usize> {
    let text = pattern.as_str();
    Glob::is_pattern(text).then(|| text.chars().filter(|c| !matches!(c, '*' | '?')).count())
}

impl FromStr for Match {
    type Err = MatchError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            _ if text == "*" => Ok(Self::ANYTHING),
            Some((service, pattern)) => Self::operations(service.parse()?, pattern),
            None => Ok(Self::service(text.parse()?)),
        }
    }
}

/// Writes what [`Match::from_str`] reads, and after it what it does not: accounts, regions, and that only calls
/// without pages are meant.
impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.service {
            None => f.write_str("*")?,
            Some(service) => write!(f, "{service}")?,
        }
        list(f, ":", "|", &self.operations)?;
        list(f, " by ", ", ", &self.accounts)?;
        list(f, " in ", ", ", &self.regions)?;
        if self.only_unpaged { f.write_str(" without pages") } else { Ok(()) }
    }
}

fn list(f: &mut fmt::Formatter<'_>, before: &str, between: &str, items: &[impl fmt::Display]) -> fmt::Result {
    for (place, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if place == 0 { before } else { between })?;
    }
    Ok(())
}
