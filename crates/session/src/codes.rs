//! What the codes of AWS's errors mean, over all services.

use crate::throttle::is_throttle;
use crate::{Class, Denial};

/// The code of an answer that is longer than is read.
pub(crate) const TOO_LARGE: &str = "AnswerTooLarge";

/// Whether a code says that the credentials of the request have run out.
pub(crate) fn is_expired(code: &str) -> bool {
    matches!(code, "ExpiredToken" | "ExpiredTokenException" | "RequestExpired")
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
            Some("RegionDisabledException") => Self::RegionDisabled,
            Some(
                "OptInRequired"
                | "OptInRequiredException"
                | "SubscriptionRequired"
                | "SubscriptionRequiredException"
                | "NotSignedUp",
            ) => Self::NotSubscribed,
            Some(
                "Blocked"
                | "PendingVerification"
                | "AccountProblem"
                | "AccountSuspended"
                | "AccountSuspendedException",
            ) => Self::AccountUnavailable,
            Some(
                "AuthFailure"
                | "UnrecognizedClientException"
                | "InvalidClientTokenId"
                | "InvalidToken"
                | "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "InvalidSignatureException"
                | "IncompleteSignature"
                | "IncompleteSignatureException"
                | "MissingAuthenticationToken"
                | "MissingAuthenticationTokenException"
                | "RequestTimeTooSkewed"
                | "RequestInTheFuture",
            ) => Self::NoCredentials,
            Some(code) if is_expired(code) => Self::Expired,
            Some("UnsupportedRegionException") => Self::ServiceAbsent,
            Some(
                "UnknownOperationException"
                | "UnknownOperation"
                | "UnsupportedOperation"
                | "UnsupportedOperationException"
                | "InvalidAction",
            ) => {
                if is_about_region(text) { Self::ServiceAbsent } else { Self::Invalid }
            }
            Some(TOO_LARGE) => Self::TooLarge,
            Some("404") => Self::NotFound,
            Some(code) if code.starts_with("NoSuch") || code.contains("NotFound") => Self::NotFound,
            Some(
                "ValidationError"
                | "ValidationException"
                | "InvalidParameterValue"
                | "InvalidInputException"
                | "MalformedPolicyDocument"
                | "PackedPolicyTooLarge",
            ) => Self::Invalid,
            _ if is_server_error => Self::Unavailable,
            Some(_) => Self::Other,
            None => Self::NotFromAws,
        }
    }
}

/// `… not supported in the called region`, `… is not supported in this region`.
fn is_about_region(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.split_once("not supported in ").is_some_and(|(_, place)| place.contains("region"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PolicyKind;

    #[test]
    fn codes_of_every_protocol_mean_what_aws_means() {
        let denied = Class::Denied(Denial::NoPermission);
        let scp = "You are not authorized to perform this operation. User: arn:aws:sts::1:assumed-role/a/b is not \
            authorized to perform: ec2:DescribeInstances with an explicit deny in a service control policy: \
            arn:aws:organizations::1:policy/o-1/service_control_policy/p-1";
        let token = "The security token included in the request is invalid";
        for (service, status, code, text, class) in [
            // Too fast: what each service says.
            ("ec2", 503, "RequestLimitExceeded", "Request limit exceeded.", Class::Throttled),
            ("ec2", 503, "EC2ThrottledException", "", Class::Throttled),
            ("sts", 400, "Throttling", "Rate exceeded", Class::Throttled),
            ("elb", 400, "ThrottlingException", "Rate exceeded", Class::Throttled),
            ("organizations", 400, "TooManyRequestsException", "", Class::Throttled),
            ("lambda", 429, "TooManyRequestsException", "Rate exceeded", Class::Throttled),
            ("s3", 503, "SlowDown", "Please reduce your request rate.", Class::Throttled),
            ("route53", 400, "PriorRequestNotComplete", "", Class::Throttled),
            ("sns", 429, "Throttled", "", Class::Throttled),
            ("efs", 429, "TooManyRequests", "", Class::Throttled),
            ("kinesis", 400, "LimitExceededException", "", Class::Throttled),
            ("sqs", 403, "RequestThrottled", "", Class::Throttled),
            ("cloudsearch", 509, "BandwidthLimitExceeded", "", Class::Throttled),
            ("x", 400, "Unknown", "Rate exceeded", Class::Throttled),
            ("x", 429, "Unknown", "", Class::Throttled),
            ("iam", 409, "LimitExceeded", "quota", Class::Other),
            ("logs", 400, "LimitExceededException", "quota", Class::Other),
            // Refused.
            ("iam", 403, "AccessDenied", "", denied),
            ("lambda", 403, "AccessDeniedException", "", denied),
            ("ec2", 403, "UnauthorizedOperation", "", denied),
            ("sns", 403, "AuthorizationError", "", denied),
            ("s3", 403, "403", "", denied),
            (
                "ec2",
                403,
                "UnauthorizedOperation",
                scp,
                Class::Denied(Denial::Forbidden(PolicyKind::ServiceControl)),
            ),
            // A region that is not enabled, or credentials that are not known: the same words.
            (
                "ec2",
                401,
                "AuthFailure",
                "AWS was not able to validate the provided access credentials",
                Class::NoCredentials,
            ),
            ("rds", 403, "InvalidClientTokenId", token, Class::NoCredentials),
            ("events", 400, "UnrecognizedClientException", token, Class::NoCredentials),
            ("s3", 400, "InvalidToken", "", Class::NoCredentials),
            ("s3", 403, "InvalidAccessKeyId", "", Class::NoCredentials),
            (
                "sts",
                403,
                "RegionDisabledException",
                "STS is not activated in this region for account:111122223333.",
                Class::RegionDisabled,
            ),
            // A clock that is wrong.
            ("s3", 403, "RequestTimeTooSkewed", "", Class::NoCredentials),
            ("sts", 403, "SignatureDoesNotMatch", "Signature expired: …", Class::NoCredentials),
            ("dynamodb", 400, "InvalidSignatureException", "Signature expired: …", Class::NoCredentials),
            ("ec2", 400, "RequestInTheFuture", "", Class::NoCredentials),
            // Credentials that have ended.
            (
                "sts",
                403,
                "ExpiredToken",
                "The security token included in the request is expired",
                Class::Expired,
            ),
            ("s3", 400, "ExpiredToken", "The provided token has expired.", Class::Expired),
            ("dynamodb", 400, "ExpiredTokenException", "", Class::Expired),
            ("ec2", 400, "RequestExpired", "Request has expired.", Class::Expired),
            // Services that the account or the region does not have.
            (
                "ec2",
                401,
                "OptInRequired",
                "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.",
                Class::NotSubscribed,
            ),
            (
                "dynamodb",
                400,
                "SubscriptionRequiredException",
                "The AWS Access Key Id needs a subscription for the service",
                Class::NotSubscribed,
            ),
            ("x", 403, "SubscriptionRequired", "", Class::NotSubscribed),
            (
                "s3",
                403,
                "NotSignedUp",
                "Your account is not signed up for the S3 service. You must sign up before you can use S3.",
                Class::NotSubscribed,
            ),
            ("compute-optimizer", 403, "OptInRequiredException", "", Class::NotSubscribed),
            (
                "guardduty",
                404,
                "UnknownOperationException",
                "Operation is not supported in the called region",
                Class::ServiceAbsent,
            ),
            ("gamelift", 400, "UnsupportedRegionException", "", Class::ServiceAbsent),
            ("kms", 404, "UnknownOperationException", "", Class::Invalid),
            ("ec2", 400, "UnsupportedOperation", "The operation is not supported", Class::Invalid),
            // Accounts that AWS does not serve.
            (
                "ec2",
                400,
                "Blocked",
                "This account is currently blocked and not recognized as a valid account.",
                Class::AccountUnavailable,
            ),
            (
                "ec2",
                400,
                "PendingVerification",
                "Your account is currently being verified.",
                Class::AccountUnavailable,
            ),
            (
                "s3",
                403,
                "AccountProblem",
                "There is a problem with your AWS account that prevents the operation from completing successfully.",
                Class::AccountUnavailable,
            ),
            ("codebuild", 400, "AccountSuspendedException", "", Class::AccountUnavailable),
            // What is not there, and what was asked wrong.
            ("iam", 404, "NoSuchEntity", "", Class::NotFound),
            ("s3", 404, "404", "", Class::NotFound),
            ("lambda", 404, "ResourceNotFoundException", "", Class::NotFound),
            ("organizations", 400, "AccountNotFoundException", "", Class::NotFound),
            ("sts", 400, "ValidationError", "", Class::Invalid),
            ("iam", 400, "MalformedPolicyDocument", "", Class::Invalid),
            ("sts", 400, "PackedPolicyTooLarge", "", Class::Invalid),
            ("sts", 400, "InvalidAction", "", Class::Invalid),
            // The service's own trouble.
            ("iam", 500, "InternalError", "", Class::Unavailable),
            ("s3", 503, "503", "", Class::Unavailable),
            ("x", 200, TOO_LARGE, "", Class::TooLarge),
            ("x", 409, "Conflict", "", Class::Other),
        ] {
            let found = Class::of_answer(service, Some(status), Some(code), text);
            assert_eq!(found, class, "{service} {status} {code} {text}");
        }
    }

    #[test]
    fn an_answer_without_a_code_is_told_by_its_status() {
        for (status, class) in [
            (503, Class::Unavailable),
            (500, Class::Unavailable),
            (429, Class::Throttled),
            (403, Class::NotFromAws),
            (200, Class::NotFromAws),
        ] {
            assert_eq!(Class::of_answer("ec2", Some(status), None, ""), class, "{status}");
        }
    }
}
