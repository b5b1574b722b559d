//! A kind of resource, as data.

use std::borrow::Cow;

use serde_json::Value;

use super::cell::Cell;
use super::listing::Selection;
use super::paging::Paging;
use super::tagging::Tagging;
use crate::refusal::Refusal;

/// The region of what belongs to no region.
pub(crate) const GLOBAL: &str = "global";

/// A kind of resource and the operation that lists it.
#[derive(Debug)]
pub(super) struct Kind {
    /// The service's name in the models.
    pub(super) service: &'static str,
    pub(super) operation: &'static str,
    /// What the content is drawn by; two operations with the same key list the same resources.
    pub(super) key: &'static str,
    /// Where in the answer the items are.
    pub(super) items: &'static str,
    /// The same from every region.
    pub(super) is_global: bool,
    /// The most there are in one account and region, crowds aside.
    pub(super) most: usize,
    pub(super) paging: Paging,
    /// The parameters that `select` heeds.
    pub(super) parameters: &'static [&'static str],
    /// The parameter that picks resources by their names, and the error for those that are not there.
    pub(super) named: Option<Named>,
    pub(super) tagging: Tagging,
    /// How many of `fair` there are: fewer where another kind has to be there first.
    pub(super) count: fn(&Cell<'_>, usize) -> usize,
    pub(super) identify: fn(&Cell<'_>, usize) -> Identity,
    /// The members of an item that tell the resource and matter for use, but for its tags.
    pub(super) member: fn(&Cell<'_>, usize, &Identity) -> Value,
    /// What the list holds for an input.
    pub(super) select: fn(&Cell<'_>, &Value) -> Result<Selection, Refusal>,
}

/// How resources are picked by name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    pub(super) parameter: &'static str,
    pub(super) status: u16,
    pub(super) code: &'static str,
}

impl Kind {
    /// A kind in every region, with pages as most services have them and a list that takes no parameters.
    pub(super) const BASE: Self = Self {
        service: "",
        operation: "",
        key: "",
        items: "",
        is_global: false,
        most: usize::MAX,
        paging: Paging::SINGLE,
        parameters: &[],
        named: None,
        tagging: Tagging::ELSEWHERE,
        count: |_, fair| fair,
        identify: |_, _| Identity { kind: None, id: String::new(), arn: None, name: None },
        member: |_, _, _| Value::Null,
        select: |_, _| Ok(Selection::ALL),
    };
}

/// What a resource is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// What it is, where one list holds several kinds.
    pub(super) kind: Option<&'static str>,
    /// What the service's own API takes to name it.
    pub(super) id: String,
    pub(super) arn: Option<String>,
    /// What people call it; none where the tag `Name` says it.
    pub(super) name: Option<String>,
}

impl Identity {
    /// One that is called what it is.
    pub(super) fn named(name: impl Into<String>, arn: String) -> Self {
        let name = name.into();
        Self { kind: None, id: name.clone(), arn: Some(arn), name: Some(name) }
    }

    /// One that is named by its ARN.
    pub(super) fn by_arn(arn: String, name: impl Into<String>) -> Self {
        Self { kind: None, id: arn.clone(), arn: Some(arn), name: Some(name.into()) }
    }

    /// One whose name, if it has any, is a tag.
    pub(super) fn tagged(id: String, arn: String) -> Self {
        Self { kind: None, id, arn: Some(arn), name: None }
    }

    pub(super) fn arn(&self) -> &str {
        self.arn.as_deref().unwrap_or_default()
    }

    pub(super) fn name(&self) -> Cow<'_, str> {
        self.name.as_deref().unwrap_or_default().into()
    }

    /// Whether this is what a caller means.
    pub(super) fn is(&self, text: &str) -> bool {
        self.id == text || self.arn.as_deref() == Some(text)
    }
}
