use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

use orgwide_account::Account;
use orgwide_names::{AccountId, RegionName};
use parking_lot::Mutex;

use crate::interned::Acting;
use crate::{RegionalAccount, RegionalAccounts};

/// A set of accounts, each in its regions: what a program is about.
///
/// Its members are [`RegionalAccounts`], and it follows them: when the filter of one changes, so does what the set
/// holds. Several members may be of one account. It can be changed while others look at it; share it by `Arc`.
///
/// ```
/// use std::sync::Arc;
/// use orgwide_account::Account;
/// use orgwide_regional::{RegionalAccountSet, RegionalAccounts};
/// # async fn example(production: Account, audit: Account) -> Result<(), Box<dyn std::error::Error>> {
/// let set = RegionalAccountSet::default();
/// set.add(Arc::new(RegionalAccounts::enabled(production).await?));
/// set.add(Arc::new(RegionalAccounts::new(audit, ["eu-central-1".parse()?])));
/// for here in set.values() {
///     println!("{} in {}", here.id(), here.region());
/// }
/// # Ok(()) }
/// ```
#[derive(Default)]
pub struct RegionalAccountSet {
    /// By account, then in the order they came.
    members: Mutex<BTreeMap<AccountId, Vec<Arc<RegionalAccounts>>>>,
}

impl RegionalAccountSet {
    /// Adds the regions of an account, and says whether they are new to it.
    pub fn add(&self, regions: Arc<RegionalAccounts>) -> bool {
        let mut members = self.members.lock();
        let of_account = members.entry(regions.account().id()).or_default();
        let is_new = !of_account.iter().any(|member| Arc::ptr_eq(member, &regions));
        if is_new {
            of_account.push(regions);
        }
        is_new
    }

    /// Takes the regions of an account out, and says whether they were in.
    ///
    /// Regions that another member has too stay among the [`values`](Self::values).
    pub fn discard(&self, regions: &Arc<RegionalAccounts>) -> bool {
        let mut members = self.members.lock();
        let id = regions.account().id();
        let Some(of_account) = members.get_mut(&id) else { return false };
        let before = of_account.len();
        of_account.retain(|member| !Arc::ptr_eq(member, regions));
        let was_in = of_account.len() < before;
        if of_account.is_empty() {
            members.remove(&id);
        }
        was_in
    }

    /// Whether an account is in that region, in whichever member.
    #[must_use]
    pub fn contains(&self, here: &RegionalAccount) -> bool {
        let members = self.members.lock();
        let of_account = members.get(&here.id()).map(Vec::as_slice).unwrap_or_default();
        of_account.iter().any(|member| member.get(here.region()).is_some_and(|other| other.ptr_eq(here)))
    }

    /// Its members, in order of the accounts' ids, and those of one account in the order they came.
    #[must_use]
    pub fn members(&self) -> Vec<Arc<RegionalAccounts>> {
        self.members.lock().values().flatten().cloned().collect()
    }

    /// Every account in every region that is in now, each once, in order of the accounts' ids and, for each, of the
    /// regions' names.
    #[must_use]
    pub fn values(&self) -> Vec<RegionalAccount> {
        let mut values = Vec::new();
        for member in self.members() {
            values.extend(member.map().values().cloned());
        }
        // Of one account in one region there are as many as there are roles that act in it: a few.
        values.sort_by(|a, b| place(a).cmp(&place(b)));
        let mut unique: Vec<RegionalAccount> = Vec::with_capacity(values.len());
        for here in values {
            let mut others = unique.iter().rev().take_while(|other| place(other) == place(&here));
            if !others.any(|other| other.ptr_eq(&here)) {
                unique.push(here);
            }
        }
        unique
    }

    /// Every account that has a member, each once, in order of their ids.
    ///
    /// One account in which different roles act is there for each of them.
    #[must_use]
    pub fn accounts(&self) -> Vec<Account> {
        let mut seen = HashSet::new();
        let members = self.members();
        let accounts = members.iter().map(|member| member.account());
        accounts.filter(|account| seen.insert(Acting::of(account))).cloned().collect()
    }

    /// A new set of the members of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.members().into_iter().chain(other.members()).collect()
    }
}

fn place(here: &RegionalAccount) -> (AccountId, &RegionName) {
    (here.id(), here.region())
}

impl FromIterator<Arc<RegionalAccounts>> for RegionalAccountSet {
    fn from_iter<I: IntoIterator<Item = Arc<RegionalAccounts>>>(members: I) -> Self {
        let set = Self::default();
        for member in members {
            set.add(member);
        }
        set
    }
}

impl fmt::Debug for RegionalAccountSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.members()).finish()
    }
}
