use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use orgwide_names::AccountId;
use orgwide_session::{Failure, Session};
use tokio::sync::OnceCell;

use crate::{Listed, OuPath, aliases};

/// One AWS account, and the session that acts in it.
///
/// Cloning shares it. While one clone lives, the account's credentials are kept, and so is its alias once known.
#[derive(Clone)]
pub struct Account(Arc<Inner>);

struct Inner {
    listed: Listed,
    session: Session,
    /// A refusal is kept too: it would be the same again.
    aliases: OnceCell<Result<Vec<String>, Failure>>,
}

impl Account {
    /// The account `id`, in which `session` acts.
    #[must_use]
    pub fn new(id: AccountId, name: Option<String>, session: Session) -> Self {
        Self::listed_as(Listed { name, ..Listed::new(id) }, session)
    }

    /// The account as it was listed, in which `session` acts.
    #[must_use]
    pub fn listed_as(listed: Listed, session: Session) -> Self {
        Self(Arc::new(Inner { listed, session, aliases: OnceCell::new() }))
    }

    /// Its twelve digits.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.0.listed.id
    }

    /// Its name in the organization, where the organization was asked.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.listed.name.as_deref()
    }

    /// Where it is in the organization, where that told.
    #[must_use]
    pub fn ou_path(&self) -> Option<&OuPath> {
        self.0.listed.ou_path.as_ref()
    }

    /// Its tags in the organization, where they were asked for.
    #[must_use]
    pub fn tags(&self) -> Option<&BTreeMap<String, String>> {
        self.0.listed.tags.as_ref()
    }

    /// Everything known of it without entering it.
    #[must_use]
    pub fn listed(&self) -> &Listed {
        &self.0.listed
    }

    /// The session that acts in it.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.0.session
    }

    /// The aliases its owner gave it for signing in, of which AWS allows one: iam:ListAccountAliases with the
    /// account's own session, asked when first wanted.
    ///
    /// # Errors
    ///
    /// The [`Failure`] of that call. One that would be the same again, such as a denial, is remembered and the call
    /// not repeated; one that may pass is not.
    pub async fn aliases(&self) -> Result<&[String], Failure> {
        let ask = || async {
            match aliases::aliases(self).await {
                Err(failure) if failure.class().is_transient() => Err(failure),
                told => Ok(told),
            }
        };
        match self.0.aliases.get_or_try_init(ask).await? {
            Ok(aliases) => Ok(aliases),
            Err(failure) => Err(failure.clone()),
        }
    }

    /// What to call it: its first alias; its id where it has none, or none could be had.
    pub async fn alias(&self) -> &str {
        let known = self.aliases().await.ok().and_then(<[String]>::first);
        known.map_or(self.0.listed.id.as_str(), String::as_str)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { listed, session, .. } = &*self.0;
        f.debug_struct("Account").field("listed", listed).field("session", session).finish_non_exhaustive()
    }
}
