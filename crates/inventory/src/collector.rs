use orgwide_call::{CallError, Caller};
use orgwide_names::Glob;
use orgwide_regional::RegionalAccount;

use crate::declared::COLLECTORS;
use crate::{Naming, RecordPages};

/// One type of resource, and how it is collected from one account and region: data, not code.
///
/// A collector does not know where its records go, nor how many of it run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collector {
    pub(crate) kind: &'static str,
    pub(crate) scope: Scope,
    pub(crate) action: &'static str,
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
    /// Where in an answer its items are, through lists and structures.
    pub(crate) items: &'static str,
    /// The member of an item that is its id. An item without one is none.
    pub(crate) id: &'static str,
    /// The ARN, with `{partition}`, `{region}`, `{account}` and `{id}` filled in.
    pub(crate) arn: &'static str,
    pub(crate) name: Naming,
    /// The member that lists an item's tags.
    pub(crate) tags: Option<&'static str>,
    /// The member that tells an item's region, where the call is made once for all of them.
    pub(crate) region: Option<&'static str>,
}

/// Where a type of resource is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In each region.
    Regional,
    /// Once for each account.
    Global,
}

/// A type was asked for that no collector gives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a type that can be collected; there are: {}", all_kinds())]
pub struct UnknownTypeError {
    text: String,
}

impl Collector {
    /// Every collector.
    #[must_use]
    pub fn all() -> &'static [Self] {
        COLLECTORS
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

    /// Every record there is in `at`, page by page, each page with as many items as the service allows.
    ///
    /// Nothing is sent before the first page is asked for.
    ///
    /// # Errors
    ///
    /// The [`CallError`] of a call that cannot be made at all.
    pub fn pages(&self, at: &RegionalAccount) -> Result<RecordPages, CallError> {
        let caller = Caller::new(at.config()).account(at.id());
        let items = caller.items(self.service, self.operation, serde_json::json!({}))?.at(self.items)?;
        Ok(RecordPages::new(*self, at, items))
    }
}

fn all_kinds() -> String {
    COLLECTORS.iter().map(|collector| collector.kind).collect::<Vec<_>>().join(", ")
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
}
