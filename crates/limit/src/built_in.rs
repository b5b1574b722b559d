//! What is known of AWS's own limits, as rules that stay below them.
//!
//! The margin: about half of the rate that AWS publishes and at most half of its bucket, because the
//! account's own programs live on the same allowance. The figures are in `ec2.rs` and `services.rs`.

mod ec2;
mod services;

use crate::{Basis, Match, Quota, Rule, Scope};

/// What a call is under when no other rule is for it.
pub(crate) fn last() -> Rule {
    Rule::built_in(Match::ANYTHING, Scope::ACCOUNT_REGION_SERVICE, Quota::known(5.0, 5), Basis::Guess)
}

struct Row {
    service: &'static str,
    /// Operations or patterns over them; none: the whole service.
    operations: &'static [&'static str],
    scope: Scope,
    quota: Quota,
    basis: Basis,
    /// Only for calls that do not ask page by page.
    only_unpaged: bool,
}

impl Row {
    /// The whole service, unless [`of`](Self::of) says otherwise.
    const fn new(service: &'static str, scope: Scope, rate: f64, burst: u32, basis: Basis) -> Self {
        Self { service, operations: &[], scope, quota: Quota::known(rate, burst), basis, only_unpaged: false }
    }

    const fn of(self, operations: &'static [&'static str]) -> Self {
        Self { operations, ..self }
    }

    const fn unpaged(self) -> Self {
        Self { only_unpaged: true, ..self }
    }

    /// One rule for all its operations if they share a bucket, else one for each. Every name in it is one; a test
    /// holds that, so that none is passed over here.
    fn rules(&self) -> Vec<Rule> {
        let Ok(service) = self.service.parse() else { return Vec::new() };
        let matches = match self.operations {
            [] => vec![Match::service(service)],
            all if self.scope.operation => {
                all.iter().filter_map(|pattern| Match::operations(service.clone(), pattern).ok()).collect()
            }
            all => Match::any_of(service, all.iter().copied()).into_iter().collect(),
        };
        matches
            .into_iter()
            .map(|matches| if self.only_unpaged { matches.unpaged() } else { matches })
            .map(|matches| Rule::built_in(matches, self.scope, self.quota, self.basis))
            .collect()
    }
}

const fn published(figure: &'static str, source: &'static str) -> Basis {
    Basis::Published { figure, source }
}

const fn measured(figure: &'static str, source: &'static str) -> Basis {
    Basis::Measured { figure, source }
}

/// The tables as rules, one for each service or pattern.
pub(crate) fn rules() -> impl Iterator<Item = Rule> {
    rows().flat_map(Row::rules)
}

fn rows() -> impl Iterator<Item = &'static Row> {
    ec2::TABLE.iter().chain(services::TABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_a_rule_with_figures_in_bounds() {
        for row in rows() {
            let expected = if row.scope.operation { row.operations.len().max(1) } else { 1 };
            assert_eq!(row.rules().len(), expected, "{}", row.service);
        }
        for rule in rules().chain([last()]) {
            let quota = rule.quota();
            let (rate, burst) = (quota.rate().unwrap(), quota.burst().unwrap());
            assert_eq!(Quota::new(rate, burst), Ok(quota), "{rule}");
        }
    }

    #[test]
    fn services_are_spelled_as_their_names_are() {
        for row in rows() {
            assert_eq!(row.service.parse::<orgwide_names::ServiceName>().unwrap().as_str(), row.service);
        }
    }

    #[test]
    fn no_operation_is_in_two_lines_of_the_same_spelling() {
        let mut written: Vec<String> = rules().map(|rule| rule.matches().to_string()).collect();
        let all = written.len();
        written.sort();
        written.dedup();
        assert_eq!(written.len(), all);
    }

    #[test]
    fn only_rules_of_at_most_one_a_second_are_tight() {
        for rule in rules().chain([last()]) {
            assert!(!rule.quota().is_tight() || rule.quota().rate().unwrap() <= 1.0, "{rule}");
        }
    }
}
