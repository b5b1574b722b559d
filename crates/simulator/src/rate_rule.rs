use serde::Deserialize;
use thiserror::Error;

use crate::pattern::{self, fits};
use crate::token_bucket::Quota;

/// The bounds of a rate, in calls per second.
const RATES: std::ops::RangeInclusive<f64> = 1e-6..=1e6;

/// Who shares a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scope {
    /// The calls of one account in one region.
    #[default]
    AccountAndRegion,
    /// The calls of one account in all regions.
    Account,
    /// The calls of the whole organization.
    Organization,
}

/// A rate limit of a simulated service: which calls it is for, and the size and speed of their token buckets.
///
/// A bucket starts full, every call takes a token, and a call that finds less than one is throttled and takes
/// nothing. The account is the one whose credentials signed, so AssumeRole is paid by the account that assumes.
///
/// # Examples
///
/// ```
/// use orgwide_simulator::{RateRule, Scope};
///
/// // 5 calls per second and account, whatever the region and whichever of these operations; 10 at once.
/// let shared = RateRule::new("ec2", "Describe*", 5.0, 10).scope(Scope::Account);
/// let from_file: RateRule = serde_json::from_str(
///     r#"{"service": "ec2", "operation": "Describe*", "rate": 5, "bucket": 10, "scope": "account"}"#,
/// )?;
/// assert_eq!(from_file, shared);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateRule {
    #[serde(default = "pattern::anything")]
    service: String,
    #[serde(default = "pattern::anything")]
    operation: String,
    rate: f64,
    bucket: u32,
    #[serde(default)]
    pub(crate) scope: Scope,
    #[serde(default)]
    pub(crate) each_operation: bool,
    #[serde(default)]
    bare_calls: bool,
}

/// Why a [`RateRule`] cannot be kept.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RateError {
    /// The rate is not a number from a millionth to a million.
    #[error("the rate of {service}:{operation} must be from 0.000001 to 1000000 per second, not {rate}")]
    BadRate {
        /// The services the rule is for.
        service: String,
        /// The operations the rule is for.
        operation: String,
        /// The rate.
        rate: f64,
    },
    /// The bucket has no room for a token, so no call would ever pass.
    #[error("the bucket of {service}:{operation} must hold at least one token")]
    NoRoom {
        /// The services the rule is for.
        service: String,
        /// The operations the rule is for.
        operation: String,
    },
}

impl RateRule {
    /// A limit of `rate` calls per second, from 0.000001 to 1,000,000, with buckets for `bucket` calls, at least
    /// one. Each account has a bucket in each region, which all the operations share.
    ///
    /// The service is named as in signatures (`ec2`, `s3`, `sts`, `iam`, `organizations`, `account`), the operation
    /// as in the API; in both `*` stands for any letters and `?` for one.
    pub fn new(service: impl Into<String>, operation: impl Into<String>, rate: f64, bucket: u32) -> Self {
        Self {
            service: service.into(),
            operation: operation.into(),
            rate,
            bucket,
            scope: Scope::default(),
            each_operation: false,
            bare_calls: false,
        }
    }

    /// Who shares a bucket.
    #[must_use]
    pub fn scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// Gives every operation a bucket of its own.
    #[must_use]
    pub fn each_operation(self) -> Self {
        Self { each_operation: true, ..self }
    }

    /// Meets only calls that ask for everything at once: without filters, ids, page size or page token, or any
    /// parameter but `DryRun`.
    #[must_use]
    pub fn bare_calls(self) -> Self {
        Self { bare_calls: true, ..self }
    }

    pub(crate) fn validate(&self) -> Result<(), RateError> {
        let (service, operation) = (self.service.clone(), self.operation.clone());
        if !RATES.contains(&self.rate) {
            return Err(RateError::BadRate { service, operation, rate: self.rate });
        }
        if self.bucket == 0 {
            return Err(RateError::NoRoom { service, operation });
        }
        Ok(())
    }

    pub(crate) fn quota(&self) -> Quota {
        Quota::new(self.rate, self.bucket)
    }

    pub(crate) fn meets(&self, service: &str, operation: &str, is_bare: bool) -> bool {
        fits(&self.service, service) && fits(&self.operation, operation) && (is_bare || !self.bare_calls)
    }

    /// Whether the other rule is this one but for its figures.
    pub(crate) fn is_for_the_same(&self, other: &Self) -> bool {
        Self { rate: other.rate, bucket: other.bucket, ..self.clone() } == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_cannot_be_kept_is_refused() {
        for rate in [0.0, -1.0, 1e-7, 1e7, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let refused = RateRule::new("ec2", "*", rate, 1).validate();
            assert!(matches!(refused, Err(RateError::BadRate { .. })), "{rate}: {refused:?}");
        }
        assert!(matches!(RateRule::new("ec2", "*", 1.0, 0).validate(), Err(RateError::NoRoom { .. })));
        assert_eq!(RateRule::new("ec2", "*", 1e-6, 1).validate(), Ok(()));
        assert_eq!(RateRule::new("ec2", "*", 1e6, u32::MAX).validate(), Ok(()));
    }

    #[test]
    fn rules_are_read_from_json() {
        let json =
            r#"{"service": "ec2", "rate": 0.5, "bucket": 3, "each_operation": true, "bare_calls": true}"#;
        let expected = RateRule::new("ec2", "*", 0.5, 3).each_operation().bare_calls();
        assert_eq!(serde_json::from_str::<RateRule>(json).unwrap(), expected);
        let json = r#"{"rate": 1, "bucket": 1, "scope": "organization"}"#;
        let expected = RateRule::new("*", "*", 1.0, 1).scope(Scope::Organization);
        assert_eq!(serde_json::from_str::<RateRule>(json).unwrap(), expected);
        for bad in [r#"{"rate": 1}"#, r#"{"rate": 1, "bucket": 1, "scop": "account"}"#, r#"{"bucket": 1}"#] {
            assert!(serde_json::from_str::<RateRule>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_rule_meets_only_what_it_names() {
        let rule = RateRule::new("ec2", "Describe*", 1.0, 1);
        assert!(rule.meets("ec2", "DescribeRegions", false) && rule.meets("ec2", "DescribeRegions", true));
        assert!(!rule.meets("ec2", "RunInstances", true) && !rule.meets("s3", "DescribeRegions", true));
        let bare = rule.bare_calls();
        assert!(bare.meets("ec2", "DescribeRegions", true) && !bare.meets("ec2", "DescribeRegions", false));
    }
}
