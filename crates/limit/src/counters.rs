use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::time::Duration;

use dashmap::DashMap;
use orgwide_names::{OperationName, ServiceName};

use crate::Key;

/// What a limiter has let pass so far, in all and by operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Everything.
    pub total: Tally,
    /// The same by service and operation, over all accounts and regions.
    pub by_operation: BTreeMap<(ServiceName, OperationName), Tally>,
}

/// How many calls passed and what it cost them. A call given up while it waited is in none of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls that were let pass.
    pub granted: u64,
    /// Those of them that had to wait, if only for an instant.
    pub waited: u64,
    /// The sum of their waits.
    pub waited_time: Duration,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.granted += other.granted;
        self.waited += other.waited;
        self.waited_time += other.waited_time;
    }
}

/// The tallies a limiter keeps.
#[derive(Default)]
pub(crate) struct Tallies(DashMap<(ServiceName, OperationName), Tally>);

impl Tallies {
    pub(crate) fn granted(&self, key: &Key, waited: Option<Duration>) {
        *self.0.entry((key.service.clone(), key.operation.clone())).or_default() += Tally {
            granted: 1,
            waited: u64::from(waited.is_some()),
            waited_time: waited.unwrap_or_default(),
        };
    }

    pub(crate) fn read(&self) -> Counters {
        let mut counters = Counters::default();
        for entry in &self.0 {
            counters.total += *entry.value();
            counters.by_operation.insert(entry.key().clone(), *entry.value());
        }
        counters
    }
}
