use std::sync::Arc;

use orgwide_call::CallError;
use orgwide_inventory::{Collector, Scope};
use orgwide_ledger::Attempt;
use orgwide_models::Catalog;
use orgwide_regional::RegionalAccount;
use orgwide_session::Call;

use crate::call::OperationCall;
use crate::gaps::Gaps;
use crate::job::JobFailure;
use crate::rows;

/// So many tasks are told by their names, more only by their number.
pub(crate) const NAMED: usize = 3;

/// What the tasks are, in words that fit into a line.
pub(crate) fn names(tasks: &[Task]) -> String {
    match tasks.len() {
        ..=NAMED => tasks.iter().map(Task::name).collect::<Vec<_>>().join(", "),
        count => format!("{count} types"),
    }
}

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

    /// The IAM action that a call of it most probably needs; none where no model that comes along tells.
    pub(crate) fn action(&self, call: &Call) -> Option<String> {
        match self {
            Self::Collect(_) => {
                let found = orgwide_call::find(&Catalog::embedded(), &call.service, &call.operation);
                found.ok().map(|(model, operation)| orgwide_call::action(&model, &operation))
            }
            Self::Call(call) => Some(call.action().to_owned()),
        }
    }

    /// Whether doing it again changes nothing more.
    pub(crate) fn is_repeatable(&self) -> bool {
        match self {
            Self::Collect(_) => true,
            Self::Call(call) => call.is_read(),
        }
    }

    /// Does it, and records what it gives, page by page. What details are missing is noted once all the rest is there.
    pub(crate) async fn run(
        &self,
        here: &RegionalAccount,
        attempt: &mut Attempt,
        gaps: &Gaps,
    ) -> Result<(), JobFailure> {
        match self {
            Self::Collect(collector) => {
                let mut pages = collector.pages(here)?;
                while let Some(page) = pages.next().await {
                    let page = page.map_err(|error| of_list(collector, error))?;
                    let rows = page.iter().map(rows::of_record).collect::<Result<_, _>>()?;
                    attempt.page(rows).await?;
                }
                gaps.note(pages.gaps());
                Ok(())
            }
            Self::Call(call) => call.run(here, attempt).await,
        }
    }
}

/// What the error of a list means: where there is no such type, nothing is missing.
fn of_list(collector: &Collector, error: CallError) -> JobFailure {
    let absence = error.failure().and_then(|failure| collector.absence(failure));
    absence.map_or_else(|| error.into(), JobFailure::Absent)
}
