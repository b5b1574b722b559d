use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::world::World;

/// What the simulated organization really holds: what a complete and correct reader must have found.
///
/// A suspended account cannot be entered, so it is listed with nothing in it and the totals count what can be
/// read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// The id of the management account, 12 digits.
    pub management_account: String,
    /// The id of the organization, `o-…`.
    pub organization: String,
    /// The id of the root, `r-…`.
    pub root: String,
    /// The organizational units, a parent always before its children.
    pub units: Vec<UnitTruth>,
    /// The role in every member account.
    pub role: String,
    /// The enabled regions, in the order of the specification.
    pub regions: Vec<String>,
    /// The seed the world was made from.
    pub seed: u64,
    /// The accounts by number, the management account first.
    pub accounts: Vec<AccountTruth>,
    /// Sums over the accounts.
    pub totals: Totals,
}

/// One organizational unit of a [`Truth`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitTruth {
    /// Its id, `ou-…`.
    pub id: String,
    /// Its name, unique among the units of its parent only.
    pub name: String,
    /// The id of the root or unit it is in.
    pub parent: String,
    /// The ids from the organization down to it, each with a slash behind it.
    pub path: String,
}

/// One account of a [`Truth`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountTruth {
    /// The account's number, from 0.
    pub index: usize,
    /// Its id, 12 digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its e-mail address.
    pub email: String,
    /// `ACTIVE` or `SUSPENDED`.
    pub status: String,
    /// The tags of the account itself.
    pub tags: BTreeMap<String, String>,
    /// Its alias, if it has one.
    pub alias: Option<String>,
    /// The id of the root or unit it is in.
    pub parent: String,
    /// The ids from the organization down to it, each with a slash behind it.
    pub path: String,
    /// The names of its buckets, sorted.
    pub buckets: Vec<String>,
    /// The ids of its instances, sorted, by region; every enabled region is there.
    pub instances: BTreeMap<String, Vec<String>>,
}

/// Sums over all accounts of a [`Truth`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Accounts, the suspended ones too.
    pub accounts: usize,
    /// Buckets that can be read.
    pub buckets: usize,
    /// Instances that can be read.
    pub instances: usize,
    /// The same by region.
    pub instances_by_region: BTreeMap<String, usize>,
}

impl Truth {
    pub(crate) fn of(world: &World) -> Self {
        let regions = &world.spec.regions;
        let mut totals = Totals {
            accounts: world.accounts.len(),
            buckets: 0,
            instances: 0,
            instances_by_region: regions.iter().map(|region| (region.clone(), 0)).collect(),
        };
        let accounts = world.accounts.iter().map(|account| {
            let ids = |region: &String| match account.active {
                true => world.instances(account, region).ids(),
                false => Vec::new(),
            };
            let instances: BTreeMap<String, Vec<String>> =
                regions.iter().map(|region| (region.clone(), ids(region))).collect();
            let buckets: Vec<String> = match account.active {
                true => world.buckets(account).into_iter().map(|bucket| bucket.name).collect(),
                false => Vec::new(),
            };
            totals.buckets += buckets.len();
            for (region, ids) in &instances {
                totals.instances += ids.len();
                *totals.instances_by_region.entry(region.clone()).or_default() += ids.len();
            }
            AccountTruth {
                index: account.index,
                id: account.id.clone(),
                name: account.name.clone(),
                email: account.email.clone(),
                status: account.status().to_owned(),
                tags: account.tags.clone(),
                alias: account.alias.clone(),
                parent: world.parent_id(account.unit).to_owned(),
                path: world.path_of(account),
                buckets,
                instances,
            }
        });
        let accounts = accounts.collect();
        let units = world.units.iter().map(|unit| UnitTruth {
            id: unit.id.clone(),
            name: unit.name.clone(),
            parent: world.parent_id(unit.parent).to_owned(),
            path: unit.path.clone(),
        });
        Self {
            management_account: world.management().id.clone(),
            organization: world.organization.clone(),
            root: world.root.clone(),
            units: units.collect(),
            role: world.spec.role.clone(),
            regions: regions.clone(),
            seed: world.spec.seed,
            accounts,
            totals,
        }
    }
}
