use std::sync::Arc;

use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use parking_lot::Mutex;

use crate::attempt::Attempt;

/// Where the gate leaves an attempt for the connector that will send it.
///
/// The two share nothing but the operation's `RuntimeComponents`, which the SDK passes to both by reference. Its
/// address is the key: it is a local of the operation's pinned future, so no two operations under way have the
/// same, and an entry is gone before that memory is free. Entries live for microseconds.
#[derive(Debug, Default)]
pub(crate) struct Handover {
    shards: [Mutex<Vec<Entry>>; 16],
}

/// An operation's address, and its attempt.
type Entry = (usize, Arc<Attempt>);

impl Handover {
    pub(crate) fn address(components: &RuntimeComponents) -> usize {
        std::ptr::from_ref(components) as usize
    }

    pub(crate) fn put(&self, address: usize, attempt: Arc<Attempt>) {
        let mut shard = self.shard(address).lock();
        let replaced = shard.iter().position(|(other, _)| *other == address).map(|at| shard.swap_remove(at));
        shard.push((address, attempt));
        drop(shard);
        // A permit that is dropped wakes others: never under the lock.
        drop(replaced);
    }

    /// Hands the attempt over. None for a request that passed no gate of ours.
    pub(crate) fn take(&self, address: usize) -> Option<Arc<Attempt>> {
        let mut shard = self.shard(address).lock();
        let at = shard.iter().position(|(other, _)| *other == address)?;
        let (_, attempt) = shard.swap_remove(at);
        drop(shard);
        attempt.claim();
        Some(attempt)
    }

    /// Takes back an attempt that nobody took over.
    pub(crate) fn remove(&self, address: usize, attempt: &Arc<Attempt>) {
        let mut shard = self.shard(address).lock();
        let at = shard.iter().position(|(other, entry)| *other == address && Arc::ptr_eq(entry, attempt));
        let removed = at.map(|at| shard.swap_remove(at));
        drop(shard);
        drop(removed);
    }

    /// Attempts that wait to be taken over.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
    }

    fn shard(&self, address: usize) -> &Mutex<Vec<(usize, Arc<Attempt>)>> {
        // The lowest bits of addresses are alike: allocations are aligned.
        &self.shards[(address >> 8) & 15]
    }
}

#[cfg(test)]
mod tests {
    use orgwide_limit::{Key, Limiter, Payer, Rules};

    use super::*;

    async fn attempt() -> Arc<Attempt> {
        let key = Key {
            account: Payer::Base,
            region: "eu-central-1".parse().unwrap(),
            service: "sts".parse().unwrap(),
            operation: "GetCallerIdentity".parse().unwrap(),
            paged: false,
        };
        Attempt::new(Limiter::new(Rules::new([])).acquire(&key).await.unwrap(), key.service, None)
    }

    #[tokio::test]
    async fn an_attempt_is_handed_over_once_and_the_later_one_of_an_operation_takes_the_place() {
        let (handover, first, second) = (Handover::default(), attempt().await, attempt().await);
        // Three addresses of one shard, and one of another.
        for address in [0x1000, 0x2000, 0x3000, 0x1100] {
            handover.put(address, first.clone());
        }
        handover.put(0x2000, second.clone());
        assert_eq!(handover.len(), 4);
        assert!(Arc::ptr_eq(&handover.take(0x2000).unwrap(), &second));
        assert!(handover.take(0x2000).is_none() && handover.take(0x4000).is_none());
        // Whoever comes late takes nothing that is not his.
        handover.remove(0x1000, &second);
        assert_eq!(handover.len(), 3);
        handover.remove(0x1000, &first);
        handover.remove(0x3000, &first);
        assert!(Arc::ptr_eq(&handover.take(0x1100).unwrap(), &first));
        assert_eq!(handover.len(), 0);
    }
}
