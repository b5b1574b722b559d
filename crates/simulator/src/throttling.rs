use crate::rate_rule::{RateError, RateRule, Scope};

/// The rate limits of a simulated AWS.
///
/// Of the rules with one [`Scope`] that fit a call, the first decides; rules with different scopes all apply, and
/// the call passes when each has a token for it. A call that no rule fits is not limited.
///
/// # Examples
///
/// ```
/// use orgwide_simulator::{RateRule, Simulator, Throttling, WorldSpec};
///
/// // As at AWS, but for EC2 with a fifth of its rate.
/// let slow = Throttling::aws().overridden_by([RateRule::new("ec2", "Describe*", 4.0, 20).each_operation()]);
/// let simulator = Simulator::builder(WorldSpec::default()).throttling(slow).build()?;
/// # Ok::<(), orgwide_simulator::SimulatorError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Throttling {
    rules: Vec<RateRule>,
    pub(crate) tells_when: bool,
}

impl Default for Throttling {
    /// The limits of AWS.
    fn default() -> Self {
        Self::aws()
    }
}

impl Throttling {
    /// The limits AWS publishes for what the simulator answers, those of accounts without a raised quota.
    ///
    /// | calls | per second | bucket | for each |
    /// |---|---|---|---|
    /// | STS, all together | 600 | 600 | account and region |
    /// | Organizations ListAccounts | 8 | 12 | account |
    /// | | 9 | 15 | organization |
    /// | Organizations ListAccountsForParent, ListOrganizationalUnitsForParent, ListParents, each | 5 | 8 | account |
    /// | | 6 | 10 | organization |
    /// | Organizations ListChildren | 6 | 10 | account |
    /// | | 7 | 12 | organization |
    /// | Organizations ListTagsForResource | 10 | 15 | account |
    /// | | 12 | 18 | organization |
    /// | Organizations DescribeAccount | 20 | 30 | account |
    /// | | 24 | 36 | organization |
    /// | Organizations DescribeOrganizationalUnit | 2 | 2 | account |
    /// | | 2 | 3 | organization |
    /// | Organizations ListRoots | 1 | 2 | account |
    /// | | 1 | 3 | organization |
    /// | Organizations DescribeOrganization | 1 | 2 | account |
    /// | Account Management ListRegions | 5 | 5 | account |
    /// | EC2 DescribeInstances without filters and paging | 10 | 50 | account and region |
    /// | any other Describe of EC2 | 20 | 100 | operation, account and region |
    ///
    /// For STS a quota of requests per second is published, and no size of a bucket: it is taken for a second's
    /// worth. For ListBuckets of S3 and ListAccountAliases of IAM nothing is published, so they are not limited.
    #[must_use]
    pub fn aws() -> Self {
        // By account and by organization: rate and bucket.
        let organizations = [
            ("ListAccountsForParent", (5.0, 8), (6.0, 10)),
            ("ListOrganizationalUnitsForParent", (5.0, 8), (6.0, 10)),
            ("ListParents", (5.0, 8), (6.0, 10)),
            ("ListChildren", (6.0, 10), (7.0, 12)),
            ("ListTagsForResource", (10.0, 15), (12.0, 18)),
            ("DescribeAccount", (20.0, 30), (24.0, 36)),
            ("DescribeOrganizationalUnit", (2.0, 2), (2.0, 3)),
            ("ListRoots", (1.0, 2), (1.0, 3)),
        ];
        let organizations = organizations.into_iter().flat_map(|(operation, account, whole)| {
            let rule =
                |(rate, bucket), scope| RateRule::new("organizations", operation, rate, bucket).scope(scope);
            [rule(account, Scope::Account), rule(whole, Scope::Organization)]
        });
        let others = [
            RateRule::new("sts", "*", 600.0, 600),
            RateRule::new("organizations", "ListAccounts", 8.0, 12).scope(Scope::Account),
            RateRule::new("organizations", "ListAccounts", 9.0, 15).scope(Scope::Organization),
            RateRule::new("organizations", "DescribeOrganization", 1.0, 2).scope(Scope::Account),
            RateRule::new("account", "ListRegions", 5.0, 5).scope(Scope::Account),
            RateRule::new("ec2", "DescribeInstances", 10.0, 50).bare_calls(),
            RateRule::new("ec2", "Describe*", 20.0, 100).each_operation(),
        ];
        Self::with(others.into_iter().chain(organizations))
    }

    /// No limits.
    #[must_use]
    pub fn off() -> Self {
        Self::with([])
    }

    /// These limits and no others.
    #[must_use]
    pub fn with(rules: impl IntoIterator<Item = RateRule>) -> Self {
        Self { rules: rules.into_iter().collect(), tells_when: false }
    }

    /// Puts rules in front, where they decide for their scope.
    #[must_use]
    pub fn overridden_by(self, rules: impl IntoIterator<Item = RateRule>) -> Self {
        Self { rules: rules.into_iter().chain(self.rules).collect(), ..self }
    }

    /// Adds to every throttled answer a `Retry-After` header: the seconds, rounded up, until the call would find
    /// its tokens if there were no others. The simulated services of AWS do not say.
    #[must_use]
    pub fn retry_after(self) -> Self {
        Self { tells_when: true, ..self }
    }

    pub(crate) fn validate(&self) -> Result<(), RateError> {
        self.rules.iter().try_for_each(RateRule::validate)
    }

    pub(crate) fn rules(&self) -> &[RateRule] {
        &self.rules
    }

    /// The rules that a call pays at, with their places.
    pub(crate) fn deciding<'a>(
        &'a self,
        service: &'a str,
        operation: &'a str,
        is_bare: bool,
    ) -> impl Iterator<Item = (usize, &'a RateRule)> {
        let mut decided = Vec::new();
        self.rules.iter().enumerate().filter(move |(_, rule)| {
            let decides = !decided.contains(&rule.scope) && rule.meets(service, operation, is_bare);
            if decides {
                decided.push(rule.scope);
            }
            decides
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deciding(throttling: &Throttling, service: &str, operation: &str, is_bare: bool) -> Vec<usize> {
        throttling.deciding(service, operation, is_bare).map(|(place, _)| place).collect()
    }

    #[test]
    fn the_first_rule_of_each_scope_decides() {
        let aws = Throttling::aws();
        assert_eq!(aws.validate(), Ok(()));
        assert_eq!(deciding(&aws, "ec2", "DescribeInstances", true), [5]);
        assert_eq!(deciding(&aws, "ec2", "DescribeInstances", false), [6]);
        assert_eq!(deciding(&aws, "organizations", "ListAccounts", false), [1, 2]);
        assert!(deciding(&aws, "s3", "ListBuckets", true).is_empty());
        let own = aws.overridden_by([
            RateRule::new("*", "*", 1.0, 1),
            RateRule::new("*", "*", 1.0, 1).scope(Scope::Account),
        ]);
        assert_eq!(deciding(&own, "ec2", "DescribeInstances", true), [0, 1]);
        assert_eq!(deciding(&own, "organizations", "ListAccounts", true), [0, 1, 4]);
    }
}
