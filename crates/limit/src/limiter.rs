use std::fmt;
use std::sync::Arc;

use orgwide_names::RegionName;

use crate::arbiter::{Arbiter, Wakes};
use crate::bucket::Bucket;
use crate::caller::{Caller, Limits, Verdict};
use crate::operations::{Operation, Operations};
use crate::region_ceilings::RegionCeilings;
use crate::registry::{Id, Registry};
use crate::valve::Valve;
use crate::{Counters, Key, Learned, Payer, Permit, Quota, RateLimited, Rules};

/// Says when each call may leave. Clones share one set of buckets and ceilings.
///
/// Calls of one bucket leave in the order they asked, and those of different buckets do not feel each other
/// but at the ceilings they share, where accounts take turns. Time is tokio's; waiting needs a runtime with its
/// time driver on, and is never spun away.
#[derive(Clone)]
pub struct Limiter(Arc<Shared>);

pub(crate) struct Shared {
    rules: Rules,
    pub(crate) arbiter: Arbiter,
    operations: Operations,
    buckets: Registry<Bucket>,
    ceilings: Registry<Valve>,
    region_ceilings: RegionCeilings,
}

impl Limiter {
    /// A limiter under these rules, all of its buckets full.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self(Arc::new(Shared {
            rules,
            arbiter: Arbiter::new(),
            operations: Operations::new(),
            buckets: Registry::new(),
            ceilings: Registry::new(),
            region_ceilings: RegionCeilings::default(),
        }))
    }

    /// Waits until a call may leave.
    ///
    /// Dropping the future gives up the place in the queue and takes nothing.
    ///
    /// # Errors
    /// A limit that does not let calls wait is in the way.
    pub async fn acquire(&self, key: &Key) -> Result<Permit, RateLimited> {
        self.acquire_with(key, || ()).await
    }

    /// Like [`acquire`](Self::acquire), and tells the caller of the wait when there is one.
    ///
    /// `on_wait` is called just before the wait begins, and never when the call may leave at once. What it
    /// returns is dropped when the wait ends, in whatever way.
    ///
    /// # Errors
    /// As for [`acquire`](Self::acquire).
    pub async fn acquire_with<G>(
        &self,
        key: &Key,
        on_wait: impl FnOnce() -> G,
    ) -> Result<Permit, RateLimited> {
        let shared = &*self.0;
        let operation = shared.operations.get(&shared.rules, key);
        let bucket = shared.bucket(key, &operation);
        let limits = CallLimits { shared, operation: &operation };
        let mut caller = Caller::new(&shared.arbiter, &limits, key, Arc::clone(&bucket));

        let (gate, verdict) = match bucket.gate.try_lock() {
            Ok(gate) => (Some(gate), caller.pass()),
            Err(_) => (None, caller.join_line()),
        };
        let (passed, waited) = match verdict {
            Verdict::Passed { cuts } => (Ok(cuts), None),
            Verdict::Refused(retry_after) => (Err(RateLimited { retry_after }), None),
            Verdict::Wait(until) => {
                let _waiting = on_wait();
                let since = shared.arbiter.now();
                let _gate = match gate {
                    Some(gate) => {
                        caller.wait(until).await;
                        gate
                    }
                    None => bucket.gate.lock().await,
                };
                let passed = caller.pass_in_time().await;
                (passed, Some(shared.arbiter.now().saturating_sub(since)))
            }
        };
        match passed {
            Ok(cuts) => {
                operation.count_granted(waited);
                let path = caller.into_path();
                Ok(Permit::new(Arc::clone(&self.0), operation, path, waited, cuts))
            }
            Err(refused) => {
                operation.count_refused();
                Err(refused)
            }
        }
    }

    /// The rules the limiter was made with.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.0.rules
    }

    /// What a call's bucket was last asked to let pass: by [`set_quota`](Self::set_quota), else by its rule.
    #[must_use]
    pub fn quota(&self, key: &Key) -> Quota {
        self.0.bucket_of(key).valve().state().quota()
    }

    /// Another quota for a call's bucket. What was left of the old one stays as far as the new burst has room for
    /// it, so that no change is ever a free burst; those who wait notice at once.
    pub fn set_quota(&self, key: &Key, quota: Quota) {
        let bucket = self.0.bucket_of(key);
        let mut wakes = Wakes::default();
        let _lock = self.0.arbiter.lock();
        bucket.set_quota(quota, self.0.arbiter.now());
        wakes.add(bucket.valve().state().first());
    }

    /// Whether calls wait when a call's bucket is empty, or fail. Those who wait notice at once.
    pub fn set_blocking(&self, key: &Key, blocking: bool) {
        let bucket = self.0.bucket_of(key);
        let mut wakes = Wakes::default();
        let _lock = self.0.arbiter.lock();
        bucket.set_fail_fast(!blocking);
        wakes.add(bucket.valve().state().first());
    }

    /// A ceiling over all calls of one account in one region: set, changed, or with `None` taken away.
    ///
    /// A new one starts full; a change carries over what was left. Without `blocking`, calls above it fail.
    pub fn set_ceiling(&self, account: Payer, region: RegionName, quota: Option<Quota>, blocking: bool) {
        self.0.region_ceilings.set(&self.0.arbiter, account, region, quota, !blocking);
    }

    /// The ceiling set over one account in one region, and whether calls wait at it.
    #[must_use]
    pub fn ceiling(&self, account: Payer, region: &RegionName) -> Option<(Quota, bool)> {
        let valve = self.0.region_ceilings.get(account, region)?;
        let quota = valve.state().quota();
        Some((quota, !valve.fails_fast()))
    }

    /// What has passed so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.0.operations.counters()
    }

    /// The buckets that are below the rate they were asked for, because AWS throttled them; in no order.
    #[must_use]
    pub fn learned(&self) -> Vec<Learned> {
        let mut learned = Vec::new();
        let rules = &self.0.rules;
        let mut add = |id: &Id, quota: Option<Quota>, rate: Option<f64>| {
            let configured = quota.unwrap_or_else(|| rules.at(id.rule).quota()).rate();
            let (Some(rate), Some(configured)) = (rate, configured) else { return };
            learned.push(Learned {
                account: id.account,
                region: id.region.clone(),
                service: id.service.clone().or_else(|| rules.at(id.rule).matches().service_name().cloned()),
                operation: id.operation.clone(),
                configured,
                rate,
            });
        };
        let (mut live, mut kept) = (Vec::new(), Vec::new());
        self.0.buckets.for_each(
            |id, bucket| {
                let state = bucket.valve().state();
                if let Some(rate) = state.learned() {
                    live.push((id.clone(), Some(state.quota()), Some(rate)));
                }
            },
            |id, one| {
                let (quota, rate) = one.figures();
                kept.push((id.clone(), quota, rate));
            },
        );
        live.into_iter().chain(kept).for_each(|(id, quota, rate)| add(&id, quota, rate));
        learned
    }

    /// Lets go of every bucket and ceiling that is full and unused, a few at a time.
    ///
    /// Calls do this on their way; this is for who stays idle for long. What was learned or set at run time stays.
    pub fn sweep(&self) {
        self.0.buckets.sweep(|| self.0.arbiter.now());
        self.0.ceilings.sweep(|| self.0.arbiter.now());
    }

    /// How many buckets and ceilings are in memory.
    #[must_use]
    pub fn in_memory(&self) -> usize {
        self.0.buckets.len() + self.0.ceilings.len()
    }
}

impl Shared {
    fn bucket_of(&self, key: &Key) -> Arc<Bucket> {
        self.bucket(key, &self.operations.get(&self.rules, key))
    }

    fn bucket(&self, key: &Key, operation: &Operation) -> Arc<Bucket> {
        let (place, rule) = self.rules.pick(operation.buckets(), key);
        let id = Id::new(place, rule.scope(), key);
        self.buckets.get(id, || self.arbiter.now(), |kept, now| Bucket::new(rule, kept, now))
    }
}

/// The ceilings of the calls of one operation.
struct CallLimits<'a> {
    shared: &'a Shared,
    operation: &'a Operation,
}

impl Limits for CallLimits<'_> {
    fn ceilings(&self, key: &Key) -> Vec<Arc<Valve>> {
        let Shared { rules, arbiter, ceilings, region_ceilings, .. } = self.shared;
        let from_rules = self.operation.ceilings().iter().filter_map(|&place| {
            let rule = rules.at(place);
            let make = |_, now| Valve::new(rule.quota(), rule.in_flight(), rule.fails_fast(), now);
            let takes = rule.matches().takes(key);
            takes.then(|| ceilings.get(Id::new(place, rule.scope(), key), || arbiter.now(), make))
        });
        // The narrowest goes first: an account in a region is narrower than most.
        region_ceilings.get(key.account, &key.region).into_iter().chain(from_rules).collect()
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("rules", &self.0.rules).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use parking_lot::Mutex;

    use super::*;

    fn key() -> Key {
        Key {
            account: Payer::Base,
            region: "eu-central-1".parse().unwrap(),
            service: "ec2".parse().unwrap(),
            operation: "DescribeInstances".parse().unwrap(),
            paged: false,
        }
    }

    fn limiter(rules: &[&str]) -> Limiter {
        Limiter::new(Rules::new(rules.iter().map(|text| text.parse().unwrap())))
    }

    fn looks(limiter: &Limiter) -> u64 {
        limiter.0.bucket_of(&key()).valve().state().looks()
    }

    #[tokio::test(start_paused = true)]
    async fn ten_thousand_waiters_pass_in_order_with_two_looks_each() {
        let alone = ["ec2=1000/s burst 6"].as_slice();
        let under_a_ceiling = &["ec2=1000/s burst 6", "ec2=2000/s burst 100 per run"];
        for (rules, waiters) in [(alone, 1), (alone, 100), (alone, 10_000), (under_a_ceiling, 10_000)] {
            let limiter = limiter(rules);
            let passed = Arc::new(Mutex::new(Vec::new()));
            let tasks: Vec<_> = (0..waiters)
                .map(|number| {
                    let (limiter, passed) = (limiter.clone(), Arc::clone(&passed));
                    tokio::spawn(async move {
                        drop(limiter.acquire(&key()).await.unwrap());
                        passed.lock().push(number);
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            assert_eq!(*passed.lock(), (0..waiters).collect::<Vec<u32>>());
            let looks = looks(&limiter);
            assert!(looks <= 2 * u64::from(waiters), "{looks} looks for {waiters} calls");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_alone_looks_twice_for_each_call_it_waits_for() {
        let limiter = limiter(&["ec2=10/s burst 1"]);
        for _ in 0..100 {
            drop(limiter.acquire(&key()).await.unwrap());
        }
        assert_eq!(looks(&limiter), 1 + 2 * 99);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_left_standing_once_everyone_has_passed_or_gone() {
        let limiter = limiter(&["ec2=10/s burst 1", "ec2=5/s burst 1 per run"]);
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                let limiter = limiter.clone();
                tokio::spawn(async move { limiter.acquire(&key()).await.map(drop) })
            })
            .collect();
        tokio::time::sleep(Duration::from_secs(3)).await;
        tasks.iter().step_by(2).for_each(|task| task.abort());
        for task in tasks {
            let _ = task.await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(limiter.in_memory(), 2);
        limiter.sweep();
        assert_eq!(limiter.in_memory(), 0);
    }
}
