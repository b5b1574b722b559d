use std::fmt;

use orgwide_names::{RegionName, RoleArn};

use crate::{Class, Denial};

/// Which role was to be assumed, from where, and with what proof.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) role: RoleArn,
    /// Its place in the stack; the first role has 1.
    pub(crate) frame: usize,
    /// The role it was to be assumed from; none for the base.
    pub(crate) from: Option<RoleArn>,
    pub(crate) external_id: bool,
    pub(crate) mfa: bool,
    /// Whether the call is signed with the caller's credentials.
    pub(crate) signed: bool,
}

impl Asked {
    /// What to do about a failure that has to do with roles; none where that makes no difference.
    pub(crate) fn next_step(
        &self,
        class: Class,
        message: &str,
        region: Option<&RegionName>,
    ) -> Option<String> {
        let (role, account) = (self.role.role(), self.role.account());
        let caller = || match &self.from {
            Some(from) => format!("role {} of account {}", from.role(), from.account()),
            None => "the caller".to_owned(),
        };
        let step = match class {
            Class::Denied(Denial::CallerMayNotAssume) => match &self.from {
                Some(from) => format!(
                    "allow {} sts:AssumeRole on {}, in account {}",
                    caller(),
                    self.role,
                    from.account()
                ),
                None => "allow the caller sts:AssumeRole on the role, in the caller's own account".to_owned(),
            },
            Class::Denied(_) if message.contains("MultiFactorAuthentication") => {
                "give the next code of the MFA device: this one is wrong, or was used before".to_owned()
            }
            Class::Denied(_) if message.contains("perform: sts:TagSession") => format!(
                "let the trust policy of role {role} in account {account} allow {} sts:TagSession, or give no session tags",
                caller()
            ),
            Class::Denied(_) if message.contains("perform: sts:SetSourceIdentity") => format!(
                "let the trust policy of role {role} in account {account} allow {} sts:SetSourceIdentity, or give no source identity",
                caller()
            ),
            Class::Denied(Denial::RoleNotAssumable) if !self.signed => format!(
                "check that role {role} exists in account {account}, that its trust policy names the identity provider and fits the token, and that the account is active"
            ),
            Class::Denied(Denial::RoleNotAssumable) => format!(
                "check that role {role} exists in account {account}, that its trust policy names {}{}, and that the account is active",
                caller(),
                self.conditions()
            ),
            Class::RegionDisabled => match region {
                Some(region) => format!(
                    "use another region for STS (set AWS_REGION), or have STS activated in {region} for the account of {}",
                    caller()
                ),
                None => return None,
            },
            Class::Expired if !self.signed => {
                "get a new token or assertion: the one given has ended".to_owned()
            }
            Class::Expired if self.from.is_some() => {
                format!("run again: the session of {} was ended before its time", caller())
            }
            Class::Other if message.contains("token") && !self.signed => {
                "check that the token is of the provider that the role trusts".to_owned()
            }
            Class::Invalid if message.contains("DurationSeconds exceeds") => {
                format!(
                    "ask for a shorter duration, or raise the maximum of role {role} in account {account}"
                )
            }
            Class::Invalid if message.contains("olicy") => {
                "shorten or correct the session policy, or give fewer session tags".to_owned()
            }
            _ => return None,
        };
        Some(step)
    }

    /// What the trust policy may demand besides, in the light of what was given.
    fn conditions(&self) -> &'static str {
        match (self.external_id, self.mfa) {
            (false, false) => " and demands neither an external id nor MFA, for none was given",
            (true, false) => ", has the external id that was given and demands no MFA",
            (false, true) => " and demands no external id, for none was given",
            (true, true) => " and has the external id that was given",
        }
    }
}

/// The role, with its place in the stack where it is not the first.
impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.role)?;
        match &self.from {
            Some(from) => write!(f, ", frame {} of the stack, from {from}", self.frame),
            None => Ok(()),
        }
    }
}
