use std::error::Error;
use std::fmt;
use std::time::Duration;

/// A call was not let pass, for a limit that does not let calls wait was in its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimited {
    /// How long to wait at least before the call may pass, those who wait for the same limit taken into
    /// account. Zero if it is not for time but for a response to another call.
    pub retry_after: Duration,
}

impl RateLimited {
    /// Finds it in an error or in what caused it, however deep.
    ///
    /// ```
    /// use std::time::Duration;
    /// use orgwide_limit::RateLimited;
    ///
    /// let refused = RateLimited { retry_after: Duration::from_secs(2) };
    /// let error: Box<dyn std::error::Error> = Box::new(std::io::Error::other(refused));
    /// assert_eq!(RateLimited::find(&*error), Some(&refused));
    /// ```
    #[must_use]
    pub fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            // An I/O error hides what it was made of: its source is that error's source.
            let within = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
            let found = error.downcast_ref().or_else(|| within.and_then(|error| error.downcast_ref()));
            if found.is_some() {
                return found;
            }
            next = error.source();
        }
        None
    }
}

impl fmt::Display for RateLimited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.retry_after.is_zero() {
            f.write_str("too many calls are in flight, and the limit does not let calls wait")
        } else {
            // In steps of a millisecond, rounded up, so that who waits that long has waited long enough.
            let wait = Duration::from_millis(self.retry_after.as_nanos().div_ceil(1_000_000) as u64);
            write!(f, "the rate limit is reached and does not let calls wait; try again in {wait:?}")
        }
    }
}

impl Error for RateLimited {}
