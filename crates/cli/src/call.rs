//! What `call` does in each place: one operation, by its name.

mod announcement;
mod answer;
mod callee;
mod params;

use std::sync::Arc;

use orgwide_call::{Caller, Effect};
use orgwide_inventory::Scope;
use orgwide_ledger::{Attempt, Row};
use orgwide_names::Partition;
use orgwide_regional::RegionalAccount;
use serde_json::Value;

pub(crate) use announcement::announce;
pub(crate) use answer::{Answer, Place};
pub(crate) use callee::{Callee, catalog, service_name, unknown};
pub(crate) use params::read as read_params;

use crate::job::JobFailure;
use crate::query::Query;
use crate::rows;

/// A call to be made in each place.
#[derive(Debug)]
pub(crate) struct OperationCall {
    callee: Callee,
    name: Arc<str>,
    action: String,
    scope: Scope,
    input: Value,
    query: Option<Query>,
    /// Only the first page.
    first_page: bool,
    is_read: bool,
}

impl OperationCall {
    /// A call of `callee` with an input that was checked.
    pub(crate) fn new(
        callee: Callee,
        input: Value,
        query: Option<Query>,
        first_page: bool,
        partition: Partition,
    ) -> Self {
        let (name, action, scope) = (callee.name().into(), callee.action(), callee.scope(partition));
        let is_read = callee.effect(&input) != Effect::Write;
        Self { callee, name, action, scope, input, query, first_page, is_read }
    }

    /// Whether making it twice does no more than making it once.
    pub(crate) fn is_read(&self) -> bool {
        self.is_read
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn action(&self) -> &str {
        &self.action
    }

    pub(crate) fn scope(&self) -> Scope {
        self.scope
    }

    /// Calls it and records a row for each page.
    pub(crate) async fn run(&self, here: &RegionalAccount, attempt: &mut Attempt) -> Result<(), JobFailure> {
        let caller = Caller::new(here.config()).catalog(Arc::clone(&self.callee.catalog)).account(here.id());
        let (service, operation) = (self.callee.model.service().name.as_str(), self.callee.operation_name());
        if self.first_page {
            let answer = caller.call(service, operation, self.input.clone()).await?;
            attempt.page(vec![self.row(here, 1, &answer)?]).await?;
            return Ok(());
        }
        let mut pages = caller.pages(service, operation, self.input.clone())?;
        let mut number = 0;
        while let Some(answer) = pages.next().await {
            number += 1;
            attempt.page(vec![self.row(here, number, &answer?)?]).await?;
        }
        Ok(())
    }

    fn row(&self, here: &RegionalAccount, page: u64, answer: &Value) -> Result<Row, JobFailure> {
        let at = Place {
            account_id: here.id(),
            account_name: here.account().name(),
            region: here.region(),
            service: self.callee.service.as_str(),
            operation: self.callee.operation_name(),
            page,
        };
        let answer = match &self.query {
            None => Answer::new(&at, answer),
            Some(query) => {
                let found = query.of(answer).map_err(|error| {
                    JobFailure::beyond_aws(
                        format!("--query does not fit the answer: {error}"),
                        "look at an answer without --query, and allow for what may be absent: `not_null(a, b)`, `a || b`",
                    )
                })?;
                Answer::new(&at, &*found)
            }
        };
        answer.map(rows::of_answer).map_err(|error| {
            JobFailure::beyond_aws(
                format!("the row could not be written: {error}"),
                "ask for less with --query",
            )
        })
    }
}
