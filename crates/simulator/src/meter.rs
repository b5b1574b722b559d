//! What has been taken from the buckets of all rate limits.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;

use crate::call::Call;
use crate::rate_rule::{RateError, RateRule, Scope};
use crate::throttling::Throttling;
use crate::token_bucket::{Quota, TokenBucket};

/// Below this many buckets it is not worth looking for full ones.
const FEW: usize = 1_024;

/// Takes the tokens of calls.
#[derive(Debug)]
pub(crate) struct Meter(Mutex<State>);

#[derive(Debug)]
struct State {
    throttling: Throttling,
    /// A bucket that is not here is full.
    buckets: HashMap<Key, TokenBucket>,
    /// With how many buckets to look for full ones.
    sweep_at: usize,
}

/// Which bucket: of which rule, and of whom as far as its scope and operations are apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    rule: usize,
    account: Option<usize>,
    region: Option<String>,
    operation: Option<String>,
}

impl Key {
    fn new(place: usize, rule: &RateRule, account: usize, call: &Call) -> Self {
        Self {
            rule: place,
            account: (rule.scope != Scope::Organization).then_some(account),
            region: (rule.scope == Scope::AccountAndRegion).then(|| call.region().to_owned()),
            operation: rule.each_operation.then(|| call.operation.clone()),
        }
    }
}

/// A call that found no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Throttled {
    /// The whole seconds until there is one, if the caller is to know.
    pub(crate) retry_after: Option<u64>,
}

impl Meter {
    pub(crate) fn new(throttling: Throttling) -> Result<Self, RateError> {
        throttling.validate()?;
        Ok(Self(Mutex::new(State { throttling, buckets: HashMap::new(), sweep_at: FEW })))
    }

    /// Takes the tokens of a call of this account, or, unless they are all there, none.
    pub(crate) fn pay(&self, call: &Call, account: usize, now: Duration) -> Result<(), Throttled> {
        let state = &mut *self.0.lock();
        let mut due: Vec<Key> = Vec::new();
        let mut wait = Duration::ZERO;
        for (place, rule) in state.throttling.deciding(call.service(), &call.operation, is_bare(call)) {
            let (key, quota) = (Key::new(place, rule, account, call), rule.quota());
            if let Some(bucket) = state.buckets.get_mut(&key) {
                bucket.settle(quota, now);
                wait = wait.max(bucket.wait(quota));
            }
            due.push(key);
        }
        if !wait.is_zero() {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            return Err(Throttled { retry_after: state.throttling.tells_when.then_some(seconds) });
        }
        for key in due {
            let quota = state.throttling.rules()[key.rule].quota();
            state.buckets.entry(key).or_insert_with(|| TokenBucket::full(quota, now)).take();
        }
        state.sweep(now);
        Ok(())
    }

    /// Sets other limits. Where a new rule differs from an old one in its figures only, the tokens that are left
    /// stay, as far as there is room; a full bucket stays full.
    pub(crate) fn change(&self, throttling: Throttling, now: Duration) -> Result<(), RateError> {
        throttling.validate()?;
        let state = &mut *self.0.lock();
        state.drop_full(now);
        let places: Vec<Option<(usize, Quota)>> = state
            .throttling
            .rules()
            .iter()
            .map(|old| {
                let same = throttling.rules().iter().position(|new| old.is_for_the_same(new))?;
                Some((same, throttling.rules()[same].quota()))
            })
            .collect();
        let left = std::mem::take(&mut state.buckets).into_iter().filter_map(|(key, mut bucket)| {
            let (rule, quota) = places[key.rule]?;
            bucket.settle(quota, now);
            Some((Key { rule, ..key }, bucket))
        });
        state.buckets = left.collect();
        state.throttling = throttling;
        Ok(())
    }
}

impl State {
    /// Now and then drops the buckets that are full again: an organization has more than a hundred thousand
    /// cells, and most are visited once.
    fn sweep(&mut self, now: Duration) {
        if self.buckets.len() >= self.sweep_at {
            self.drop_full(now);
            self.sweep_at = FEW.max(2 * self.buckets.len());
        }
    }

    fn drop_full(&mut self, now: Duration) {
        let rules = self.throttling.rules();
        self.buckets.retain(|key, bucket| {
            let quota = rules[key.rule].quota();
            bucket.settle(quota, now);
            !bucket.is_full(quota)
        });
    }
}

/// Whether a call has no parameter that narrows or cuts its answer.
fn is_bare(call: &Call) -> bool {
    const HARMLESS: [&str; 3] = ["Action", "Version", "DryRun"];
    call.params.as_ref().is_none_or(|params| params.first_beyond(&HARMLESS).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Protocol;
    use crate::signature::Signature;

    fn call() -> Call {
        let signature =
            Signature { access_key: "A".into(), region: "eu-west-1".into(), service: "ec2".into() };
        Call {
            protocol: Protocol::Ec2,
            unsigned_region: None,
            signature: Some(signature),
            session_token: None,
            operation: "DescribeRegions".into(),
            target: None,
            object: None,
            params: None,
        }
    }

    #[test]
    fn buckets_that_are_full_again_are_not_kept() {
        let meter = Meter::new(Throttling::with([RateRule::new("ec2", "*", 10.0, 5)])).unwrap();
        let call = call();
        let mut most = 0;
        // An account a millisecond, each full again after 100 ms.
        for account in 0..200_000_u32 {
            let now = Duration::from_millis(account.into());
            assert_eq!(meter.pay(&call, account as usize, now), Ok(()));
            most = most.max(meter.0.lock().buckets.len());
        }
        assert!(most <= FEW, "{most} buckets");
    }

    #[test]
    fn looking_for_full_buckets_takes_none_that_is_not() {
        let meter = Meter::new(Throttling::with([RateRule::new("ec2", "*", 1.0, 1)])).unwrap();
        let (call, now) = (call(), Duration::from_millis(999));
        for account in 0..5_000 {
            assert_eq!(meter.pay(&call, account, Duration::ZERO), Ok(()));
        }
        for account in 0..5_000 {
            assert!(meter.pay(&call, account, now).is_err(), "{account}");
        }
    }
}
