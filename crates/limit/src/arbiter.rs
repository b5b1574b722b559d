use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::ticket::Tickets;
use crate::valve::Valve;

/// The lock under which calls are let pass, and the time it counts in.
///
/// It is short and never held across an await.
pub(crate) struct Arbiter {
    tickets: Mutex<Tickets>,
    /// How often a ceiling was set up, so that a call can tell whether it knows all of its own.
    ceilings_set_up: AtomicU64,
    epoch: Instant,
}

/// Those to be woken once the lock is free. Declared before the lock is taken, it is dropped after it.
#[derive(Default)]
pub(crate) struct Wakes(Vec<Arc<Notify>>);

impl Arbiter {
    pub(crate) fn new() -> Self {
        Self { tickets: Mutex::default(), ceilings_set_up: AtomicU64::new(0), epoch: Instant::now() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Tickets> {
        self.tickets.lock()
    }

    pub(crate) fn ceilings_set_up(&self) -> u64 {
        self.ceilings_set_up.load(Ordering::Acquire)
    }

    /// A ceiling was set up. Only under the lock, so that no call passes in between.
    pub(crate) fn ceiling_set_up(&self) {
        self.ceilings_set_up.fetch_add(1, Ordering::Release);
    }

    /// The time since the limiter was made.
    pub(crate) fn now(&self) -> Duration {
        Instant::now().saturating_duration_since(self.epoch)
    }

    /// That time on tokio's clock.
    pub(crate) fn instant(&self, time: Duration) -> Instant {
        // What lies beyond the clock's range never comes; a year from now the caller looks again.
        const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
        self.epoch.checked_add(time).unwrap_or_else(|| Instant::now() + YEAR)
    }

    /// Ends a call in flight at each of these.
    pub(crate) fn release<'a>(&self, valves: impl Iterator<Item = &'a Valve>) {
        let mut wakes = Wakes::default();
        let _lock = self.lock();
        for valve in valves {
            let mut state = valve.state();
            if state.give_back_permit() {
                wakes.add(state.first());
            }
        }
    }
}

impl Wakes {
    pub(crate) fn add(&mut self, waiter: Option<Arc<Notify>>) {
        self.0.extend(waiter);
    }
}

impl Drop for Wakes {
    fn drop(&mut self) {
        for waiter in self.0.drain(..) {
            waiter.notify_one();
        }
    }
}
