//! What `call` does in each place: one operation, by its name.

mod announcement;
mod answer;
mod callee;
mod params;
mod permission;

use std::sync::Arc;

use orgwide_call::Caller;
use orgwide_inventory::Scope;
use orgwide_names::Partition;
use orgwide_regional::RegionalAccount;
use serde_json::Value;

pub(crate) use announcement::announce;
pub(crate) use answer::{Answer, Place};
pub(crate) use callee::{Callee, catalog, service_name, unknown};
pub(crate) use params::read as read_params;

use crate::job::JobFailure;
use crate::pages::Pages;
use crate::query::Query;
use crate::rows::Row;

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
        Self { callee, name, action, scope, input, query, first_page }
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

    /// Calls it and hands on a row for each page.
    pub(crate) async fn run(&self, here: &RegionalAccount, rows: &Pages) -> Result<(), JobFailure> {
        let caller = Caller::new(here.config()).catalog(Arc::clone(&self.callee.catalog)).account(here.id());
        let (service, operation) = (self.callee.model.service().name.as_str(), self.callee.operation_name());
        if self.first_page {
            let answer = caller.call(service, operation, self.input.clone()).await?;
            rows.put(vec![self.row(here, 1, &answer)?]).await;
            return Ok(());
        }
        let mut pages = caller.pages(service, operation, self.input.clone())?;
        let mut number = 0;
        while let Some(answer) = pages.next().await {
            number += 1;
            if !rows.put(vec![self.row(here, number, &answer?)?]).await {
                break;
            }
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
            None => Answer::new(&self.name, &at, answer),
            Some(query) => {
                let found = query.of(answer).map_err(|error| {
                    JobFailure::beyond_aws(
                        format!("--query does not fit the answer: {error}"),
                        "look at an answer without --query, and allow for what may be absent: `not_null(a, b)`, `a || b`",
                    )
                })?;
                Answer::new(&self.name, &at, &*found)
            }
        };
        answer.map(Row::Answer).map_err(|error| {
            JobFailure::beyond_aws(
                format!("the row could not be written: {error}"),
                "ask for less with --query",
            )
        })
    }
}
