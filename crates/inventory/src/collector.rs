use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use orgwide_call::{CallError, Caller, Items};
use orgwide_models::Catalog;
use orgwide_names::ServiceName;
use orgwide_regional::RegionalAccount;
use orgwide_session::Failure;
use serde_json::Value;

use crate::calls::Calls;
use crate::detail::{Detail, Details};
use crate::expression::{Expression, Path, Template};
use crate::within::Within;
use crate::{Kind, RecordPages, Scope, cloud_control};

/// One type of resource, and how it is collected from one account and region: data, not code.
///
/// A collector does not know where its records go, nor how many of it run. Cloning allocates nothing.
#[derive(Clone)]
pub struct Collector(Arc<Spec>);

/// What a collector does.
#[derive(Clone)]
pub(crate) struct Spec {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) kind: Kind,
    /// Other names for it.
    pub(crate) also: Vec<String>,
    /// The service, as its model is called.
    pub(crate) service: String,
    pub(crate) operation: String,
    pub(crate) parameters: Value,
    /// IAM actions it takes besides the operation's own.
    pub(crate) actions: Vec<String>,
    /// Where in an answer its items are; none where the model knows.
    pub(crate) items: Option<String>,
    /// What an item is called that is a bare text.
    pub(crate) member: Option<String>,
    /// The member of an item that is a text of JSON, and is read as such.
    pub(crate) json: Option<String>,
    /// None where an item has nothing that could be one.
    pub(crate) id: Option<Expression>,
    pub(crate) arn: Option<Template>,
    pub(crate) name: Option<Expression>,
    pub(crate) tags: Option<Path>,
    /// An item without a list of tags has none; else it may have some that the list does not tell.
    pub(crate) is_declared: bool,
    pub(crate) region: Option<Expression>,
    pub(crate) scope: Scope,
    /// The most items an answer has; none where an answer has them all.
    pub(crate) page: Option<u32>,
    pub(crate) common: bool,
    pub(crate) note: Option<String>,
    /// What it is listed within, if anything.
    pub(crate) within: Option<Within>,
    pub(crate) details: Details,
}

impl Spec {
    /// Its name, that with the service as its model is called, and the others, each once.
    pub(crate) fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let parts = self.kind.split_once(':').filter(|(service, _)| *service != self.service);
        let by_service = parts.map(|(_, resource)| Cow::from(format!("{}:{resource}", self.service)));
        let also = self.also.iter().map(Cow::from);
        [Cow::from(self.kind.as_str())].into_iter().chain(by_service).chain(also)
    }
}

impl Collector {
    pub(crate) fn new(spec: Spec) -> Self {
        Self(Arc::new(spec))
    }

    pub(crate) fn spec(&self) -> &Spec {
        &self.0
    }

    /// The name of the type, such as `ec2:instance`.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.0.kind
    }

    /// Other names for it.
    #[must_use]
    pub fn also(&self) -> &[String] {
        &self.0.also
    }

    /// Where it is asked for.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.0.scope
    }

    /// The operation that lists it, such as `ec2:DescribeInstances`.
    #[must_use]
    pub fn operation(&self) -> String {
        self.0.name_of(&self.0.operation)
    }

    /// Whether that operation of that service, by their names in its model, lists it.
    pub(crate) fn lists_by(&self, service: &str, operation: &str) -> bool {
        let Spec { catalog, service: own, operation: lists, .. } = &*self.0;
        lists == operation
            && (own == service || catalog.service(own).is_ok_and(|summary| summary.name == service))
    }

    /// The most resources one call lists; none where one call lists them all. Services may give fewer at a time.
    #[must_use]
    pub fn page(&self) -> Option<u32> {
        self.0.page
    }

    /// How many calls it takes.
    #[must_use]
    pub fn calls(&self) -> Calls {
        Calls::of(&self.0)
    }

    /// The IAM actions a role needs for it, sorted: those of the types it is listed within, and of its details where they
    /// are asked for, among them.
    #[must_use]
    pub fn actions(&self) -> Vec<String> {
        let Spec { catalog, service, operation, within, .. } = &*self.0;
        let details = self.0.asked().iter().map(|detail| detail.operation.as_str());
        let found = details
            .chain([operation.as_str()])
            .filter_map(|operation| orgwide_call::find(catalog, service, operation).ok());
        let mut actions: Vec<String> =
            found.map(|(model, operation)| orgwide_call::action(&model, &operation)).collect();
        actions.extend(self.0.actions.iter().cloned());
        actions.extend(within.iter().flat_map(|within| within.parent.actions()));
        actions.sort_unstable();
        actions.dedup();
        actions
    }

    /// Whether there is more to be known of each than lists tell.
    #[must_use]
    pub fn has_details(&self) -> bool {
        let Details { instead, each, .. } = &self.0.details;
        instead.is_some() || !each.is_empty()
    }

    /// The same with what more calls tell of each resource, which stands in its data under the name of each operation;
    /// tags that only they tell are filled in.
    ///
    /// What is not there is null. Where a call is refused, or fails for what it is about, there is
    /// `{"error": {"code", "message"}}` instead of an answer, and a [`Gap`](crate::Gap) is counted. A type without
    /// details stays as it is.
    #[must_use]
    pub fn with_details(&self) -> Self {
        let mut spec = (*self.0).clone();
        if let Some(instead) = spec.details.instead.clone() {
            spec.operation = instead.operation;
            spec.parameters = instead.parameters;
            spec.items = Some(instead.items);
            spec.tags = instead.tags;
            spec.page = instead.page;
        }
        spec.details.are_asked = true;
        Self::new(spec)
    }

    /// Whether it is collected when no type is named.
    #[must_use]
    pub fn is_common(&self) -> bool {
        self.0.common
    }

    /// What is good to know about it, if anything.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Why there is nothing of the type in a place, where a failure of its calls says so: there is no such type there,
    /// so nothing is missing.
    #[must_use]
    pub fn absence(&self, failure: &Failure) -> Option<String> {
        cloud_control::absence(&self.0, failure)
    }

    /// What to do about a failure of its calls that is about the type; none where the failure itself says best.
    #[must_use]
    pub fn next_step(&self, failure: &Failure) -> Option<&'static str> {
        cloud_control::next_step(&self.0, failure)
    }

    /// Every record there is in `at`, page by page, each page with as many items as the service allows.
    ///
    /// Nothing is sent before the first page is asked for.
    ///
    /// # Errors
    ///
    /// The [`CallError`] of a call that cannot be made at all.
    pub fn pages(&self, at: &RegionalAccount) -> Result<RecordPages, CallError> {
        RecordPages::new(self.clone(), at)
    }
}

impl Spec {
    /// The list that an input asks for.
    pub(crate) fn items(&self, caller: &Caller, input: Value) -> Result<Items, CallError> {
        let found = caller.items(&self.service, &self.operation, input)?;
        match &self.items {
            Some(path) => found.at(path),
            None => Ok(found),
        }
    }

    /// An operation of the service with the service's name, as users write it.
    pub(crate) fn name_of(&self, operation: &str) -> String {
        let service = self.service.parse::<ServiceName>();
        let service = service.map_or_else(|_| self.service.clone(), |name| name.to_string());
        format!("{service}:{operation}")
    }

    /// The details that are asked for.
    pub(crate) fn asked(&self) -> &[Detail] {
        if self.details.are_asked { &self.details.each } else { &[] }
    }
}

impl PartialEq for Collector {
    /// Whether they collect the same type.
    fn eq(&self, other: &Self) -> bool {
        self.0.kind == other.0.kind
    }
}

impl Eq for Collector {}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector")
            .field("kind", &self.0.kind)
            .field("operation", &self.operation())
            .finish_non_exhaustive()
    }
}
