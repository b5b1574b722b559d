//! Who is calling.

use crate::account::Account;
use crate::seed::{Seed, word};
use crate::world::World;

/// The letters of AWS's unique ids.
pub(crate) const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The identity behind an access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The number of the account whose credentials signed.
    pub(crate) account: usize,
    /// Whether the key is one the caller brought along, not one that AssumeRole handed out.
    pub(crate) is_base: bool,
    pub(crate) arn: String,
    pub(crate) user_id: String,
}

impl Caller {
    /// The user of the hub account that every foreign key is taken for.
    pub(crate) fn hub(world: &World) -> Self {
        let account = world.hub();
        Self {
            account: account.index,
            is_base: true,
            arn: format!("arn:aws:iam::{}:user/hub", account.id),
            user_id: format!("AIDA{}", word(&mut world.seed().text("hub").rng(), BASE32, 17)),
        }
    }

    /// A session of the world's role in an account.
    pub(crate) fn session(world: &World, account: &Account, session: &str) -> Self {
        let role = world.spec.role_name();
        Self {
            account: account.index,
            is_base: false,
            arn: format!("arn:aws:sts::{}:assumed-role/{role}/{session}", account.id),
            user_id: format!("{}:{session}", role_id(world.seed(), account)),
        }
    }
}

fn role_id(seed: Seed, account: &Account) -> String {
    format!("AROA{}", word(&mut seed.text("role").number(account.index as u64).rng(), BASE32, 17))
}
