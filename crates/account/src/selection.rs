use std::collections::BTreeSet;
use std::fmt;

use orgwide_names::{AccountId, Glob, ParseAccountIdError, ParseRoleError};

use crate::{Member, State};

/// Which accounts a run is about.
///
/// Includes are united; exclusions are subtracted from them and always win. With nothing included, the
/// selection is the caller's own account.
///
/// ```
/// use orgwide_account::Selection;
///
/// let mut selection = Selection::default();
/// selection.include("prod-*")?;
/// selection.exclude("012345678901")?;
/// assert!(selection.needs_organization(), "names are the organization's to tell");
/// # Ok::<(), orgwide_names::ParseAccountIdError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Selection {
    whole_organization: bool,
    included: Matchers,
    excluded: Matchers,
}

#[derive(Debug, Clone, Default)]
struct Matchers {
    ids: BTreeSet<AccountId>,
    names: Vec<Glob>,
}

/// What a selection says of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is in.
    Included,
    /// It would be in, but for a rule.
    LeftOut(LeftOut),
    /// Nothing asked for it.
    NotSelected,
}

/// The rule that leaves an account out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOut {
    /// An exclusion names it.
    Excluded,
    /// It cannot be entered.
    NotActive(State),
    /// The role template does not give a role for it.
    NoRole(ParseRoleError),
}

impl Selection {
    /// Includes every account of the organization.
    pub fn include_organization(&mut self) {
        self.whole_organization = true;
    }

    /// Includes an account by id, or those whose name fits the pattern (`*` and `?`).
    ///
    /// # Errors
    ///
    /// Twelve characters or so of digits only, which are neither an id nor likely a name.
    pub fn include(&mut self, text: &str) -> Result<(), ParseAccountIdError> {
        self.included.add(text)
    }

    /// Excludes an account by id, or those whose name fits the pattern.
    ///
    /// # Errors
    ///
    /// As for [`include`](Self::include).
    pub fn exclude(&mut self, text: &str) -> Result<(), ParseAccountIdError> {
        self.excluded.add(text)
    }

    /// Whether the organization's list of accounts has to be read: for all of it, and for names.
    #[must_use]
    pub fn needs_organization(&self) -> bool {
        self.whole_organization || !self.included.names.is_empty() || !self.excluded.names.is_empty()
    }

    /// Whether nothing was included, so that the selection is the caller's own account.
    #[must_use]
    pub fn is_callers_own(&self) -> bool {
        !self.whole_organization && self.included.ids.is_empty() && self.included.names.is_empty()
    }

    /// The one account selected, when the selection can be no other.
    #[must_use]
    pub fn only_account(&self) -> Option<AccountId> {
        let by_id_alone = !self.whole_organization && self.included.names.is_empty();
        match (by_id_alone, self.included.ids.len()) {
            (true, 1) => self.included.ids.first().copied(),
            _ => None,
        }
    }

    /// The accounts included by id, in order.
    pub fn included_ids(&self) -> impl Iterator<Item = AccountId> {
        self.included.ids.iter().copied()
    }

    /// What the selection says of an account the organization lists.
    #[must_use]
    pub fn judge(&self, member: &Member) -> Verdict {
        if self.whole_organization || self.included.match_member(member) {
            self.judge_wanted(member)
        } else {
            Verdict::NotSelected
        }
    }

    /// What the rules say of an account the organization lists, given that it is asked for.
    pub(crate) fn judge_wanted(&self, member: &Member) -> Verdict {
        if self.excluded.match_member(member) {
            Verdict::LeftOut(LeftOut::Excluded)
        } else if member.state != State::Active {
            Verdict::LeftOut(LeftOut::NotActive(member.state.clone()))
        } else {
            Verdict::Included
        }
    }

    /// What the selection says of an account that is asked for, and of which only the id is known.
    #[must_use]
    pub fn judge_id(&self, id: AccountId) -> Verdict {
        if self.excluded.ids.contains(&id) { Verdict::LeftOut(LeftOut::Excluded) } else { Verdict::Included }
    }
}

impl Matchers {
    fn add(&mut self, text: &str) -> Result<(), ParseAccountIdError> {
        // A number of another length is an id that lost or gained a digit, not a name.
        if text.len() >= 10 && text.bytes().all(|b| b.is_ascii_digit()) || text.is_empty() {
            self.ids.insert(text.parse()?);
        } else {
            self.names.push(Glob::new(text));
        }
        Ok(())
    }

    fn match_member(&self, member: &Member) -> bool {
        self.ids.contains(&member.id) || self.names.iter().any(|name| name.matches(&member.name))
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Excluded => f.write_str("excluded"),
            Self::NotActive(state) => write!(f, "the account is {state}"),
            Self::NoRole(error) => write!(f, "{error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str, name: &str, state: &str) -> Member {
        Member { id: id.parse().unwrap(), name: name.to_owned(), state: State::from_aws(state) }
    }

    fn selection(org: bool, include: &[&str], exclude: &[&str]) -> Selection {
        let mut selection = Selection { whole_organization: org, ..Selection::default() };
        include.iter().for_each(|text| selection.include(text).unwrap());
        exclude.iter().for_each(|text| selection.exclude(text).unwrap());
        selection
    }

    #[test]
    fn includes_are_united_and_exclusions_win() {
        let chosen = selection(false, &["000000000001", "prod-*"], &["prod-x", "000000000003"]);
        let verdict = |id, name| chosen.judge(&member(id, name, "ACTIVE"));
        assert_eq!(verdict("000000000001", "dev"), Verdict::Included);
        assert_eq!(verdict("000000000002", "prod-web"), Verdict::Included);
        assert_eq!(verdict("000000000002", "prod-x"), Verdict::LeftOut(LeftOut::Excluded));
        assert_eq!(verdict("000000000003", "prod-web"), Verdict::LeftOut(LeftOut::Excluded));
        assert_eq!(verdict("000000000004", "dev"), Verdict::NotSelected);
        assert_eq!(verdict("000000000004", "Prod-web"), Verdict::NotSelected, "names tell case");
    }

    #[test]
    fn an_account_that_is_not_active_is_left_out_with_its_state() {
        let verdict = selection(true, &[], &[]).judge(&member("000000000001", "x", "SUSPENDED"));
        assert_eq!(verdict, Verdict::LeftOut(LeftOut::NotActive(State::Inactive("SUSPENDED".into()))));
    }

    #[test]
    fn only_names_and_the_whole_need_the_organization() {
        assert!(!selection(false, &["000000000001"], &["000000000002"]).needs_organization());
        assert!(selection(false, &["000000000001"], &["dev-*"]).needs_organization());
        assert!(selection(false, &["dev"], &[]).needs_organization());
        assert!(selection(true, &[], &[]).needs_organization());
    }

    #[test]
    fn an_id_with_a_digit_too_few_is_not_taken_for_a_name() {
        let mut selection = Selection::default();
        assert!(selection.include("12345678901").is_err());
        assert!(selection.include("").is_err());
        assert!(selection.include("2024").is_ok(), "a short number may well be a name");
    }

    #[test]
    fn a_single_id_is_the_only_account() {
        let only = selection(false, &["000000000001"], &[]);
        assert_eq!(only.only_account().unwrap().as_str(), "000000000001");
        assert_eq!(selection(false, &["000000000001", "x"], &[]).only_account(), None);
        assert_eq!(selection(true, &["000000000001"], &[]).only_account(), None);
    }
}
