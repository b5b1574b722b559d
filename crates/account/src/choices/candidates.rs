//! What a selection says of each account before its tags are known.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use futures::stream::{self, BoxStream, Stream, StreamExt};
use orgwide_names::AccountId;
use orgwide_session::Failure;

use crate::matchers::Matchers;
use crate::{Listed, Member, NotSelected, Organization, OuPath, OuTree, Selection, Unmatched, Verdict};

pub(super) enum Candidate {
    Account(Listed, Verdict),
    Unmatched(Unmatched),
}

impl Candidate {
    /// An account that is asked for, and of which only the id is known.
    pub(super) fn by_id(selection: &Selection, id: AccountId) -> Self {
        Self::Account(Listed::new(id), selection.judge_id(id))
    }
}

/// What the organization lists, then the ids asked for that it does not, then what matched nothing.
pub(super) struct Candidates {
    selection: Selection,
    organization: Organization,
    tree: Option<Arc<OuTree>>,
    places: Option<Arc<HashMap<AccountId, OuPath>>>,
    caller: AccountId,
    members: BoxStream<'static, Result<Member, Failure>>,
    /// What is left of the selection when everything that matched an account is struck out.
    missing: BTreeSet<AccountId>,
    included: Matchers,
    excluded: Matchers,
    unmatched: Option<std::vec::IntoIter<Unmatched>>,
}

impl Candidates {
    pub(super) fn new(
        selection: Selection,
        organization: Organization,
        tree: Option<Arc<OuTree>>,
        caller: AccountId,
        members: BoxStream<'static, Result<Member, Failure>>,
    ) -> Self {
        let missing = if selection.is_callers_own() {
            BTreeSet::from([caller])
        } else {
            selection.included_ids().collect()
        };
        let (included, excluded) = (selection.included.clone(), selection.excluded.clone());
        Self {
            selection,
            organization,
            tree,
            places: None,
            caller,
            members,
            missing,
            included,
            excluded,
            unmatched: None,
        }
    }

    pub(super) fn stream(self) -> impl Stream<Item = Result<Candidate, Failure>> + Send {
        stream::unfold(Some(self), |candidates| async move {
            let mut candidates = candidates?;
            match candidates.next().await {
                Ok(candidate) => Some((Ok(candidate?), Some(candidates))),
                Err(failure) => Some((Err(failure), None)),
            }
        })
    }

    async fn next(&mut self) -> Result<Option<Candidate>, Failure> {
        if self.unmatched.is_none() {
            if let Some(member) = self.members.next().await {
                return self.judge(member?).await.map(Some);
            }
            let left = |matchers: &Matchers, is_exclusion| {
                matchers.texts().map(|text| Unmatched { text, is_exclusion }).collect::<Vec<_>>()
            };
            let unmatched = [left(&self.included, false), left(&self.excluded, true)].concat();
            self.unmatched = Some(unmatched.into_iter());
        }
        if let Some(id) = self.missing.pop_first() {
            return Ok(Some(Candidate::by_id(&self.selection, id)));
        }
        Ok(self.unmatched.as_mut().and_then(Iterator::next).map(Candidate::Unmatched))
    }

    /// Where accounts are, read once, and only if the list of accounts does not tell.
    async fn places(&mut self) -> Result<&HashMap<AccountId, OuPath>, Failure> {
        if self.places.is_none() {
            let tree = match self.tree.take() {
                Some(tree) => tree,
                None => self.organization.units().await?,
            };
            self.places = Some(self.organization.places_in(&tree).await?);
            self.tree = Some(tree);
        }
        Ok(self.places.get_or_insert_default())
    }

    async fn judge(&mut self, mut member: Member) -> Result<Candidate, Failure> {
        if self.selection.needs_units() && member.ou_path.is_none() {
            member.ou_path = self.places().await?.get(&member.id).cloned();
        }
        let tree = self.tree.as_deref();
        self.missing.remove(&member.id);
        self.included.strike(&member, tree);
        self.excluded.strike(&member, tree);
        let own = self.selection.is_callers_own() && member.id == self.caller;
        let verdict = match self.selection.judge(&member, tree) {
            Verdict::NotSelected(NotSelected::NotIncluded) if own => {
                self.selection.judge_wanted(&member, tree)
            }
            verdict => verdict,
        };
        Ok(Candidate::Account(member.into(), verdict))
    }
}
