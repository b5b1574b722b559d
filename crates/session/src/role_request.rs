mod check;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use orgwide_names::RoleArn;

use crate::SecretSource;

/// A role to assume: under what name, for how long, with what proof, and with which of its rights.
///
/// Sessions that ask for equal requests from the same parent share one set of credentials. The order in which
/// tags and policies are given makes no difference. What AWS would refuse unread is refused before any call:
/// see [`check`](Self::check).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RoleRequest(Arc<Inner>);

#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Inner {
    pub(crate) role: RoleArn,
    pub(crate) session_name: String,
    pub(crate) duration: Option<Duration>,
    pub(crate) policy: Option<String>,
    pub(crate) policy_arns: BTreeSet<String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) transitive_tags: BTreeSet<String>,
    pub(crate) source_identity: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) mfa: Option<(String, SecretSource)>,
    pub(crate) proof: Proof,
}

/// What lets the caller in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Proof {
    /// The credentials of the session it is assumed from: sts:AssumeRole.
    Credentials,
    /// A token of an identity provider: sts:AssumeRoleWithWebIdentity.
    WebIdentity { token: SecretSource, provider: Option<String> },
    /// An assertion of a SAML provider: sts:AssumeRoleWithSAML.
    Saml { assertion: SecretSource, provider: String },
}

/// A [`RoleRequest`] that AWS would refuse whatever the role says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {parameter} for {role} is unusable: {reason}")]
pub struct InvalidRoleRequest {
    pub(crate) role: RoleArn,
    pub(crate) parameter: &'static str,
    pub(crate) reason: String,
}

impl InvalidRoleRequest {
    /// The parameter that is at fault, in words.
    #[must_use]
    pub fn parameter(&self) -> &'static str {
        self.parameter
    }

    /// What is wrong with it.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl RoleRequest {
    /// Asks for `role` with the credentials of the session it is assumed from, under the session name `orgwide`
    /// and for an hour, which every role allows.
    #[must_use]
    pub fn new(role: RoleArn) -> Self {
        Self::by(role, Proof::Credentials)
    }

    /// Asks for `role` with a token of an OpenID Connect provider. The call is not signed: the session it is
    /// assumed from need not have credentials.
    #[must_use]
    pub fn web_identity(role: RoleArn, token: SecretSource) -> Self {
        Self::by(role, Proof::WebIdentity { token, provider: None })
    }

    /// Asks for `role` with an assertion of the SAML provider with this ARN. The call is not signed: the session
    /// it is assumed from need not have credentials.
    #[must_use]
    pub fn saml(role: RoleArn, provider: impl Into<String>, assertion: SecretSource) -> Self {
        Self::by(role, Proof::Saml { assertion, provider: provider.into() })
    }

    fn by(role: RoleArn, proof: Proof) -> Self {
        Self(Arc::new(Inner {
            role,
            session_name: "orgwide".to_owned(),
            duration: None,
            policy: None,
            policy_arns: BTreeSet::new(),
            tags: BTreeMap::new(),
            transitive_tags: BTreeSet::new(),
            source_identity: None,
            external_id: None,
            mfa: None,
            proof,
        }))
    }

    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Sets the name by which the account's CloudTrail knows the session. For a SAML assertion, which has a name
    /// in it, this is ignored.
    ///
    /// AWS takes 2 to 64 letters, digits and any of `=,.@-_+`; other characters become hyphens here, and
    /// what is longer is cut.
    #[must_use]
    pub fn session_name(self, name: &str) -> Self {
        let legal = |c: char| if c.is_ascii_alphanumeric() || "=,.@-_+".contains(c) { c } else { '-' };
        let mut name: String = name.chars().map(legal).take(64).collect();
        while name.len() < 2 {
            name.push('-');
        }
        self.with(|inner| inner.session_name = name)
    }

    /// Asks for credentials that last this long, 15 minutes to 12 hours; whole seconds count. Default 1 hour.
    ///
    /// They are renewed in time however short they last. Where the role's maximum is lower, or the caller is a role
    /// itself, which AWS gives an hour at most, an hour is asked for instead; not with [`mfa`](Self::mfa), whose code is
    /// used up by then.
    #[must_use]
    pub fn duration(self, duration: Duration) -> Self {
        self.with(|inner| inner.duration = Some(duration))
    }

    /// Gives the external id that the role's trust policy asks for, 2 to 1,224 characters.
    #[must_use]
    pub fn external_id(self, id: impl Into<String>) -> Self {
        self.with(|inner| inner.external_id = Some(id.into()))
    }

    /// Restricts the session to what this policy, a JSON document, allows of the role's rights.
    #[must_use]
    pub fn policy(self, document: impl Into<String>) -> Self {
        self.with(|inner| inner.policy = Some(document.into()))
    }

    /// Restricts the session to what the managed policy with this ARN allows, too. It has to be in the role's account;
    /// ten at most.
    #[must_use]
    pub fn policy_arn(self, arn: impl Into<String>) -> Self {
        self.with(|inner| _ = inner.policy_arns.insert(arn.into()))
    }

    /// Gives the session a tag; fifty at most. The role's trust policy has to allow sts:TagSession.
    #[must_use]
    pub fn tag(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(|inner| _ = inner.tags.insert(key.into(), value.into()))
    }

    /// Gives the session a tag that roles assumed from it inherit.
    #[must_use]
    pub fn transitive_tag(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let key = key.into();
        self.with(|inner| _ = inner.transitive_tags.insert(key.clone())).tag(key, value)
    }

    /// Says who is behind the session: it is kept by every role assumed from it and cannot be changed, 2 to 64
    /// characters. The role's trust policy has to allow sts:SetSourceIdentity.
    #[must_use]
    pub fn source_identity(self, name: impl Into<String>) -> Self {
        self.with(|inner| inner.source_identity = Some(name.into()))
    }

    /// Proves the presence of an MFA device by a code of six digits, asked for once each time the role is assumed.
    ///
    /// A code is good for one call. To enter many accounts, assume one role with MFA and the others from it.
    #[must_use]
    pub fn mfa(self, serial: impl Into<String>, code: SecretSource) -> Self {
        self.with(|inner| inner.mfa = Some((serial.into(), code)))
    }

    /// Names the OAuth 2.0 provider of an access token, such as `www.amazon.com`; tokens of OpenID Connect name their
    /// own. It matters to [`web_identity`](Self::web_identity) only.
    #[must_use]
    pub fn provider_id(self, id: impl Into<String>) -> Self {
        self.with(|inner| {
            if let Proof::WebIdentity { provider, .. } = &mut inner.proof {
                *provider = Some(id.into());
            }
        })
    }

    /// The role asked for.
    #[must_use]
    pub fn role(&self) -> &RoleArn {
        &self.0.role
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }
}

impl Proof {
    pub(crate) fn operation(&self) -> &'static str {
        match self {
            Self::Credentials => "AssumeRole",
            Self::WebIdentity { .. } => "AssumeRoleWithWebIdentity",
            Self::Saml { .. } => "AssumeRoleWithSAML",
        }
    }
}

/// What it asks for, and of what guards the role only whether it is given.
impl fmt::Debug for RoleRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { role, session_name, duration, external_id, policy, mfa, proof, .. } = self.inner();
        f.debug_struct("RoleRequest")
            .field("role", &format_args!("{role}"))
            .field("session_name", session_name)
            .field("duration", duration)
            .field("operation", &proof.operation())
            .field("external_id", &external_id.is_some())
            .field("policy", &policy.is_some())
            .field("mfa", &mfa.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> RoleRequest {
        RoleRequest::new("arn:aws:iam::012345678901:role/Audit".parse().unwrap())
    }

    #[test]
    fn any_text_becomes_a_session_name_aws_takes() {
        let named = |name: &str| request().session_name(name).inner().session_name.clone();
        assert_eq!(named("run 7/é"), "run-7--");
        assert_eq!(named(""), "--");
        assert_eq!(named(&"x".repeat(99)).len(), 64);
    }

    #[test]
    fn the_order_of_tags_and_policies_makes_no_difference() {
        let one = request().tag("a", "1").tag("b", "2").policy_arn("x").policy_arn("y");
        let other = request().policy_arn("y").tag("b", "2").policy_arn("x").tag("a", "1");
        assert_eq!(one, other);
        assert_ne!(one, request().transitive_tag("a", "1").tag("b", "2").policy_arn("x").policy_arn("y"));
    }
}
