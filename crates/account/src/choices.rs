mod candidates;

use futures::stream::{self, BoxStream, Stream, StreamExt};
use orgwide_names::{AccountId, ParseRoleError};
use orgwide_session::{Class, Failure, Session};

use self::candidates::{Candidate, Candidates};
use crate::{Choice, LeftOut, NotSelected, Organization, RoleChain, Selection, Verdict};

/// Accounts whose tags are asked for at the same time; the limiter says how fast.
const TAGS_AT_ONCE: usize = 16;

/// The accounts a selection chooses, one after another, as soon as they are known.
///
/// The organization is read page by page, and only if the selection needs it. The caller is asked who it
/// is once, at the same time as the first page: its own account is entered with its own credentials, and
/// every other, the management account too, by the role.
#[derive(Debug)]
pub struct Choices {
    hub: Session,
    selection: Selection,
    roles: RoleChain,
    organization: Organization,
}

impl Choices {
    /// Chooses by `selection`, from and with `hub`, entering accounts by a role or a chain of them.
    ///
    /// # Errors
    ///
    /// A last role that is an ARN of one account, while the selection may hold others.
    pub fn new(
        hub: &Session,
        selection: Selection,
        roles: impl Into<RoleChain>,
    ) -> Result<Self, ParseRoleError> {
        let roles = roles.into();
        if let Some(only) = roles.only_account()
            && selection.only_account() != Some(only)
        {
            let arn = roles.last().to_string();
            return Err(match selection.only_account() {
                Some(account) => ParseRoleError::OtherAccount { arn, account },
                None => ParseRoleError::OneAccountOnly { arn, account: only },
            });
        }
        Ok(Self { hub: hub.clone(), selection, roles, organization: Organization::of(hub) })
    }

    /// Reads this organization, which may have answers remembered, instead of asking anew.
    #[must_use]
    pub fn organization(self, organization: Organization) -> Self {
        Self { organization, ..self }
    }

    /// The choices. After an error there are no more, and those before it are not all.
    pub fn stream(self) -> impl Stream<Item = Result<Choice, Failure>> + Send {
        stream::once(self.begin()).flat_map(|begun| match begun {
            Ok(choices) => choices,
            Err(failure) => stream::iter([Err(failure)]).boxed(),
        })
    }

    /// Asks who the caller is, for the first page of accounts and for the names of units, all at once.
    async fn begin(self) -> Result<BoxStream<'static, Result<Choice, Failure>>, Failure> {
        let hub = self.hub.clone();
        if !self.selection.needs_listing() {
            let caller = hub.identity().await?.account();
            let candidates = stream::iter(self.by_id(caller)).map(Ok).boxed();
            return Ok(self.choose(caller, candidates));
        }
        let organization = self.organization.clone();
        let mut members = organization.accounts().boxed();
        let tree = async {
            let needed = self.selection.needs_unit_names();
            if needed { organization.units().await.map(Some) } else { Ok(None) }
        };
        let (caller, first, tree) = tokio::join!(hub.identity(), members.next(), tree);
        let (caller, tree) = (caller?.account(), tree?);
        let members = stream::iter(first).chain(members).boxed();
        let candidates = Candidates::new(self.selection.clone(), organization, tree, caller, members);
        Ok(self.choose(caller, candidates.stream().boxed()))
    }

    /// Without the organization's list: the ids that were asked for, else the caller's own.
    fn by_id(&self, caller: AccountId) -> Vec<Candidate> {
        let ids: Vec<AccountId> = if self.selection.is_callers_own() {
            vec![caller]
        } else {
            self.selection.included_ids().collect()
        };
        ids.into_iter().map(|id| Candidate::by_id(&self.selection, id)).collect()
    }

    /// Looks at tags where they matter, and enters who is in. An error is the last item.
    fn choose(
        self,
        caller: AccountId,
        candidates: BoxStream<'static, Result<Candidate, Failure>>,
    ) -> BoxStream<'static, Result<Choice, Failure>> {
        let (selection, organization) = (self.selection.clone(), self.organization.clone());
        let judged = if selection.needs_tags() {
            let filter = move |candidate: Result<Candidate, Failure>| {
                let (selection, organization) = (selection.clone(), organization.clone());
                async move { by_tags(&selection, &organization, candidate?).await }
            };
            candidates.map(filter).buffered(TAGS_AT_ONCE).boxed()
        } else {
            candidates
        };
        let mut broken = false;
        judged
            .take_while(move |candidate| {
                let go_on = !broken;
                broken |= candidate.is_err();
                std::future::ready(go_on)
            })
            .map(move |candidate| candidate.map(|candidate| self.act_on(candidate, caller)))
            .boxed()
    }

    fn act_on(&self, candidate: Candidate, caller: AccountId) -> Choice {
        let (listed, verdict) = match candidate {
            Candidate::Account(listed, verdict) => (listed, verdict),
            Candidate::Unmatched(unmatched) => return Choice::Unmatched(unmatched),
        };
        match verdict {
            Verdict::NotSelected(why) => Choice::NotSelected(listed, why),
            Verdict::LeftOut(why) => Choice::LeftOut(listed, why),
            Verdict::Included => match self.roles.enter(&self.hub, caller, listed.clone()) {
                Ok(account) => Choice::Included(account),
                Err(error) => Choice::LeftOut(listed, LeftOut::NoRole(error)),
            },
        }
    }
}

/// The same, judged by its tags if nothing else keeps it out.
async fn by_tags(
    selection: &Selection,
    organization: &Organization,
    candidate: Candidate,
) -> Result<Candidate, Failure> {
    let Candidate::Account(mut listed, Verdict::Included) = candidate else { return Ok(candidate) };
    let tags = match organization.tags(listed.id).await {
        // An account the organization does not have has no tags there.
        Err(failure) if failure.class() == Class::NotFound => Default::default(),
        tags => tags?,
    };
    let verdict = match selection.lacking(&tags) {
        Some(filter) => Verdict::NotSelected(NotSelected::Untagged(filter.clone())),
        None => Verdict::Included,
    };
    listed.tags = Some(tags);
    Ok(Candidate::Account(listed, verdict))
}
