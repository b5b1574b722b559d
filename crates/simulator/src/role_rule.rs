use serde::Deserialize;

use crate::account::Account;
use crate::caller::Caller;
use crate::pattern::{self, fits};
use crate::world::World;

/// A role: in which accounts it is, whom it trusts and how long its sessions may last.
///
/// Of the rules that fit a role in an account, the first decides. A rule whose role has no wildcard also makes
/// that role, in the member accounts it fits; in the management account only if it names that account by its id.
/// Without a rule there is [`WorldSpec::role`](crate::WorldSpec::role) alone, which any principal of the hub's
/// account and of the management account may assume.
///
/// # Examples
///
/// ```
/// use orgwide_simulator::{RoleRule, WorldSpec};
///
/// let spec = WorldSpec::default();
/// // One account asks for an external id, and a role of the management account leads to the others.
/// let rules = vec![
///     RoleRule::new("OrganizationAccountAccessRole").account(spec.account_id(3)).external_id("k7"),
///     RoleRule::new("ops/Hub").account(spec.account_id(0)).max_session_duration(7_200),
/// ];
/// let from_file: Vec<RoleRule> = serde_json::from_str(&format!(
///     r#"[{{"role": "OrganizationAccountAccessRole", "account": "{}", "external_id": "k7"}},
///         {{"role": "ops/Hub", "account": "{}", "max_session_duration": 7200}}]"#,
///     spec.account_id(3),
///     spec.account_id(0),
/// ))?;
/// assert_eq!(from_file, rules);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    pub(crate) role: String,
    #[serde(default = "pattern::anything")]
    account: String,
    #[serde(default)]
    trusts: Option<Vec<String>>,
    #[serde(default)]
    federated: Vec<String>,
    #[serde(default)]
    external_id: Option<String>,
    #[serde(default)]
    mfa: bool,
    #[serde(default)]
    pub(crate) max_session_duration: Option<u32>,
}

impl RoleRule {
    /// A rule for a role in every account: `NAME` or `PATH/NAME`, where `*` stands for any letters and `?` for one.
    pub fn new(role: impl Into<String>) -> Self {
        Self {
            role: role.into(),
            account: pattern::anything(),
            trusts: None,
            federated: Vec::new(),
            external_id: None,
            mfa: false,
            max_session_duration: None,
        }
    }

    /// Only in the accounts whose ids fit; [`WorldSpec::account_id`](crate::WorldSpec::account_id) tells them.
    #[must_use]
    pub fn account(self, id: impl Into<String>) -> Self {
        Self { account: id.into(), ..self }
    }

    /// Trusts a principal, and no longer whom it would trust without this: an account by its id, or users, roles
    /// and sessions by an ARN, which may have wildcards.
    #[must_use]
    pub fn trusts(mut self, principal: impl Into<String>) -> Self {
        self.trusts.get_or_insert_default().push(principal.into());
        self
    }

    /// Trusts no account, user or role.
    #[must_use]
    pub fn trusts_nobody(self) -> Self {
        Self { trusts: Some(Vec::new()), ..self }
    }

    /// Trusts an identity provider: the issuer of web identity tokens as the tokens write it, or the ARN of a SAML
    /// provider. Either may have wildcards.
    #[must_use]
    pub fn federated(mut self, provider: impl Into<String>) -> Self {
        self.federated.push(provider.into());
        self
    }

    /// Asks for this external id.
    #[must_use]
    pub fn external_id(self, id: impl Into<String>) -> Self {
        Self { external_id: Some(id.into()), ..self }
    }

    /// Asks for multi-factor authentication.
    #[must_use]
    pub fn mfa(self) -> Self {
        Self { mfa: true, ..self }
    }

    /// How long its sessions may last, 3,600 to 43,200 seconds; as the specification says for all by default.
    #[must_use]
    pub fn max_session_duration(self, seconds: u32) -> Self {
        Self { max_session_duration: Some(seconds), ..self }
    }

    /// The role's name if the rule is about one role only.
    pub(crate) fn exact_role(&self) -> Option<&str> {
        is_exact(&self.role).then_some(&self.role)
    }

    fn meets(&self, account: &Account, role: &str) -> bool {
        fits(&self.role, role) && fits(&self.account, &account.id)
    }

    fn makes(&self, account: &Account, role: &str) -> bool {
        self.exact_role() == Some(role)
            && fits(&self.account, &account.id)
            && (!account.is_management() || is_exact(&self.account))
    }

    /// Whether a principal of AWS is let in, given what it brought along.
    pub(crate) fn admits(
        &self,
        world: &World,
        caller: &Caller,
        external_id: Option<&str>,
        with_mfa: bool,
    ) -> bool {
        let is_trusted = match &self.trusts {
            None => [world.hub().index, world.management().index].contains(&caller.account),
            Some(principals) => principals
                .iter()
                .any(|pattern| is_principal(pattern, caller, &world.accounts[caller.account])),
        };
        is_trusted
            && (self.external_id.is_none() || self.external_id.as_deref() == external_id)
            && (with_mfa || !self.mfa)
    }

    /// Whether those whom this identity provider vouches for are let in.
    pub(crate) fn admits_federated(&self, provider: &str) -> bool {
        self.federated.iter().any(|pattern| fits(pattern, provider))
    }
}

/// The rule that decides about a role in an account; nothing if there is no such role.
pub(crate) fn rule_for(world: &World, account: &Account, role: &str) -> Option<RoleRule> {
    let spec = &world.spec;
    let exists = (role == spec.role && !account.is_management())
        || spec.roles.iter().any(|rule| rule.makes(account, role));
    exists.then(|| {
        let first = spec.roles.iter().find(|rule| rule.meets(account, role));
        first.cloned().unwrap_or_else(|| RoleRule::new(role))
    })
}

fn is_exact(pattern: &str) -> bool {
    !pattern.contains(['*', '?'])
}

fn is_principal(pattern: &str, caller: &Caller, account: &Account) -> bool {
    let whole_account = pattern == account.id || pattern == format!("arn:aws:iam::{}:root", account.id);
    whole_account
        || fits(pattern, &caller.arn)
        || caller.role_arn.as_ref().is_some_and(|role| fits(pattern, role))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::WorldSpec;

    fn world(roles: Vec<RoleRule>) -> World {
        World::new(WorldSpec { roles, ..WorldSpec::default() }).unwrap()
    }

    fn exists(world: &World, account: usize, role: &str) -> bool {
        rule_for(world, &world.accounts[account], role).is_some()
    }

    #[test]
    fn an_exact_rule_makes_its_role_where_it_fits_and_a_wildcard_makes_none() {
        let id = WorldSpec::default().account_id(0);
        let some = RoleRule::new("Audit").account(WorldSpec::default().account_id(2));
        let world =
            world(vec![some, RoleRule::new("Every"), RoleRule::new("Hub").account(id), RoleRule::new("O*")]);
        for (account, role, expected) in [
            (2, "Audit", true),
            (3, "Audit", false),
            (3, "Every", true),
            (0, "Every", false),
            (0, "Hub", true),
            (1, "Hub", false),
            (1, "Other", false),
            (1, "OrganizationAccountAccessRole", true),
            (0, "OrganizationAccountAccessRole", false),
        ] {
            assert_eq!(exists(&world, account, role), expected, "{account} {role}");
        }
    }

    #[test]
    fn trust_is_in_an_account_a_principal_or_a_role_whatever_the_session() {
        let world = world(Vec::new());
        let (hub, account) = (Caller::hub(&world), &world.accounts[3]);
        let session = Caller::session(&world, account, "ops/Deploy", "x");
        let admits = |rule: RoleRule, caller: &Caller| rule.admits(&world, caller, None, false);
        let rule = || RoleRule::new("R");
        assert!(admits(rule(), &hub) && !admits(rule(), &session));
        assert!(!admits(rule().trusts_nobody(), &hub));
        for pattern in [
            account.id.clone(),
            format!("arn:aws:iam::{}:root", account.id),
            format!("arn:aws:iam::{}:role/ops/Deploy", account.id),
            format!("arn:aws:sts::{}:assumed-role/Deploy/*", account.id),
            "*".to_owned(),
        ] {
            assert!(admits(rule().trusts(&pattern), &session), "{pattern}");
            assert_eq!(admits(rule().trusts(&pattern), &hub), pattern == "*", "{pattern}");
        }
    }

    #[test]
    fn conditions_are_all_to_be_met() {
        let world = world(Vec::new());
        let hub = Caller::hub(&world);
        let rule = RoleRule::new("R").external_id("k7").mfa();
        for (external_id, with_mfa, expected) in [
            (Some("k7"), true, true),
            (Some("k7"), false, false),
            (Some("K7"), true, false),
            (None, true, false),
        ] {
            assert_eq!(rule.admits(&world, &hub, external_id, with_mfa), expected);
        }
        // An id that nobody asked for does no harm.
        assert!(RoleRule::new("R").admits(&world, &hub, Some("k7"), true));
    }
}
