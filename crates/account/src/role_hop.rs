use std::fmt;
use std::time::Duration;

use orgwide_names::{AccountId, ParseRoleError, Partition, RoleSpec};
use orgwide_session::RoleRequest;

/// One role on the way into an account, and what it is assumed with.
#[derive(Clone, PartialEq, Eq)]
pub struct RoleHop {
    role: RoleSpec,
    external_id: Option<String>,
    session_name: Option<String>,
    duration: Option<Duration>,
}

impl RoleHop {
    /// Sets the external id that this role's trust policy asks for. Default that of the chain.
    #[must_use]
    pub fn external_id(self, id: Option<String>) -> Self {
        Self { external_id: id, ..self }
    }

    /// Sets the name of the session in CloudTrail. Default that of the chain.
    #[must_use]
    pub fn session_name(self, name: Option<String>) -> Self {
        Self { session_name: name, ..self }
    }

    /// Sets how long the credentials last, 15 minutes to 12 hours; a role assumed with another gets an hour at most.
    /// Default an hour.
    #[must_use]
    pub fn duration(self, duration: Option<Duration>) -> Self {
        Self { duration, ..self }
    }

    /// Which role.
    #[must_use]
    pub fn role(&self) -> &RoleSpec {
        &self.role
    }

    pub(crate) fn request(
        &self,
        partition: Partition,
        account: AccountId,
        session_name: &str,
        external_id: Option<&str>,
    ) -> Result<RoleRequest, ParseRoleError> {
        let name = self.session_name.as_deref().unwrap_or(session_name);
        let mut request = RoleRequest::new(self.role.resolve(partition, account)?).session_name(name);
        if let Some(id) = self.external_id.as_deref().or(external_id) {
            request = request.external_id(id);
        }
        if let Some(duration) = self.duration {
            request = request.duration(duration);
        }
        Ok(request)
    }
}

impl From<RoleSpec> for RoleHop {
    fn from(role: RoleSpec) -> Self {
        Self { role, external_id: None, session_name: None, duration: None }
    }
}

/// All but the external id, of which only whether it is there.
impl fmt::Debug for RoleHop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoleHop")
            .field("role", &self.role)
            .field("external_id", &self.external_id.is_some())
            .field("session_name", &self.session_name)
            .field("duration", &self.duration)
            .finish()
    }
}
