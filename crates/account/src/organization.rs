use aws_sdk_organizations::types;
use futures::stream::{self, Stream, TryStreamExt, try_unfold};
use orgwide_names::AccountId;
use orgwide_session::{Call, Failure, Session};

use crate::State;

/// The AWS organization a session belongs to.
///
/// Its calls work from the management account, or from a delegated administrator.
#[derive(Debug, Clone)]
pub struct Organization {
    session: Session,
}

/// An account as its organization lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its twelve digits.
    pub id: AccountId,
    /// Its name, which its owner chose and may change.
    pub name: String,
    /// How it stands.
    pub state: State,
}

/// The most accounts AWS puts on a page.
const PAGE: i32 = 20;

impl Organization {
    /// The organization of `session`'s account. No call is made.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        Self { session: session.clone() }
    }

    /// Every account, the management account too, while the pages arrive: 20 accounts a call.
    ///
    /// An error ends the stream; what came before it is then not the whole organization.
    pub fn accounts(&self) -> impl Stream<Item = Result<Member, Failure>> + Send + use<> {
        let client = aws_sdk_organizations::Client::new(&self.session.config());
        let call = Call { account: self.session.account(), ..Call::new("organizations", "ListAccounts") };
        let pages = client.list_accounts().max_results(PAGE).into_paginator().send();
        try_unfold((pages, call), |(mut pages, call)| async move {
            match pages.next().await {
                None => Ok(None),
                Some(Err(error)) => Err(Failure::of(&error, call)),
                Some(Ok(page)) => {
                    let members: Vec<_> = page.accounts().iter().filter_map(member).map(Ok).collect();
                    Ok(Some((stream::iter(members), (pages, call))))
                }
            }
        })
        .try_flatten()
    }
}

/// None for an entry without a usable id, which cannot be acted in, nor even be named.
fn member(account: &types::Account) -> Option<Member> {
    // `Status` was retired in favour of `State`; stand-ins and older endpoints still send it alone.
    #[allow(deprecated)]
    let state = account
        .state()
        .map(types::AccountState::as_str)
        .or_else(|| account.status().map(types::AccountStatus::as_str))
        .unwrap_or("UNKNOWN");
    Some(Member {
        id: account.id()?.parse().ok()?,
        name: account.name().unwrap_or_default().to_owned(),
        state: State::from_aws(state),
    })
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
            member(&account).unwrap().state
        };
        assert_eq!(listed(Some("ACTIVE"), None), State::Active);
        assert_eq!(listed(None, Some("ACTIVE")), State::Active);
        assert_eq!(listed(Some("CLOSED"), Some("SUSPENDED")), State::Inactive("CLOSED".into()));
        assert_eq!(listed(None, None), State::Inactive("UNKNOWN".into()));
    }
}
