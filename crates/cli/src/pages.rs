use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use orgwide_inventory::Record;
use parking_lot::Mutex;
use tokio::sync::mpsc;

use crate::rows::Row;

/// Where targets put their pages, as they arrive: the rows of one answer each.
///
/// The channel is bounded: a slow reader slows the targets down and fills no memory.
#[derive(Debug)]
pub(crate) struct Pages {
    sender: mpsc::Sender<Vec<Row>>,
    duplicates: Arc<AtomicU64>,
    hasher: RandomState,
    /// Hashes of the ids this target has given so far: eight bytes a record, as long as the target runs.
    seen: Mutex<HashSet<u64>>,
}

impl Pages {
    /// A channel that holds `room` pages at most.
    pub(crate) fn channel(room: usize) -> (Self, mpsc::Receiver<Vec<Row>>) {
        let (sender, receiver) = mpsc::channel(room.max(1));
        let pages =
            Self { sender, duplicates: Arc::default(), hasher: RandomState::new(), seen: Mutex::default() };
        (pages, receiver)
    }

    /// The same channel for another target.
    pub(crate) fn for_target(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            duplicates: self.duplicates.clone(),
            hasher: self.hasher.clone(),
            seen: Mutex::default(),
        }
    }

    /// How many records, over all targets, repeated an id of the same target: a list that changes while it
    /// is read gives some items twice. They are counted, not left out.
    pub(crate) fn duplicates(&self) -> u64 {
        self.duplicates.load(Relaxed)
    }

    /// Whether nobody reads any more, so that pages handed on may not have been taken.
    pub(crate) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Hands on rows that are no records, and waits for room first. False when nobody reads any more.
    pub(crate) async fn put(&self, page: Vec<Row>) -> bool {
        page.is_empty() || self.sender.send(page).await.is_ok()
    }

    /// Hands the records of an answer on and waits for room first. False when nobody reads any more.
    pub(crate) async fn put_records(&self, page: Vec<Record>) -> bool {
        let repeated = {
            let mut seen = self.seen.lock();
            page.iter().filter(|record| !seen.insert(self.hasher.hash_one(&record.id))).count()
        };
        self.duplicates.fetch_add(repeated as u64, Relaxed);
        self.put(page.into_iter().map(Row::from).collect()).await
    }
}
