//! What is known of AWS's own limits, as rules that stay below them.
//!
//! The margin: about half of the rate that AWS publishes and at most half of its bucket, because the
//! account's own programs live on the same allowance.

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
}

const fn published(figure: &'static str, source: &'static str) -> Basis {
    Basis::Published { figure, source }
}

const EC2: &str = "Amazon EC2 Developer Guide, Request throttling for the Amazon EC2 API";
const STS: &str = "IAM User Guide, IAM and AWS STS quotas";
const ORGANIZATIONS: &str = "AWS Organizations User Guide, Quotas and service limits";
const ACCOUNT: &str = "AWS Account Management Reference Guide, Quotas for AWS Account Management";

static TABLE: &[Row] = &[
    Row {
        service: "sts",
        operations: &[],
        scope: Scope::ACCOUNT_REGION,
        quota: Quota::known(200.0, 200),
        basis: published("600/s over all its operations", STS),
    },
    Row {
        service: "organizations",
        operations: &["ListAccounts"],
        scope: Scope::ACCOUNT_OPERATION,
        quota: Quota::known(5.0, 8),
        basis: published("8/s, bucket of 12", ORGANIZATIONS),
    },
    // Its slowest operations have this little; nothing else of the service is called in bulk.
    Row {
        service: "organizations",
        operations: &[],
        scope: Scope::ACCOUNT_OPERATION,
        quota: Quota::known(0.7, 1),
        basis: published("1/s, bucket of 2 for DescribeOrganization", ORGANIZATIONS),
    },
    Row {
        service: "account",
        operations: &[],
        scope: Scope::ACCOUNT_OPERATION,
        quota: Quota::known(3.0, 3),
        basis: published("5/s, bucket of 5 for ListRegions", ACCOUNT),
    },
    // Asked for all at once, without pages and filters, these are counted on a bucket of half the size. What
    // was asked for cannot be told from outside.
    Row {
        service: "ec2",
        operations: &[
            "DescribeInstances",
            "DescribeInstanceStatus",
            "DescribeNetworkInterfaces",
            "DescribeSecurityGroups",
            "DescribeSnapshots",
            "DescribeSpotInstanceRequests",
            "DescribeVolumes",
        ],
        scope: Scope::ACCOUNT_REGION_OPERATION,
        quota: Quota::known(5.0, 20),
        basis: published("10/s, bucket of 50 when neither paginated nor filtered", EC2),
    },
    Row {
        service: "ec2",
        operations: &["Describe*", "Get*", "List*", "Search*"],
        scope: Scope::ACCOUNT_REGION_OPERATION,
        quota: Quota::known(10.0, 40),
        basis: published("20/s, bucket of 100 for reading operations", EC2),
    },
    Row {
        service: "ec2",
        operations: &[],
        scope: Scope::ACCOUNT_REGION_OPERATION,
        quota: Quota::known(2.5, 25),
        basis: published("5/s, bucket of 50 for changing operations", EC2),
    },
    Row {
        service: "s3",
        operations: &[],
        scope: Scope::ACCOUNT,
        quota: Quota::known(20.0, 20),
        basis: Basis::Guess,
    },
];

/// The table as rules, one for each service or pattern.
pub(crate) fn rules() -> impl Iterator<Item = Rule> {
    TABLE
        .iter()
        .flat_map(Row::matches)
        .map(|(row, matches)| Rule::built_in(matches, row.scope, row.quota, row.basis))
}

impl Row {
    /// What the row is for. Every name in it is one; a test holds that, so that none is passed over here.
    fn matches(&self) -> Vec<(&Self, Match)> {
        let service = || self.service.parse().ok();
        if self.operations.is_empty() {
            service().map(|service| (self, Match::service(service))).into_iter().collect()
        } else {
            let pattern = |pattern| Some((self, Match::operations(service()?, pattern).ok()?));
            self.operations.iter().copied().filter_map(pattern).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_rule_with_figures_in_bounds() {
        let lines: usize = TABLE.iter().map(|row| row.operations.len().max(1)).sum();
        assert_eq!(rules().count(), lines);
        for rule in rules().chain([last()]) {
            let quota = rule.quota();
            let (rate, burst) = (quota.rate().unwrap(), quota.burst().unwrap());
            assert_eq!(Quota::new(rate, burst), Ok(quota), "{rule}");
        }
    }

    #[test]
    fn services_are_spelled_as_their_names_are() {
        for row in TABLE {
            assert_eq!(row.service.parse::<orgwide_names::ServiceName>().unwrap().as_str(), row.service);
        }
    }
}
