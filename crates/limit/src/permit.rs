use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::caller::Path;
use crate::limiter::Shared;
use crate::operations::Operation;

/// Leave for one call, and its place among those in flight until the permit is released or dropped.
///
/// How the call ends is told to it, so that the rate follows what AWS allows: [`throttled`](Self::throttled) or
/// [`succeeded`](Self::succeeded), whichever comes first and only once; before or after the release. One that is
/// told neither changes nothing.
#[must_use = "dropping a permit ends the call's place among those in flight"]
pub struct Permit {
    shared: Arc<Shared>,
    operation: Arc<Operation>,
    path: Path,
    waited: Option<Duration>,
    cuts: u32,
    released: AtomicBool,
    told: AtomicBool,
}

/// A `Retry-After` is kept to for so long at most. AWS's own are a few seconds; a longer one, from a proxy or in
/// error, would hold up an account's calls past any deadline, while asking once a minute costs nobody anything.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

impl Permit {
    pub(crate) fn new(
        shared: Arc<Shared>,
        operation: Arc<Operation>,
        path: Path,
        waited: Option<Duration>,
        cuts: u32,
    ) -> Self {
        // What holds no permits has nothing to be released.
        let released = AtomicBool::new(!path.valves().any(|valve| valve.has_permits()));
        Self { shared, operation, path, waited, cuts, released, told: AtomicBool::new(false) }
    }

    /// How long the call had to wait; zero when it could leave at once.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited.unwrap_or_default()
    }

    /// The call is no longer in flight: its response has ended, in whatever way. Once is enough; more does nothing.
    pub fn release(&self) {
        if !self.released.swap(true, Ordering::Relaxed) {
            self.shared.arbiter.release(self.path.valves());
        }
    }

    /// AWS said that this was too much. The bucket gets slower, once for all calls that were under way together,
    /// and stays closed for `retry_after`, 60 seconds at most.
    pub fn throttled(&self, retry_after: Option<Duration>) {
        if self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        self.operation.count_throttled();
        let _lock = self.shared.arbiter.lock();
        let now = self.shared.arbiter.now();
        let closed_until = now + retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
        self.path.bucket.valve().state().throttled(self.cuts, closed_until, now);
    }

    /// AWS answered, and it was not a throttle: any other failure counts as success here.
    pub fn succeeded(&self) {
        if self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        let _lock = self.shared.arbiter.lock();
        self.path.bucket.valve().state().succeeded(self.waited.is_some(), self.shared.arbiter.now());
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.release();
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("waited", &self.waited()).finish_non_exhaustive()
    }
}
