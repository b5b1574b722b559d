//! The arithmetic of one bucket, exact: nothing is ever rounded in the caller's favour or against it.

use std::time::Duration;

/// A token in the unit that levels are counted in: the product of a rate in billionths of a token per second
/// and a time in nanoseconds is a whole number of these.
const TOKEN: u128 = 1_000_000_000_000_000_000;

/// How fast a bucket fills, and how much it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    /// Billionths of a token per second, at least one.
    rate: u128,
    size: u128,
}

impl Quota {
    pub(crate) fn new(tokens_per_second: f64, bucket: u32) -> Self {
        let rate = (tokens_per_second * 1e9).round() as u128;
        Self { rate: rate.max(1), size: u128::from(bucket) * TOKEN }
    }
}

/// The tokens that were left at some time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenBucket {
    level: u128,
    at: Duration,
}

impl TokenBucket {
    /// A bucket that nobody has taken from.
    pub(crate) fn full(quota: Quota, now: Duration) -> Self {
        Self { level: quota.size, at: now }
    }

    /// Adds what has come in since the last time. With another quota than the last time, a bucket that is now
    /// too small overflows.
    pub(crate) fn settle(&mut self, quota: Quota, now: Duration) {
        // Two threads may come with times that are a little out of order.
        let since = now.saturating_sub(self.at).as_nanos();
        self.level = self.level.saturating_add(quota.rate.saturating_mul(since)).min(quota.size);
        self.at = self.at.max(now);
    }

    pub(crate) fn is_full(&self, quota: Quota) -> bool {
        self.level >= quota.size
    }

    /// How long after the last settling there is a whole token; zero if there is one.
    pub(crate) fn wait(&self, quota: Quota) -> Duration {
        let missing = TOKEN.saturating_sub(self.level);
        // At most 10^18 ns, as the rate is at least 1.
        Duration::from_nanos(missing.div_ceil(quota.rate) as u64)
    }

    /// Takes a token, which must be there.
    pub(crate) fn take(&mut self) {
        self.level = self.level.saturating_sub(TOKEN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ns(nanos: u64) -> Duration {
        Duration::from_nanos(nanos)
    }

    /// Takes a token at this time if there is one.
    fn try_take(bucket: &mut TokenBucket, quota: Quota, now: Duration) -> bool {
        bucket.settle(quota, now);
        let there = bucket.wait(quota).is_zero();
        if there {
            bucket.take();
        }
        there
    }

    #[test]
    fn a_token_is_there_at_its_nanosecond_and_not_one_before() {
        // 600/s: a token every 1,666,666.67 ns. Three take 5 ms to the nanosecond.
        let quota = Quota::new(600.0, 1);
        let mut bucket = TokenBucket::full(quota, ns(0));
        assert!(try_take(&mut bucket, quota, ns(0)));
        assert_eq!(bucket.wait(quota), ns(1_666_667));
        assert!(!try_take(&mut bucket, quota, ns(1_666_666)));
        assert!(try_take(&mut bucket, quota, ns(1_666_667)));

        let quota = Quota::new(600.0, 3);
        let mut bucket = TokenBucket::full(quota, ns(0));
        let taken = |bucket: &mut TokenBucket, now| (0..9).filter(|_| try_take(bucket, quota, now)).count();
        assert_eq!(taken(&mut bucket, ns(0)), 3);
        assert_eq!(taken(&mut bucket, ns(4_999_999)), 2);
        assert_eq!(taken(&mut bucket, ns(5_000_000)), 1);
    }

    #[test]
    fn a_million_small_steps_add_up_to_the_rate() {
        let quota = Quota::new(0.3, 1_000);
        let mut bucket = TokenBucket::full(quota, ns(0));
        (0..1_000).for_each(|_| bucket.take());
        // Steps of 3,333 ns: 3.333 s, which is 0.9999 tokens.
        for step in 1..=1_000_000_u64 {
            bucket.settle(quota, ns(step * 3_333));
        }
        assert_eq!(bucket.level, TOKEN * 9_999 / 10_000);
        assert!(!try_take(&mut bucket, quota, ns(3_333_333_333)));
        assert!(try_take(&mut bucket, quota, ns(3_333_333_334)));
    }

    #[test]
    fn a_bucket_never_holds_more_than_its_size() {
        let quota = Quota::new(1e6, 2);
        let mut bucket = TokenBucket::full(quota, ns(0));
        bucket.settle(quota, Duration::MAX);
        assert!(bucket.is_full(quota));
        let taken = (0..9).filter(|_| try_take(&mut bucket, quota, Duration::MAX)).count();
        assert_eq!(taken, 2);
    }

    #[test]
    fn time_that_runs_backwards_gives_nothing_and_takes_nothing() {
        let quota = Quota::new(1.0, 1);
        let mut bucket = TokenBucket::full(quota, Duration::from_secs(10));
        assert!(try_take(&mut bucket, quota, Duration::from_secs(10)));
        assert!(!try_take(&mut bucket, quota, Duration::from_secs(5)));
        assert!(!try_take(&mut bucket, quota, ns(10_999_999_999)));
        assert!(try_take(&mut bucket, quota, Duration::from_secs(11)));
    }
}
