use std::sync::Arc;

use orgwide_names::{AccountId, Partition};

/// Who AWS takes a session for. Cloning it is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    account: AccountId,
    arn: Arc<str>,
    user_id: Arc<str>,
}

impl Identity {
    pub(crate) fn new(account: AccountId, arn: String, user_id: String) -> Self {
        Self { account, arn: arn.into(), user_id: user_id.into() }
    }

    /// The account the credentials belong to.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The ARN of the user or of the assumed role's session.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The unique id of the user, or of the role followed by the name of the session.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The partition in the ARN; `aws` when it names none that is known.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.arn.split(':').nth(1).and_then(Partition::from_id).unwrap_or_else(Partition::aws)
    }
}
