use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dashmap::DashMap;
use foldhash::fast::RandomState;
use orgwide_names::{OperationName, ServiceName};

use crate::{Counters, Key, Rules, Tally};

/// What is known of each operation called so far: the rules that may be for it, and what has passed.
pub(crate) struct Operations(DashMap<(ServiceName, OperationName), Arc<Operation>, RandomState>);

pub(crate) struct Operation {
    /// The places of the bucket rules that match it, by precedence; accounts and regions are left to the call.
    buckets: Box<[usize]>,
    /// The same of the ceilings, from the narrowest to the broadest.
    ceilings: Box<[usize]>,
    granted: AtomicU64,
    waited: AtomicU64,
    waited_nanos: AtomicU64,
    refused: AtomicU64,
    throttled: AtomicU64,
}

impl Operations {
    pub(crate) fn new() -> Self {
        Self(DashMap::default())
    }

    pub(crate) fn get(&self, rules: &Rules, key: &Key) -> Arc<Operation> {
        let name = (key.service.clone(), key.operation.clone());
        if let Some(known) = self.0.get(&name) {
            return Arc::clone(&known);
        }
        Arc::clone(&self.0.entry(name).or_insert_with(|| Arc::new(Operation::new(rules, key))))
    }

    pub(crate) fn counters(&self) -> Counters {
        let mut counters = Counters::default();
        for entry in &self.0 {
            let tally = entry.value().tally();
            counters.total += tally;
            counters.by_operation.insert(entry.key().clone(), tally);
        }
        counters
    }
}

impl Operation {
    fn new(rules: &Rules, key: &Key) -> Self {
        Self {
            buckets: rules.buckets_for(&key.service, &key.operation),
            ceilings: rules.ceilings_for(&key.service, &key.operation),
            granted: AtomicU64::new(0),
            waited: AtomicU64::new(0),
            waited_nanos: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
        }
    }

    pub(crate) fn buckets(&self) -> &[usize] {
        &self.buckets
    }

    pub(crate) fn ceilings(&self) -> &[usize] {
        &self.ceilings
    }

    pub(crate) fn count_granted(&self, waited: Option<Duration>) {
        self.granted.fetch_add(1, Ordering::Relaxed);
        if let Some(waited) = waited {
            self.waited.fetch_add(1, Ordering::Relaxed);
            let nanos = u64::try_from(waited.as_nanos()).unwrap_or(u64::MAX);
            self.waited_nanos.fetch_add(nanos, Ordering::Relaxed);
        }
    }

    pub(crate) fn count_refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_throttled(&self) {
        self.throttled.fetch_add(1, Ordering::Relaxed);
    }

    fn tally(&self) -> Tally {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Tally {
            granted: read(&self.granted),
            waited: read(&self.waited),
            waited_time: Duration::from_nanos(read(&self.waited_nanos)),
            refused: read(&self.refused),
            throttled: read(&self.throttled),
        }
    }
}
