use std::collections::BTreeSet;
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use orgwide_account::Account;
use orgwide_names::RegionName;
use orgwide_session::{Failure, RoleRequest, Session};

use crate::interner::Interner;
use crate::{RegionFilter, RegionLimits, RegionalAccount, RegionalAccountSet, RegionalAccounts};

/// Makes accounts, and everything of them, from parameters: equal parameters give the same object.
///
/// What nobody holds any more is gone, and made anew when asked for. Of several who ask at once, one makes it. The
/// same `Factory` may be used from any number of tasks; two of them know nothing of each other.
///
/// ```
/// use std::sync::Arc;
/// use orgwide_regional::{Factory, RegionFilter, RegionalAccountsParameters};
/// use orgwide_session::{RoleRequest, Session};
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let factory = Factory::new(&Session::builder().load().await?);
/// let audit = RoleRequest::new("arn:aws:iam::111122223333:role/Audit".parse()?);
/// let parameters = RegionalAccountsParameters {
///     roles: vec![audit],
///     filter: RegionFilter::default().include("eu-*")?,
///     ..RegionalAccountsParameters::default()
/// };
/// let regions = factory.regional_accounts(&parameters).await?;
/// assert!(Arc::ptr_eq(&regions, &factory.regional_accounts(&parameters).await?));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Factory {
    base: Session,
    accounts: Interner<Vec<RoleRequest>, Account>,
    regions: Interner<RegionalAccountsParameters, RegionalAccounts>,
    sets: Interner<BTreeSet<u64>, RegionalAccountSet>,
}

/// What a [`RegionalAccounts`] is made from: which account, its regions, and what is chosen of them.
///
/// Equal parameters are equal in whatever order patterns, names and limits were given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct RegionalAccountsParameters {
    /// The roles to assume, one from the other; the last is in the account. Without any, it is the account of the
    /// factory's session.
    pub roles: Vec<RoleRequest>,
    /// Where the account's regions are known from.
    pub regions: RegionsFrom,
    /// Which of them are in at first.
    pub filter: RegionFilter,
    /// The limits they get.
    pub limits: RegionLimits,
}

/// Where it is known from which regions an account has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum RegionsFrom {
    /// The account, which is asked; see [`RegionalAccounts::enabled`].
    #[default]
    Account,
    /// The built-in table; see [`RegionalAccounts::by_default`].
    Table,
    /// They are these.
    Named(BTreeSet<RegionName>),
}

/// Accounts that are asked for their regions at the same time.
const AT_ONCE: usize = 32;

impl Factory {
    /// A factory whose accounts are entered from the session's current identity, whoever it becomes later.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        let base = session.assumed_chain([]);
        Self { base, accounts: Interner::new(), regions: Interner::new(), sets: Interner::new() }
    }

    /// The account that is entered by these roles, one assumed from the other; without any, the session's own.
    ///
    /// No role is assumed yet. Without roles, the session is asked who it is, once.
    ///
    /// # Errors
    ///
    /// Without roles, the [`Failure`] of that question.
    pub async fn account(&self, roles: &[RoleRequest]) -> Result<Arc<Account>, Failure> {
        let make = async {
            let session = self.base.assumed_chain(roles);
            let id = match session.account() {
                Some(id) => id,
                None => session.identity().await?.account(),
            };
            Ok(Account::new(id, None, session))
        };
        self.accounts.get(roles.to_vec(), make).await
    }

    /// That account in one region, which is the same one as in every container that holds it.
    ///
    /// # Errors
    ///
    /// As for [`account`](Self::account).
    pub async fn regional_account(
        &self,
        roles: &[RoleRequest],
        region: RegionName,
    ) -> Result<RegionalAccount, Failure> {
        Ok(RegionalAccount::new((*self.account(roles).await?).clone(), region))
    }

    /// An account in its regions.
    ///
    /// Its filter and its limits are set when it is made. Whoever is given the same one later finds what has become
    /// of them since.
    ///
    /// # Errors
    ///
    /// As for [`account`](Self::account) and [`RegionalAccounts::enabled`].
    pub async fn regional_accounts(
        &self,
        parameters: &RegionalAccountsParameters,
    ) -> Result<Arc<RegionalAccounts>, Failure> {
        let make = async {
            let account = (*self.account(&parameters.roles).await?).clone();
            let regions = match &parameters.regions {
                RegionsFrom::Account => RegionalAccounts::enabled(account).await?,
                RegionsFrom::Table => RegionalAccounts::by_default(account),
                RegionsFrom::Named(names) => RegionalAccounts::new(account, names.iter().cloned()),
            };
            regions.set_filter(parameters.filter.clone());
            regions.set_limits(parameters.limits.clone());
            Ok(regions)
        };
        self.regions.get(parameters.clone(), make).await
    }

    /// A set of accounts in their regions, from a list whose order does not matter; what is in it twice counts once.
    ///
    /// Several accounts are asked for their regions at the same time.
    ///
    /// # Errors
    ///
    /// As for [`regional_accounts`](Self::regional_accounts): one account that fails is no smaller set.
    pub async fn set(&self, list: &[RegionalAccountsParameters]) -> Result<Arc<RegionalAccountSet>, Failure> {
        let members = stream::iter(list).map(|parameters| self.regional_accounts(parameters));
        let members: Vec<Arc<RegionalAccounts>> = members.buffered(AT_ONCE).try_collect().await?;
        let key = members.iter().map(|member| member.number()).collect();
        self.sets.get(key, async { Ok(members.into_iter().collect()) }).await
    }
}
