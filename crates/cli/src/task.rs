use std::sync::Arc;

use orgwide_inventory::{Collector, Scope};
use orgwide_regional::RegionalAccount;

use crate::call::OperationCall;
use crate::job::JobFailure;
use crate::pages::Pages;

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
    pub(crate) fn action(&self) -> &str {
        match self {
            Self::Collect(collector) => collector.action(),
            Self::Call(call) => call.action(),
        }
    }

    /// Does it, and hands on what it gives.
    pub(crate) async fn run(&self, here: &RegionalAccount, rows: &Pages) -> Result<(), JobFailure> {
        match self {
            Self::Collect(collector) => {
                let mut pages = collector.pages(here)?;
                while let Some(page) = pages.next().await {
                    if !rows.put_records(page?).await {
                        break;
                    }
                }
                Ok(())
            }
            Self::Call(call) => call.run(here, rows).await,
        }
    }
}
