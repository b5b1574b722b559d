use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::buckets::{BucketId, Buckets};
use crate::counters::Tallies;
use crate::{Counters, Key, Rules};

/// Says when each call may leave. Clones share one set of buckets.
///
/// Calls of one bucket leave in the order they asked, and those of different buckets do not feel each other.
/// Time is tokio's; waiting needs a runtime with its time driver on, and is never spun away.
#[derive(Clone)]
pub struct Limiter(Arc<Shared>);

struct Shared {
    rules: Rules,
    buckets: Buckets,
    tallies: Tallies,
}

/// Leave for one call.
#[derive(Debug)]
pub struct Grant {
    waited: Option<Duration>,
}

impl Limiter {
    /// A limiter under these rules, all of its buckets full.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self(Arc::new(Shared { rules, buckets: Buckets::new(), tallies: Tallies::default() }))
    }

    /// Waits until a call may leave.
    ///
    /// Dropping the future gives up the place in the queue and takes nothing from the bucket.
    pub async fn acquire(&self, key: &Key) -> Grant {
        self.acquire_with(key, || ()).await
    }

    /// Like [`acquire`](Self::acquire), and tells the caller of the wait when there is one.
    ///
    /// `on_wait` is called just before the wait begins, and never when the call may leave at once. What it
    /// returns is dropped when the wait ends, be it with a grant or because the future is dropped.
    pub async fn acquire_with<G>(&self, key: &Key, on_wait: impl FnOnce() -> G) -> Grant {
        let Shared { rules, buckets, tallies } = &*self.0;
        let (place, rule) = rules.rank(key);
        let waited = match rule.quota().pace() {
            Some(pace) => buckets.get(BucketId::new(place, rule.scope(), key), pace).take(on_wait).await,
            None => None,
        };
        tallies.granted(key, waited);
        Grant { waited }
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.0.rules
    }

    /// What has passed so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.0.tallies.read()
    }
}

impl Grant {
    /// How long the call had to wait; zero when it could leave at once.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited.unwrap_or_default()
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("rules", &self.0.rules).finish_non_exhaustive()
    }
}
