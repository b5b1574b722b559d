use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{NotKeyed, StateStore};
use governor::{Quota as GovernorQuota, RateLimiter};
use tokio::time::Instant;

use crate::quota::Pace;

/// The tokens of one bucket: governor decides, on tokio's clock, over state that is ours.
///
/// One caller at a time: whoever holds the bucket's gate.
pub(crate) struct Cell {
    limiter: RateLimiter<NotKeyed, NextFull, TokioClock, NoOpMiddleware<Duration>>,
    state: NextFull,
    epoch: Instant,
    burst: NonZeroU32,
    #[cfg(test)]
    checks: AtomicU64,
}

impl Cell {
    /// A full one.
    pub(crate) fn new(pace: Pace) -> Self {
        let epoch = Instant::now();
        let state = NextFull::default();
        // governor refuses a period of zero, which no rate within bounds has.
        let quota = GovernorQuota::with_period(pace.period())
            .unwrap_or(GovernorQuota::per_second(NonZeroU32::MIN))
            .allow_burst(pace.burst);
        Self {
            limiter: RateLimiter::new(quota, state.clone(), TokioClock { epoch }),
            state,
            epoch,
            burst: pace.burst,
            #[cfg(test)]
            checks: AtomicU64::new(0),
        }
    }

    /// Takes a token, or says when there will be one.
    pub(crate) fn check(&self) -> Result<(), Instant> {
        #[cfg(test)]
        self.checks.fetch_add(1, Ordering::Relaxed);
        self.limiter.check().map_err(|not_until| self.epoch + not_until.earliest_possible())
    }

    /// Whether it is as good as new. Takes nothing.
    pub(crate) fn is_full(&self) -> bool {
        let before = self.state.load();
        let full = matches!(self.limiter.check_n(self.burst), Ok(Ok(())));
        self.state.store(before);
        full
    }

    #[cfg(test)]
    pub(crate) fn checks(&self) -> u64 {
        self.checks.load(Ordering::Relaxed)
    }
}

/// When the bucket will be full again, in nanoseconds after governor's start; 0: it never was less.
///
/// governor's own store would do for taking tokens, but shows nothing and takes nothing back. Only the holder
/// of the gate gets here, and the gate orders memory, so plain loads and stores are enough.
#[derive(Clone, Default)]
struct NextFull(Arc<AtomicU64>);

impl NextFull {
    fn load(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn store(&self, nanos: u64) {
        self.0.store(nanos, Ordering::Relaxed);
    }
}

impl StateStore for NextFull {
    type Key = NotKeyed;

    fn measure_and_replace<T, F, E>(&self, _: &NotKeyed, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let nanos = self.load();
        let (answer, next) = decide((nanos != 0).then(|| Nanos::new(nanos)))?;
        self.store(next.as_u64());
        Ok(answer)
    }
}

/// tokio's clock, which tests pause; governor's own would not notice.
#[derive(Clone)]
struct TokioClock {
    epoch: Instant,
}

impl Clock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Instant::now().saturating_duration_since(self.epoch)
    }
}
