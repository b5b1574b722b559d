use std::fmt;
use std::sync::Arc;

use aws_types::SdkConfig;
use orgwide_account::Account;
use orgwide_names::{AccountId, RegionName};

/// One AWS account in one region: what clients are made from.
///
/// `aws_sdk_ec2::Client::new(regional.config())` and the clients of every other service are limited,
/// retried, pooled and signed alike. Cloning shares it; making one makes no call.
#[derive(Clone)]
pub struct RegionalAccount(Arc<Inner>);

struct Inner {
    account: Account,
    region: RegionName,
    config: SdkConfig,
}

impl RegionalAccount {
    /// `account` in `region`. In the region `global` it calls where the partition's services without
    /// regions are.
    #[must_use]
    pub fn new(account: Account, region: RegionName) -> Self {
        let session = account.session();
        let config = if region.is_global() {
            session.config_in(&session.partition().implicit_region())
        } else {
            session.config_in(&region)
        };
        Self(Arc::new(Inner { account, region, config }))
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
}

impl fmt::Debug for RegionalAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegionalAccount({} in {})", self.id(), self.region())
    }
}
