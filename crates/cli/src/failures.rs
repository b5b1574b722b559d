use std::collections::BTreeMap;

use orgwide_fanout::{self as fanout, Outcome, OutcomeKind};
use orgwide_names::AccountId;
use orgwide_session::{Class, Denial, Failure};

use crate::escape::for_terminal;
use crate::job::{JobFailure, Target, Work};
use crate::table;

/// Causes kept for the closing table; beyond it they are only counted.
const KEPT: usize = 200;
/// Lines the table shows.
const SHOWN: usize = 40;

/// What did not complete, gathered by account and cause.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    causes: BTreeMap<(AccountId, OutcomeKind, String), Cause>,
    beyond: u64,
}

#[derive(Debug)]
struct Cause {
    name: Option<String>,
    region: Option<String>,
    job: String,
    next_step: String,
    targets: u64,
}

pub(crate) type Ended = fanout::Ended<Target, (), JobFailure>;

impl Failures {
    /// Notes the target if there is something to be done about it.
    pub(crate) fn note(&mut self, ended: &Ended) {
        let (cause, next_step) = match &ended.outcome {
            Outcome::Completed(()) | Outcome::Skipped(_) | Outcome::Cancelled => return,
            Outcome::Denied(failure) | Outcome::Failed(fanout::Failure::Error(failure)) => match failure {
                JobFailure::Aws(failure) => (failure.to_string(), next_step(&ended.target, failure)),
                JobFailure::BeyondAws { message, next_step } => (message.clone(), (*next_step).to_owned()),
                JobFailure::NotEnabled(_) => return,
            },
            Outcome::Failed(fanout::Failure::Panicked(message)) => {
                (format!("a fault in orgwide itself: {message}"), "report it, with this line".to_owned())
            }
            Outcome::TimedOut => (
                format!("no end after {:.0} s of work", ended.worked.as_secs_f64()),
                "run again, or allow more time with --item-timeout".to_owned(),
            ),
        };
        let target = &ended.target;
        // What differs from target to target of one cause would make each a cause of its own.
        let alike = cause.split(" [request ").next().unwrap_or_default().to_owned();
        let key = (target.account.id, ended.outcome.kind(), alike);
        if let Some(known) = self.causes.get_mut(&key) {
            known.targets += 1;
        } else if self.causes.len() < KEPT {
            let cause_shown = Cause {
                name: target.account.name.clone(),
                region: target.region.as_ref().map(ToString::to_string),
                job: target.job().to_owned(),
                next_step,
                targets: 1,
            };
            self.causes.insert(key, cause_shown);
        } else {
            self.beyond += 1;
        }
    }

    /// The closing table; none when there is nothing in it.
    pub(crate) fn table(&self) -> Option<String> {
        if self.causes.is_empty() {
            return None;
        }
        let mut table = table::new(["account", "where", "what", "cause", "next"]);
        for ((id, kind, text), cause) in self.causes.iter().take(SHOWN) {
            let account = match &cause.name {
                Some(name) => format!("{id}\n{}", for_terminal(name)),
                None => id.to_string(),
            };
            let place = match (&cause.region, cause.targets) {
                (Some(region), 1) => region.clone(),
                (None, 1) => "the whole account".to_owned(),
                (_, targets) => format!("{targets} targets"),
            };
            let what = format!("{}\n{}", for_terminal(&cause.job), kind.as_str());
            table.add_row([account, place, what, for_terminal(text).into_owned(), cause.next_step.clone()]);
        }
        let hidden = self.causes.len().saturating_sub(SHOWN) as u64 + self.beyond;
        let more = if hidden > 0 { format!("\n… and {hidden} more") } else { String::new() };
        Some(format!("{table}{more}"))
    }
}

/// What to do about a failure. A permission is named as IAM does, which is not always as the operation: AWS says
/// it best.
fn next_step(target: &Target, failure: &Failure) -> String {
    match (&target.work, failure.class()) {
        (Work::Do(_, task), Class::Denied(Denial::NoPermission)) if failure.role().is_none() => {
            let action = named(failure.message()).unwrap_or_else(|| task.action());
            format!("allow {action} in the policies of the role or user that calls")
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
