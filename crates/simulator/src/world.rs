//! The simulated organization.

use std::collections::HashMap;

use crate::account::{Account, account};
use crate::bucket::{Bucket, buckets_of};
use crate::instance::Instances;
use crate::region::{self, OptIn, Region};
use crate::seed::{Seed, word};
use crate::spec::{SpecError, WorldSpec};
use crate::unit::{Unit, units_of};

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
    pub(crate) units: Vec<Unit>,
    by_id: HashMap<String, usize>,
    units_by_id: HashMap<String, usize>,
    /// The accounts of each unit and, under none, of the root.
    homes: HashMap<Option<usize>, Vec<usize>>,
}

impl World {
    pub(crate) fn new(spec: WorldSpec) -> Result<Self, SpecError> {
        spec.validate()?;
        let accounts: Vec<Account> = (0..spec.accounts).map(|index| account(&spec, index)).collect();
        let by_id = accounts.iter().map(|account| (account.id.clone(), account.index)).collect();
        let mut rng = Seed::new(spec.seed).text("organization").rng();
        let organization = format!("o-{}", word(&mut rng, LOWER, 10));
        let root = format!("r-{}", word(&mut rng, LOWER, 4));
        let units = units_of(&spec, &organization, &root);
        let units_by_id = units.iter().map(|unit| (unit.id.clone(), unit.index)).collect();
        let mut homes: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
        accounts.iter().for_each(|account| homes.entry(account.unit).or_default().push(account.index));
        Ok(Self {
            regions: region::regions_of(&spec),
            organization,
            root,
            units,
            spec,
            accounts,
            by_id,
            units_by_id,
            homes,
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

    /// The account that the caller's own key belongs to.
    pub(crate) fn hub(&self) -> &Account {
        &self.accounts[self.spec.hub]
    }

    pub(crate) fn unit(&self, id: &str) -> Option<&Unit> {
        self.units_by_id.get(id).map(|index| &self.units[*index])
    }

    /// The numbers of the accounts directly in a unit, or in the root for none.
    pub(crate) fn accounts_in(&self, unit: Option<usize>) -> &[usize] {
        self.homes.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// The id of a unit, or of the root for none.
    pub(crate) fn parent_id(&self, unit: Option<usize>) -> &str {
        unit.map_or(&self.root, |unit| &self.units[unit].id)
    }

    /// The ids from the organization down to an account, each with a slash behind it.
    pub(crate) fn path_of(&self, account: &Account) -> String {
        match account.unit {
            None => format!("{}/{}/{}/", self.organization, self.root, account.id),
            Some(unit) => format!("{}{}/", self.units[unit].path, account.id),
        }
    }

    pub(crate) fn region_answers(&self, service: &str, region: &str) -> bool {
        region::answers(&self.spec, service, region)
    }

    /// Whether this is a region that exists without being enabled.
    pub(crate) fn is_opt_in(&self, name: &str) -> bool {
        self.regions.iter().any(|region| region.name == name && region.opt_in == OptIn::NotOptedIn)
    }

    pub(crate) fn instances(&self, account: &Account, region: &str) -> Instances {
        Instances::of(&self.spec, account, region)
    }

    pub(crate) fn buckets(&self, account: &Account) -> Vec<Bucket> {
        buckets_of(&self.spec, account)
    }
}
