//! How a target ended, as the ledger keeps it.

use std::time::Duration;

use orgwide_fanout::{Failure as JobEnd, JobError, Outcome as Ending, Verdict};
use orgwide_ledger::{self as ledger, Outcome};
use orgwide_session::{Class, Denial, Failure};

use crate::failures::Ended;
use crate::job::{JobFailure, Target, Work};
use crate::task::Task;

/// The outcome of a target, with why and what to do about it where it did not complete. One that a stop kept from being
/// tried again, of at most `requeues` times, has not failed: it is left for the run to go on with.
pub(crate) fn of(ended: &Ended, requeues: u32) -> ledger::Ended<'_> {
    let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let (outcome, why) = match &ended.outcome {
        Ending::Completed(_) => (Outcome::Completed, Why::default()),
        Ending::Denied(failure) => (Outcome::Denied, Why::of(&ended.target, failure)),
        Ending::Failed(JobEnd::Error(failure)) => {
            let is_cut = ended.attempts <= requeues && matches!(failure.verdict(), Verdict::Again { .. });
            let outcome = if is_cut { Outcome::Cancelled } else { Outcome::Failed };
            (outcome, Why::of(&ended.target, failure))
        }
        Ending::Failed(JobEnd::Panicked(message)) => (
            Outcome::Failed,
            Why::told(
                "panicked",
                format!("a fault in orgwide itself: {message}"),
                "report it, with this line",
            ),
        ),
        Ending::TimedOut => (
            Outcome::TimedOut,
            Why::told(
                "timed_out",
                format!("no end after {:.0} s of work", ended.working.as_secs_f64()),
                "run again, or allow more time with --item-timeout",
            ),
        ),
        Ending::Skipped(reason) => {
            (Outcome::Skipped, Why { message: Some(reason.to_string()), ..Why::default() })
        }
        Ending::Cancelled => (
            Outcome::Cancelled,
            Why::told("cancelled", "the run was stopped before it ended", "go on with --resume"),
        ),
    };
    let Why { kind, code, message, hop, policy, request_id, hint } = why;
    ledger::Ended {
        outcome,
        winner: match &ended.outcome {
            Ending::Completed(attempt) => attempt.as_ref(),
            _ => None,
        },
        attempts: ended.attempts,
        kind,
        code,
        message,
        hop,
        policy,
        request_id,
        hint,
        waiting_ms: millis(ended.waiting),
        working_ms: millis(ended.working),
        retrying_ms: millis(ended.retrying),
    }
}

#[derive(Debug, Default)]
struct Why {
    kind: Option<String>,
    code: Option<String>,
    message: Option<String>,
    hop: Option<String>,
    policy: Option<String>,
    request_id: Option<String>,
    hint: Option<String>,
}

impl Why {
    fn told(kind: &str, message: impl Into<String>, hint: &str) -> Self {
        Self {
            kind: Some(kind.to_owned()),
            message: Some(message.into()),
            hint: Some(hint.to_owned()),
            ..Self::default()
        }
    }

    fn of(target: &Target, failure: &JobFailure) -> Self {
        match failure {
            JobFailure::Aws(failure) | JobFailure::Lost(failure) => Self {
                kind: Some(failure.class().as_str().to_owned()),
                code: failure.code().map(str::to_owned),
                message: Some(failure.to_string()),
                hop: failure.role().map(ToString::to_string),
                policy: failure.policy().map(str::to_owned),
                request_id: failure.request_id().map(str::to_owned),
                hint: Some(next_step(target, failure)),
            },
            JobFailure::BeyondAws { message, next_step } => Self::told("unusable_answer", message, next_step),
            JobFailure::NotEnabled(_)
            | JobFailure::Absent(_)
            | JobFailure::CredentialsLost
            | JobFailure::Unrecorded => Self::default(),
        }
    }
}

/// What to do about a failure. A permission is named as IAM does, which is not always as the operation: AWS says
/// it best.
fn next_step(target: &Target, failure: &Failure) -> String {
    if let Work::Do(_, Task::Collect(collector)) = &target.work
        && let Some(step) = collector.next_step(failure)
    {
        return step.to_owned();
    }
    match (&target.work, failure.class()) {
        (Work::Do(_, task), Class::Denied(Denial::NoPermission)) if failure.role().is_none() => {
            let action = named(failure.message()).map(str::to_owned);
            match action.or_else(|| task.action(failure.call())) {
                Some(action) => format!("allow {action} in the policies of the role or user that calls"),
                None => failure.next_step(),
            }
        }
        _ => failure.next_step(),
    }
}

/// The action that an explanation of AWS is about: `… is not authorized to perform: s3:ListAllMyBuckets on …`.
fn named(explanation: &str) -> Option<&str> {
    let (_, from) = explanation.split_once("not authorized to perform: ")?;
    let end =
        from.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '-'))).unwrap_or(from.len());
    from.get(..end).filter(|action| {
        action.split_once(':').is_some_and(|(service, name)| !service.is_empty() && !name.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn the_action_is_taken_from_what_aws_says() {
        for (explanation, action) in [
            (
                "User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: s3:ListAllMyBuckets because no \
                 identity-based policy allows the s3:ListAllMyBuckets action",
                Some("s3:ListAllMyBuckets"),
            ),
            ("You are not authorized to perform: ec2:DescribeInstances", Some("ec2:DescribeInstances")),
            ("You are not authorized to perform: \u{1b}[31m", None),
            ("not authorized to perform: this operation", None),
            ("Access Denied", None),
        ] {
            assert_eq!(named(explanation), action, "{explanation}");
        }
    }
}
