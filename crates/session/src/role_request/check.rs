//! What AWS demands of the parameters, from its API reference.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::{Inner, Proof};
use crate::{InvalidRoleRequest, RoleRequest};

const SHORTEST: Duration = Duration::from_secs(15 * 60);
const LONGEST: Duration = Duration::from_secs(12 * 3600);
/// Characters of the policy and the ARNs of policies together.
const POLICIES: usize = 2048;
const MOST_POLICIES: usize = 10;
const MOST_TAGS: usize = 50;

type Fault = (&'static str, String);

impl RoleRequest {
    /// Finds what AWS would refuse whatever the role says. Every way to assume the request checks it, before
    /// any call.
    ///
    /// # Errors
    ///
    /// The first parameter that is at fault. Its value is not in the error: it may be a secret.
    pub fn check(&self) -> Result<(), InvalidRoleRequest> {
        let inner = self.inner();
        let checked = duration(inner)
            .and_then(|()| policies(inner))
            .and_then(|()| tags(inner))
            .and_then(|()| identity(inner))
            .and_then(|()| proof(inner));
        checked.map_err(|(parameter, reason)| InvalidRoleRequest {
            role: inner.role.clone(),
            parameter,
            reason,
        })
    }
}

fn duration(inner: &Inner) -> Result<(), Fault> {
    match inner.duration {
        Some(asked) if !(SHORTEST..=LONGEST).contains(&asked) => Err((
            "duration",
            format!("{} s are not 15 minutes (900 s) to 12 hours (43200 s)", asked.as_secs()),
        )),
        _ => Ok(()),
    }
}

fn policies(inner: &Inner) -> Result<(), Fault> {
    if inner.policy.as_ref().is_some_and(|policy| policy.trim().is_empty()) {
        return Err(("session policy", "it is empty".to_owned()));
    }
    if inner.policy_arns.len() > MOST_POLICIES {
        let count = inner.policy_arns.len();
        return Err(("managed policies", format!("{count} are more than {MOST_POLICIES}")));
    }
    if let Some(arn) =
        inner.policy_arns.iter().find(|arn| !arn.starts_with("arn:") || !arn.contains(":policy/"))
    {
        let arn: String = arn.chars().take(128).collect();
        return Err(("managed policies", format!("`{arn}` is not the ARN of a policy")));
    }
    let texts = inner.policy.iter().chain(&inner.policy_arns);
    let length: usize = texts.map(|text| text.chars().count()).sum();
    if length > POLICIES {
        return Err((
            "session policy",
            format!("with the ARNs it has {length} characters, more than {POLICIES}"),
        ));
    }
    Ok(())
}

fn tags(inner: &Inner) -> Result<(), Fault> {
    if inner.tags.len() > MOST_TAGS {
        return Err(("session tags", format!("{} are more than {MOST_TAGS}", inner.tags.len())));
    }
    let mut seen = BTreeSet::new();
    for (key, value) in &inner.tags {
        let short: String = key.chars().take(128).collect();
        if !(1..=128).contains(&key.chars().count()) || key.to_ascii_lowercase().starts_with("aws:") {
            let rule = "a key has 1 to 128 characters and does not begin with `aws:`";
            return Err(("session tags", format!("`{short}`: {rule}")));
        }
        if value.chars().count() > 256 {
            return Err(("session tags", format!("the value of `{short}` has more than 256 characters")));
        }
        if !seen.insert(key.to_lowercase()) {
            return Err(("session tags", format!("`{short}` is there twice, in capital and small letters")));
        }
    }
    Ok(())
}

fn identity(inner: &Inner) -> Result<(), Fault> {
    let Some(name) = &inner.source_identity else { return Ok(()) };
    text("source identity", name, 2..=64, "+=,.@-")?;
    if name.starts_with("aws:") {
        return Err(("source identity", "it begins with `aws:`".to_owned()));
    }
    Ok(())
}

fn proof(inner: &Inner) -> Result<(), Fault> {
    if let Some(id) = &inner.external_id {
        text("external id", id, 2..=1224, "+=,.@:/-")?;
    }
    if let Some((serial, _)) = &inner.mfa {
        text("serial number of the MFA device", serial, 9..=256, "+=/:,.@-")?;
    }
    if inner.proof == Proof::Credentials {
        return Ok(());
    }
    let given = [
        ("external id", inner.external_id.is_some()),
        ("serial number of the MFA device", inner.mfa.is_some()),
        ("session tags", !inner.tags.is_empty()),
        ("source identity", inner.source_identity.is_some()),
    ];
    if let Some((parameter, _)) = given.into_iter().find(|(_, given)| *given) {
        return Err((
            parameter,
            format!("{} takes none: the identity provider says it", inner.proof.operation()),
        ));
    }
    match &inner.proof {
        Proof::Saml { provider, .. }
            if !provider.starts_with("arn:") || !provider.contains(":saml-provider/") =>
        {
            Err((
                "SAML provider",
                "it is not the ARN of one: `arn:aws:iam::123456789012:saml-provider/NAME`".to_owned(),
            ))
        }
        _ => Ok(()),
    }
}

fn text(
    parameter: &'static str,
    text: &str,
    length: RangeInclusive<usize>,
    marks: &str,
) -> Result<(), Fault> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || marks.contains(c);
    if length.contains(&text.chars().count()) && text.chars().all(legal) {
        return Ok(());
    }
    let (least, most) = (length.start(), length.end());
    Err((parameter, format!("it has to be {least} to {most} letters, digits and any of _{marks}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretSource;

    fn request() -> RoleRequest {
        RoleRequest::new("arn:aws:iam::012345678901:role/Audit".parse().unwrap())
    }

    fn token() -> SecretSource {
        SecretSource::file("token")
    }

    #[test]
    fn what_aws_takes_at_its_bounds_is_taken() {
        let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        let mut most = request().policy("x".repeat(2048));
        assert_eq!(most.check(), Ok(()));
        most = request().policy_arn(arn).external_id("x".repeat(1224)).source_identity("ab");
        for number in 0..50 {
            most = most.transitive_tag(format!("k{number}"), "v".repeat(256));
        }
        assert_eq!(most.mfa("GAHT12345678", token()).check(), Ok(()));
        for seconds in [900, 43_200] {
            assert_eq!(request().duration(Duration::from_secs(seconds)).check(), Ok(()));
        }
        let role = request().role().clone();
        let saml = RoleRequest::saml(role.clone(), "arn:aws:iam::012345678901:saml-provider/Corp", token());
        assert_eq!(saml.check(), Ok(()));
        assert_eq!(RoleRequest::web_identity(role, token()).provider_id("www.amazon.com").check(), Ok(()));
    }

    #[test]
    fn what_aws_would_refuse_is_refused_by_the_name_of_the_parameter_and_without_its_value() {
        let arn = |number: usize| format!("arn:aws:iam::aws:policy/{number}");
        let many = (0..11).fold(request(), |request, number| request.policy_arn(arn(number)));
        let tagged = (0..51).fold(request(), |request, number| request.tag(number.to_string(), ""));
        let role = request().role().clone();
        let web = || RoleRequest::web_identity(role.clone(), token());
        for (request, parameter) in [
            (request().duration(Duration::from_secs(899)), "duration"),
            (request().duration(Duration::from_secs(43_201)), "duration"),
            (request().policy(" "), "session policy"),
            (request().policy("x".repeat(2049)), "session policy"),
            (request().policy("x".repeat(2048)).policy_arn(arn(1)), "session policy"),
            (request().policy_arn("ReadOnlyAccess"), "managed policies"),
            (many, "managed policies"),
            (tagged, "session tags"),
            (request().tag("", "v"), "session tags"),
            (request().tag("aws:x", "v"), "session tags"),
            (request().tag("k", "v".repeat(257)), "session tags"),
            (request().tag("Team", "a").tag("team", "b"), "session tags"),
            (request().source_identity("a"), "source identity"),
            (request().source_identity("a b"), "source identity"),
            (request().external_id("secret value"), "external id"),
            (request().mfa("12345678", token()), "serial number of the MFA device"),
            (web().external_id("secret-value"), "external id"),
            (web().tag("k", "v"), "session tags"),
            (RoleRequest::saml(role.clone(), "Corp", token()), "SAML provider"),
        ] {
            let error = request.check().unwrap_err();
            assert_eq!(error.parameter(), parameter, "{error}");
            assert!(
                error.to_string().contains("role/Audit") && !error.to_string().contains("secret"),
                "{error}"
            );
        }
    }
}
