use std::collections::BTreeMap;

use orgwide_names::AccountId;

use crate::{Member, OuPath};

/// An account as far as it is known without entering it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its twelve digits.
    pub id: AccountId,
    /// Its name, where the organization was asked.
    pub name: Option<String>,
    /// Where it is in the organization, where that told.
    pub ou_path: Option<OuPath>,
    /// Its tags, where they were asked for; empty where it has none.
    pub tags: Option<BTreeMap<String, String>>,
}

impl Listed {
    /// An account of which only the id is known.
    #[must_use]
    pub fn new(id: AccountId) -> Self {
        Self { id, name: None, ou_path: None, tags: None }
    }
}

impl From<Member> for Listed {
    fn from(member: Member) -> Self {
        Self { id: member.id, name: Some(member.name), ou_path: member.ou_path, tags: None }
    }
}
