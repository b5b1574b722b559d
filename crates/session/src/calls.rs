use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// What a session and everything assumed from it has asked of AWS so far.
///
/// Calls made by the providers of base credentials (SSO, web identity, instance metadata) are not in it:
/// the SDK makes those with clients of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallCounts {
    /// Attempts let through the gate, first ones and retries, of every service.
    pub calls: u64,
    /// The attempts among them that repeated an earlier one.
    pub retries: u64,
    /// Answers in which AWS said that calls come too fast.
    pub throttled: u64,
    /// Attempts at sts:AssumeRole and its unsigned forms, for a web identity and for SAML.
    pub assume_role: u64,
    /// The most requests that were in flight at once: from being handed to the HTTP client to the end of the
    /// answer's body.
    pub peak_in_flight: u64,
    /// Time spent waiting for a rate, added up over all attempts.
    pub waited: Duration,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    calls: AtomicU64,
    retries: AtomicU64,
    throttled: AtomicU64,
    assume_role: AtomicU64,
    in_flight: AtomicU64,
    peak_in_flight: AtomicU64,
    waited_micros: AtomicU64,
}

impl Counters {
    pub(crate) fn attempt(&self, is_retry: bool, is_assume_role: bool, waited: Duration) {
        self.calls.fetch_add(1, Relaxed);
        self.retries.fetch_add(is_retry.into(), Relaxed);
        self.assume_role.fetch_add(is_assume_role.into(), Relaxed);
        self.waited_micros.fetch_add(u64::try_from(waited.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }

    /// Counts a request as in flight until what this returns is dropped.
    pub(crate) fn take_off(self: &Arc<Self>) -> TakenOff {
        let now = self.in_flight.fetch_add(1, Relaxed) + 1;
        self.peak_in_flight.fetch_max(now, Relaxed);
        TakenOff(Arc::clone(self))
    }

    pub(crate) fn throttle(&self) {
        self.throttled.fetch_add(1, Relaxed);
    }

    pub(crate) fn snapshot(&self) -> CallCounts {
        CallCounts {
            calls: self.calls.load(Relaxed),
            retries: self.retries.load(Relaxed),
            throttled: self.throttled.load(Relaxed),
            assume_role: self.assume_role.load(Relaxed),
            peak_in_flight: self.peak_in_flight.load(Relaxed),
            waited: Duration::from_micros(self.waited_micros.load(Relaxed)),
        }
    }
}

/// A request that is counted as in flight until this is dropped.
#[derive(Debug)]
pub(crate) struct TakenOff(Arc<Counters>);

impl Drop for TakenOff {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}
