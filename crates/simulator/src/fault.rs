use std::time::Duration;

use serde::Deserialize;

use crate::Answer;
use crate::fault_error::{FaultError, FaultProblem};
use crate::pattern::{self, fits};
use crate::seconds::seconds;

/// A disturbance: which calls it meets, and what they are answered.
///
/// A call that matches takes the next answer; once the answers are used up the fault is spent and meets nothing
/// more, unless it repeats its last answer. Of several faults that would meet a call, the first takes it.
/// Calls without a valid signature never meet one, nor do calls beyond a rate limit. What a fault does to a call it
/// does on arrival: its times are those at which calls come.
///
/// # Examples
///
/// ```
/// use orgwide_simulator::{Answer, Fault};
///
/// let twice = Fault::on("ec2", "Describe*").region("eu-west-1").answers([Answer::Throttling, Answer::Reset]);
/// let from_file: Vec<Fault> = serde_json::from_str(
///     r#"[{"service": "ec2", "operation": "Describe*", "region": "eu-west-1", "answers": ["throttling", "reset"]}]"#,
/// )?;
/// assert_eq!(from_file, [twice]);
///
/// // Of the calls that come in the first minute nine in ten are throttled.
/// use std::time::Duration;
/// let storm = Fault::on("ec2", "*").until(Duration::from_secs(60)).some(90, 7).answers([Answer::Throttling]).repeat();
/// let from_file: Fault = serde_json::from_str(
///     r#"{"service": "ec2", "until": 60, "percent": 90, "seed": 7, "answers": ["throttling"], "repeat": true}"#,
/// )?;
/// assert_eq!(from_file, storm);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    #[serde(default = "pattern::anything")]
    service: String,
    #[serde(default = "pattern::anything")]
    operation: String,
    #[serde(default = "pattern::anything")]
    account: String,
    #[serde(default = "pattern::anything")]
    region: String,
    #[serde(default, deserialize_with = "seconds")]
    since: Duration,
    #[serde(default = "for_ever", deserialize_with = "seconds")]
    until: Duration,
    #[serde(default = "all")]
    percent: u8,
    #[serde(default)]
    pub(crate) seed: u64,
    pub(crate) answers: Vec<Answer>,
    #[serde(default)]
    pub(crate) repeat: bool,
}

fn for_ever() -> Duration {
    Duration::MAX
}

fn all() -> u8 {
    100
}

impl Fault {
    /// A fault for an operation of a service, still without an answer.
    ///
    /// The service is named as in signatures (`ec2`, `s3`, `sts`, `iam`, `organizations`, `account`), the operation
    /// as in the API; in both, and in account and region, `*` stands for any letters and `?` for one.
    pub fn on(service: impl Into<String>, operation: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            operation: operation.into(),
            account: pattern::anything(),
            region: pattern::anything(),
            since: Duration::ZERO,
            until: for_ever(),
            percent: all(),
            seed: 0,
            answers: Vec::new(),
            repeat: false,
        }
    }

    /// Meets only calls of the accounts whose ids fit, or, where credentials for a role are asked for, those for a
    /// role in them.
    #[must_use]
    pub fn account(self, id: impl Into<String>) -> Self {
        Self { account: id.into(), ..self }
    }

    /// Meets only calls signed for the regions whose names fit.
    #[must_use]
    pub fn region(self, name: impl Into<String>) -> Self {
        Self { region: name.into(), ..self }
    }

    /// Meets only calls that come from this time on, by the clock of
    /// [`Simulator::elapsed`](crate::Simulator::elapsed).
    #[must_use]
    pub fn since(self, time: Duration) -> Self {
        Self { since: time, ..self }
    }

    /// Meets only calls that come before this time.
    #[must_use]
    pub fn until(self, time: Duration) -> Self {
        Self { until: time, ..self }
    }

    /// Meets only calls that come between these times, the second excluded.
    #[must_use]
    pub fn between(self, from: Duration, until: Duration) -> Self {
        self.since(from).until(until)
    }

    /// Meets only so many in a hundred of the calls, 1 to 100, which the seed picks.
    ///
    /// Which calls of one operation, account and region are picked does not depend on the others.
    #[must_use]
    pub fn some(self, percent: u8, seed: u64) -> Self {
        Self { percent, seed, ..self }
    }

    /// Adds answers, given one by one to the calls that match.
    #[must_use]
    pub fn answers(mut self, answers: impl IntoIterator<Item = Answer>) -> Self {
        self.answers.extend(answers);
        self
    }

    /// Gives the last answer to all further calls as well.
    #[must_use]
    pub fn repeat(self) -> Self {
        Self { repeat: true, ..self }
    }

    pub(crate) fn validate(&self) -> Result<(), FaultError> {
        match self.problem() {
            None => Ok(()),
            Some(problem) => {
                Err(FaultError { service: self.service.clone(), operation: self.operation.clone(), problem })
            }
        }
    }

    fn problem(&self) -> Option<FaultProblem> {
        if self.answers.is_empty() {
            return Some(FaultProblem::NoAnswers);
        }
        if !(1..=100).contains(&self.percent) {
            return Some(FaultProblem::Percent(self.percent));
        }
        if self.since >= self.until {
            return Some(FaultProblem::NoTime);
        }
        self.answers.iter().find_map(Answer::problem)
    }

    /// Whether it would meet a call, were it picked.
    pub(crate) fn meets(&self, met: &Met<'_>) -> bool {
        (self.since..self.until).contains(&met.at)
            && fits(&self.service, met.service)
            && fits(&self.operation, met.operation)
            && fits(&self.account, met.account)
            && fits(&self.region, met.region)
    }

    /// Whether it meets some calls only.
    pub(crate) fn picks(&self) -> Option<u8> {
        (self.percent < 100).then_some(self.percent)
    }
}

/// A call as faults look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Met<'a> {
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    /// When it came.
    pub(crate) at: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: Met<'static> = Met {
        service: "ec2",
        operation: "DescribeInstances",
        account: "1",
        region: "eu-west-1",
        at: Duration::from_secs(5),
    };

    #[test]
    fn a_fault_meets_only_what_it_names() {
        let base = Fault::on("ec2", "Describe*s").answers([Answer::Reset]);
        assert!(base.meets(&CALL));
        assert!(!base.meets(&Met { service: "s3", ..CALL }));
        assert!(!base.meets(&Met { operation: "DescribeInstance", ..CALL }));
        assert!(!base.clone().account("2").meets(&CALL));
        assert!(base.clone().region("eu-*").meets(&CALL));
        assert!(!base.region("us-*").meets(&CALL));
    }

    #[test]
    fn a_fault_meets_calls_from_its_beginning_to_just_before_its_end() {
        let at = |seconds| Duration::from_secs(seconds);
        let fault = Fault::on("*", "*").between(at(5), at(7)).answers([Answer::Reset]);
        let met: Vec<u64> = (0..10).filter(|time| fault.meets(&Met { at: at(*time), ..CALL })).collect();
        assert_eq!(met, [5, 6]);
    }

    #[test]
    fn faults_are_read_from_json() {
        let json = r#"{"answers": ["ok", {"late": 2}], "region": "eu-*", "since": 1.5, "until": 60, "percent": 90,
            "seed": 7, "repeat": true}"#;
        let expected = Fault::on("*", "*")
            .region("eu-*")
            .between(Duration::from_millis(1_500), Duration::from_secs(60))
            .some(90, 7)
            .answers([Answer::Ok, Answer::Late(Duration::from_secs(2))])
            .repeat();
        assert_eq!(serde_json::from_str::<Fault>(json).unwrap(), expected);
        for bad in
            [r#"{"answers": ["no_such"]}"#, r#"{"answers": ["ok"], "acount": "1"}"#, r#"{"service": "ec2"}"#]
        {
            assert!(serde_json::from_str::<Fault>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_fault_that_cannot_work_is_refused_with_its_name() {
        let fault = |answer: Answer| Fault::on("ec2", "Describe*").answers([answer]);
        let header =
            |header: &str, value: &str| Answer::ThrottlingWith { header: header.into(), value: value.into() };
        for (fault, said) in [
            (Fault::on("ec2", "Describe*"), "has no answers"),
            (fault(Answer::Error { status: 99, code: "X".into(), message: String::new() }), "status 99"),
            (fault(Answer::Ok).some(0, 1), "0 %"),
            (fault(Answer::Ok).some(101, 1), "101 %"),
            (
                fault(Answer::Ok).between(Duration::from_secs(2), Duration::from_secs(2)),
                "begins when it ends",
            ),
            (fault(header("a b", "1")), "`a b`"),
            (fault(header("a", "1\n")), "`a`"),
            (fault(Answer::EmptyPages(1_000_001)), "1000001 empty pages"),
        ] {
            let error = fault.validate().unwrap_err().to_string();
            assert!(error.contains(said) && error.contains("ec2:Describe*"), "{error}");
        }
        assert_eq!(fault(header("x-amz-retry-after", "abc")).some(1, 1).validate(), Ok(()));
    }
}
