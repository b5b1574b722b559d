use crate::throttle::is_throttle;

/// What a failed call means, and so whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// AWS said that calls come too fast, and went on saying so.
    Throttled,
    /// A limit of our own, one that does not let calls wait, was reached: nothing was sent.
    RateLimited,
    /// The service failed on its side (HTTP 5xx).
    Unavailable,
    /// No connection, or no answer, in time.
    TimedOut,
    /// The endpoint could not be reached: refused, no such host, broken off, or TLS failed.
    Unreachable,
    /// AWS refused: a policy, or the lack of one.
    Denied(Denial),
    /// The region is not enabled in the account.
    RegionDisabled,
    /// The credentials have run out.
    Expired,
    /// There are no credentials, or AWS does not know them.
    NoCredentials,
    /// What was asked about is not there.
    NotFound,
    /// AWS, or the SDK before it, did not accept the request as it was written.
    Invalid,
    /// The answer did not come from AWS, or was cut off: a proxy's page, half a document.
    NotFromAws,
    /// An error whose code says nothing that is known here.
    Other,
}

/// Which part of AWS refused a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Denial {
    /// No policy allows the action.
    NoPermission,
    /// A policy forbids it explicitly.
    ExplicitDeny,
    /// A service or resource control policy of the organization forbids it.
    OrganizationPolicy,
    /// A role could not be assumed: AWS does not say whether it is missing, does not trust the caller, or
    /// belongs to an account that is suspended.
    RoleNotAssumable,
    /// The caller itself has no permission to assume roles.
    CallerMayNotAssume,
}

impl Class {
    /// What a code, a status and a text from AWS mean together.
    pub(crate) fn of_answer(service: &str, status: Option<u16>, code: Option<&str>, text: &str) -> Self {
        let is_server_error = status.is_some_and(|status| status >= 500);
        match code {
            _ if is_throttle(Some(service), status, code, text) => Self::Throttled,
            Some(
                "AccessDenied"
                | "AccessDeniedException"
                | "UnauthorizedOperation"
                | "AuthorizationError"
                | "AuthorizationErrorException"
                | "UnauthorizedException"
                | "Forbidden"
                // Answers without a body say it by their status.
                | "403",
            ) => Self::Denied(Denial::in_text(text)),
            Some("OptInRequired" | "RegionDisabledException") => Self::RegionDisabled,
            Some(
                "AuthFailure"
                | "UnrecognizedClientException"
                | "InvalidClientTokenId"
                | "InvalidToken"
                | "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "InvalidSignatureException"
                | "MissingAuthenticationToken"
                | "MissingAuthenticationTokenException",
            ) => Self::NoCredentials,
            Some("ExpiredToken" | "ExpiredTokenException" | "RequestExpired") => Self::Expired,
            Some("404") => Self::NotFound,
            Some(code) if code.starts_with("NoSuch") || code.contains("NotFound") => Self::NotFound,
            Some(
                "ValidationError"
                | "ValidationException"
                | "InvalidParameterValue"
                | "InvalidInputException"
                | "InvalidAction"
                | "UnknownOperationException"
                | "MalformedPolicyDocument"
                | "PackedPolicyTooLarge",
            ) => Self::Invalid,
            _ if is_server_error => Self::Unavailable,
            Some(_) => Self::Other,
            None => Self::NotFromAws,
        }
    }

    /// Whether the same call may well succeed later, with nothing changed but the time.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::RateLimited | Self::Unavailable | Self::TimedOut | Self::Unreachable
        )
    }

    /// Whether AWS refused the call, so that only a change of policy helps.
    #[must_use]
    pub fn is_denied(self) -> bool {
        matches!(self, Self::Denied(_))
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
            Self::Denied(Denial::RoleNotAssumable | Denial::CallerMayNotAssume) => "role_denied",
            Self::Denied(Denial::OrganizationPolicy) => "denied_by_organization_policy",
            Self::Denied(_) => "denied",
            Self::RegionDisabled => "region_disabled",
            Self::Expired => "expired_credentials",
            Self::NoCredentials => "bad_credentials",
            Self::NotFound => "not_found",
            Self::Invalid => "invalid_request",
            Self::NotFromAws => "not_an_aws_answer",
            Self::Other => "error",
        }
    }
}

impl Denial {
    /// Reads AWS's explanation, which it gives in words only.
    fn in_text(text: &str) -> Self {
        let about_assuming = text.contains("perform: sts:AssumeRole");
        if text.contains("explicit deny in a service control policy")
            || text.contains("explicit deny in a resource control policy")
        {
            Self::OrganizationPolicy
        } else if about_assuming && text.contains("no identity-based policy allows") {
            Self::CallerMayNotAssume
        } else if about_assuming {
            Self::RoleNotAssumable
        } else if text.contains("explicit deny") {
            Self::ExplicitDeny
        } else {
            Self::NoPermission
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_protocol_mean_what_aws_means() {
        let on = "User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: r";
        let hub = format!("{on} because no identity-based policy allows the sts:AssumeRole action");
        let scp =
            "not authorized to perform: ec2:X with an explicit deny in a service control policy: arn:aws:p-1";
        for (status, code, text, class) in [
            (503, Some("RequestLimitExceeded"), "", Class::Throttled),
            (400, Some("TooManyRequestsException"), "", Class::Throttled),
            (503, None, "", Class::Unavailable),
            (500, Some("InternalError"), "", Class::Unavailable),
            (403, Some("AccessDenied"), on, Class::Denied(Denial::RoleNotAssumable)),
            (403, Some("AccessDenied"), hub.as_str(), Class::Denied(Denial::CallerMayNotAssume)),
            (403, Some("UnauthorizedOperation"), scp, Class::Denied(Denial::OrganizationPolicy)),
            (
                403,
                Some("AccessDeniedException"),
                "with an explicit deny",
                Class::Denied(Denial::ExplicitDeny),
            ),
            (403, Some("UnauthorizedOperation"), "", Class::Denied(Denial::NoPermission)),
            (401, Some("AuthFailure"), "", Class::NoCredentials),
            (400, Some("ExpiredTokenException"), "", Class::Expired),
            (404, Some("NoSuchEntity"), "", Class::NotFound),
            (404, Some("404"), "", Class::NotFound),
            (403, Some("403"), "", Class::Denied(Denial::NoPermission)),
            (503, Some("503"), "", Class::Unavailable),
            (400, Some("ValidationError"), "", Class::Invalid),
            (409, Some("Conflict"), "", Class::Other),
            (200, None, "", Class::NotFromAws),
        ] {
            assert_eq!(Class::of_answer("ec2", Some(status), code, text), class, "{status} {code:?} {text}");
        }
    }

    #[test]
    fn only_what_time_alone_can_mend_is_transient() {
        assert!(Class::Throttled.is_transient() && Class::Unreachable.is_transient());
        assert!(!Class::Denied(Denial::NoPermission).is_transient() && !Class::NotFromAws.is_transient());
    }
}
