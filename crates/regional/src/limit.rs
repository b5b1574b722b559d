use std::time::Duration;

use orgwide_limit::{Quota, QuotaError};

/// At most so many calls per interval, over all calls of one account in one region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    /// Calls per interval, and calls at once when there were none for an interval.
    pub max_count: u32,
    /// How long it takes for `max_count` calls to become possible again.
    pub interval: Duration,
    /// Whether calls beyond it wait; else they fail.
    pub block: bool,
}

/// The figures of a [`Limit`] are out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{max_count} calls in {interval:?} cannot be a limit: it takes 1 to 100000 calls, and from 0.0001 to 100000 \
     of them a second"
)]
pub struct LimitError {
    max_count: u32,
    interval: Duration,
}

impl Limit {
    /// The limit that a bucket does: its burst, in the time it takes to fill. None for one that limits nothing.
    pub(crate) fn of(quota: Quota, block: bool) -> Option<Self> {
        let (rate, max_count) = (quota.rate()?, quota.burst()?);
        // A rate is a quotient: to the microsecond, the interval is the one it was made of.
        let micros = (f64::from(max_count) / rate * 1e6).round() as u64;
        Some(Self { max_count, interval: Duration::from_micros(micros), block })
    }

    /// The bucket that does it: as large as the calls of one interval, and filled once in each.
    pub(crate) fn quota(self) -> Result<Quota, LimitError> {
        let Self { max_count, interval, .. } = self;
        let error = |_: QuotaError| LimitError { max_count, interval };
        Quota::new(f64::from(max_count) / interval.as_secs_f64(), max_count).map_err(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(max_count: u32, interval: Duration) -> Result<Quota, LimitError> {
        Limit { max_count, interval, block: true }.quota()
    }

    #[test]
    fn a_limit_is_a_bucket_of_its_count_that_fills_once_in_its_interval() {
        let minute = Duration::from_secs(60);
        for limit in
            [(30, minute), (1, minute * 60), (7, Duration::from_micros(123_457)), (100_000, minute / 60)]
        {
            let limit = Limit { max_count: limit.0, interval: limit.1, block: false };
            assert_eq!(Limit::of(limit.quota().unwrap(), false), Some(limit), "and back");
        }
        assert_eq!(quota(30, minute), Ok(Quota::new(0.5, 30).unwrap()));
        assert_eq!(quota(1, minute * 60), Ok(Quota::new(1.0 / 3600.0, 1).unwrap()));
        assert_eq!(quota(100_000, Duration::from_secs(1)), Ok(Quota::new(100_000.0, 100_000).unwrap()));
    }

    #[test]
    fn figures_out_of_bounds_are_refused_with_the_bounds() {
        let second = Duration::from_secs(1);
        for (max_count, interval) in [
            (0, second),
            (0, Duration::ZERO),
            (1, Duration::ZERO),
            (1, Duration::from_nanos(1)),
            (1, second * 10_001),
            (1, Duration::MAX),
            (100_001, second * 60),
            (u32::MAX, Duration::MAX),
            (100_000, second / 2),
        ] {
            assert!(quota(max_count, interval).is_err(), "{max_count} in {interval:?}");
        }
        assert_eq!(
            quota(0, second).unwrap_err().to_string(),
            "0 calls in 1s cannot be a limit: it takes 1 to 100000 calls, and from 0.0001 to 100000 of them a second"
        );
    }
}
