use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{NotKeyed, StateStore};
use governor::{Quota as GovernorQuota, RateLimiter};

use crate::quota::Pace;

/// The tokens of one limit: governor decides, over memory that is ours.
///
/// Times are counted from when the limiter was made. Every decision is for the instant it is asked about, so
/// that several cells can be asked about the same one. One caller at a time: whoever holds the valve's lock.
pub(crate) struct Cell {
    limiter: RateLimiter<NotKeyed, Memory, Memory, NoOpMiddleware<Duration>>,
    memory: Memory,
    pace: Pace,
    start: u64,
}

/// What a cell was before a token was taken from it.
#[derive(Clone, Copy)]
pub(crate) struct Before(u64);

impl Cell {
    /// A full one.
    pub(crate) fn new(pace: Pace, now: Duration) -> Self {
        Self::holding(pace, now, 0)
    }

    /// One that will be full in so many nanoseconds.
    fn holding(pace: Pace, now: Duration, until_full: u64) -> Self {
        let memory = Memory::default();
        memory.set_now(now);
        memory.set_next_full(until_full);
        // governor refuses a period of zero, which no rate within bounds has.
        let quota = GovernorQuota::with_period(pace.period())
            .unwrap_or(GovernorQuota::per_second(NonZeroU32::MIN))
            .allow_burst(pace.burst);
        let limiter = RateLimiter::new(quota, memory.clone(), memory.clone());
        Self { limiter, memory, pace, start: nanos(now) }
    }

    pub(crate) fn pace(&self) -> Pace {
        self.pace
    }

    /// Takes a token, or says when there will be one.
    pub(crate) fn take(&self, now: Duration) -> Result<Before, Duration> {
        let before = Before(self.memory.next_full());
        self.memory.set_now(now);
        #[cfg(test)]
        self.memory.0.looks.fetch_add(1, Ordering::Relaxed);
        match self.limiter.check() {
            Ok(()) => Ok(before),
            Err(not_until) => Err(not_until.earliest_possible()),
        }
    }

    /// Gives back the last token taken.
    pub(crate) fn refund(&self, before: Before) {
        self.memory.set_next_full(before.0);
    }

    /// When there will be tokens for one call after so many others, if nobody else takes any.
    pub(crate) fn ready_after(&self, others: u64, now: Duration) -> Duration {
        let calls = u128::from(others) + 1;
        let (period, burst) = (self.pace.period().as_nanos(), u128::from(self.pace.burst.get()));
        let needed = u128::from(self.until_full(now)) + calls * period;
        let wait = needed.saturating_sub(burst * period);
        now.saturating_add(Duration::from_nanos(u64::try_from(wait).unwrap_or(u64::MAX)))
    }

    /// Whether it is as good as new.
    pub(crate) fn is_full(&self, now: Duration) -> bool {
        self.until_full(now) == 0
    }

    /// Another pace from now on. What was left stays, as far as the new burst has room for it.
    pub(crate) fn change(&mut self, pace: Pace, now: Duration) {
        if pace == self.pace {
            return;
        }
        let size = |pace: Pace| u128::from(pace.burst.get()) * pace.period().as_nanos();
        let left = size(self.pace).saturating_sub(u128::from(self.until_full(now)));
        // Rounds down, so that no change ever adds to what is left. Sizes stay below 2^60.
        let left = (left * pace.period().as_nanos() / self.pace.period().as_nanos()).min(size(pace));
        let until_full = u64::try_from(size(pace) - left).unwrap_or(u64::MAX);
        *self = Self::holding(pace, now, until_full);
    }

    /// Nothing is left from now on: the next token is one period away, or later if it was.
    pub(crate) fn drain(&mut self, now: Duration) {
        let size = u128::from(self.pace.burst.get()) * self.pace.period().as_nanos();
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        if self.until_full(now) < size {
            *self = Self::holding(self.pace, now, size);
        }
    }

    fn until_full(&self, now: Duration) -> u64 {
        self.memory.next_full().saturating_sub(nanos(now).saturating_sub(self.start))
    }

    #[cfg(test)]
    pub(crate) fn looks(&self) -> u64 {
        self.memory.0.looks.load(Ordering::Relaxed)
    }
}

/// governor's memory and clock in one: when the cell will be full again, in nanoseconds after governor's
/// start (0: it never was less), and the instant it is asked about.
///
/// governor's own store shows nothing and takes nothing back, and its own clock would not notice that tests
/// pause tokio's. The lock of the valve orders memory, so plain loads and stores are enough.
#[derive(Clone, Default)]
struct Memory(Arc<Figures>);

#[derive(Default)]
struct Figures {
    next_full: AtomicU64,
    now: AtomicU64,
    #[cfg(test)]
    looks: AtomicU64,
}

impl Memory {
    fn next_full(&self) -> u64 {
        self.0.next_full.load(Ordering::Relaxed)
    }

    fn set_next_full(&self, nanos: u64) {
        self.0.next_full.store(nanos, Ordering::Relaxed);
    }

    fn set_now(&self, now: Duration) {
        self.0.now.store(nanos(now), Ordering::Relaxed);
    }
}

impl StateStore for Memory {
    type Key = NotKeyed;

    fn measure_and_replace<T, F, E>(&self, _: &NotKeyed, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let nanos = self.next_full();
        let (answer, next) = decide((nanos != 0).then(|| Nanos::new(nanos)))?;
        self.set_next_full(next.as_u64());
        Ok(answer)
    }
}

impl Clock for Memory {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.now.load(Ordering::Relaxed))
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
