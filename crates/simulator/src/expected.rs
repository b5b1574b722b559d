/// What must come of a target of a [`Storm`](crate::Storm): the instances of one account in one region.
///
/// Rows are the ids of instances, sorted, as often as they must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// It completes, with exactly these rows.
    Rows(Vec<String>),
    /// It ends denied: by a policy, or because its role cannot be assumed.
    Denied,
    /// It fails, and does not wait until its time is up.
    Failed,
    /// It fails or runs out of time, whichever comes first.
    Stuck,
    /// It is skipped, without a call.
    Skipped,
    /// It ends in any way but skipped; if it completes, then with exactly these rows.
    Open(Vec<String>),
}

/// How a target ended, as the program under test says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending<'a> {
    /// It completed, with these rows in any order.
    Completed(&'a [String]),
    /// It was denied.
    Denied,
    /// It failed.
    Failed,
    /// It ran out of time.
    TimedOut,
    /// It was skipped.
    Skipped,
}

impl Expected {
    /// Whether a target may end this way.
    ///
    /// # Examples
    ///
    /// ```
    /// use orgwide_simulator::{Ending, Expected};
    ///
    /// let expected = Expected::Rows(vec!["i-1".to_owned(), "i-2".to_owned()]);
    /// assert!(expected.admits(Ending::Completed(&["i-2".to_owned(), "i-1".to_owned()])));
    /// assert!(!expected.admits(Ending::Completed(&["i-1".to_owned()])));
    /// assert!(!expected.admits(Ending::Failed));
    /// ```
    #[must_use]
    pub fn admits(&self, ending: Ending<'_>) -> bool {
        match (self, ending) {
            (Self::Rows(expected) | Self::Open(expected), Ending::Completed(rows)) => {
                let mut rows: Vec<&String> = rows.iter().collect();
                rows.sort_unstable();
                rows.into_iter().eq(expected)
            }
            (Self::Open(_), ending) => ending != Ending::Skipped,
            (Self::Denied, Ending::Denied)
            | (Self::Failed | Self::Stuck, Ending::Failed)
            | (Self::Stuck, Ending::TimedOut)
            | (Self::Skipped, Ending::Skipped) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expectation_admits_what_it_says_and_nothing_else() {
        let [a, b] = ["a", "b"].map(str::to_owned);
        let rows = vec![a.clone(), b.clone(), b.clone()];
        let (right, few, many) =
            ([b.clone(), a.clone(), b.clone()], [a.clone(), b.clone()], [a, b.clone(), b.clone(), b]);
        let endings = [
            Ending::Completed(&right),
            Ending::Completed(&few),
            Ending::Completed(&many),
            Ending::Completed(&[]),
            Ending::Denied,
            Ending::Failed,
            Ending::TimedOut,
            Ending::Skipped,
        ];
        for (expected, admitted) in [
            (Expected::Rows(rows.clone()), [true, false, false, false, false, false, false, false]),
            (Expected::Open(rows), [true, false, false, false, true, true, true, false]),
            (Expected::Rows(Vec::new()), [false, false, false, true, false, false, false, false]),
            (Expected::Denied, [false, false, false, false, true, false, false, false]),
            (Expected::Failed, [false, false, false, false, false, true, false, false]),
            (Expected::Stuck, [false, false, false, false, false, true, true, false]),
            (Expected::Skipped, [false, false, false, false, false, false, false, true]),
        ] {
            assert_eq!(endings.map(|ending| expected.admits(ending)), admitted, "{expected:?}");
        }
    }
}
