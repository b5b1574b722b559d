//! Asking for the details of records.

mod answer;
mod question;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use orgwide_call::{CallError, Caller};
use serde_json::Value;

use crate::callers::Callers;
use crate::detail::Detail;
use crate::refusals::Refusals;
use crate::{Collector, Gap, Record};
pub(crate) use answer::Told;
use answer::{Answer, Error, nested};
use question::{Question, questions};

/// Calls made at once for one target.
const AT_ONCE: usize = 4;

/// The details of a type in one place.
pub(crate) struct Asking {
    collector: Collector,
    /// What is known of each detail, in the order in which they are declared.
    known: Vec<Known>,
    gaps: Vec<Gap>,
}

#[derive(Default)]
struct Known {
    /// Where in an answer the list is that goes on from page to page; none for an operation without pages.
    paged: Option<String>,
    refusals: Refusals,
}

impl Asking {
    /// None where nothing is asked.
    pub(crate) fn new(collector: &Collector) -> Result<Option<Self>, CallError> {
        let spec = collector.spec();
        let known = |detail: &Detail| {
            let (_, operation) = orgwide_call::find(&spec.catalog, &spec.service, &detail.operation)?;
            let paged = operation.paginator.and_then(|_| detail.list()).map(ToString::to_string);
            Ok(Known { paged, ..Known::default() })
        };
        let known: Vec<Known> = spec.asked().iter().map(known).collect::<Result<_, CallError>>()?;
        let asking = || Self { collector: collector.clone(), known, gaps: Vec::new() };
        Ok((!spec.asked().is_empty()).then(asking))
    }

    pub(crate) fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Everything that is to be told about these records, a few calls at a time.
    pub(crate) async fn about(
        &self,
        records: &[Record],
        callers: &mut Callers,
    ) -> Result<Vec<Told>, CallError> {
        let questions = questions(self.collector.spec(), records, callers);
        let asked = stream::iter(questions).map(|question| self.ask(question)).buffer_unordered(AT_ONCE);
        let told: Vec<Vec<Told>> = asked.try_collect().await?;
        Ok(told.into_iter().flatten().collect())
    }

    async fn ask(&self, question: Question) -> Result<Vec<Told>, CallError> {
        let (detail, known) = (&self.collector.spec().asked()[question.detail], &self.known[question.detail]);
        if known.refusals.are_enough() {
            return Ok(question.all(&Answer::Error(Error::not_asked())));
        }
        let error = match self.call(&question.caller, detail, known, question.input.clone()).await {
            Ok(answer) => {
                known.refusals.allowed();
                return Ok(question.each(detail, answer));
            }
            Err(error) => error,
        };
        let Some(answer) = Answer::of_error(&error, detail, question.is_elsewhere) else { return Err(error) };
        if let Some(failure) = error.failure() {
            known.refusals.failed(failure);
        }
        let mut singles = question.singles(detail);
        if singles.len() < 2 {
            return Ok(question.all(&answer));
        }
        // It may be about one of them only.
        let mut told = Vec::new();
        for single in singles.drain(..) {
            told.extend(Box::pin(self.ask(single)).await?);
        }
        Ok(told)
    }

    async fn call(
        &self,
        caller: &Caller,
        detail: &Detail,
        known: &Known,
        input: Value,
    ) -> Result<Value, CallError> {
        let service = &self.collector.spec().service;
        let Some(path) = &known.paged else { return caller.call(service, &detail.operation, input).await };
        let mut items = caller.items(service, &detail.operation, input)?.at(path)?;
        let mut found = Vec::new();
        while let Some(page) = items.next_page().await? {
            for item in page {
                found.push(item?);
            }
        }
        Ok(nested(path, found.into()))
    }

    /// Puts into the records what was told of them.
    pub(crate) fn fill_in(&mut self, records: &mut [Record], mut told: Vec<Told>) {
        // Answers come in any order.
        told.sort_by_key(|told| (told.record, told.detail));
        let spec = self.collector.spec();
        for Told { record, detail, answer } in told {
            let detail = &spec.asked()[detail];
            if let Answer::Error(error) = &answer {
                let operation = spec.name_of(&detail.operation);
                let same = |gap: &&mut Gap| gap.operation == operation && gap.code == error.code;
                match self.gaps.iter_mut().find(same) {
                    Some(gap) => gap.records += 1,
                    None => self.gaps.push(Gap { operation, code: error.code.clone(), records: 1 }),
                }
            }
            answer.put_into(&mut records[record], detail, spec);
        }
    }
}
