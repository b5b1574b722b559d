//! The records of a type as lists tell them.

use std::collections::VecDeque;

use orgwide_call::{CallError, Items, OperationId};
use orgwide_regional::RegionalAccount;
use orgwide_session::Class;
use serde_json::{Map, Value};

use crate::callers::Callers;
use crate::collector::Spec;
use crate::distinct::Distinct;
use crate::{Collector, Record, RecordPages};

/// A list under way.
pub(crate) struct Listing {
    collector: Collector,
    list: Option<List>,
    /// What it is listed within, if anything.
    parents: Option<Parents>,
    /// Where a rule chose what ids are made of.
    distinct: Option<Distinct>,
}

/// One list, from page to page.
struct List {
    at: RegionalAccount,
    items: Items,
    /// What its items get besides.
    members: Map<String, Value>,
}

/// The resources that a type is listed within.
struct Parents {
    pages: Box<RecordPages>,
    /// Those of a page whose lists have not been asked for.
    waiting: VecDeque<Record>,
}

impl Listing {
    pub(crate) fn new(collector: Collector, callers: &mut Callers) -> Result<Self, CallError> {
        let spec = collector.spec();
        let (at, caller) = callers.in_region(&callers.here().region().clone());
        // An operation that is not there is told before anything is sent.
        let items = spec.items(&caller, spec.parameters.clone())?;
        let (list, parents) = match &spec.within {
            None => (Some(List { at, items, members: Map::new() }), None),
            Some(within) => {
                let pages = Box::new(within.parent.pages(&at)?);
                (None, Some(Parents { pages, waiting: VecDeque::new() }))
            }
        };
        let distinct = (!collector.spec().is_declared).then(Distinct::default);
        Ok(Self { collector, list, parents, distinct })
    }

    pub(crate) fn collector(&self) -> &Collector {
        &self.collector
    }

    /// The records of the next answer; none after the last.
    pub(crate) async fn next(&mut self, callers: &mut Callers) -> Result<Option<Vec<Record>>, CallError> {
        loop {
            if let Some(list) = &mut self.list {
                match list.next(&self.collector).await {
                    Ok(Some(mut records)) => {
                        if let Some(distinct) = &mut self.distinct {
                            records.iter_mut().for_each(|record| distinct.tell_apart(record));
                        }
                        return Ok(Some(records));
                    }
                    Ok(None) => {}
                    // What it was in is there no more, and so nothing in it.
                    Err(error) if self.parents.is_some() && is_gone(&error) => {}
                    Err(error) => return Err(error),
                }
                self.list = None;
            }
            let Some(parents) = &mut self.parents else { return Ok(None) };
            match parents.waiting.pop_front() {
                Some(parent) => self.list = Some(List::within(self.collector.spec(), &parent, callers)?),
                // A type within itself cannot be declared, but that is not for the compiler to know.
                None => match Box::pin(parents.pages.next()).await.transpose()? {
                    Some(page) => parents.waiting = page.into(),
                    None => return Ok(None),
                },
            }
        }
    }
}

impl List {
    /// The list of what is within one resource.
    fn within(spec: &Spec, parent: &Record, callers: &mut Callers) -> Result<Self, CallError> {
        let (at, caller) = callers.in_region(&parent.region);
        let mut input = spec.parameters.clone();
        let mut members = Map::new();
        if let Some(within) = &spec.within {
            // Asked without it, it might be the list of something else.
            let lacks = || CallError::Unsupported {
                operation: OperationId { service: spec.service.clone(), operation: spec.operation.clone() },
                why: format!("{} {} does not tell what it is asked with", parent.kind, parent.id),
            };
            let more = within.parameters.of(&parent.subject()).ok_or_else(lacks)?;
            if let (Some(input), Value::Object(more)) = (input.as_object_mut(), more) {
                input.extend(more);
            }
            if let Some(Value::Object(told)) = within.members.of(&parent.subject()) {
                members = told;
            }
        }
        Ok(Self { at, items: spec.items(&caller, input)?, members })
    }

    async fn next(&mut self, collector: &Collector) -> Result<Option<Vec<Record>>, CallError> {
        let Some(page) = self.items.next_page().await? else { return Ok(None) };
        let now = now();
        let mut records = Vec::new();
        for item in page {
            records.push(Record::of(collector, &self.at, item?, &self.members, &now));
        }
        Ok(Some(records))
    }
}

fn is_gone(error: &CallError) -> bool {
    error.failure().is_some_and(|failure| failure.class() == Class::NotFound)
}

/// The time of a page, RFC 3339 in UTC to the millisecond.
fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_page_is_rfc_3339_in_utc() {
        let now = now();
        assert!(now.ends_with('Z') && now.as_bytes()[10] == b'T' && now.len() == 24, "{now}");
    }
}
