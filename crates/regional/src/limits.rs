use std::collections::BTreeMap;

use orgwide_names::{Glob, RegionName};

use crate::known::checked;
use crate::{Limit, LimitError, ParseRegionsError};

/// The limits that regions of an account get, by name or pattern.
///
/// A name is before a pattern, a longer pattern before a shorter one, and of equally long ones the first in the
/// alphabet: the order in which they are given does not matter. A region that none is for gets none.
///
/// ```
/// use std::time::Duration;
/// use orgwide_regional::{Limit, RegionLimits};
///
/// let second = Duration::from_secs(1);
/// let limits = RegionLimits::default()
///     .with("*", Limit { max_count: 20, interval: second, block: true })?
///     .with("us-*", Limit { max_count: 50, interval: second, block: true })?;
/// assert_eq!(limits.of(&"us-west-2".parse()?).map(|limit| limit.max_count), Some(50));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct RegionLimits(BTreeMap<String, Limit>);

/// A limit that no region can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegionLimitsError {
    /// It is for regions AWS does not have.
    #[error(transparent)]
    Regions(#[from] ParseRegionsError),
    /// Its figures are out of bounds.
    #[error("the limit for `{regions}`: {error}")]
    Limit {
        /// The regions it is for.
        regions: String,
        /// What is wrong.
        error: LimitError,
    },
}

impl RegionLimits {
    /// Gives this region, or those that fit the pattern (`*` and `?`), a limit each. The last one for the same name
    /// or pattern holds.
    ///
    /// # Errors
    ///
    /// [`RegionLimitsError`] when AWS has no such region in any partition, or for figures that
    /// [`set_limit`](crate::RegionalAccount::set_limit) refuses.
    pub fn with(mut self, regions: &str, limit: Limit) -> Result<Self, RegionLimitsError> {
        let regions = checked(regions)?;
        if let Err(error) = limit.quota() {
            return Err(RegionLimitsError::Limit { regions, error });
        }
        self.0.insert(regions, limit);
        Ok(self)
    }

    /// The limit a region gets. `global` has none of its own, but that of the region that serves it.
    #[must_use]
    pub fn of(&self, region: &RegionName) -> Option<Limit> {
        if let Some(limit) = self.0.get(region.as_str()) {
            return Some(*limit);
        }
        let fitting = self.0.iter().rev().filter(|(pattern, _)| Glob::new(pattern).matches(region.as_str()));
        fitting.max_by_key(|(pattern, _)| pattern.len()).map(|(_, limit)| *limit)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn limit(max_count: u32) -> Limit {
        Limit { max_count, interval: SECOND, block: true }
    }

    #[test]
    fn a_name_is_before_a_pattern_and_a_longer_pattern_before_a_shorter_one_in_any_order() {
        let given = [("*", 1), ("us-*", 2), ("us-east-?", 3), ("us-east-1", 4)];
        let build = |order: &mut dyn Iterator<Item = &(&str, u32)>| {
            order.fold(RegionLimits::default(), |all, (name, most)| all.with(name, limit(*most)).unwrap())
        };
        let (forwards, backwards) = (build(&mut given.iter()), build(&mut given.iter().rev()));
        assert_eq!(forwards, backwards);
        for (region, most) in [("eu-west-1", 1), ("us-west-2", 2), ("us-east-2", 3), ("us-east-1", 4)] {
            assert_eq!(forwards.of(&region.parse().unwrap()), Some(limit(most)), "{region}");
        }
    }

    #[test]
    fn of_equally_long_patterns_the_first_in_the_alphabet_holds() {
        let limits = RegionLimits::default().with("us-*", limit(1)).unwrap().with("*t-1", limit(2)).unwrap();
        assert_eq!(limits.of(&"us-west-1".parse().unwrap()), Some(limit(2)));
    }

    #[test]
    fn a_region_none_is_for_gets_none() {
        let limits = RegionLimits::default().with("us-*", limit(1)).unwrap();
        assert_eq!(limits.of(&"eu-west-1".parse().unwrap()), None);
    }

    #[test]
    fn what_cannot_be_a_limit_is_refused_with_the_regions_it_is_for() {
        let none = Limit { max_count: 0, ..limit(1) };
        let error = RegionLimits::default().with("us-*", none).unwrap_err();
        assert!(error.to_string().starts_with("the limit for `us-*`: 0 calls in 1s cannot be"), "{error}");
        let error = RegionLimits::default().with("us-est-1", limit(1)).unwrap_err();
        assert!(error.to_string().contains("did you mean `us-east-1`?"), "{error}");
    }
}
