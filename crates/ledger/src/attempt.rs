use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::line::Line;
use crate::message::Message;
use crate::{Closed, Row, TargetId};

/// A try at a target. Its rows count once an outcome names it; until then, and otherwise, they are nobody's.
pub struct Attempt {
    pub(crate) id: i64,
    pub(crate) target: TargetId,
    pub(crate) rows: AtomicI64,
    pub(crate) line: Arc<Line>,
}

impl Attempt {
    /// Hands over the next rows, waiting while those before them have filled the room there is (32 MiB over all
    /// attempts). When this returns they are on their way, in order, and not yet committed. Dropped before it
    /// returns, it has handed over nothing.
    ///
    /// # Errors
    ///
    /// The recording ended or failed: the target may as well be dropped.
    pub async fn page(&self, rows: Vec<Row>) -> Result<(), Closed> {
        if rows.is_empty() {
            return Ok(());
        }
        let count = i64::try_from(rows.len()).map_err(|_| Closed)?;
        let message = Message::Page { attempt: self.id, target: self.target, first: 0, rows };
        let room = self.line.room(message.bytes()).await?;
        let Message::Page { attempt, target, rows, .. } = message else { return Err(Closed) };
        // Counted only now that nothing can come between: a page that was given up leaves no gap.
        let first = self.rows.fetch_add(count, Ordering::Relaxed);
        if first + count > MOST {
            return Err(Closed);
        }
        self.line.send(Message::Page { attempt, target, first, rows }, Some(room))
    }

    /// The target it is a try at.
    #[must_use]
    pub fn target(&self) -> TargetId {
        self.target
    }

    /// How many rows it handed over.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed).unsigned_abs()
    }
}

/// Rows of an attempt: what its part of their number holds.
const MOST: i64 = 1 << 32;

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt").field("id", &self.id).field("target", &self.target).finish_non_exhaustive()
    }
}
