use std::collections::BTreeSet;

use orgwide_names::{AccountId, Glob};

use crate::{Member, OuPattern, OuTree, ParseSelectionError};

/// Accounts by id, by name and by where they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Matchers {
    pub(crate) ids: BTreeSet<AccountId>,
    /// Names without wildcards, of which there may be thousands.
    names: BTreeSet<String>,
    patterns: Vec<Glob>,
    pub(crate) units: Vec<OuPattern>,
}

/// What a user writes for an account.
pub(crate) enum AccountText {
    Id(AccountId),
    Name,
}

/// An id or a name.
pub(crate) fn account_text(text: &str) -> Result<AccountText, ParseSelectionError> {
    // A number of another length is an id that lost or gained a digit, not a name.
    if text.len() >= 10 && text.bytes().all(|b| b.is_ascii_digit()) || text.is_empty() {
        Ok(AccountText::Id(text.parse()?))
    } else {
        Ok(AccountText::Name)
    }
}

impl Matchers {
    pub(crate) fn add(&mut self, text: &str) -> Result<(), ParseSelectionError> {
        match account_text(text)? {
            AccountText::Id(id) => {
                self.ids.insert(id);
            }
            AccountText::Name if Glob::is_pattern(text) => self.patterns.push(Glob::new(text)),
            AccountText::Name => {
                self.names.insert(text.to_owned());
            }
        }
        Ok(())
    }

    /// Whether only the organization can tell who is meant.
    pub(crate) fn need_listing(&self) -> bool {
        !(self.names.is_empty() && self.patterns.is_empty() && self.units.is_empty())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty() && !self.need_listing()
    }

    /// Whether the account is named, by id or by name.
    pub(crate) fn name_account(&self, member: &Member) -> bool {
        self.ids.contains(&member.id)
            || self.names.contains(&member.name)
            || self.patterns.iter().any(|pattern| pattern.matches(&member.name))
    }

    /// Whether a unit is named that the account is in.
    pub(crate) fn name_unit(&self, member: &Member, tree: Option<&OuTree>) -> bool {
        let Some(path) = &member.ou_path else { return false };
        self.units.iter().any(|unit| unit.matches(path, tree))
    }

    /// Forgets what the account matches.
    pub(crate) fn strike(&mut self, member: &Member, tree: Option<&OuTree>) {
        self.ids.remove(&member.id);
        self.names.remove(&member.name);
        self.patterns.retain(|pattern| !pattern.matches(&member.name));
        if let Some(path) = &member.ou_path {
            self.units.retain(|unit| !unit.matches(path, tree));
        }
    }

    /// All of it as it was written, but for the ids.
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> {
        let units = self.units.iter().map(|unit| format!("unit {unit}"));
        self.names.iter().cloned().chain(self.patterns.iter().map(ToString::to_string)).chain(units)
    }
}
