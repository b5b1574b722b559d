//! The order in which accounts are run with `--canary`: one first, then one in twenty, then the rest.

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use orgwide_account::Choice;
use orgwide_session::Failure;

use crate::places::Choices;

/// One account of so many is in the second wave.
const ONE_IN: usize = 20;

/// What comes next: a choice, or the end of a wave, which everything before has to have reached.
#[derive(Debug)]
pub(crate) enum Step {
    Choice(Choice),
    EndOfWave,
}

pub(crate) type Steps = BoxStream<'static, Result<Step, Failure>>;

/// As they come, without waves.
pub(crate) fn without(choices: Choices) -> Steps {
    choices.map(|choice| choice.map(Step::Choice)).boxed()
}

/// In waves. All accounts have to be known first; when the list of them breaks off, none is run.
pub(crate) fn with(mut choices: Choices) -> Steps {
    let order = async move {
        let mut known = Vec::new();
        while let Some(choice) = choices.next().await {
            match choice {
                Ok(choice) => known.push(choice),
                Err(failure) => return vec![Err(failure)],
            }
        }
        waves(known).into_iter().map(Ok).collect()
    };
    stream::once(order).flat_map(stream::iter).boxed()
}

fn waves(choices: Vec<Choice>) -> Vec<Step> {
    let (accounts, others): (Vec<_>, Vec<_>) =
        choices.into_iter().partition(|choice| matches!(choice, Choice::Included(_)));
    let mut steps: Vec<_> = others.into_iter().map(Step::Choice).collect();
    let (mut second, mut rest) = (Vec::new(), Vec::new());
    for (number, account) in accounts.into_iter().enumerate() {
        match number {
            0 => steps.push(Step::Choice(account)),
            number if number % ONE_IN == 1 => second.push(Step::Choice(account)),
            _ => rest.push(Step::Choice(account)),
        }
    }
    for wave in [second, rest].into_iter().filter(|wave| !wave.is_empty()) {
        steps.push(Step::EndOfWave);
        steps.extend(wave);
    }
    steps
}

#[cfg(test)]
mod tests {
    use orgwide_account::{Account, Listed, NotSelected};
    use orgwide_names::AccountId;
    use orgwide_session::{Credentials, Session};

    use super::*;

    fn id(number: usize) -> AccountId {
        format!("{number:012}").parse().unwrap()
    }

    async fn order(accounts: usize) -> String {
        let session = Session::builder()
            .credentials(Credentials::new("a", "b", None, None, "test"))
            .region("us-east-1".parse().unwrap())
            .load()
            .await
            .unwrap();
        let account = |number| Choice::Included(Account::listed_as(Listed::new(id(number)), session.clone()));
        let mut choices: Vec<_> = (0..accounts).map(account).collect();
        choices.insert(accounts / 2, Choice::NotSelected(Listed::new(id(999)), NotSelected::NotIncluded));
        let steps = waves(choices).into_iter().map(|step| match step {
            Step::Choice(Choice::Included(account)) => {
                account.id().as_str().trim_start_matches('0').to_owned()
            }
            Step::Choice(_) => "x".to_owned(),
            Step::EndOfWave => "|".to_owned(),
        });
        steps.collect::<Vec<_>>().join(" ")
    }

    #[tokio::test]
    async fn one_account_goes_first_then_one_in_twenty_then_the_rest() {
        assert_eq!(order(4).await, "x  | 1 | 2 3");
        assert_eq!(order(1).await, "x ");
        let many = order(45).await;
        let second: Vec<_> = many.split(" | ").nth(1).unwrap().split(' ').collect();
        assert_eq!(second, ["1", "21", "41"]);
        assert_eq!(many.split_whitespace().filter(|word| !"|x".contains(word)).count(), 44);
    }
}
