use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orgwide_names::RegionName;
use parking_lot::Mutex;

use crate::arbiter::{Arbiter, Wakes};
use crate::valve::Valve;
use crate::{Payer, Quota};

/// The ceilings set at run time, each over all calls of one account in one region.
#[derive(Default)]
pub(crate) struct RegionCeilings {
    map: Mutex<HashMap<(Payer, RegionName), Arc<Valve>>>,
    /// So that calls need not look when there are none.
    count: AtomicUsize,
}

impl RegionCeilings {
    pub(crate) fn get(&self, account: Payer, region: &RegionName) -> Option<Arc<Valve>> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        self.map.lock().get(&(account, region.clone())).cloned()
    }

    /// Sets, changes or takes away one.
    pub(crate) fn set(
        &self,
        arbiter: &Arbiter,
        account: Payer,
        region: RegionName,
        quota: Option<Quota>,
        fail_fast: bool,
    ) {
        let mut wakes = Wakes::default();
        let _lock = arbiter.lock();
        let now = arbiter.now();
        let mut map = self.map.lock();
        match (map.get(&(account, region.clone())), quota) {
            (None, None) => {}
            (None, Some(quota)) => {
                map.insert((account, region), Arc::new(Valve::new(quota, None, fail_fast, now)));
                arbiter.ceiling_set_up();
            }
            (Some(valve), _) => {
                // Who waits for one that is taken away still looks at it.
                let mut state = valve.state();
                state.set_quota(quota.unwrap_or(Quota::UNLIMITED), now);
                valve.set_fail_fast(fail_fast);
                wakes.add(state.first());
                drop(state);
                if quota.is_none() {
                    map.remove(&(account, region));
                }
            }
        }
        self.count.store(map.len(), Ordering::Release);
    }
}
