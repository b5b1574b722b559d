//! The units of the organization, and which account is in which.

use std::collections::HashMap;
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use orgwide_names::AccountId;
use orgwide_session::Failure;

use super::{Organization, PAGE};
use crate::{OuPath, OuTree};

/// Units that are asked about at the same time; the limiter says how fast.
const AT_ONCE: usize = 8;

impl Organization {
    /// The tree of units: one call for the roots, and one for each root and unit (more where one has over 20 below
    /// it).
    ///
    /// # Errors
    ///
    /// The [`Failure`] of any of them. Half a tree is none.
    pub async fn units(&self) -> Result<Arc<OuTree>, Failure> {
        self.kept.tree.get(self.age, self.read_tree()).await
    }

    /// Where every account is, by asking each root and unit for the accounts in it: for answers that do not say
    /// so in the list of accounts.
    ///
    /// # Errors
    ///
    /// The [`Failure`] of any of the calls, those for the tree among them.
    pub async fn places(&self) -> Result<Arc<HashMap<AccountId, OuPath>>, Failure> {
        let tree = self.units().await?;
        self.places_in(&tree).await
    }

    /// The same, where the tree is known.
    pub(crate) async fn places_in(&self, tree: &OuTree) -> Result<Arc<HashMap<AccountId, OuPath>>, Failure> {
        self.kept.places.get(self.age, self.read_places(tree)).await
    }

    async fn read_tree(&self) -> Result<OuTree, Failure> {
        let call = self.call("ListRoots");
        let mut pages = self.client().list_roots().max_results(PAGE).into_paginator().send();
        let (mut tree, mut parents) = (OuTree::default(), Vec::new());
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Failure::of(&error, call.clone()))?;
            for root in page.roots() {
                let Some(id) = root.id() else { continue };
                if tree.is_empty() {
                    tree = OuTree::of(organization_in(root.arn().unwrap_or_default()));
                }
                tree.add(id, root.name().unwrap_or("Root"), None);
                parents.push(id.to_owned());
            }
        }
        while !parents.is_empty() {
            let below = stream::iter(parents).map(|parent| self.units_of(parent)).buffered(AT_ONCE);
            parents = Vec::new();
            for (parent, units) in below.try_collect::<Vec<_>>().await? {
                for (id, name) in units {
                    // One that is there already would be a circle, or has been moved meanwhile.
                    if tree.name(&id).is_none() {
                        tree.add(&id, &name, Some(&parent));
                        parents.push(id);
                    }
                }
            }
        }
        Ok(tree)
    }

    /// The ids and names of the units right below one.
    async fn units_of(&self, parent: String) -> Result<(String, Vec<(String, String)>), Failure> {
        let call = self.call("ListOrganizationalUnitsForParent");
        let pages = self.client().list_organizational_units_for_parent().parent_id(&parent);
        let mut pages = pages.max_results(PAGE).into_paginator().send();
        let mut units = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Failure::of(&error, call.clone()))?;
            let named = page.organizational_units().iter();
            units.extend(named.filter_map(|unit| Some((unit.id()?.to_owned(), unit.name()?.to_owned()))));
        }
        Ok((parent, units))
    }

    async fn read_places(&self, tree: &OuTree) -> Result<HashMap<AccountId, OuPath>, Failure> {
        let ids: Vec<String> = tree.ids().map(str::to_owned).collect();
        let inside = stream::iter(ids).map(|id| self.accounts_in(id)).buffered(AT_ONCE);
        let mut places = HashMap::new();
        for (id, accounts) in inside.try_collect::<Vec<_>>().await? {
            if let Some(path) = tree.path(&id) {
                places.extend(accounts.into_iter().map(|account| (account, path.clone())));
            }
        }
        Ok(places)
    }

    /// The accounts right in a root or unit.
    async fn accounts_in(&self, parent: String) -> Result<(String, Vec<AccountId>), Failure> {
        let call = self.call("ListAccountsForParent");
        let pages = self.client().list_accounts_for_parent().parent_id(&parent);
        let mut pages = pages.max_results(PAGE).into_paginator().send();
        let mut accounts = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Failure::of(&error, call.clone()))?;
            let ids = page.accounts().iter().filter_map(|account| account.id()?.parse::<AccountId>().ok());
            accounts.extend(ids);
        }
        Ok((parent, accounts))
    }
}

/// The organization's id in the ARN of its root, `arn:aws:organizations::ID:root/o-…/r-…`.
fn organization_in(arn: &str) -> &str {
    arn.split('/').find(|part| part.starts_with("o-")).unwrap_or("o-unknown")
}
