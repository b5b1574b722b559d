use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use orgwide_call::{CallError, Caller};
use orgwide_models::Catalog;
use orgwide_names::ServiceName;
use orgwide_regional::RegionalAccount;
use orgwide_session::Failure;
use serde_json::Value;

use crate::expression::{Expression, Path, Template};
use crate::{Kind, RecordPages, Scope, cloud_control};

/// One type of resource, and how it is collected from one account and region: data, not code.
///
/// A collector does not know where its records go, nor how many of it run. Cloning allocates nothing.
#[derive(Clone)]
pub struct Collector(Arc<Spec>);

/// What a collector does.
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
        let Spec { service, operation, .. } = &*self.0;
        let service =
            service.parse::<ServiceName>().map_or_else(|_| service.clone(), |name| name.to_string());
        format!("{service}:{operation}")
    }

    /// Whether that operation of that service, by their names in its model, lists it.
    pub(crate) fn lists_by(&self, service: &str, operation: &str) -> bool {
        let Spec { catalog, service: own, operation: lists, .. } = &*self.0;
        lists == operation
            && (own == service || catalog.service(own).is_ok_and(|summary| summary.name == service))
    }

    /// The most resources one call gives; none where one call gives them all. A place with n of them takes n by this
    /// many calls, rounded up, and one where there are none. Services may give fewer at a time.
    #[must_use]
    pub fn page(&self) -> Option<u32> {
        self.0.page
    }

    /// The IAM actions a role needs for it, sorted.
    #[must_use]
    pub fn actions(&self) -> Vec<String> {
        let Spec { catalog, service, operation, .. } = &*self.0;
        let found = orgwide_call::find(catalog, service, operation);
        let own = found.iter().map(|(model, operation)| orgwide_call::action(model, operation));
        let mut actions: Vec<String> = own.chain(self.0.actions.iter().cloned()).collect();
        actions.sort();
        actions
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
        let Spec { catalog, service, operation, parameters, items, .. } = &*self.0;
        let caller = Caller::new(at.config()).catalog(Arc::clone(catalog)).account(at.id());
        let found = caller.items(service, operation, parameters.clone())?;
        let found = match items {
            Some(path) => found.at(path)?,
            None => found,
        };
        Ok(RecordPages::new(self.clone(), at, found))
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
