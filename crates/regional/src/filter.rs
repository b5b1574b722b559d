use std::collections::BTreeSet;

use orgwide_names::{Glob, Partition, RegionName};

use crate::ParseRegionsError;
use crate::known::checked;

/// Which of an account's regions a [`RegionalAccounts`](crate::RegionalAccounts) holds.
///
/// What is not said does not restrict: the default lets every region of every partition in. Exclusions always win.
/// `global`, the place of services without regions, is in only when asked for. Filters are equal when they say the
/// same, in whatever order it was said.
///
/// ```
/// use orgwide_names::Partition;
/// use orgwide_regional::RegionFilter;
///
/// let filter = RegionFilter::default().include("eu-*")?.include("us-east-1")?.exclude("eu-south-*")?;
/// let aws = Partition::aws();
/// assert!(filter.lets_in(aws, &"eu-west-1".parse()?));
/// assert!(!filter.lets_in(aws, &"eu-south-2".parse()?));
/// assert!(filter.include("eu-cental-1").is_err(), "AWS has no such region");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct RegionFilter {
    partitions: BTreeSet<&'static str>,
    include: BTreeSet<String>,
    exclude: BTreeSet<String>,
    non_regional: bool,
}

impl RegionFilter {
    /// Lets in accounts of this partition, and of others only if they are named too.
    #[must_use]
    pub fn partition(mut self, partition: Partition) -> Self {
        self.partitions.insert(partition.id());
        self
    }

    /// Lets in this region, or those that fit the pattern (`*` and `?`), and others only if they are named too.
    ///
    /// # Errors
    ///
    /// [`ParseRegionsError`] when AWS has no such region in any partition.
    pub fn include(mut self, region: &str) -> Result<Self, ParseRegionsError> {
        self.include.insert(checked(region)?);
        Ok(self)
    }

    /// Keeps out this region, or those that fit the pattern.
    ///
    /// # Errors
    ///
    /// As for [`include`](Self::include).
    pub fn exclude(mut self, region: &str) -> Result<Self, ParseRegionsError> {
        self.exclude.insert(checked(region)?);
        Ok(self)
    }

    /// Whether `global` is in, the place of services without regions. It is no region, so that no pattern of
    /// [`include`](Self::include) or [`exclude`](Self::exclude) is about it.
    #[must_use]
    pub fn non_regional(mut self, is_in: bool) -> Self {
        self.non_regional = is_in;
        self
    }

    /// Whether a region of that partition is in.
    #[must_use]
    pub fn lets_in(&self, partition: Partition, region: &RegionName) -> bool {
        let has = |patterns: &BTreeSet<String>| {
            patterns.iter().any(|pattern| Glob::new(pattern).matches(region.as_str()))
        };
        (self.partitions.is_empty() || self.partitions.contains(partition.id()))
            && if region.is_global() {
                self.non_regional
            } else {
                (self.include.is_empty() || has(&self.include)) && !has(&self.exclude)
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lets_in(filter: &RegionFilter, region: &str) -> bool {
        let region: RegionName = region.parse().unwrap();
        let partition = Partition::of_region(&region).unwrap_or_else(Partition::aws);
        filter.lets_in(partition, &region)
    }

    #[test]
    fn what_is_absent_lets_all_in_but_what_is_no_region() {
        let all = RegionFilter::default();
        for region in ["us-east-1", "af-south-1", "cn-north-1", "us-gov-west-1", "us-south-9"] {
            assert!(lets_in(&all, region), "{region}");
        }
        assert!(!lets_in(&all, "global"));
        assert!(lets_in(&all.non_regional(true), "global"));
    }

    #[test]
    fn an_exclusion_wins_whenever_it_is_said() {
        let first = RegionFilter::default().exclude("eu-west-1").unwrap().include("eu-west-1").unwrap();
        let last = RegionFilter::default().include("eu-*").unwrap().exclude("eu-west-?").unwrap();
        for filter in [first, last] {
            assert!(!lets_in(&filter, "eu-west-1"), "{filter:?}");
        }
    }

    #[test]
    fn only_what_is_included_is_in_and_all_but_what_is_excluded() {
        let included = RegionFilter::default().include("eu-*").unwrap().include("us-east-1").unwrap();
        let excluded = RegionFilter::default().exclude("us-*").unwrap();
        for (region, by_inclusion, by_exclusion) in [
            ("eu-north-1", true, true),
            ("us-east-1", true, false),
            ("us-east-2", false, false),
            ("ap-south-1", false, true),
        ] {
            assert_eq!(lets_in(&included, region), by_inclusion, "{region}");
            assert_eq!(lets_in(&excluded, region), by_exclusion, "{region}");
        }
    }

    #[test]
    fn patterns_of_regions_are_not_about_global() {
        let filter = RegionFilter::default().include("us-east-1").unwrap().non_regional(true);
        assert!(lets_in(&filter, "global"));
        assert!(filter.clone().exclude("global").is_err());
        assert!(lets_in(&filter.exclude("*").unwrap(), "global"));
    }

    #[test]
    fn partitions_that_are_not_named_are_out_once_one_is() {
        let china = RegionFilter::default().partition(Partition::from_id("aws-cn").unwrap());
        assert!(lets_in(&china, "cn-north-1"));
        assert!(!lets_in(&china, "us-east-1"));
        assert!(!lets_in(&china.clone().non_regional(true), "global"), "nor is their place without regions");
        assert!(lets_in(&china.partition(Partition::aws()), "us-east-1"));
    }

    #[test]
    fn filters_are_equal_whatever_the_order_and_repetition() {
        let one = RegionFilter::default().include("eu-*").unwrap().include("us-east-1").unwrap();
        let other = RegionFilter::default().include("us-east-1").unwrap().include("eu-*").unwrap();
        assert_eq!(one, other.clone().include("us-east-1").unwrap());
        assert_ne!(one, other.exclude("eu-west-1").unwrap());
    }

    #[test]
    fn regions_no_partition_has_are_refused_with_the_nearest() {
        for (bad, says) in [
            ("eu-cental-1", "`eu-cental-1` is not a region of AWS; did you mean `eu-central-1`?"),
            ("cn-nort-1", "`cn-nort-1` is not a region of AWS; did you mean `cn-north-1`?"),
            ("xx-*", "no region of AWS fits `xx-*`"),
        ] {
            assert_eq!(RegionFilter::default().include(bad).unwrap_err().to_string(), says);
            assert_eq!(RegionFilter::default().exclude(bad).unwrap_err().to_string(), says);
        }
    }
}
