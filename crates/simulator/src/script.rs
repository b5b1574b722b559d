//! What the faults have done so far.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::Answer;
use crate::fault::{Fault, Met};
use crate::fault_error::FaultError;
use crate::seed::Seed;

/// All faults of a simulator, with how far each has come.
#[derive(Debug, Default)]
pub(crate) struct Script(Mutex<Vec<Course>>);

#[derive(Debug)]
struct Course {
    fault: Fault,
    /// How many of its answers it has given.
    given: usize,
    /// Where it picks: how many calls have come so far, by operation, account and region.
    seen: HashMap<u64, u64>,
}

impl Course {
    fn is_spent(&self) -> bool {
        !self.fault.repeat && self.given >= self.fault.answers.len()
    }

    /// Whether this call is one of those it picks.
    fn picks(&mut self, met: &Met<'_>) -> bool {
        let Some(percent) = self.fault.picks() else { return true };
        let place = [met.service, met.operation, met.account, met.region]
            .into_iter()
            .fold(Seed::new(self.fault.seed).text("fault"), Seed::text);
        let seen = self.seen.entry(place.value()).or_default();
        *seen += 1;
        place.number(*seen).value() % 100 < percent.into()
    }
}

impl Script {
    pub(crate) fn new(faults: Vec<Fault>) -> Result<Self, FaultError> {
        faults.iter().try_for_each(Fault::validate)?;
        let begin = |fault| Course { fault, given: 0, seen: HashMap::new() };
        Ok(Self(Mutex::new(faults.into_iter().map(begin).collect())))
    }

    /// Takes the answer for a call.
    pub(crate) fn next(&self, met: &Met<'_>) -> Answer {
        let mut courses = self.0.lock();
        let meets = |course: &&mut Course| !course.is_spent() && course.fault.meets(met);
        let course = courses.iter_mut().filter(meets).find_map(|course| course.picks(met).then_some(course));
        let Some(Course { fault, given, .. }) = course else { return Answer::Ok };
        let answer = fault.answers.get(*given).or(fault.answers.last()).cloned().unwrap_or(Answer::Ok);
        *given = (*given + 1).min(fault.answers.len());
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn script(faults: impl Into<Vec<Fault>>) -> Script {
        Script::new(faults.into()).unwrap()
    }

    fn call(script: &Script, account: &str) -> Answer {
        let at = Duration::ZERO;
        let (service, operation, region) = ("ec2", "DescribeInstances", "eu-west-1");
        script.next(&Met { service, operation, account, region, at })
    }

    #[test]
    fn answers_are_given_in_turn_and_then_the_fault_is_spent() {
        let script = script([
            Fault::on("ec2", "*").answers([Answer::Reset, Answer::Ok, Answer::Html]),
            Fault::on("ec2", "*").answers([Answer::Hang]),
        ]);
        let given: Vec<Answer> = (0..5).map(|_| call(&script, "1")).collect();
        assert_eq!(given, [Answer::Reset, Answer::Ok, Answer::Html, Answer::Hang, Answer::Ok]);
    }

    #[test]
    fn a_repeating_fault_gives_its_last_answer_for_ever() {
        let script = script([Fault::on("*", "*").answers([Answer::Reset, Answer::Html]).repeat()]);
        let given: Vec<Answer> = (0..4).map(|_| call(&script, "1")).collect();
        assert_eq!(given, [Answer::Reset, Answer::Html, Answer::Html, Answer::Html]);
    }

    #[test]
    fn a_fault_that_picks_meets_its_share_and_lets_the_others_go_on_to_the_next() {
        let script = script([
            Fault::on("*", "*").some(90, 7).answers([Answer::Throttling]).repeat(),
            Fault::on("*", "*").answers([Answer::Internal]).repeat(),
        ]);
        let given: Vec<Answer> = (0..10_000).map(|_| call(&script, "1")).collect();
        let throttled = given.iter().filter(|answer| **answer == Answer::Throttling).count();
        assert!((8_900..9_100).contains(&throttled), "{throttled}");
        assert!(given.iter().all(|answer| [Answer::Throttling, Answer::Internal].contains(answer)));
    }

    #[test]
    fn which_calls_are_picked_depends_on_the_seed_and_not_on_other_accounts() {
        let picked = |seed, others: bool| -> Vec<Answer> {
            let script = script([Fault::on("*", "*").some(50, seed).answers([Answer::Reset]).repeat()]);
            (0..64)
                .map(|_| {
                    if others {
                        call(&script, "2");
                    }
                    call(&script, "1")
                })
                .collect()
        };
        assert_eq!(picked(1, false), picked(1, true));
        assert_ne!(picked(1, false), picked(2, false));
    }
}
