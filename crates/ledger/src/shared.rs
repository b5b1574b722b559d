use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::LedgerError;

/// What a recorder and its writer both see.
pub(crate) struct Shared {
    /// Rows committed in this sitting.
    pub(crate) written: AtomicU64,
    /// The next attempt.
    pub(crate) attempt: AtomicI64,
    /// Room for messages that are not written yet, in bytes. Closed: nothing more is taken.
    pub(crate) room: Arc<Semaphore>,
    pub(crate) failed: CancellationToken,
    error: Mutex<Option<LedgerError>>,
}

/// Bytes that may wait for the writer.
pub(crate) const ROOM: usize = 32 << 20;

impl Shared {
    pub(crate) fn new(first_attempt: i64) -> Self {
        Self {
            written: AtomicU64::new(0),
            attempt: AtomicI64::new(first_attempt),
            room: Arc::new(Semaphore::new(ROOM)),
            failed: CancellationToken::new(),
            error: Mutex::new(None),
        }
    }

    /// Takes nothing more, for this reason.
    pub(crate) fn fail(&self, error: LedgerError) {
        self.error.lock().get_or_insert(error);
        self.room.close();
        self.failed.cancel();
    }

    /// Whether it failed, and nobody was told why.
    pub(crate) fn has_error(&self) -> bool {
        self.error.lock().is_some()
    }

    /// Why it failed, the first time it is asked.
    pub(crate) fn error(&self) -> Option<LedgerError> {
        self.error.lock().take()
    }

    pub(crate) fn committed(&self, rows: u64) {
        self.written.fetch_add(rows, Ordering::Relaxed);
    }
}
