use serde::Deserialize;

use crate::account::Account;
use crate::call::Call;
use crate::pattern::{self, fits};
use crate::seed::word;
use crate::world::World;

/// The kind of policy that a call is denied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PolicyKind {
    /// An explicit deny in a service control policy, which the answer names. None binds the management account.
    #[default]
    ServiceControlPolicy,
    /// An explicit deny in a resource control policy, which the answer names. None binds the management account.
    ResourceControlPolicy,
    /// An explicit deny in a permissions boundary.
    PermissionsBoundary,
    /// An explicit deny in the policy of the session.
    SessionPolicy,
    /// An explicit deny in the policy of a VPC's endpoint.
    VpcEndpointPolicy,
    /// An explicit deny in the policy of the resource.
    ResourcePolicy,
    /// No identity-based policy allows the call.
    IdentityPolicy,
    /// An explicit deny in an identity-based policy.
    IdentityDeny,
}

impl PolicyKind {
    /// The words for a policy of the organization and its type; nothing for others.
    fn of_organization(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::ServiceControlPolicy => Some(("a service control policy", "service_control_policy")),
            Self::ResourceControlPolicy => Some(("a resource control policy", "resource_control_policy")),
            _ => None,
        }
    }
}

/// Calls that a policy does not allow, for good.
///
/// It is for the calls of one account's credentials, so AssumeRole is denied to the account that assumes. As at
/// AWS, no policy denies GetCallerIdentity. Of several denials of a call the first gives the reason.
///
/// # Examples
///
/// ```
/// use orgwide_simulator::{Denial, WorldSpec};
///
/// let denial = Denial::of("ec2", "Describe*").account(WorldSpec::default().account_id(4)).region("eu-*");
/// let from_file: Denial = serde_json::from_str(&format!(
///     r#"{{"service": "ec2", "operation": "Describe*", "account": "{}", "region": "eu-*"}}"#,
///     WorldSpec::default().account_id(4),
/// ))?;
/// assert_eq!(from_file, denial);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Denial {
    #[serde(default = "pattern::anything")]
    service: String,
    #[serde(default = "pattern::anything")]
    operation: String,
    #[serde(default = "pattern::anything")]
    account: String,
    #[serde(default = "pattern::anything")]
    region: String,
    #[serde(default)]
    policy: PolicyKind,
}

impl Denial {
    /// Denies an operation of a service, everywhere, by a service control policy.
    ///
    /// The service is named as in signatures, the operation as in the API; in both, and in account and region,
    /// `*` stands for any letters and `?` for one.
    pub fn of(service: impl Into<String>, operation: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            operation: operation.into(),
            account: pattern::anything(),
            region: pattern::anything(),
            policy: PolicyKind::default(),
        }
    }

    /// Only to the accounts whose ids fit; [`WorldSpec::account_id`](crate::WorldSpec::account_id) tells them.
    #[must_use]
    pub fn account(self, id: impl Into<String>) -> Self {
        Self { account: id.into(), ..self }
    }

    /// Only in the regions whose names fit.
    #[must_use]
    pub fn region(self, name: impl Into<String>) -> Self {
        Self { region: name.into(), ..self }
    }

    /// By a policy of this kind.
    #[must_use]
    pub fn by(self, policy: PolicyKind) -> Self {
        Self { policy, ..self }
    }

    fn meets(&self, call: &Call, account: &Account) -> bool {
        let binds = self.policy.of_organization().is_none() || !account.is_management();
        binds
            && fits(&self.service, call.service())
            && fits(&self.operation, &call.operation)
            && fits(&self.account, &account.id)
            && fits(&self.region, call.region())
    }
}

/// Why a call of an account is denied, in the words that end AWS's message; nothing if it is not.
pub(crate) fn reason(world: &World, call: &Call, account: &Account, action: &str) -> Option<String> {
    if call.operation == "GetCallerIdentity" {
        return None;
    }
    let (place, denial) =
        world.spec.denials.iter().enumerate().find(|(_, denial)| denial.meets(call, account))?;
    if let Some((words, kind)) = denial.policy.of_organization() {
        let mut rng = world.seed().text("policy").number(place as u64).rng();
        return Some(format!(
            "with an explicit deny in {words}: arn:aws:organizations::{}:policy/{}/{kind}/p-{}",
            world.management().id,
            world.organization,
            word(&mut rng, b"abcdefghijklmnopqrstuvwxyz0123456789", 8)
        ));
    }
    Some(match denial.policy {
        PolicyKind::PermissionsBoundary => "with an explicit deny in a permissions boundary".to_owned(),
        PolicyKind::SessionPolicy => "with an explicit deny in a session policy".to_owned(),
        PolicyKind::VpcEndpointPolicy => "with an explicit deny in a VPC endpoint policy".to_owned(),
        PolicyKind::ResourcePolicy => "with an explicit deny in a resource-based policy".to_owned(),
        PolicyKind::IdentityDeny => "with an explicit deny in an identity-based policy".to_owned(),
        _ => format!("because no identity-based policy allows the {action} action"),
    })
}
