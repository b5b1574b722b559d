use std::collections::BTreeSet;
use std::pin::Pin;

use futures::stream::{self, Stream, StreamExt};
use orgwide_names::{AccountId, ParseRoleError, RoleSpec};
use orgwide_session::{Failure, RoleRequest, Session};

use crate::{Account, LeftOut, Member, Organization, Selection, Verdict};

/// An account that was looked at, and what became of it.
#[derive(Debug, Clone)]
pub enum Choice {
    /// It is in: act in it.
    Included(Account),
    /// It would be in, but for a rule.
    LeftOut(Listed, LeftOut),
    /// The organization has it, and nothing asked for it.
    NotSelected(Listed),
}

/// An account as far as it is known without entering it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its twelve digits.
    pub id: AccountId,
    /// Its name, where the organization was asked.
    pub name: Option<String>,
}

/// The accounts a selection chooses, one after another, as soon as they are known.
///
/// The organization is read page by page, and only if the selection needs it. The caller is asked who it
/// is once, at the same time as the first page: its own account is entered with its own credentials, and
/// every other, the management account too, by the role.
pub struct Choices {
    hub: Session,
    selection: Selection,
    role: RoleSpec,
    session_name: String,
}

type Members = Pin<Box<dyn Stream<Item = Result<Member, Failure>> + Send>>;

impl Choices {
    /// Chooses by `selection`, from and with `hub`, entering accounts by `role`.
    ///
    /// # Errors
    ///
    /// A role that is an ARN of one account, while the selection may hold others.
    pub fn new(hub: &Session, selection: Selection, role: RoleSpec) -> Result<Self, ParseRoleError> {
        if let Some(only) = role.only_account()
            && selection.only_account() != Some(only)
        {
            let arn = role.to_string();
            return Err(match selection.only_account() {
                Some(account) => ParseRoleError::OtherAccount { arn, account },
                None => ParseRoleError::OneAccountOnly { arn, account: only },
            });
        }
        Ok(Self { hub: hub.clone(), selection, role, session_name: "orgwide".to_owned() })
    }

    /// Sets the name of the sessions in the accounts' CloudTrail.
    #[must_use]
    pub fn session_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.session_name);
        self
    }

    /// The choices. After an error there are no more, and those before it are not all.
    pub fn stream(self) -> impl Stream<Item = Result<Choice, Failure>> + Send {
        stream::once(self.begin()).flat_map(|begun| match begun {
            Ok(choices) => choices.left_stream(),
            Err(failure) => stream::iter([Err(failure)]).right_stream(),
        })
    }

    /// Asks who the caller is and for the first page of accounts, both at once.
    async fn begin(self) -> Result<Pin<Box<dyn Stream<Item = Result<Choice, Failure>> + Send>>, Failure> {
        let hub = self.hub.clone();
        if !self.selection.needs_organization() {
            let caller = hub.identity().await?.account();
            return Ok(stream::iter(self.by_id(caller)).map(Ok).boxed());
        }
        let mut members: Members = Organization::of(&hub).accounts().boxed();
        let (caller, first) = tokio::join!(hub.identity(), members.next());
        let caller = caller?.account();
        Ok(self.by_listing(caller, stream::iter(first).chain(members).boxed()).boxed())
    }

    /// Without the organization: the ids that were asked for, else the caller's own.
    fn by_id(&self, caller: AccountId) -> Vec<Choice> {
        let ids: Vec<AccountId> = if self.selection.is_callers_own() {
            vec![caller]
        } else {
            self.selection.included_ids().collect()
        };
        ids.into_iter().map(|id| self.choose_id(caller, id)).collect()
    }

    /// What the organization lists, then the ids asked for that it does not.
    fn by_listing(
        self,
        caller: AccountId,
        members: Members,
    ) -> impl Stream<Item = Result<Choice, Failure>> + Send {
        let own = self.selection.is_callers_own();
        let missing: BTreeSet<AccountId> =
            if own { BTreeSet::from([caller]) } else { self.selection.included_ids().collect() };
        stream::unfold(
            (self, members, missing, false),
            move |(chooser, mut members, mut missing, ended)| async move {
                if ended {
                    return None;
                }
                match members.next().await {
                    Some(Ok(member)) => {
                        missing.remove(&member.id);
                        let choice = chooser.choose(caller, member, own);
                        Some((Ok(choice), (chooser, members, missing, false)))
                    }
                    Some(Err(failure)) => Some((Err(failure), (chooser, members, missing, true))),
                    None => {
                        let id = missing.pop_first()?;
                        Some((Ok(chooser.choose_id(caller, id)), (chooser, members, missing, false)))
                    }
                }
            },
        )
    }

    fn choose(&self, caller: AccountId, member: Member, own: bool) -> Choice {
        let verdict = match self.selection.judge(&member) {
            Verdict::NotSelected if own && member.id == caller => self.selection.judge_wanted(&member),
            verdict => verdict,
        };
        self.act_on(verdict, caller, Listed { id: member.id, name: Some(member.name) })
    }

    fn choose_id(&self, caller: AccountId, id: AccountId) -> Choice {
        self.act_on(self.selection.judge_id(id), caller, Listed { id, name: None })
    }

    fn act_on(&self, verdict: Verdict, caller: AccountId, listed: Listed) -> Choice {
        match verdict {
            Verdict::NotSelected => Choice::NotSelected(listed),
            Verdict::LeftOut(why) => Choice::LeftOut(listed, why),
            Verdict::Included if listed.id == caller => {
                Choice::Included(Account::new(listed.id, listed.name, self.hub.clone()))
            }
            Verdict::Included => match self.role.resolve(self.hub.partition(), listed.id) {
                Ok(role) => {
                    let request = RoleRequest::new(role).session_name(&self.session_name);
                    Choice::Included(Account::new(listed.id, listed.name, self.hub.assumed(&request)))
                }
                Err(error) => Choice::LeftOut(listed, LeftOut::NoRole(error)),
            },
        }
    }
}
