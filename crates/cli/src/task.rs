use std::sync::Arc;

use orgwide_inventory::{Collector, Scope};
use orgwide_ledger::Attempt;
use orgwide_regional::RegionalAccount;

use crate::call::OperationCall;
use crate::job::JobFailure;
use crate::rows;

/// What is done in each place.
#[derive(Debug, Clone)]
pub(crate) enum Task {
    /// A type of resource is collected.
    Collect(Collector),
    /// An operation is called.
    Call(Arc<OperationCall>),
}

impl Task {
    /// What it is, in the words of the reports.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Collect(collector) => collector.kind(),
            Self::Call(call) => call.name(),
        }
    }

    /// Where it is done.
    pub(crate) fn scope(&self) -> Scope {
        match self {
            Self::Collect(collector) => collector.scope(),
            Self::Call(call) => call.scope(),
        }
    }

    /// The IAM action a role needs for it.
    pub(crate) fn action(&self) -> String {
        match self {
            Self::Collect(collector) => collector.actions().into_iter().next().unwrap_or_default(),
            Self::Call(call) => call.action().to_owned(),
        }
    }

    /// Whether doing it again changes nothing more.
    pub(crate) fn is_repeatable(&self) -> bool {
        match self {
            Self::Collect(_) => true,
            Self::Call(call) => call.is_read(),
        }
    }

    /// Does it, and records what it gives, page by page.
    pub(crate) async fn run(&self, here: &RegionalAccount, attempt: &mut Attempt) -> Result<(), JobFailure> {
        match self {
            Self::Collect(collector) => {
                let mut pages = collector.pages(here)?;
                while let Some(page) = pages.next().await {
                    let rows = page?.iter().map(rows::of_record).collect::<Result<_, _>>()?;
                    attempt.page(rows).await?;
                }
                Ok(())
            }
            Self::Call(call) => call.run(here, attempt).await,
        }
    }
}
