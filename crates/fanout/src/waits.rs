use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many keys that nobody waits for any more are kept: those waited for longest. Twice as many may be for a while.
const KEPT: usize = 1_024;

/// Who waits for what in a run, as told through [`Activity::waiting_for`](crate::Activity::waiting_for).
///
/// Clones look at the same run, at any time and from any thread.
#[derive(Clone, Default)]
pub struct Waits {
    table: Arc<Mutex<Table>>,
}

/// What targets wait or have waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// What for, such as the name of a rate limit.
    pub key: Arc<str>,
    /// How many targets wait for it now.
    pub now: usize,
    /// How long targets have waited for it up to now, summed over all targets.
    pub total: Duration,
}

#[derive(Default)]
struct Table {
    by_key: HashMap<Arc<str>, Entry>,
    /// How many of them nobody waits for.
    idle: usize,
}

struct Entry {
    now: usize,
    total: Duration,
    since: Instant,
}

impl Waits {
    /// The `n` keys that most targets wait for now; among equals, and once nobody waits, those waited for longest.
    ///
    /// Of the keys that nobody waits for now, at least the 1,024 waited for longest are known; others may be forgotten,
    /// and begin at zero when they are waited for again.
    pub fn top(&self, n: usize) -> Vec<Wait> {
        let mut all: Vec<_> = {
            let now = Instant::now();
            let table = self.table();
            let waits = table.by_key.iter().map(|(key, entry)| Wait {
                key: Arc::clone(key),
                now: entry.now,
                total: entry.total_at(now),
            });
            waits.collect()
        };
        all.sort_unstable_by(|a, b| (b.now, b.total, &a.key).cmp(&(a.now, a.total, &b.key)));
        all.truncate(n);
        all
    }

    /// One more target waits for the key.
    pub(crate) fn enter(&self, key: &Arc<str>) {
        let now = Instant::now();
        let mut table = self.table();
        match table.by_key.get_mut(key) {
            Some(entry) => {
                let was_idle = entry.now == 0;
                entry.change(now, entry.now + 1);
                table.idle -= usize::from(was_idle);
            }
            None => {
                let entry = Entry { now: 1, total: Duration::ZERO, since: now };
                table.by_key.insert(Arc::clone(key), entry);
            }
        }
    }

    /// One target no longer waits for the key.
    pub(crate) fn leave(&self, key: &Arc<str>) {
        let now = Instant::now();
        let mut table = self.table();
        let Some(entry) = table.by_key.get_mut(key) else { return };
        entry.change(now, entry.now.saturating_sub(1));
        if entry.now == 0 {
            table.idle += 1;
            if table.idle > 2 * KEPT {
                table.forget();
            }
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Keeps of the keys that nobody waits for only those waited for longest.
    fn forget(&mut self) {
        let idle = self.by_key.iter().filter(|(_, entry)| entry.now == 0);
        let mut idle: Vec<_> = idle.map(|(key, entry)| (Reverse(entry.total), Arc::clone(key))).collect();
        // By key among equals: what is kept must not depend on the order of the map.
        idle.select_nth_unstable(KEPT);
        for (_, key) in &idle[KEPT..] {
            self.by_key.remove(key);
        }
        self.idle = KEPT;
    }
}

impl Entry {
    fn total_at(&self, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.since);
        self.total.saturating_add(passed.saturating_mul(u32::try_from(self.now).unwrap_or(u32::MAX)))
    }

    fn change(&mut self, at: Instant, waiting: usize) {
        self.total = self.total_at(at);
        self.since = at;
        self.now = waiting;
    }
}

impl fmt::Debug for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Waits").field(&self.top(3)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn keys_without_number_need_bounded_memory_and_the_longest_are_kept() {
        let waits = Waits::default();
        let wait = async |name: String, time| {
            let key = Arc::from(name);
            waits.enter(&key);
            tokio::time::advance(Duration::from_millis(time)).await;
            waits.leave(&key);
        };
        let held = Arc::from("held");
        waits.enter(&held);
        for number in 0..500 {
            wait(format!("long {number}"), 1_000 + number).await;
        }
        for number in 0..20_000 {
            wait(format!("short {number}"), 1).await;
            let table = waits.table();
            assert!(table.by_key.len() <= 2 * KEPT + 1);
            let idle = table.by_key.values().filter(|entry| entry.now == 0).count();
            assert_eq!(table.idle, idle);
        }
        let top = waits.top(501);
        assert_eq!((&*top[0].key, top[0].now), ("held", 1));
        for (of, number) in top[1..].iter().zip((0..500).rev()) {
            let total = Duration::from_millis(1_000 + number);
            assert_eq!((&*of.key, of.now, of.total), (&*format!("long {number}"), 0, total));
        }
    }
}
