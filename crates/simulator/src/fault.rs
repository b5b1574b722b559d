use parking_lot::Mutex;
use serde::Deserialize;
use thiserror::Error;

use crate::pattern::{self, fits};

/// What a simulated service answers in place of the right answer.
///
/// In JSON the name in lower case (`"throttling"`, `"access_denied"`), or one of the objects
/// `{"throttling_after": 3}` and `{"status": 400, "code": "…", "message": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Answer {
    /// The right answer after all.
    Ok,
    /// 503 with a web page in place of an error code, as a load balancer answers.
    Unavailable,
    /// The service's own way to say that it is called too often.
    Throttling,
    /// The same, with a `Retry-After` header of this many seconds.
    ThrottlingAfter(u32),
    /// The service's own way to say that it failed, status 500.
    Internal,
    /// No answer: the connection is closed. In process, an I/O error of the connector.
    Reset,
    /// The service's own way to say that no policy allows the call.
    AccessDenied,
    /// Status 200 with a web page, as a captive portal answers.
    Html,
    /// No answer, ever, until the client leaves.
    Hang,
    /// Any error, written in the protocol of the service.
    #[serde(untagged)]
    Error {
        /// The HTTP status, 200 to 599.
        status: u16,
        /// The error code.
        code: String,
        /// The message.
        #[serde(default)]
        message: String,
    },
}

/// A disturbance: which calls it meets, and what they are answered.
///
/// A call that matches takes the next answer; once the answers are used up the fault is spent and meets nothing
/// more, unless it repeats its last answer. Of several faults that would meet a call, the first takes it.
/// Calls without a valid signature never meet one, nor do calls beyond a rate limit.
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
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    #[serde(default = "pattern::anything")]
    service: String,
    #[serde(default = "pattern::anything")]
    operation: String,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    region: Option<String>,
    answers: Vec<Answer>,
    #[serde(default)]
    repeat: bool,
}

/// Why a [`Fault`] could never do anything sensible.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FaultError {
    /// It has no answers.
    #[error("the fault on {service}:{operation} has no answers")]
    NoAnswers {
        /// The services it is for.
        service: String,
        /// The operations it is for.
        operation: String,
    },
    /// One of its answers has a status that no answer can have.
    #[error("the fault on {service}:{operation} answers with status {status}, which is not from 200 to 599")]
    BadStatus {
        /// The services it is for.
        service: String,
        /// The operations it is for.
        operation: String,
        /// The status.
        status: u16,
    },
}

impl Fault {
    /// A fault for an operation of a service, still without an answer.
    ///
    /// The service is named as in signatures (`ec2`, `s3`, `sts`, `iam`, `organizations`, `account`), the operation
    /// as in the API; in both `*` stands for any letters and `?` for one.
    pub fn on(service: impl Into<String>, operation: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            operation: operation.into(),
            account: None,
            region: None,
            answers: Vec::new(),
            repeat: false,
        }
    }

    /// Meets only calls of this account, or, where credentials for a role are asked for, those for a role in it. The
    /// account is given by its id.
    #[must_use]
    pub fn account(self, id: impl Into<String>) -> Self {
        Self { account: Some(id.into()), ..self }
    }

    /// Meets only calls signed for this region.
    #[must_use]
    pub fn region(self, name: impl Into<String>) -> Self {
        Self { region: Some(name.into()), ..self }
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

    fn validate(&self) -> Result<(), FaultError> {
        let (service, operation) = (self.service.clone(), self.operation.clone());
        if self.answers.is_empty() {
            return Err(FaultError::NoAnswers { service, operation });
        }
        let statuses = self.answers.iter().filter_map(|answer| match answer {
            Answer::Error { status, .. } => Some(*status),
            _ => None,
        });
        match statuses.into_iter().find(|status| !(200..600).contains(status)) {
            Some(status) => Err(FaultError::BadStatus { service, operation, status }),
            None => Ok(()),
        }
    }

    fn meets(&self, service: &str, operation: &str, account: &str, region: &str) -> bool {
        let same = |wanted: &Option<String>, given: &str| wanted.as_deref().is_none_or(|w| w == given);
        fits(&self.service, service)
            && fits(&self.operation, operation)
            && same(&self.account, account)
            && same(&self.region, region)
    }
}

/// All faults of a simulator, with how far each has come.
#[derive(Debug, Default)]
pub(crate) struct Script(Mutex<Vec<(Fault, usize)>>);

impl Script {
    pub(crate) fn new(faults: Vec<Fault>) -> Result<Self, FaultError> {
        faults.iter().try_for_each(Fault::validate)?;
        Ok(Self(Mutex::new(faults.into_iter().map(|fault| (fault, 0)).collect())))
    }

    /// Takes the answer for a call.
    pub(crate) fn next(&self, service: &str, operation: &str, account: &str, region: &str) -> Answer {
        let mut faults = self.0.lock();
        let met = faults.iter_mut().find(|(fault, given)| {
            (fault.repeat || *given < fault.answers.len()) && fault.meets(service, operation, account, region)
        });
        let Some((fault, given)) = met else { return Answer::Ok };
        let answer = fault.answers.get(*given).or(fault.answers.last()).cloned().unwrap_or(Answer::Ok);
        *given = (*given + 1).min(fault.answers.len());
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(faults: impl Into<Vec<Fault>>) -> Script {
        Script::new(faults.into()).unwrap()
    }

    fn call(script: &Script) -> Answer {
        script.next("ec2", "DescribeInstances", "012345678901", "eu-west-1")
    }

    #[test]
    fn answers_are_given_in_turn_and_then_the_fault_is_spent() {
        let script = script([
            Fault::on("ec2", "*").answers([Answer::Reset, Answer::Ok, Answer::Html]),
            Fault::on("ec2", "*").answers([Answer::Hang]),
        ]);
        let given: Vec<Answer> = (0..5).map(|_| call(&script)).collect();
        assert_eq!(given, [Answer::Reset, Answer::Ok, Answer::Html, Answer::Hang, Answer::Ok]);
    }

    #[test]
    fn a_repeating_fault_gives_its_last_answer_for_ever() {
        let script = script([Fault::on("*", "*").answers([Answer::Reset, Answer::Html]).repeat()]);
        let given: Vec<Answer> = (0..4).map(|_| call(&script)).collect();
        assert_eq!(given, [Answer::Reset, Answer::Html, Answer::Html, Answer::Html]);
    }

    #[test]
    fn a_fault_meets_only_what_it_names() {
        let base = Fault::on("ec2", "Describe*s").answers([Answer::Reset]);
        assert!(base.meets("ec2", "DescribeInstances", "1", "r"));
        assert!(!base.meets("s3", "DescribeInstances", "1", "r"));
        assert!(!base.meets("ec2", "DescribeInstance", "1", "r"));
        assert!(!base.clone().account("2").meets("ec2", "DescribeInstances", "1", "r"));
        assert!(!base.region("q").meets("ec2", "DescribeInstances", "1", "r"));
    }

    #[test]
    fn faults_are_read_from_json() {
        let json = r#"{"answers": ["ok", "access_denied", {"throttling_after": 3}, {"status": 418, "code": "Teapot"}], "repeat": true}"#;
        let error = Answer::Error { status: 418, code: "Teapot".into(), message: String::new() };
        let expected = Fault::on("*", "*")
            .answers([Answer::Ok, Answer::AccessDenied, Answer::ThrottlingAfter(3), error])
            .repeat();
        assert_eq!(serde_json::from_str::<Fault>(json).unwrap(), expected);
        for bad in
            [r#"{"answers": ["no_such"]}"#, r#"{"answers": ["ok"], "acount": "1"}"#, r#"{"service": "ec2"}"#]
        {
            assert!(serde_json::from_str::<Fault>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_fault_that_cannot_work_is_refused() {
        assert!(Script::new(vec![Fault::on("ec2", "*")]).is_err());
        let status = Answer::Error { status: 99, code: "X".into(), message: String::new() };
        assert!(Script::new(vec![Fault::on("ec2", "*").answers([status])]).is_err());
    }
}
