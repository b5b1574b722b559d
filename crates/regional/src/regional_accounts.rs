use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use orgwide_account::Account;
use orgwide_names::RegionName;
use orgwide_session::Failure;
use parking_lot::Mutex;

use crate::{RegionFilter, RegionLimits, RegionalAccount, Source, enabled_regions};

/// The regions of one account: a map to look into, from each region to the [`RegionalAccount`] there.
///
/// Which regions are in it is up to its [`RegionFilter`], which can be changed at any time; the map follows, for
/// everybody who shares it. What it is chosen from stays as it was when this was made. Iteration is in alphabetical
/// order. Share it by `Arc`.
///
/// ```
/// use orgwide_account::Account;
/// use orgwide_regional::{RegionFilter, RegionalAccounts};
/// # async fn example(account: Account) -> Result<(), Box<dyn std::error::Error>> {
/// let regions = RegionalAccounts::enabled(account).await?;
/// regions.set_filter(RegionFilter::default().include("eu-*")?);
/// for (region, here) in regions.map().iter() {
///     println!("{region}: {:?}", here.limit());
/// }
/// # Ok(()) }
/// ```
pub struct RegionalAccounts {
    /// No other has had it, in the whole process.
    number: u64,
    account: Account,
    /// What the filter chooses from, `global` included.
    regions: Vec<RegionName>,
    source: Option<Source>,
    state: Mutex<State>,
}

static NUMBERS: AtomicU64 = AtomicU64::new(0);

#[derive(Default)]
struct State {
    filter: RegionFilter,
    limits: RegionLimits,
    map: Arc<BTreeMap<RegionName, RegionalAccount>>,
}

impl RegionalAccounts {
    /// The account in the regions it has enabled, which it is asked for with its own credentials, as by
    /// [`enabled_regions`].
    ///
    /// # Errors
    ///
    /// As for [`enabled_regions`].
    pub async fn enabled(account: Account) -> Result<Self, Failure> {
        let enabled = enabled_regions(&account).await?;
        Ok(Self::with(account, enabled.regions, Some(enabled.source)))
    }

    /// The account in the regions that every account of its partition has, by the built-in table and without a call:
    /// none that has to be opted in to, where that is known, which it is for `aws` only.
    #[must_use]
    pub fn by_default(account: Account) -> Self {
        let regions = account.session().partition().default_regions().collect();
        Self::with(account, regions, None)
    }

    /// The account in these regions, without a call.
    #[must_use]
    pub fn new(account: Account, regions: impl IntoIterator<Item = RegionName>) -> Self {
        Self::with(account, regions.into_iter().collect(), None)
    }

    fn with(account: Account, mut regions: Vec<RegionName>, source: Option<Source>) -> Self {
        regions.push(RegionName::global());
        let number = NUMBERS.fetch_add(1, Relaxed);
        let all = Self { number, account, regions, source, state: Mutex::default() };
        all.set_filter(RegionFilter::default());
        all
    }

    /// What tells it from every other.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Where the account's regions are known from; none where it was not asked.
    #[must_use]
    pub fn source(&self) -> Option<&Source> {
        self.source.as_ref()
    }

    /// The filter. By default it lets every region in, and not `global`.
    #[must_use]
    pub fn filter(&self) -> RegionFilter {
        self.state.lock().filter.clone()
    }

    /// Changes which regions are in. Those that stay are the same as before; those that enter get their limit.
    pub fn set_filter(&self, filter: RegionFilter) {
        let mut state = self.state.lock();
        let partition = self.account.session().partition();
        let mut map = BTreeMap::new();
        for region in self.regions.iter().filter(|region| filter.lets_in(partition, region)) {
            let here = state.map.get(region).cloned().unwrap_or_else(|| {
                let here = RegionalAccount::new(self.account.clone(), region.clone());
                apply(&state.limits, &here);
                here
            });
            map.insert(region.clone(), here);
        }
        state.map = Arc::new(map);
        state.filter = filter;
    }

    /// The limits that regions get when they enter. By default none.
    #[must_use]
    pub fn limits(&self) -> RegionLimits {
        self.state.lock().limits.clone()
    }

    /// Gives the regions their limits, those that are in now and those that enter later. One for which there is none
    /// keeps what it has: a limit belongs to the account and the region, and the last one to set it decides.
    pub fn set_limits(&self, limits: RegionLimits) {
        let mut state = self.state.lock();
        for here in state.map.values() {
            apply(&limits, here);
        }
        state.limits = limits;
    }

    /// The account in that region, if it is in.
    #[must_use]
    pub fn get(&self, region: &RegionName) -> Option<RegionalAccount> {
        self.state.lock().map.get(region).cloned()
    }

    /// What is in now, in alphabetical order of the regions. What becomes of the filter later does not change it.
    #[must_use]
    pub fn map(&self) -> Arc<BTreeMap<RegionName, RegionalAccount>> {
        Arc::clone(&self.state.lock().map)
    }
}

fn apply(limits: &RegionLimits, here: &RegionalAccount) {
    // `global` is under the limit of the region that serves it, which is one and the same.
    if let Some(limit) = limits.of(here.called_in()) {
        here.set_known_limit(limit);
    }
}

impl fmt::Debug for RegionalAccounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let map = self.map();
        let regions: Vec<&str> = map.keys().map(RegionName::as_str).collect();
        write!(f, "RegionalAccounts({} in {})", self.account.id(), regions.join(", "))
    }
}
