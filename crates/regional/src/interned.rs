//! The regional accounts in use, each of them once.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock, Weak};

use aws_types::SdkConfig;
use orgwide_account::Account;
use orgwide_names::{AccountId, RegionName};
use parking_lot::Mutex;

use crate::regional_account::Inner;

/// Entries kept before the first look for those nobody uses.
const FEW: usize = 1024;

/// An account, and who acts in it: a session's configuration is one until it becomes somebody else.
#[derive(Clone)]
pub(crate) struct Acting {
    id: AccountId,
    /// Held, so that no other is where it is in memory.
    config: Arc<SdkConfig>,
}

impl Acting {
    pub(crate) fn of(account: &Account) -> Self {
        Self { id: account.id(), config: account.session().config() }
    }

    fn in_region(&self, region: &RegionName) -> Key {
        (self.id, Arc::as_ptr(&self.config).addr(), region.clone())
    }
}

impl PartialEq for Acting {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && Arc::ptr_eq(&self.config, &other.config)
    }
}

impl Eq for Acting {}

impl Hash for Acting {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.id, Arc::as_ptr(&self.config)).hash(state);
    }
}

/// A key holds no credentials: what it stands for is as long there as the regional account, which holds them.
type Key = (AccountId, usize, RegionName);

struct Table {
    of: HashMap<Key, Weak<Inner>>,
    /// How many there may be before those nobody uses are looked for.
    room: usize,
}

static TABLE: LazyLock<Mutex<Table>> = LazyLock::new(|| Mutex::new(Table { of: HashMap::new(), room: FEW }));

/// The one in use, else what `make` gives. It must not ask for another.
pub(crate) fn in_use(acting: &Acting, region: &RegionName, make: impl FnOnce() -> Inner) -> Arc<Inner> {
    let mut table = TABLE.lock();
    if table.of.len() >= table.room {
        table.of.retain(|_, regional| regional.strong_count() > 0);
        // Twice what is left: on average each is looked at once.
        table.room = FEW.max(table.of.len() * 2);
    }
    let entry = table.of.entry(acting.in_region(region)).or_default();
    entry.upgrade().unwrap_or_else(|| {
        let regional = Arc::new(make());
        *entry = Arc::downgrade(&regional);
        regional
    })
}
