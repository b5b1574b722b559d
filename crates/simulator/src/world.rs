//! The simulated organization.

use std::collections::HashMap;

use crate::account::{Account, account};
use crate::bucket::{Bucket, buckets_of};
use crate::instance::Instances;
use crate::region::{self, Region};
use crate::seed::{Seed, word};
use crate::spec::{SpecError, WorldSpec};

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// The organization: accounts are held, everything in them is made when asked for.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) spec: WorldSpec,
    pub(crate) accounts: Vec<Account>,
    pub(crate) regions: Vec<Region>,
    /// `o-…`
    pub(crate) organization: String,
    /// `r-…`
    pub(crate) root: String,
    by_id: HashMap<String, usize>,
}

impl World {
    pub(crate) fn new(spec: WorldSpec) -> Result<Self, SpecError> {
        spec.validate()?;
        let accounts: Vec<Account> = (0..spec.accounts).map(|index| account(&spec, index)).collect();
        let by_id = accounts.iter().map(|account| (account.id.clone(), account.index)).collect();
        let mut rng = Seed::new(spec.seed).text("organization").rng();
        Ok(Self {
            regions: region::regions_of(&spec),
            organization: format!("o-{}", word(&mut rng, LOWER, 10)),
            root: format!("r-{}", word(&mut rng, LOWER, 4)),
            spec,
            accounts,
            by_id,
        })
    }

    pub(crate) fn seed(&self) -> Seed {
        Seed::new(self.spec.seed)
    }

    pub(crate) fn management(&self) -> &Account {
        &self.accounts[0]
    }

    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.by_id.get(id).map(|index| &self.accounts[*index])
    }

    pub(crate) fn region_answers(&self, service: &str, region: &str) -> bool {
        region::answers(&self.spec, service, region)
    }

    pub(crate) fn instances(&self, account: &Account, region: &str) -> Instances {
        Instances::of(&self.spec, account, region)
    }

    pub(crate) fn buckets(&self, account: &Account) -> Vec<Bucket> {
        buckets_of(&self.spec, account)
    }
}
