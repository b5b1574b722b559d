use std::cmp::Reverse;

use crate::{Key, Origin, Rule, built_in};

/// Every limit in force, and which of them a call is under.
///
/// A call is under exactly one rule. The user's come before the built-in ones, whatever they match; among
/// either, the most specific wins: an exact operation, then the pattern with the most characters that
/// are not wildcards, then the whole service. Of two alike the first wins. A call that no rule is for is under
/// the last of all: 5 a second with a burst of 5, for each account, region and service.
#[derive(Clone, Debug)]
pub struct Rules {
    /// By precedence.
    ranked: Vec<Rule>,
    last: Rule,
}

impl Rules {
    /// The user's rules on top of the built-in ones.
    #[must_use]
    pub fn new(user: impl IntoIterator<Item = Rule>) -> Self {
        let mut ranked: Vec<Rule> = user.into_iter().chain(built_in::rules()).collect();
        // Stable, so that of two alike the first stays first.
        ranked.sort_by_key(|rule| (rule.origin() != Origin::User, Reverse(rule.matches().specificity())));
        Self { ranked, last: built_in::LAST }
    }

    /// The rule a call is under.
    #[must_use]
    pub fn decide(&self, key: &Key) -> &Rule {
        self.rank(key).1
    }

    /// Every rule by precedence: the first that matches a call is the one it is under.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.ranked.iter().chain([&self.last])
    }

    /// The rule and its place, which tells the buckets of one rule from those of another.
    pub(crate) fn rank(&self, key: &Key) -> (usize, &Rule) {
        self.ranked
            .iter()
            .enumerate()
            .find(|(_, rule)| rule.matches().matches(&key.service, &key.operation))
            .unwrap_or((self.ranked.len(), &self.last))
    }
}

/// The built-in rules alone.
impl Default for Rules {
    fn default() -> Self {
        Self::new([])
    }
}
