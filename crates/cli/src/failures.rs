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
/// Accounts of one cause that have a line each; of more there is one line for all.
const FEW: usize = 3;

pub(crate) type Ended = fanout::Ended<Target, Option<Attempt>, JobFailure>;

/// What did not complete, gathered by cause and account.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    causes: BTreeMap<Key, Cause>,
    beyond: u64,
}

/// How targets ended, and why: kind, code and what to do, whichever account it is.
type Key = (&'static str, [String; 3]);

#[derive(Debug, Default)]
struct Cause {
    /// The first of them.
    few: Vec<Account>,
    accounts: u64,
    targets: u64,
    last: String,
}

#[derive(Debug)]
struct Account {
    id: String,
    name: Option<String>,
    region: Option<String>,
    job: String,
    message: String,
    next_step: String,
    targets: u64,
}

impl Failures {
    /// Notes the target if there is something to be done about it. Those of an account come one after another.
    pub(crate) fn note(&mut self, failed: &Failure) {
        let Some(outcome) = failed.outcome.filter(|outcome| *outcome != Outcome::Cancelled) else { return };
        let id = failed.target.account_id.to_string();
        // What differs from target to target of one cause, such as the region in AWS's words, would make each a cause
        // of its own.
        let alike = [&failed.kind, &failed.code, &failed.hint].map(|part| part.clone().unwrap_or_default());
        let key = (outcome.as_str(), alike.map(|part| part.replace(&id, "")));
        if !self.causes.contains_key(&key) && self.causes.len() >= KEPT {
            self.beyond += 1;
            return;
        }
        let cause = self.causes.entry(key).or_default();
        cause.targets += 1;
        if cause.last != id {
            cause.last.clone_from(&id);
            cause.accounts += 1;
            if cause.few.len() < FEW {
                cause.few.push(Account::of(failed, id.clone()));
            }
        }
        if let Some(account) = cause.few.last_mut().filter(|account| account.id == id) {
            account.targets += 1;
        }
    }

    /// The closing table; none when there is nothing in it.
    pub(crate) fn table(&self) -> Option<String> {
        if self.causes.is_empty() {
            return None;
        }
        let mut table = table::new(["account", "where", "what", "cause", "next"]);
        let mut lines: Vec<_> =
            self.causes.iter().flat_map(|((outcome, _), cause)| cause.lines(outcome)).collect();
        let hidden = lines.len().saturating_sub(SHOWN) as u64 + self.beyond;
        lines.truncate(SHOWN);
        table.add_rows(lines);
        let more = if hidden > 0 { format!("\n… and {hidden} more") } else { String::new() };
        Some(format!("{table}{more}"))
    }
}

/// The cells of a line, whose texts may be from outside.
type Line = [String; 5];

impl Cause {
    fn lines(&self, outcome: &str) -> Vec<Line> {
        if self.accounts > FEW as u64 {
            let such = self.few.first().map(|account| self.all(account, outcome));
            return such.into_iter().collect();
        }
        self.few.iter().map(|account| account.line(outcome)).collect()
    }

    /// One line for all accounts, with what one of them was told.
    fn all(&self, such: &Account, outcome: &str) -> Line {
        let [account, _, what, message, next] = such.line(outcome);
        let accounts = format!("{} accounts\nsuch as {account}", self.accounts);
        [accounts, format!("{} targets", self.targets), what, message, next]
    }
}

impl Account {
    fn of(failed: &Failure, id: String) -> Self {
        let message = failed.message.as_deref().unwrap_or_default();
        Self {
            id,
            name: failed.listed.as_deref().and_then(listed::name),
            region: failed.target.region.as_ref().map(ToString::to_string),
            job: failed.target.job.clone(),
            message: message.split(" [request ").next().unwrap_or_default().to_owned(),
            next_step: failed.hint.clone().unwrap_or_default(),
            targets: 0,
        }
    }

    fn line(&self, outcome: &str) -> Line {
        let account = match &self.name {
            Some(name) => format!("{}\n{}", self.id, for_terminal(name)),
            None => self.id.clone(),
        };
        let place = match (&self.region, self.targets) {
            (Some(region), 1) => region.clone(),
            (None, 1) => "the whole account".to_owned(),
            (_, targets) => format!("{targets} targets"),
        };
        let what = format!("{}\n{outcome}", for_terminal(&self.job));
        let [message, next] = [&self.message, &self.next_step].map(|text| for_terminal(text).into_owned());
        [account, place, what, message, next]
    }
}

#[cfg(test)]
mod tests {
    use orgwide_ledger::Target;

    use super::*;

    fn failed(account: u64, region: &str, hint: &str) -> Failure {
        Failure {
            target: Target {
                account_id: format!("{account:012}").parse().unwrap(),
                region: Some(region.parse().unwrap()),
                job: "ec2:vpc".to_owned(),
            },
            listed: None,
            outcome: Some(Outcome::Denied),
            attempts: 1,
            kind: Some("denied".to_owned()),
            code: Some("UnauthorizedOperation".to_owned()),
            message: Some(format!("no [request {region}]")),
            hop: None,
            policy: None,
            request_id: None,
            hint: Some(hint.to_owned()),
        }
    }

    fn table(failures: impl IntoIterator<Item = Failure>) -> String {
        let mut gathered = Failures::default();
        failures.into_iter().for_each(|failure| gathered.note(&failure));
        gathered.table().unwrap()
    }

    #[test]
    fn an_account_has_a_line_for_each_cause_as_long_as_they_are_few() {
        let regions = ["us-east-1", "eu-west-1"];
        let table = table((1..=3).flat_map(|n| regions.map(|region| failed(n, region, "allow it"))));
        for account in ["000000000001", "000000000002", "000000000003"] {
            assert_eq!(table.matches(account).count(), 1, "{table}");
        }
        assert_eq!(table.matches("2 targets").count(), 3, "{table}");
    }

    #[test]
    fn many_accounts_of_one_cause_are_one_line_although_each_is_told_of_itself() {
        let hint = |n: u64| format!("look at the role of {n:012}");
        let table = table((1..=1_000).map(|n| failed(n, "us-east-1", &hint(n))));
        assert!(table.contains("1000 accounts") && table.contains("such as 000000000001"), "{table}");
        assert!(table.contains("1000 targets") && !table.contains("000000000002"), "{table}");
    }

    #[test]
    fn the_lines_have_an_end() {
        let table = table((1..=300).map(|n| failed(n, "us-east-1", &format!("hint {n:05}"))));
        assert!(table.contains("… and 260 more"), "{table}");
    }
}
