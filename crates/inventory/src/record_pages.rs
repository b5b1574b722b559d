use orgwide_call::{CallError, Items};
use orgwide_regional::RegionalAccount;

use crate::distinct::Distinct;
use crate::{Collector, Record};

/// The records of one type in one place, page by page: one page for each answer, fetched when it is asked for.
///
/// Dropping it, or a call of [`next`](Self::next) under way, is safe: the page is asked for again.
#[derive(Debug)]
pub struct RecordPages {
    collector: Collector,
    at: RegionalAccount,
    items: Items,
    /// Where a rule chose what ids are made of.
    distinct: Option<Distinct>,
}

impl RecordPages {
    pub(crate) fn new(collector: Collector, at: &RegionalAccount, items: Items) -> Self {
        let distinct = (!collector.spec().is_declared).then(Distinct::default);
        Self { collector, at: at.clone(), items, distinct }
    }

    /// The records of the next answer, which may be none; `None` after the last answer, and after an error.
    ///
    /// A list that changes while it is read may give a resource twice: both are handed out.
    ///
    /// # Errors
    ///
    /// The [`CallError`] of the call that failed, or of an answer that cannot be read: none of its records are handed
    /// out. Those of the pages before it stay true.
    pub async fn next(&mut self) -> Option<Result<Vec<Record>, CallError>> {
        self.read().await.transpose()
    }

    async fn read(&mut self) -> Result<Option<Vec<Record>>, CallError> {
        let Some(page) = self.items.next_page().await? else { return Ok(None) };
        let now = now();
        let mut records = Vec::new();
        for item in page {
            let mut record = Record::of(&self.collector, &self.at, item?, &now);
            if let Some(distinct) = &mut self.distinct {
                distinct.tell_apart(&mut record);
            }
            records.push(record);
        }
        Ok(Some(records))
    }
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
