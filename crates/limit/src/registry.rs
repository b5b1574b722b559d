use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Duration;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use orgwide_names::{OperationName, RegionName, ServiceName};
use parking_lot::Mutex;

use crate::{Key, Payer, Scope};

/// What the calls of one bucket or ceiling have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Id {
    /// The place of its rule.
    pub(crate) rule: usize,
    pub(crate) account: Option<Payer>,
    pub(crate) region: Option<RegionName>,
    pub(crate) service: Option<ServiceName>,
    pub(crate) operation: Option<OperationName>,
}

impl Id {
    pub(crate) fn new(rule: usize, scope: Scope, key: &Key) -> Self {
        Self {
            rule,
            account: scope.account.then_some(key.account),
            region: scope.region.then(|| key.region.clone()),
            // Two services may call different things by one name.
            service: (scope.service || scope.operation).then(|| key.service.clone()),
            operation: scope.operation.then(|| key.operation.clone()),
        }
    }
}

/// What a [`Registry`] holds.
pub(crate) trait Entry {
    /// What is remembered of one that has left memory.
    type Kept;

    /// Whether a new one would be as good, but for what is kept of it.
    fn is_idle(&self, now: Duration) -> bool;

    /// What is to be remembered.
    fn kept(&self) -> Option<Self::Kept>;
}

/// Every bucket, or every ceiling, in use; made when first asked for.
///
/// One that is idle and that nobody holds leaves. A hand goes round each shard and looks at a few entries for each
/// that is made and at one for some of those found, so the registry stays near what is in use, at a small fixed
/// cost for each call and without ever stopping to clean up.
pub(crate) struct Registry<T: Entry> {
    shards: Box<[Mutex<Shard<T>>]>,
    hasher: RandomState,
}

struct Shard<T: Entry> {
    entries: IndexMap<Id, Arc<T>, RandomState>,
    hand: usize,
    found: u32,
    kept: HashMap<Id, T::Kept, RandomState>,
}

const SHARDS: usize = 64;
/// The hand moves so many places for each entry made. More than twice, for of those it meets one is new for each
/// that it removed.
const MADE_LOOKS: usize = 4;
/// The hand moves once for so many entries found.
const FOUND_PER_LOOK: u32 = 16;
/// So many entries are looked at without letting others in between.
const SWEEP_STEP: usize = 256;

impl<T: Entry> Registry<T> {
    pub(crate) fn new() -> Self {
        let shard = |_| {
            Mutex::new(Shard { entries: IndexMap::default(), hand: 0, found: 0, kept: HashMap::default() })
        };
        Self { shards: (0..SHARDS).map(shard).collect(), hasher: RandomState::default() }
    }

    /// The entry, made by `make` if there is none, with what was kept of the one before it.
    pub(crate) fn get(
        &self,
        id: Id,
        now: impl FnOnce() -> Duration,
        make: impl FnOnce(Option<T::Kept>, Duration) -> T,
    ) -> Arc<T> {
        let mut shard = self.shard(&id).lock();
        if let Some(entry) = shard.entries.get(&id) {
            let entry = Arc::clone(entry);
            shard.found += 1;
            if shard.found == FOUND_PER_LOOK {
                shard.found = 0;
                shard.sweep(1, now());
            }
            return entry;
        }
        let now = now();
        let kept = shard.kept.remove(&id);
        let entry = Arc::new(make(kept, now));
        shard.entries.insert(id, Arc::clone(&entry));
        shard.sweep(MADE_LOOKS, now);
        entry
    }

    /// Lets all go that may, a few at a time.
    pub(crate) fn sweep(&self, now: impl Fn() -> Duration) {
        for shard in &self.shards {
            let mut left = shard.lock().entries.len();
            while left > 0 {
                let step = left.min(SWEEP_STEP);
                shard.lock().sweep(step, now());
                left -= step;
            }
        }
    }

    /// Looks at every entry, and at what is kept of those that left, a shard at a time.
    pub(crate) fn for_each(&self, mut entry: impl FnMut(&Id, &T), mut kept: impl FnMut(&Id, &T::Kept)) {
        for shard in &self.shards {
            let shard = shard.lock();
            shard.entries.iter().for_each(|(id, one)| entry(id, one));
            shard.kept.iter().for_each(|(id, one)| kept(id, one));
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().entries.len()).sum()
    }

    fn shard(&self, id: &Id) -> &Mutex<Shard<T>> {
        &self.shards[self.hasher.hash_one(id) as usize % SHARDS]
    }
}

impl<T: Entry> Shard<T> {
    fn sweep(&mut self, steps: usize, now: Duration) {
        for _ in 0..steps {
            if self.hand >= self.entries.len() {
                self.hand = 0;
            }
            let Some((_, entry)) = self.entries.get_index(self.hand) else { return };
            // A handle is only ever cloned under this lock, so a count of one means that nobody has one.
            if Arc::strong_count(entry) > 1 || !entry.is_idle(now) {
                self.hand += 1;
                continue;
            }
            if let Some((id, entry)) = self.entries.swap_remove_index(self.hand)
                && let Some(kept) = entry.kept()
            {
                self.kept.insert(id, kept);
            }
        }
        if self.entries.capacity() > 64 + 4 * self.entries.len() {
            self.entries.shrink_to(2 * self.entries.len());
        }
    }
}
