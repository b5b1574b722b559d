use std::sync::Arc;

use orgwide_names::AccountId;
use orgwide_session::Session;

/// One AWS account, and the session that acts in it.
///
/// Cloning shares it. While one clone lives, the account's credentials are kept.
#[derive(Debug, Clone)]
pub struct Account(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: AccountId,
    name: Option<String>,
    session: Session,
}

impl Account {
    /// The account `id`, in which `session` acts.
    #[must_use]
    pub fn new(id: AccountId, name: Option<String>, session: Session) -> Self {
        Self(Arc::new(Inner { id, name, session }))
    }

    /// Its twelve digits.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.0.id
    }

    /// Its name in the organization, where the organization was asked.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// The session that acts in it.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.0.session
    }
}
