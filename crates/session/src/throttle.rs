//! Which answers mean that calls come too fast.

use aws_runtime::retries::classifiers::THROTTLING_ERRORS;

/// Codes that mean throttling and are missing from the SDK's list: SNS says `Throttled`, some EFS
/// operations `TooManyRequests`.
const ALSO_THROTTLING: [&str; 2] = ["Throttled", "TooManyRequests"];

/// Whether an answer of that status, error code and text says that calls come too fast.
///
/// `LimitExceededException` is in the SDK's list, but outside Kinesis it means that an account has used
/// up a quota of resources, which no waiting changes.
pub(crate) fn is_throttle(
    service: Option<&str>,
    status: Option<u16>,
    code: Option<&str>,
    text: &str,
) -> bool {
    if status == Some(429) {
        return true;
    }
    match code {
        Some("LimitExceededException") => service.is_some_and(|service| service == "kinesis"),
        Some(code) if THROTTLING_ERRORS.contains(&code) || ALSO_THROTTLING.contains(&code) => true,
        _ => text.contains("Rate exceeded"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_mean_too_fast_are_told_from_those_that_do_not() {
        let yes = [
            (None, Some(400), Some("Throttling"), ""),
            (None, Some(503), Some("SlowDown"), ""),
            (None, Some(429), None, ""),
            (None, Some(429), Some("Throttled"), ""),
            (None, Some(400), None, "Rate exceeded"),
            (Some("kinesis"), Some(400), Some("LimitExceededException"), ""),
        ];
        let no = [
            (None, Some(503), None, ""),
            (None, Some(403), Some("AccessDenied"), "denied"),
            (Some("iam"), Some(409), Some("LimitExceededException"), "quota"),
            (Some("iam"), Some(409), Some("LimitExceeded"), "quota"),
        ];
        for (service, status, code, text) in yes {
            assert!(is_throttle(service, status, code, text), "{status:?} {code:?}");
        }
        for (service, status, code, text) in no {
            assert!(!is_throttle(service, status, code, text), "{status:?} {code:?}");
        }
    }
}
