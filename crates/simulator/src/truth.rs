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
                buckets,
                instances,
            }
        });
        let accounts = accounts.collect();
        Self {
            management_account: world.management().id.clone(),
            organization: world.organization.clone(),
            role: world.spec.role.clone(),
            regions: regions.clone(),
            seed: world.spec.seed,
            accounts,
            totals,
        }
    }
}
