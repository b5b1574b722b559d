use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// How many targets may fail before a run stops: a number of them, or a share of those that have finished.
///
/// The run stops when there are *more*: a budget of 0 stops it at the first failure. A target that failed or timed
/// out counts one; all denied targets of one lane count one together, since one missing permission denies them all.
/// Finished are targets that completed, failed, timed out or were denied. A share is looked at from 100 finished
/// targets on, so that a first failure is not 100 %.
///
/// ```
/// # use orgwide_fanout::FailureBudget;
/// assert_eq!("20".parse(), Ok(FailureBudget::count(20)));
/// assert_eq!("2.5%".parse(), Ok(FailureBudget::percent(2.5)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureBudget(Budget);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Budget {
    Count(u64),
    /// Millionths of one percent, so that what is exactly the share is not more than it.
    Percent(u64),
}

const MILLIONTHS: f64 = 1e6;

/// From how many finished targets on a share says something.
const ENOUGH: u64 = 100;

impl FailureBudget {
    /// So many targets may fail.
    pub fn count(targets: u64) -> Self {
        Self(Budget::Count(targets))
    }

    /// Such a share of the finished targets may fail, from 0 to 100 with up to six decimals. What is outside counts
    /// as the nearest bound, and what is no number as 0.
    pub fn percent(share: f64) -> Self {
        // The cast takes what is no number for 0.
        Self(Budget::Percent((share.clamp(0.0, 100.0) * MILLIONTHS).round() as u64))
    }

    /// Whether these are too many failures.
    pub(crate) fn is_exceeded(self, failures: u64, finished: u64) -> bool {
        match self.0 {
            Budget::Count(most) => failures > most,
            Budget::Percent(share) => {
                finished >= ENOUGH
                    && u128::from(failures) * 100_000_000 > u128::from(share) * u128::from(finished)
            }
        }
    }
}

impl fmt::Display for FailureBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Budget::Count(targets) => write!(f, "{targets}"),
            Budget::Percent(share) => write!(f, "{}%", share as f64 / MILLIONTHS),
        }
    }
}

/// What was given as a [`FailureBudget`] is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFailureBudget(String);

impl fmt::Display for InvalidFailureBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a number of failures: write a whole number such as 20, or a share from 0% to 100% such as 5%",
            self.0
        )
    }
}

impl Error for InvalidFailureBudget {}

impl FromStr for FailureBudget {
    type Err = InvalidFailureBudget;

    fn from_str(text: &str) -> Result<Self, InvalidFailureBudget> {
        let digits_only = |number: &str| number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let budget = match text.strip_suffix('%') {
            // Only digits: `parse` would also take `inf`, `1e1` and signs.
            Some(share) if digits_only(share) => {
                share.parse().ok().filter(|share| (0.0..=100.0).contains(share)).map(Self::percent)
            }
            None if digits_only(text) => text.parse().ok().map(Self::count),
            _ => None,
        };
        budget.ok_or_else(|| InvalidFailureBudget(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_share_are_told_apart_and_print_as_they_are_written() {
        for text in ["0", "20", "18446744073709551615", "0%", "2.5%", "100%", "0.07%"] {
            let budget: FailureBudget = text.parse().unwrap();
            assert_eq!(budget.to_string(), text);
        }
        for text in ["", "%", "-1", "+1", "1.5", "101%", "inf%", "NaN%", "1e1%", "5 %", "1%%", "many"] {
            let error = text.parse::<FailureBudget>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("{text:?} is not a number of failures")), "{error}");
        }
        let outside = [-1.0, f64::NAN, 1e300].map(FailureBudget::percent);
        assert_eq!(outside.map(|budget| budget.to_string()), ["0%", "0%", "100%"]);
    }

    #[test]
    fn it_is_exceeded_by_one_more_than_it_says() {
        assert!(FailureBudget::count(0).is_exceeded(1, 1) && !FailureBudget::count(0).is_exceeded(0, 9));
        assert!(FailureBudget::count(7).is_exceeded(8, 8) && !FailureBudget::count(7).is_exceeded(7, 7));
        // 0.07 × 10,000 is a little more than 7 × 100 in floating point, and 0.29 × 10,000 a little less than 29 × 100.
        for (share, just) in [(0.07, 7), (0.29, 29), (5.0, 500), (99.9, 9_990)] {
            let budget = FailureBudget::percent(share);
            assert!(!budget.is_exceeded(just, 10_000) && budget.is_exceeded(just + 1, 10_000), "{share}");
        }
    }

    #[test]
    fn a_share_says_nothing_before_a_hundred_have_finished() {
        let budget = FailureBudget::percent(1.0);
        assert!(!budget.is_exceeded(99, 99) && budget.is_exceeded(2, 100) && !budget.is_exceeded(1, 100));
        assert!(!FailureBudget::percent(100.0).is_exceeded(500, 500));
    }
}
