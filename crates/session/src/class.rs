use std::time::Duration;

use crate::{Denial, PolicyKind};

/// What a failed call means, and so whether trying again can help.
///
/// [`as_str`](Self::as_str) has the word of each for reports and files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// AWS said that calls come too fast, and went on saying so.
    Throttled,
    /// A limit of our own, one that does not let calls wait, was reached: nothing was sent.
    RateLimited,
    /// The service failed on its side (HTTP 5xx).
    Unavailable,
    /// No connection, or no answer, in time.
    TimedOut,
    /// The endpoint could not be reached: refused, no such host, broken off.
    Unreachable,
    /// The endpoint was reached and is not trusted, or speaks another TLS: its certificate is not one that counts, or
    /// is of another host. Nothing was sent.
    Untrusted,
    /// AWS refused: a policy, or the lack of one.
    Denied(Denial),
    /// The region is not enabled in the account.
    RegionDisabled,
    /// The service is not in the region: its endpoint has no such host, or says so.
    ServiceAbsent,
    /// The account has not signed up for the service, or the service has not been turned on in it.
    NotSubscribed,
    /// AWS has suspended or blocked the account, or has not verified it yet.
    AccountUnavailable,
    /// The credentials have run out.
    Expired,
    /// There are no credentials, or AWS does not know them or their signature.
    NoCredentials,
    /// What was asked about is not there.
    NotFound,
    /// AWS did not accept the request as it was written.
    Invalid,
    /// The request could not be written or signed, so that nothing was sent: a fault of the program.
    Bug,
    /// The answer broke off: half a document.
    CutOff,
    /// The answer did not come from AWS: a proxy's page.
    NotFromAws,
    /// The answer has more bytes than are read.
    TooLarge,
    /// An error whose code says nothing that is known here.
    Other,
}

impl Class {
    /// Whether the same call may well succeed later, with nothing changed but the time.
    #[must_use]
    pub fn is_transient(self) -> bool {
        self.pause().is_some()
    }

    /// How long to leave a target alone before it is worth another call, where AWS does not say; none where time
    /// changes nothing.
    pub(crate) fn pause(self) -> Option<Duration> {
        let seconds = match self {
            // Every attempt of the call before was answered so, over some seconds.
            Self::Throttled => 5,
            Self::Unavailable => 3,
            // Also as long as a failure to fetch credentials is remembered: sooner it would only be told again.
            Self::TimedOut | Self::Unreachable | Self::CutOff => 5,
            Self::RateLimited => 1,
            Self::Untrusted
            | Self::Denied(_)
            | Self::RegionDisabled
            | Self::ServiceAbsent
            | Self::NotSubscribed
            | Self::AccountUnavailable
            | Self::Expired
            | Self::NoCredentials
            | Self::NotFound
            | Self::Invalid
            | Self::Bug
            | Self::NotFromAws
            | Self::TooLarge
            | Self::Other => return None,
        };
        Some(Duration::from_secs(seconds))
    }

    /// Whether AWS refused the call, so that only a change of policy helps.
    #[must_use]
    pub fn is_denied(self) -> bool {
        matches!(self, Self::Denied(_))
    }

    /// Whether the region may turn out not to be enabled in the account: AWS says it in the words it has for bad
    /// credentials and for services that are not subscribed to. Which it is, the account's regions tell.
    #[must_use]
    pub fn may_mean_region_disabled(self) -> bool {
        matches!(self, Self::RegionDisabled | Self::NoCredentials | Self::NotSubscribed)
    }

    /// A word for reports and files, which stays the same from version to version.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::Untrusted => "untrusted_endpoint",
            Self::Denied(denial) => match (denial, denial.policy_kind()) {
                (Denial::RoleNotAssumable | Denial::CallerMayNotAssume, _) => "role_denied",
                (_, Some(PolicyKind::ServiceControl | PolicyKind::ResourceControl)) => {
                    "denied_by_organization_policy"
                }
                (_, Some(PolicyKind::PermissionsBoundary)) => "denied_by_permissions_boundary",
                (_, Some(PolicyKind::Session)) => "denied_by_session_policy",
                (_, Some(PolicyKind::VpcEndpoint)) => "denied_by_endpoint_policy",
                (_, Some(PolicyKind::Identity | PolicyKind::Resource | PolicyKind::Unknown) | None) => {
                    "denied"
                }
            },
            Self::RegionDisabled => "region_disabled",
            Self::ServiceAbsent => "service_absent",
            Self::NotSubscribed => "not_subscribed",
            Self::AccountUnavailable => "account_unavailable",
            Self::Expired => "expired_credentials",
            Self::NoCredentials => "bad_credentials",
            Self::NotFound => "not_found",
            Self::Invalid => "invalid_request",
            Self::Bug => "bug",
            Self::CutOff => "cut_off_answer",
            Self::NotFromAws => "not_an_aws_answer",
            Self::TooLarge => "answer_too_large",
            Self::Other => "error",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every class, its word, and the seconds after which another try is worth it.
    const ALL: [(Class, &str, Option<u64>); 25] = [
        (Class::Throttled, "throttled", Some(5)),
        (Class::Unavailable, "unavailable", Some(3)),
        (Class::TimedOut, "timed_out", Some(5)),
        (Class::Unreachable, "unreachable", Some(5)),
        (Class::CutOff, "cut_off_answer", Some(5)),
        (Class::RateLimited, "rate_limited", Some(1)),
        (Class::Untrusted, "untrusted_endpoint", None),
        (Class::Denied(Denial::NoPermission), "denied", None),
        (Class::Denied(Denial::Forbidden(PolicyKind::Unknown)), "denied", None),
        (Class::Denied(Denial::RoleNotAssumable), "role_denied", None),
        (Class::Denied(Denial::CallerMayNotAssume), "role_denied", None),
        (
            Class::Denied(Denial::NotAllowed(PolicyKind::ServiceControl)),
            "denied_by_organization_policy",
            None,
        ),
        (
            Class::Denied(Denial::Forbidden(PolicyKind::PermissionsBoundary)),
            "denied_by_permissions_boundary",
            None,
        ),
        (Class::RegionDisabled, "region_disabled", None),
        (Class::ServiceAbsent, "service_absent", None),
        (Class::NotSubscribed, "not_subscribed", None),
        (Class::AccountUnavailable, "account_unavailable", None),
        (Class::Expired, "expired_credentials", None),
        (Class::NoCredentials, "bad_credentials", None),
        (Class::NotFound, "not_found", None),
        (Class::Invalid, "invalid_request", None),
        (Class::Bug, "bug", None),
        (Class::NotFromAws, "not_an_aws_answer", None),
        (Class::TooLarge, "answer_too_large", None),
        (Class::Other, "error", None),
    ];

    #[test]
    fn only_what_time_alone_can_mend_is_worth_another_try() {
        for (class, _, seconds) in ALL {
            assert_eq!(class.pause(), seconds.map(Duration::from_secs), "{class:?}");
            assert_eq!(class.is_transient(), seconds.is_some(), "{class:?}");
        }
    }

    #[test]
    fn every_class_has_its_word_and_the_readme_has_all_of_them() {
        let readme = include_str!("../README.md");
        let words: BTreeSet<_> = ALL.iter().map(|(class, ..)| class.as_str()).collect();
        for (class, word, _) in ALL {
            assert_eq!(class.as_str(), word, "{class:?}");
        }
        for (kind, word) in [
            (PolicyKind::ResourceControl, "denied_by_organization_policy"),
            (PolicyKind::Session, "denied_by_session_policy"),
            (PolicyKind::VpcEndpoint, "denied_by_endpoint_policy"),
            (PolicyKind::Identity, "denied"),
            (PolicyKind::Resource, "denied"),
        ] {
            assert_eq!(Class::Denied(Denial::Forbidden(kind)).as_str(), word);
            assert_eq!(Class::Denied(Denial::NotAllowed(kind)).as_str(), word);
            assert!(readme.contains(&format!("`{word}`")), "{word}");
        }
        for word in words {
            assert!(readme.contains(&format!("`{word}`")), "{word}");
        }
    }
}
