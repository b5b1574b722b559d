use std::cmp::Reverse;

use orgwide_names::{OperationName, ServiceName};

use crate::{Explanation, Key, Origin, Rule, built_in};

/// Every limit in force, and which of them a call is under.
///
/// A call is under exactly one bucket rule. The user's come before the built-in ones, whatever they match; among
/// either, the most specific wins: an exact operation, then the pattern with the most characters that
/// are not wildcards, then the whole service, then everything; of those alike in this, the one that names
/// accounts, then the one that names regions. Of two alike the first wins. A call that no rule is for is under
/// the last of all: 5 a second with a burst of 5, for each account, region and service.
///
/// It is besides under every ceiling that matches it.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Bucket rules by precedence, the last of all at their end; then ceilings from the narrowest to the broadest.
    all: Vec<Rule>,
    buckets: usize,
}

impl Rules {
    /// The user's rules, buckets and ceilings in any order, on top of the built-in ones.
    #[must_use]
    pub fn new(user: impl IntoIterator<Item = Rule>) -> Self {
        let (mut ceilings, mut all): (Vec<Rule>, Vec<Rule>) =
            user.into_iter().chain(built_in::rules()).partition(Rule::is_ceiling);
        // Stable, so that of two alike the first stays first.
        all.sort_by_key(|rule| (is_built_in(rule), Reverse(rule.matches().specificity())));
        ceilings.sort_by_key(|rule| Reverse(rule.scope().narrowness()));
        all.push(built_in::last());
        let buckets = all.len();
        all.append(&mut ceilings);
        Self { all, buckets }
    }

    /// The bucket rule a call is under.
    #[must_use]
    pub fn decide(&self, key: &Key) -> &Rule {
        self.pick(&self.buckets_for(&key.service, &key.operation), key).1
    }

    /// The ceilings a call is under, from the narrowest to the broadest.
    pub fn ceilings_of(&self, key: &Key) -> impl Iterator<Item = &Rule> {
        self.all[self.buckets..].iter().filter(|rule| rule.matches().matches(key))
    }

    /// Every rule: the bucket rules by precedence, of which the first that matches a call is the one it is under,
    /// then the ceilings.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.all.iter()
    }

    /// Which rules a call is under, and which it would be under without those.
    #[must_use]
    pub fn explain(&self, key: &Key) -> Explanation {
        let mut buckets = self.all[..self.buckets].iter().filter(|rule| rule.matches().matches(key)).cloned();
        // The last of all matches everything.
        let bucket = buckets.next().unwrap_or_else(built_in::last);
        Explanation {
            bucket,
            ceilings: self.ceilings_of(key).cloned().collect(),
            shadowed: buckets.collect(),
        }
    }

    /// The rule at a place.
    pub(crate) fn at(&self, place: usize) -> &Rule {
        &self.all[place]
    }

    /// The places of the bucket rules that may be for an operation, as far as one that is for it in any case.
    pub(crate) fn buckets_for(&self, service: &ServiceName, operation: &OperationName) -> Box<[usize]> {
        let mut places: Vec<usize> = Vec::new();
        for (place, rule) in self.all[..self.buckets].iter().enumerate() {
            if rule.matches().is_for(service, operation) {
                places.push(place);
                if rule.matches().takes_all() {
                    break;
                }
            }
        }
        places.into()
    }

    /// The places of the ceilings that may be for an operation.
    pub(crate) fn ceilings_for(&self, service: &ServiceName, operation: &OperationName) -> Box<[usize]> {
        (self.buckets..self.all.len())
            .filter(|&place| self.all[place].matches().is_for(service, operation))
            .collect()
    }

    /// The first of these places whose rule takes a call.
    pub(crate) fn pick(&self, places: &[usize], key: &Key) -> (usize, &Rule) {
        let takes = |place: &usize| self.all[*place].matches().takes(key);
        let place = places.iter().copied().find(takes).unwrap_or(self.buckets - 1);
        (place, &self.all[place])
    }
}

fn is_built_in(rule: &Rule) -> bool {
    matches!(rule.origin(), Origin::BuiltIn { .. })
}

/// The built-in rules alone.
impl Default for Rules {
    fn default() -> Self {
        Self::new([])
    }
}
