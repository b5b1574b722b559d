use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;
use tokio::sync::mpsc;

use crate::Record;

/// The records of one answer.
pub type Page = Vec<Record>;

/// Where collectors put their pages, as they arrive.
///
/// The channel is bounded: a slow reader slows the collectors down and fills no memory.
#[derive(Debug)]
pub struct Pages {
    sender: mpsc::Sender<Page>,
    duplicates: Arc<AtomicU64>,
    hasher: RandomState,
    /// Hashes of the ids this target has given so far: eight bytes a record, as long as the target runs.
    seen: Mutex<HashSet<u64>>,
}

impl Pages {
    /// A channel that holds `room` pages at most.
    #[must_use]
    pub fn channel(room: usize) -> (Self, mpsc::Receiver<Page>) {
        let (sender, receiver) = mpsc::channel(room.max(1));
        let pages =
            Self { sender, duplicates: Arc::default(), hasher: RandomState::new(), seen: Mutex::default() };
        (pages, receiver)
    }

    /// The same channel for another target.
    #[must_use]
    pub fn for_target(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            duplicates: self.duplicates.clone(),
            hasher: self.hasher.clone(),
            seen: Mutex::default(),
        }
    }

    /// How many records, over all targets, repeated an id of the same target: a list that changes while it
    /// is read gives some items twice. They are counted, not left out.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.duplicates.load(Relaxed)
    }

    /// Whether nobody reads any more, so that pages handed on may not have been taken.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Hands a page on and waits for room first. False when nobody reads any more.
    pub(crate) async fn put(&self, page: Page) -> bool {
        if page.is_empty() {
            return true;
        }
        let repeated = {
            let mut seen = self.seen.lock();
            page.iter().filter(|record| !seen.insert(self.hasher.hash_one(&record.id))).count()
        };
        self.duplicates.fetch_add(repeated as u64, Relaxed);
        self.sender.send(page).await.is_ok()
    }
}
