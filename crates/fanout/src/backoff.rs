use std::time::Duration;

/// How long a target waits before it is tried again: exponential with jitter, so that targets which failed together
/// do not come back together.
pub(crate) struct Backoff {
    random: fastrand::Rng,
}

/// The longest wait after the first failed attempt; it doubles with each one.
const BASE: Duration = Duration::from_secs(1);

/// The doublings end here.
const MOST: Duration = Duration::from_secs(60);

impl Backoff {
    /// The same seed gives the same waits; without one each run has its own.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self { random: seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed) }
    }

    /// The wait after this failed attempt, from 1: between half of the exponential and all of it, in whole
    /// milliseconds, and no less than `at_least`.
    pub(crate) fn after(&mut self, attempt: u32, at_least: Duration) -> Duration {
        let doublings = attempt.saturating_sub(1).min(16);
        let longest = BASE.saturating_mul(1 << doublings).min(MOST);
        let longest = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        at_least.max(Duration::from_millis(self.random.u64(longest / 2..=longest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_a_minute_and_varies_over_the_upper_half() {
        let mut backoff = Backoff::new(Some(1));
        for (attempt, longest) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (u32::MAX, 60)] {
            let mut waits: Vec<_> =
                (0..1_000).map(|_| backoff.after(attempt, Duration::ZERO).as_millis()).collect();
            waits.sort_unstable();
            // A thousand even draws leave neither end of the range alone by more than a few per cent.
            let (low, high) = (waits[0], waits[999]);
            assert!((longest * 500..=longest * 520).contains(&low), "{attempt}: {low}");
            assert!((longest * 980..=longest * 1_000).contains(&high), "{attempt}: {high}");
        }
    }

    #[test]
    fn it_is_never_shorter_than_asked_for() {
        let mut backoff = Backoff::new(None);
        assert_eq!(backoff.after(1, Duration::from_secs(300)), Duration::from_secs(300));
    }
}
