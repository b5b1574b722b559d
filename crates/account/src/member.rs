use aws_sdk_organizations::types;
use orgwide_names::AccountId;

use crate::{OuPath, State};

/// An account as its organization lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its twelve digits.
    pub id: AccountId,
    /// Its name, which its owner chose and may change.
    pub name: String,
    /// How it stands.
    pub state: State,
    /// Where it is in the organization; none where the answer does not say, as those of stand-ins and of older
    /// endpoints do not.
    pub ou_path: Option<OuPath>,
}

impl Member {
    /// None for an entry without a usable id, which cannot be acted in, nor even be named.
    pub(crate) fn of(account: &types::Account) -> Option<Self> {
        // `Status` was retired in favour of `State`; stand-ins and older endpoints still send it alone.
        #[allow(deprecated)]
        let state = account
            .state()
            .map(types::AccountState::as_str)
            .or_else(|| account.status().map(types::AccountStatus::as_str))
            .unwrap_or("UNKNOWN");
        Some(Self {
            id: account.id()?.parse().ok()?,
            name: account.name().unwrap_or_default().to_owned(),
            state: State::from_aws(state),
            // An account is in one place; the API has a list to be ready for more.
            ou_path: account.paths().iter().find_map(|path| OuPath::parse(path)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(deprecated)]
    fn state_wins_and_status_stands_in_for_it() {
        let listed = |state: Option<&str>, status: Option<&str>| {
            let account = types::Account::builder()
                .id("012345678901")
                .set_state(state.map(types::AccountState::from))
                .set_status(status.map(types::AccountStatus::from))
                .build();
            Member::of(&account).unwrap().state
        };
        assert_eq!(listed(Some("ACTIVE"), None), State::Active);
        assert_eq!(listed(None, Some("ACTIVE")), State::Active);
        assert_eq!(listed(Some("CLOSED"), Some("SUSPENDED")), State::Inactive("CLOSED".into()));
        assert_eq!(listed(None, None), State::Inactive("UNKNOWN".into()));
    }

    #[test]
    fn a_path_that_is_none_counts_as_absent() {
        let placed = |paths: &[&str]| {
            let paths = paths.iter().map(|path| (*path).to_owned()).collect();
            let account = types::Account::builder().id("012345678901").set_paths(Some(paths)).build();
            Member::of(&account).unwrap().ou_path.map(|path| path.to_string())
        };
        assert_eq!(placed(&[]), None);
        assert_eq!(placed(&["", "x/y"]), None);
        assert_eq!(
            placed(&["o-abcdefghij/r-ab12/ou-ab12-11111111/012345678901/"]).as_deref(),
            Some("o-abcdefghij/r-ab12/ou-ab12-11111111")
        );
    }
}
