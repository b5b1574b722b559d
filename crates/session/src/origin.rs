use aws_credential_types::Credentials;
use aws_credential_types::credential_feature::AwsCredentialFeature as Feature;

/// Where credentials come from, for people: `environment variables`, `a profile, IAM Identity Center`.
///
/// The sources of the SDK note it on what they give. Nothing is known of credentials that a program made itself.
#[must_use]
pub fn origin_of(credentials: &Credentials) -> Option<String> {
    let features = credentials.get_property::<Vec<Feature>>()?;
    let mut words: Vec<&str> = Vec::new();
    for feature in features.iter().filter_map(in_words) {
        if !words.contains(&feature) {
            words.push(feature);
        }
    }
    // A profile is where the others are written down.
    words.sort_by_key(|word| *word != PROFILE);
    (!words.is_empty()).then(|| words.join(", "))
}

const PROFILE: &str = "a profile";

fn in_words(feature: &Feature) -> Option<&'static str> {
    Some(match feature {
        Feature::CredentialsEnvVars => "environment variables",
        Feature::CredentialsEnvVarsStsWebIdToken
        | Feature::CredentialsStsAssumeRoleWebId
        | Feature::CredentialsProfileStsWebIdToken => "a web identity token",
        Feature::CredentialsStsAssumeRole => "an assumed role",
        Feature::CredentialsStsAssumeRoleSaml => "a SAML assertion",
        Feature::CredentialsStsFederationToken => "a federation token",
        Feature::CredentialsStsSessionToken => "a session token",
        Feature::CredentialsProfile
        | Feature::CredentialsProfileSourceProfile
        | Feature::CredentialsProfileNamedProvider => PROFILE,
        Feature::CredentialsProfileSso | Feature::CredentialsSso => "IAM Identity Center",
        Feature::CredentialsProfileProcess | Feature::CredentialsProcess => "a credential process",
        Feature::CredentialsHttp => "container metadata",
        Feature::CredentialsImds => "instance metadata",
        Feature::CredentialsProfileLogin | Feature::CredentialsLogin => "`aws login`",
        // Not about where they come from, or newer than this table.
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(features: &[Feature]) -> Option<String> {
        let mut credentials = Credentials::new("AKIAONE", "secret", None, None, "test");
        credentials.set_property(features.to_vec());
        origin_of(&credentials)
    }

    #[test]
    fn a_profile_is_named_before_what_is_written_in_it_and_each_once() {
        assert_eq!(from(&[Feature::CredentialsEnvVars]).as_deref(), Some("environment variables"));
        assert_eq!(
            from(&[
                Feature::CredentialsStsAssumeRole,
                Feature::CredentialsProfile,
                Feature::CredentialsProfile
            ])
            .as_deref(),
            Some("a profile, an assumed role")
        );
    }

    #[test]
    fn of_credentials_from_a_program_nothing_is_known() {
        assert_eq!(origin_of(&Credentials::new("AKIAONE", "secret", None, None, "test")), None);
        assert_eq!(from(&[Feature::ResolvedAccountId]), None);
    }
}
