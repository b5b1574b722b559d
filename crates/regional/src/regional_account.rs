use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_types::SdkConfig;
use orgwide_account::Account;
use orgwide_limit::{Payer, Quota};
use orgwide_names::{AccountId, RegionName};

use crate::interned::{Acting, in_use};
use crate::{Limit, LimitError};

/// One AWS account in one region: what clients are made from.
///
/// `aws_sdk_ec2::Client::new(regional.config())` and the clients of every other service are limited,
/// retried, pooled and signed alike. Cloning shares it; making one makes no call.
///
/// There is one for each account and region at a time: whoever makes it again while it is in use, or finds it in a
/// [`RegionalAccounts`](crate::RegionalAccounts) or a [`RegionalAccountSet`](crate::RegionalAccountSet), has the same
/// one. Accounts are the same when the same credentials act in them.
#[derive(Clone)]
pub struct RegionalAccount(Arc<Inner>);

pub(crate) struct Inner {
    account: Account,
    region: RegionName,
    /// Where its calls go: the region, or for `global` the one that serves it.
    called_in: RegionName,
    config: SdkConfig,
    /// Kept, because it is known by its place in memory.
    _acting: Acting,
    payer: Payer,
}

impl RegionalAccount {
    /// `account` in `region`. In the region `global` it calls where the partition's services without
    /// regions are.
    #[must_use]
    pub fn new(account: Account, region: RegionName) -> Self {
        let acting = Acting::of(&account);
        Self(in_use(&acting, &region, || {
            let session = account.session();
            let called_in =
                if region.is_global() { session.partition().implicit_region() } else { region.clone() };
            let (config, payer) = (session.config_in(&called_in), session.payer());
            let region = region.clone();
            Inner { account, region, called_in, config, _acting: acting.clone(), payer }
        }))
    }

    /// Whether this and the other are one, as they are when account and region are the same.
    #[must_use]
    pub fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.0.account
    }

    /// Shorthand for the account's id.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.0.account.id()
    }

    /// The region, which is `global` for services without regions.
    #[must_use]
    pub fn region(&self) -> &RegionName {
        &self.0.region
    }

    /// The SDK's configuration for calls in this account and region.
    ///
    /// A client whose own configuration replaces the credentials or the HTTP client goes round the gate.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.0.config
    }

    /// The limit that was last set for the account in the region, by whichever value for the two; none by default.
    #[must_use]
    pub fn limit(&self) -> Option<Limit> {
        let limiter = self.0.account.session().limiter();
        let (quota, block) = limiter.ceiling(self.0.payer, &self.0.called_in)?;
        Limit::of(quota, block)
    }

    /// Lets at most `max_count` calls per `interval` leave, over all calls of the account in the region, from now on.
    ///
    /// What counts is every attempt of every client: each page and each retry, of whatever service, also through
    /// clients made before. Calls beyond it wait when `block`, and fail otherwise, with a
    /// [`RateLimited`](crate::RateLimited) that [`RateLimited::find`](crate::RateLimited::find) finds in the client's
    /// error. It comes on top of the limits that calls have anyway.
    ///
    /// `max_count` calls may leave at once when there were none for an `interval`; in any time `T` no more leave than
    /// `max_count × (1 + T / interval)`. A limit that is set for the first time, or after it was taken away, starts so;
    /// a change keeps what was left, and those who wait notice it at once.
    ///
    /// The limit belongs to the account and the region, not to this value: others made for the same two are
    /// under it too, and the last one to set it decides. `global` shares that of the region that serves it. What
    /// it takes to enter the account is paid for by the account that asks, and not counted here.
    ///
    /// # Errors
    ///
    /// [`LimitError`] when `max_count` is not within 1 to 100,000, or the rate, `max_count` over `interval`, not within
    /// 0.0001 to 100,000 calls a second. Then the limit stays as it was.
    pub fn set_limit(&self, max_count: u32, interval: Duration, block: bool) -> Result<(), LimitError> {
        let limit = Limit { max_count, interval, block };
        self.set_ceiling(Some(limit.quota()?), block);
        Ok(())
    }

    /// Takes the limit away. Those who wait for it notice at once.
    pub fn clear_limit(&self) {
        self.set_ceiling(None, true);
    }

    /// Sets a limit whose figures have been looked at.
    pub(crate) fn set_known_limit(&self, limit: Limit) {
        if let Ok(quota) = limit.quota() {
            self.set_ceiling(Some(quota), limit.block);
        }
    }

    /// Where its calls go, which for `global` is the region that serves it.
    pub(crate) fn called_in(&self) -> &RegionName {
        &self.0.called_in
    }

    fn set_ceiling(&self, quota: Option<Quota>, blocking: bool) {
        let limiter = self.0.account.session().limiter();
        limiter.set_ceiling(self.0.payer, self.0.called_in.clone(), quota, blocking);
    }
}

impl fmt::Debug for RegionalAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegionalAccount({} in {})", self.id(), self.region())
    }
}
