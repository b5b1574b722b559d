use std::fmt;

use orgwide_call::CallError;
use orgwide_regional::RegionalAccount;

use crate::asking::Asking;
use crate::callers::Callers;
use crate::listing::Listing;
use crate::{Collector, Gap, Record};

/// With details so many records are handed out at a time at most, because a call or more is made for each.
const DETAILED: usize = 100;

/// The records of one type in one place, page by page: one page for each answer, fetched when it is asked for. With
/// details a page may be a part of an answer.
///
/// Dropping it, or a call of [`next`](Self::next) under way, is safe: the page is asked for again.
pub struct RecordPages {
    callers: Callers,
    listing: Listing,
    /// None where no details are asked for.
    asking: Option<Asking>,
    /// Listed, and not handed out yet.
    listed: Vec<Record>,
    is_over: bool,
}

impl RecordPages {
    pub(crate) fn new(collector: Collector, at: &RegionalAccount) -> Result<Self, CallError> {
        let mut callers = Callers::new(&collector.spec().catalog, at);
        let asking = Asking::new(&collector)?;
        let listing = Listing::new(collector, &mut callers)?;
        Ok(Self { callers, listing, asking, listed: Vec::new(), is_over: false })
    }

    /// The records of the next answer, which may be none; `None` after the last answer, and after an error.
    ///
    /// A list that changes while it is read may give a resource twice: both are handed out.
    ///
    /// # Errors
    ///
    /// The [`CallError`] of the call that failed, or of an answer that cannot be read: none of its records are handed
    /// out. Those of the pages before it stay true. Of calls for details only those fail it that say nothing of the
    /// resource they are about, such as a throttle or an outage.
    pub async fn next(&mut self) -> Option<Result<Vec<Record>, CallError>> {
        if self.is_over {
            return None;
        }
        let page = self.read().await.transpose();
        self.is_over = !matches!(page, Some(Ok(_)));
        page
    }

    /// The details that are missing in the records handed out so far, by operation and reason.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        self.asking.as_ref().map_or(&[], Asking::gaps)
    }

    async fn read(&mut self) -> Result<Option<Vec<Record>>, CallError> {
        if self.listed.is_empty() {
            match self.listing.next(&mut self.callers).await? {
                Some(page) => self.listed = page,
                None => return Ok(None),
            }
        }
        let Some(asking) = &mut self.asking else { return Ok(Some(std::mem::take(&mut self.listed))) };
        let count = self.listed.len().min(DETAILED);
        let told = asking.about(&self.listed[..count], &mut self.callers).await?;
        let mut records: Vec<Record> = self.listed.drain(..count).collect();
        asking.fill_in(&mut records, told);
        Ok(Some(records))
    }
}

impl fmt::Debug for RecordPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordPages")
            .field("collector", &self.listing.collector())
            .field("at", self.callers.here())
            .finish_non_exhaustive()
    }
}
