use orgwide_inventory::{Collector, Pages, Scope};
use orgwide_regional::RegionalAccount;
use orgwide_session::Failure;

/// What is done in each place.
#[derive(Debug, Clone)]
pub(crate) enum Task {
    /// A type of resource is collected.
    Collect(Collector),
}

impl Task {
    /// What it is, in the words of the reports.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Collect(collector) => collector.kind(),
        }
    }

    /// Where it is done.
    pub(crate) fn scope(&self) -> Scope {
        match self {
            Self::Collect(collector) => collector.scope(),
        }
    }

    /// The IAM action a role needs for it.
    pub(crate) fn action(&self) -> &str {
        match self {
            Self::Collect(collector) => collector.action(),
        }
    }

    /// Does it, and hands on what it gives.
    pub(crate) async fn run(&self, here: &RegionalAccount, pages: &Pages) -> Result<(), Failure> {
        match self {
            Self::Collect(collector) => collector.collect(here, pages).await,
        }
    }
}
