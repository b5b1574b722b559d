use std::fmt;

use orgwide_names::{AccountId, ParseRoleError, Partition, RoleSpec};
use orgwide_session::{RoleRequest, Session};

use crate::{Account, Listed, RoleHop};

/// The roles by which an account is entered, each assumed with the one before it; mostly it is one.
///
/// The last is a role of the account. One before it that is a full ARN may be in any account; a name or a template
/// stands for a role of the account there too.
#[derive(Clone, PartialEq, Eq)]
pub struct RoleChain {
    hops: Vec<RoleHop>,
    last: RoleHop,
    session_name: String,
    external_id: Option<String>,
}

impl RoleChain {
    /// This role alone, under the session name `orgwide`.
    #[must_use]
    pub fn new(role: impl Into<RoleHop>) -> Self {
        Self { hops: Vec::new(), last: role.into(), session_name: "orgwide".to_owned(), external_id: None }
    }

    /// The same, with one more role at its end, assumed with those so far.
    #[must_use]
    pub fn then(mut self, role: impl Into<RoleHop>) -> Self {
        let before = std::mem::replace(&mut self.last, role.into());
        self.hops.push(before);
        self
    }

    /// Sets the name of the sessions in the accounts' CloudTrail, for roles that have none of their own. Default
    /// `orgwide`.
    #[must_use]
    pub fn session_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.session_name);
        self
    }

    /// Gives every role of the chain that has none of its own the external id that trust policies ask for. Default
    /// none.
    #[must_use]
    pub fn external_id(mut self, id: Option<String>) -> Self {
        self.external_id = id;
        self
    }

    /// The one account it leads to, when the last role is in one only.
    #[must_use]
    pub fn only_account(&self) -> Option<AccountId> {
        self.last.role().only_account()
    }

    /// The last role, which is the account's own.
    #[must_use]
    pub fn last(&self) -> &RoleSpec {
        self.last.role()
    }

    /// What to ask for, hop by hop, to enter `account`.
    ///
    /// # Errors
    ///
    /// The last role is an ARN of another account, or filling in `{account}` does not give a role.
    pub fn requests(
        &self,
        partition: Partition,
        account: AccountId,
    ) -> Result<Vec<RoleRequest>, ParseRoleError> {
        let ask = |hop: &RoleHop, account| {
            hop.request(partition, account, &self.session_name, self.external_id.as_deref())
        };
        let before = self.hops.iter().map(|hop| ask(hop, hop.role().only_account().unwrap_or(account)));
        before.chain([ask(&self.last, account)]).collect()
    }

    /// Enters an account by these roles, or, where it is the caller's own, as the caller. No call is made yet.
    ///
    /// # Errors
    ///
    /// As for [`requests`](Self::requests).
    pub fn enter(&self, hub: &Session, caller: AccountId, listed: Listed) -> Result<Account, ParseRoleError> {
        if listed.id == caller {
            return Ok(Account::listed_as(listed, hub.clone()));
        }
        let session = hub.assumed_chain(&self.requests(hub.partition(), listed.id)?);
        Ok(Account::listed_as(listed, session))
    }
}

impl From<RoleSpec> for RoleChain {
    fn from(role: RoleSpec) -> Self {
        Self::new(role)
    }
}

impl Default for RoleChain {
    /// `OrganizationAccountAccessRole`, which AWS Organizations makes in every account it creates.
    fn default() -> Self {
        Self::new(RoleSpec::default())
    }
}

/// All but the external id, of which only whether it is there.
impl fmt::Debug for RoleChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoleChain")
            .field("hops", &self.hops)
            .field("last", &self.last)
            .field("session_name", &self.session_name)
            .field("external_id", &self.external_id.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(chain: &[&str]) -> Result<Vec<String>, ParseRoleError> {
        let mut specs = chain.iter().map(|text| text.parse::<RoleSpec>().unwrap());
        let chain = specs.by_ref().take(1).map(RoleChain::new).next().unwrap();
        let chain = specs.fold(chain, RoleChain::then);
        let requests = chain.requests(Partition::aws(), "012345678901".parse().unwrap())?;
        Ok(requests.iter().map(|request| request.role().to_string()).collect())
    }

    #[test]
    fn an_arn_on_the_way_may_be_anywhere_and_the_last_role_is_the_accounts() {
        let jump = "arn:aws:iam::999999999999:role/Jump";
        assert_eq!(
            roles(&[jump, "in-{account}", "Audit"]).unwrap(),
            [jump, "arn:aws:iam::012345678901:role/in-012345678901", "arn:aws:iam::012345678901:role/Audit"]
        );
        assert!(matches!(roles(&["Audit", jump]), Err(ParseRoleError::OtherAccount { .. })));
    }

    #[test]
    fn the_external_id_is_not_in_its_debug_form() {
        let chain = RoleChain::default().external_id(Some("canary-4711".into()));
        assert!(!format!("{chain:?}").contains("4711"));
    }
}
