//! Who is calling.

use crate::account::Account;
use crate::seed::word;
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
    /// The role of a session, with its path.
    pub(crate) role_arn: Option<String>,
    pub(crate) source_identity: Option<String>,
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
            role_arn: None,
            source_identity: None,
        }
    }

    /// One who has signed nothing and is about to get into this account.
    pub(crate) fn nobody(account: usize) -> Self {
        let (arn, user_id) = (String::new(), String::new());
        Self { account, is_base: false, arn, user_id, role_arn: None, source_identity: None }
    }

    /// A session of a role, given with its path, in an account.
    pub(crate) fn session(world: &World, account: &Account, role: &str, session: &str) -> Self {
        let name = role.rsplit('/').next().unwrap_or(role);
        Self {
            account: account.index,
            is_base: false,
            arn: format!("arn:aws:sts::{}:assumed-role/{name}/{session}", account.id),
            user_id: format!("{}:{session}", role_id(world, account, role)),
            role_arn: Some(format!("arn:aws:iam::{}:role/{role}", account.id)),
            source_identity: None,
        }
    }
}

fn role_id(world: &World, account: &Account, role: &str) -> String {
    let mut path = world.seed().text("role").number(account.index as u64);
    if role != world.spec.role {
        path = path.text(role);
    }
    format!("AROA{}", word(&mut path.rng(), BASE32, 17))
}
