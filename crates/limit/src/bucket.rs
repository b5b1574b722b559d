use std::time::Duration;

use parking_lot::Mutex as SyncMutex;
use tokio::sync::Mutex;

use crate::registry::Entry;
use crate::valve::Valve;
use crate::{Quota, Rule};

/// What the calls of one key pass: a gate, through which they go in the order they came and one at a time, and
/// a valve, at which the one in the gate stands.
///
/// tokio's mutex hands itself to who stands first, so nobody passes anyone by.
pub(crate) struct Bucket {
    pub(crate) gate: Mutex<()>,
    valve: Valve,
    /// Set apart from its rule at run time.
    own: SyncMutex<Own>,
}

/// What was set for one bucket apart from its rule.
#[derive(Clone, Copy, Default, PartialEq)]
struct Own {
    quota: Option<Quota>,
    fails_fast: Option<bool>,
}

/// What is remembered of a bucket that has left memory.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    own: Own,
    learned: Option<f64>,
}

impl Kept {
    /// The quota asked for, if not that of the rule, and the rate learned, if lower.
    pub(crate) fn figures(&self) -> (Option<Quota>, Option<f64>) {
        (self.own.quota, self.learned)
    }
}

impl Bucket {
    pub(crate) fn new(rule: &Rule, kept: Option<Kept>, now: Duration) -> Self {
        let own = kept.map(|kept| kept.own).unwrap_or_default();
        let fails_fast = own.fails_fast.unwrap_or(rule.fails_fast());
        let valve = Valve::new(own.quota.unwrap_or(rule.quota()), rule.in_flight(), fails_fast, now);
        if let Some(rate) = kept.and_then(|kept| kept.learned) {
            valve.state().relearn(rate, now);
        }
        Self { gate: Mutex::new(()), valve, own: SyncMutex::new(own) }
    }

    pub(crate) fn valve(&self) -> &Valve {
        &self.valve
    }

    /// Another quota from now on.
    pub(crate) fn set_quota(&self, quota: Quota, now: Duration) {
        self.own.lock().quota = Some(quota);
        self.valve.state().set_quota(quota, now);
    }

    /// Whether calls may wait, from now on.
    pub(crate) fn set_fail_fast(&self, fail_fast: bool) {
        self.own.lock().fails_fast = Some(fail_fast);
        self.valve.set_fail_fast(fail_fast);
    }
}

impl Entry for Bucket {
    type Kept = Kept;

    fn is_idle(&self, now: Duration) -> bool {
        self.valve.state().is_idle(now)
    }

    fn kept(&self) -> Option<Kept> {
        let kept = Kept { own: *self.own.lock(), learned: self.valve.state().learned() };
        (kept.learned.is_some() || kept.own != Own::default()).then_some(kept)
    }
}

impl Entry for Valve {
    /// A ceiling is as its rule says; nothing of it is kept.
    type Kept = std::convert::Infallible;

    fn is_idle(&self, now: Duration) -> bool {
        self.state().is_idle(now)
    }

    fn kept(&self) -> Option<Self::Kept> {
        None
    }
}
