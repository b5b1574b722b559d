use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use dashmap::DashMap;
use orgwide_names::{OperationName, RegionName, ServiceName};

use crate::bucket::Bucket;
use crate::quota::Pace;
use crate::{Key, Payer, Scope};

/// Every bucket in use, made when first asked for.
///
/// One that is full and that nobody holds says no more than a new one, so such buckets are swept
/// out, once as many have been made as the last sweep left, and at least [`SWEEP_AFTER`]. The map thus
/// stays within about twice what is in use, and sweeping costs each new bucket a small fixed amount.
pub(crate) struct Buckets {
    map: DashMap<BucketId, Arc<Bucket>>,
    until_sweep: AtomicI64,
}

const SWEEP_AFTER: i64 = 1024;

/// What the calls of one bucket have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct BucketId {
    /// The place of its rule.
    rule: usize,
    account: Payer,
    service: ServiceName,
    region: Option<RegionName>,
    operation: Option<OperationName>,
}

impl BucketId {
    pub(crate) fn new(rule: usize, scope: Scope, key: &Key) -> Self {
        Self {
            rule,
            account: key.account,
            service: key.service.clone(),
            region: scope.region.then(|| key.region.clone()),
            operation: scope.operation.then(|| key.operation.clone()),
        }
    }
}

impl Buckets {
    pub(crate) fn new() -> Self {
        Self { map: DashMap::new(), until_sweep: AtomicI64::new(SWEEP_AFTER) }
    }

    pub(crate) fn get(&self, id: BucketId, pace: Pace) -> Arc<Bucket> {
        if let Some(bucket) = self.map.get(&id) {
            return Arc::clone(&bucket);
        }
        let mut made = false;
        let bucket = Arc::clone(&self.map.entry(id).or_insert_with(|| {
            made = true;
            Arc::new(Bucket::new(pace))
        }));
        // Of those who count down at the same time one meets the 1, so one sweeps.
        if made && self.until_sweep.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.sweep();
        }
        bucket
    }

    fn sweep(&self) {
        // A handle is only ever cloned under the map's lock, so a count of one means that nobody has one.
        self.map.retain(|_, bucket| Arc::strong_count(bucket) > 1 || !bucket.is_full());
        let left = i64::try_from(self.map.len()).unwrap_or(i64::MAX);
        self.until_sweep.store(left.max(SWEEP_AFTER), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Quota;

    fn id(account: u64) -> BucketId {
        let key = Key {
            account: Payer::Account(format!("{account:012}").parse().unwrap()),
            region: "eu-central-1".parse().unwrap(),
            service: "ec2".parse().unwrap(),
            operation: "DescribeInstances".parse().unwrap(),
        };
        BucketId::new(0, Scope::ACCOUNT, &key)
    }

    fn pace() -> Pace {
        Quota::new(10.0, 1).unwrap().pace().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_hundred_thousand_buckets_used_once_do_not_stay() {
        let buckets = Buckets::new();
        for account in 0..100_000 {
            buckets.get(id(account), pace()).take(|| ()).await;
            tokio::time::advance(Duration::from_millis(1)).await;
            // A hundred are short of a token at any time; two sweeps' worth is the most that may pile up.
            assert!(buckets.map.len() <= 2 * SWEEP_AFTER as usize);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_sweep_leaves_what_is_held_and_what_is_not_full() {
        let buckets = Buckets::new();
        let held = buckets.get(id(1), pace());
        buckets.get(id(2), pace()).take(|| ()).await;
        buckets.get(id(3), pace());
        buckets.sweep();
        assert!(Arc::ptr_eq(&held, &buckets.get(id(1), pace())));
        assert!(buckets.map.contains_key(&id(2)), "a token is missing from it");
        assert!(!buckets.map.contains_key(&id(3)));

        tokio::time::advance(Duration::from_millis(100)).await;
        drop(held);
        buckets.sweep();
        assert!(buckets.map.is_empty());
    }
}
