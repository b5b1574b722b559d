use orgwide_names::Glob;
use orgwide_regional::RegionalAccount;
use orgwide_session::Failure;

use crate::{Pages, Record, ec2_instance, s3_bucket};

/// One type of resource, and how it is collected from one account and region.
///
/// A collector does not know where its records go, nor how many of it run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collector {
    kind: &'static str,
    scope: Scope,
    action: &'static str,
    how: How,
}

/// Where a type of resource is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In each region.
    Regional,
    /// Once for each account.
    Global,
}

/// A closed list rather than functions: futures of different collectors are one type, and their calls are
/// checked for being `Send` here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Ec2Instance,
    S3Bucket,
}

/// A type was asked for that no collector gives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a type that can be collected; there are: {}", all_kinds())]
pub struct UnknownTypeError {
    text: String,
}

/// Every type there is, in the order of their names.
static COLLECTORS: [Collector; 2] = [
    Collector {
        kind: "ec2:instance",
        scope: Scope::Regional,
        action: "ec2:DescribeInstances",
        how: How::Ec2Instance,
    },
    Collector { kind: "s3:bucket", scope: Scope::Global, action: "s3:ListAllMyBuckets", how: How::S3Bucket },
];

impl Collector {
    /// Every collector.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &COLLECTORS
    }

    /// The collectors that `types` ask for, by name or pattern (`ec2:*`), each once; all for none.
    ///
    /// # Errors
    ///
    /// [`UnknownTypeError`] when one of them fits no collector.
    pub fn find(types: &[impl AsRef<str>]) -> Result<Vec<Self>, UnknownTypeError> {
        let mut found: Vec<Self> = Vec::new();
        for text in types.iter().map(AsRef::as_ref) {
            let pattern = Glob::new(text);
            let mut fitting =
                COLLECTORS.iter().filter(|collector| pattern.matches(collector.kind)).peekable();
            if fitting.peek().is_none() {
                return Err(UnknownTypeError { text: text.escape_debug().take(64).collect() });
            }
            for collector in fitting {
                if !found.contains(collector) {
                    found.push(*collector);
                }
            }
        }
        Ok(if types.is_empty() { COLLECTORS.to_vec() } else { found })
    }

    /// The name of the type, such as `ec2:instance`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Where it is asked for.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The IAM action a role needs for it.
    #[must_use]
    pub fn action(&self) -> &'static str {
        self.action
    }

    /// Collects every record there is in `at`, page by page.
    ///
    /// When nobody reads the pages any more, it stops and reports no error.
    ///
    /// # Errors
    ///
    /// The [`Failure`] of the call that failed; the pages before it have been handed on.
    pub async fn collect<R>(&self, at: &RegionalAccount, pages: &Pages<R>) -> Result<(), Failure>
    where
        R: From<Record> + Send,
    {
        match self.how {
            How::Ec2Instance => ec2_instance::collect(at, pages).await,
            How::S3Bucket => s3_bucket::collect(at, pages).await,
        }
    }
}

fn all_kinds() -> String {
    COLLECTORS.iter().map(|collector| collector.kind).collect::<Vec<_>>().join(", ")
}

/// The time of a page, RFC 3339 in UTC to the millisecond.
pub(crate) fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(types: &[&str]) -> Result<Vec<&'static str>, UnknownTypeError> {
        Ok(Collector::find(types)?.iter().map(Collector::kind).collect())
    }

    #[test]
    fn types_are_found_by_name_and_pattern_and_never_twice() {
        assert_eq!(kinds(&["s3:bucket", "ec2:*", "s3:*"]).unwrap(), ["s3:bucket", "ec2:instance"]);
        assert_eq!(kinds(&[]).unwrap().len(), Collector::all().len());
    }

    #[test]
    fn a_type_that_does_not_exist_is_refused_with_those_that_do() {
        let error = kinds(&["ec2:instances"]).unwrap_err().to_string();
        assert!(error.contains("ec2:instance, s3:bucket"), "{error}");
        assert!(kinds(&["rds:*"]).is_err());
    }

    #[test]
    fn the_time_of_a_page_is_rfc_3339_in_utc() {
        let now = now();
        assert!(now.ends_with('Z') && now.as_bytes()[10] == b'T' && now.len() == 24, "{now}");
    }
}
