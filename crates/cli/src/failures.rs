use std::collections::BTreeMap;

use orgwide_fanout as fanout;
use orgwide_ledger::{Attempt, Failure, Outcome};

use crate::escape::for_terminal;
use crate::job::{JobFailure, Target};
use crate::{listed, table};

/// Causes kept for the closing table; beyond it they are only counted.
const KEPT: usize = 200;
/// Lines the table shows.
const SHOWN: usize = 40;

pub(crate) type Ended = fanout::Ended<Target, Option<Attempt>, JobFailure>;

/// What did not complete, gathered by account and cause.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    causes: BTreeMap<Key, Cause>,
    beyond: u64,
}

/// The account, how its targets ended, and why: kind, code and what to do.
type Key = (String, &'static str, [String; 3]);

#[derive(Debug)]
struct Cause {
    message: String,
    job: String,
    name: Option<String>,
    region: Option<String>,
    next_step: String,
    targets: u64,
}

impl Failures {
    /// Notes the target if there is something to be done about it.
    pub(crate) fn note(&mut self, failed: &Failure) {
        let Some(outcome) = failed.outcome.filter(|outcome| *outcome != Outcome::Cancelled) else { return };
        // What differs from target to target of one cause, such as the region in AWS's words, would make each a cause
        // of its own.
        let alike = [&failed.kind, &failed.code, &failed.hint].map(|part| part.clone().unwrap_or_default());
        let key = (failed.target.account_id.to_string(), outcome.as_str(), alike);
        if let Some(known) = self.causes.get_mut(&key) {
            known.targets += 1;
        } else if self.causes.len() < KEPT {
            let message = failed.message.as_deref().unwrap_or_default();
            let cause = Cause {
                message: message.split(" [request ").next().unwrap_or_default().to_owned(),
                name: failed.listed.as_deref().and_then(listed::name),
                region: failed.target.region.as_ref().map(ToString::to_string),
                job: failed.target.job.clone(),
                next_step: failed.hint.clone().unwrap_or_default(),
                targets: 1,
            };
            self.causes.insert(key, cause);
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
        for ((id, outcome, _), cause) in self.causes.iter().take(SHOWN) {
            let account = match &cause.name {
                Some(name) => format!("{id}\n{}", for_terminal(name)),
                None => id.clone(),
            };
            let place = match (&cause.region, cause.targets) {
                (Some(region), 1) => region.clone(),
                (None, 1) => "the whole account".to_owned(),
                (_, targets) => format!("{targets} targets"),
            };
            let what = format!("{}\n{outcome}", for_terminal(&cause.job));
            let next = for_terminal(&cause.next_step).into_owned();
            table.add_row([account, place, what, for_terminal(&cause.message).into_owned(), next]);
        }
        let hidden = self.causes.len().saturating_sub(SHOWN) as u64 + self.beyond;
        let more = if hidden > 0 { format!("\n… and {hidden} more") } else { String::new() };
        Some(format!("{table}{more}"))
    }
}
