mod tree;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures::stream::{self, Stream, StreamExt, TryStreamExt, try_unfold};
use orgwide_names::AccountId;
use orgwide_session::{Call, Failure, Session};
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::aged::Aged;
use crate::{Discovery, Member, OuPath, OuTree};

/// The AWS organization a session belongs to.
///
/// Its calls work from the management account, or from a delegated administrator. Cloning shares what is
/// remembered.
#[derive(Debug, Clone)]
pub struct Organization {
    session: Session,
    age: Duration,
    kept: Arc<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    accounts: Mutex<Option<(Instant, Arc<[Member]>)>>,
    tree: Aged<OuTree>,
    places: Aged<HashMap<AccountId, OuPath>>,
    tags: Mutex<HashMap<AccountId, (Instant, Tags)>>,
    discovery: Mutex<Discovery>,
}

type Tags = BTreeMap<String, String>;

/// The most accounts AWS puts on a page.
const PAGE: i32 = 20;

impl Organization {
    /// The organization of `session`'s account. No call is made, and nothing remembered.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        Self { session: session.clone(), age: Duration::ZERO, kept: Arc::default() }
    }

    /// The same, with answers remembered in this process and used again until they are `age` old.
    ///
    /// Only a list that was read to its end is remembered. Clones made before keep their own age.
    #[must_use]
    pub fn cached(self, age: Duration) -> Self {
        Self { age, ..self }
    }

    /// How far the list of accounts has been read by this organization and its clones, the latest reading counting.
    #[must_use]
    pub fn discovery(&self) -> Discovery {
        self.kept.discovery.lock().clone()
    }

    /// Every account, the management account too, while the pages arrive: 20 accounts a call.
    ///
    /// An error ends the stream; what came before it is then not the whole organization.
    pub fn accounts(&self) -> impl Stream<Item = Result<Member, Failure>> + Send + use<> {
        let kept = self.kept.accounts.lock().clone().filter(|(at, _)| at.elapsed() < self.age);
        match kept {
            Some((_, members)) => {
                let count = members.len();
                stream::iter((0..count).map(move |at| Ok(members[at].clone()))).left_stream()
            }
            None => self.list().right_stream(),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Member, Failure>> + Send + use<> {
        let call = self.call("ListAccounts");
        let pages = self.client().list_accounts().max_results(PAGE).into_paginator().send();
        let reading =
            Reading { organization: self.clone(), read: Vec::new(), count: 0, began: Instant::now() };
        try_unfold((pages, call, reading), |(mut pages, call, mut reading)| async move {
            match pages.next().await {
                None => {
                    reading.complete();
                    Ok(None)
                }
                Some(Err(error)) => Err(reading.broken_off(Failure::of(&error, call))),
                Some(Ok(page)) => {
                    let members: Vec<_> = page.accounts().iter().filter_map(Member::of).collect();
                    reading.page(&members);
                    Ok(Some((stream::iter(members.into_iter().map(Ok)), (pages, call, reading))))
                }
            }
        })
        .try_flatten()
    }

    /// The tags of an account in the organization: organizations:ListTagsForResource.
    ///
    /// # Errors
    ///
    /// The [`Failure`] of that call; of the class [`NotFound`](orgwide_session::Class::NotFound) for an account
    /// that the organization does not have.
    pub async fn tags(&self, account: AccountId) -> Result<BTreeMap<String, String>, Failure> {
        let kept = self.kept.tags.lock().get(&account).filter(|(at, _)| at.elapsed() < self.age).cloned();
        if let Some((_, tags)) = kept {
            return Ok(tags);
        }
        let asked = Instant::now();
        let call = self.call("ListTagsForResource");
        let pages = self.client().list_tags_for_resource().resource_id(account.as_str());
        let mut pages = pages.into_paginator().send();
        let mut tags = BTreeMap::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Failure::of(&error, call.clone()))?;
            tags.extend(page.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())));
        }
        if !self.age.is_zero() {
            self.kept.tags.lock().insert(account, (asked, tags.clone()));
        }
        Ok(tags)
    }

    fn client(&self) -> aws_sdk_organizations::Client {
        aws_sdk_organizations::Client::new(&self.session.config())
    }

    fn call(&self, operation: &'static str) -> Call {
        Call { account: self.session.account(), ..Call::new("organizations", operation) }
    }
}

/// A list of accounts on its way in.
struct Reading {
    organization: Organization,
    /// What has come, where it is to be remembered.
    read: Vec<Member>,
    count: usize,
    began: Instant,
}

impl Reading {
    fn page(&mut self, members: &[Member]) {
        self.count += members.len();
        if !self.organization.age.is_zero() {
            self.read.extend_from_slice(members);
        }
        self.tell(Discovery::UnderWay { accounts: self.count });
    }

    fn complete(self) {
        self.tell(Discovery::Complete { accounts: self.count });
        if !self.organization.age.is_zero() {
            *self.organization.kept.accounts.lock() = Some((self.began, self.read.into()));
        }
    }

    fn broken_off(self, failure: Failure) -> Failure {
        self.tell(Discovery::BrokenOff { accounts: self.count, failure: failure.clone() });
        failure
    }

    fn tell(&self, discovery: Discovery) {
        *self.organization.kept.discovery.lock() = discovery;
    }
}
