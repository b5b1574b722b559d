use std::collections::HashMap;

use aws_smithy_runtime::client::retries::TokenBucket;
use orgwide_names::{RegionName, ServiceName};
use parking_lot::Mutex;

/// Tokens for retries of one service in one account and region. After a throttle a retry costs 5 of them, after
/// a 5xx, a timeout or a broken connection 10.
const CAPACITY: usize = 100;
/// Tokens that come back per second: a drained budget would otherwise stay drained.
const REFILL: f32 = 10.0;

/// The budgets for retries of calls made with one set of credentials, one for each region and service.
///
/// The SDK has one per region and service for the whole process, and so an account whose calls always
/// fail would leave none for the others.
#[derive(Debug, Default)]
pub(crate) struct RetryBudgets(Mutex<HashMap<(RegionName, ServiceName), TokenBucket>>);

impl RetryBudgets {
    pub(crate) fn get(&self, region: RegionName, service: ServiceName) -> TokenBucket {
        let new = || TokenBucket::builder().capacity(CAPACITY).refill_rate(REFILL).build();
        self.0.lock().entry((region, service)).or_insert_with(new).clone()
    }
}
