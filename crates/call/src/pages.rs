use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::callee::Callee;
use crate::paging::{Next, Paging};
use crate::{CallError, Caller, reading};

/// The pages of an answer, each fetched when it is asked for.
///
/// Where the input does not say how large a page is to be, the largest the service is known to give are asked
/// for. Dropping it, or a call of [`next`](Self::next) under way, is safe: the page is asked for again.
pub struct Pages {
    series: Series,
    /// What was found wrong with a page that was given out.
    failure: Option<CallError>,
}

/// One series of calls, from page to page.
pub(crate) struct Series {
    pub(crate) caller: Caller,
    pub(crate) callee: Arc<Callee>,
    /// Asks for the next page; none when there is none.
    input: Option<Value>,
    paging: Option<Paging>,
}

impl Series {
    pub(crate) fn new(caller: Caller, callee: Arc<Callee>, mut input: Value) -> Self {
        let paging = Paging::begin(&callee.model, &callee.operation, &mut input);
        Self { caller, callee, input: Some(input), paging }
    }

    /// The input that asks for the next page; none when there is none.
    pub(crate) fn input(&self) -> Option<&Value> {
        self.input.as_ref()
    }

    /// Goes on to the page after the one that this is the answer for.
    pub(crate) fn advance(&mut self, answer: &Value) -> Result<(), CallError> {
        let next = match (&mut self.paging, &mut self.input) {
            (Some(paging), Some(input)) => paging.advance(answer, input),
            _ => Next::Nothing,
        };
        if next != Next::Page {
            self.end();
        }
        match next {
            Next::Repeated => Err(CallError::RepeatedToken { operation: self.callee.id() }),
            Next::Page | Next::Nothing => Ok(()),
        }
    }

    pub(crate) fn end(&mut self) {
        self.input = None;
    }
}

impl Pages {
    pub(crate) fn new(caller: Caller, callee: Arc<Callee>, input: Value) -> Self {
        Self { series: Series::new(caller, callee, input), failure: None }
    }

    /// The next page, whole; none after the last, and none after an error.
    ///
    /// A page that names itself, or one before it, as the next is given out, and then an error.
    pub async fn next(&mut self) -> Option<Result<Value, CallError>> {
        if let Some(failure) = self.failure.take() {
            return Some(Err(failure));
        }
        let series = &mut self.series;
        let input = series.input()?;
        let page = series.caller.send(&series.callee, input, reading::answer).await;
        Some(match page {
            Ok(page) => {
                self.failure = series.advance(&page).err();
                Ok(page)
            }
            Err(error) => {
                series.end();
                Err(error)
            }
        })
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("operation", &self.series.callee.id()).finish_non_exhaustive()
    }
}
