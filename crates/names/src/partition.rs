use std::fmt;

use crate::RegionName;
use crate::partition_data::{PARTITIONS, PartitionData};

/// A partition of AWS: a set of regions with accounts and endpoints of its own, such as `aws` or `aws-cn`.
///
/// Credentials never cross from one to another, and its id is the second part of every ARN.
#[derive(Clone, Copy)]
pub struct Partition(&'static PartitionData);

impl Partition {
    /// The partition of that id, if AWS has one.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        PARTITIONS.iter().find(|data| data.id == id).map(Self)
    }

    /// The commercial partition, `aws`, which most accounts are in.
    #[must_use]
    pub fn aws() -> Self {
        // `aws` comes first in the table; a test holds that.
        Self(&PARTITIONS[0])
    }

    /// The partition a region is in: one listed for it, else one whose names begin the same way.
    #[must_use]
    pub fn of_region(region: &RegionName) -> Option<Self> {
        let by_prefix = |data: &&PartitionData| {
            // The longest prefix decides: `us-gov-…` is not `us-…`.
            data.region_prefixes.iter().filter(|prefix| begins(region, prefix)).map(|p| p.len()).max()
        };
        Self::all().find(|partition| partition.lists(region)).or_else(|| {
            PARTITIONS
                .iter()
                .filter_map(|data| by_prefix(&data).map(|length| (length, data)))
                .max_by_key(|(length, _)| *length)
                .map(|(_, data)| Self(data))
        })
    }

    /// The partition by which AWS's endpoint rules name the host of a region: one that lists it, else one whose
    /// pattern it has, else `aws`.
    ///
    /// Stricter than [`of_region`](Self::of_region) in the form and never without an answer, because the rules
    /// are. It takes any text, among it the pseudo regions of global services, such as `aws-global`.
    #[must_use]
    pub fn of_endpoint(region: &str) -> Self {
        let is_here = |data: &&PartitionData| {
            region.strip_suffix("-global") == Some(data.id)
                || data.regions.iter().any(|known| known.id == region)
                || data.region_prefixes.iter().any(|prefix| has_pattern(region, prefix))
        };
        PARTITIONS.iter().find(is_here).map_or_else(Self::aws, Self)
    }

    /// Every partition, `aws` first.
    pub fn all() -> impl Iterator<Item = Self> {
        PARTITIONS.iter().map(Self)
    }

    /// Its id as ARNs have it.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.0.id
    }

    /// Its name in AWS's words, such as `AWS Standard`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// Where a region is, in AWS's words, such as `Europe (Frankfurt)`.
    #[must_use]
    pub fn place_of(&self, region: &RegionName) -> Option<&'static str> {
        self.0.regions.iter().find(|known| known.id == region.as_str()).map(|known| known.description)
    }

    /// The suffix of its host names, such as `amazonaws.com`.
    #[must_use]
    pub fn dns_suffix(&self) -> &'static str {
        self.0.dns_suffix
    }

    /// The suffix of its host names that have IPv6 addresses too, such as `api.aws`.
    #[must_use]
    pub fn dual_stack_dns_suffix(&self) -> &'static str {
        self.0.dual_stack_dns_suffix
    }

    /// Whether it has endpoints with validated cryptography (FIPS 140) at all.
    #[must_use]
    pub fn supports_fips(&self) -> bool {
        self.0.supports_fips
    }

    /// Whether it has endpoints with IPv6 addresses at all.
    #[must_use]
    pub fn supports_dual_stack(&self) -> bool {
        self.0.supports_dual_stack
    }

    /// The region that answers for services without regions.
    #[must_use]
    pub fn implicit_region(&self) -> RegionName {
        RegionName::known(self.0.implicit_region)
    }

    /// Every region known at build time, in alphabetical order.
    pub fn regions(&self) -> impl Iterator<Item = RegionName> {
        self.0.regions.iter().map(|region| RegionName::known(region.id))
    }

    /// The regions every account has without asking, which is known for `aws` only; elsewhere all of them.
    pub fn default_regions(&self) -> impl Iterator<Item = RegionName> {
        self.0.regions.iter().filter(|region| region.opt_in != Some(true)).map(|r| RegionName::known(r.id))
    }

    /// Whether the region is one of those known at build time.
    #[must_use]
    pub fn lists(&self, region: &RegionName) -> bool {
        self.0.regions.iter().any(|known| known.id == region.as_str())
    }
}

fn begins(region: &RegionName, prefix: &str) -> bool {
    region.as_str().strip_prefix(prefix).is_some_and(|rest| rest.starts_with('-'))
}

/// The prefix, then `-WORD-NUMBER`.
fn has_pattern(region: &str, prefix: &str) -> bool {
    let rest = region.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
    let Some((word, number)) = rest.and_then(|rest| rest.split_once('-')) else { return false };
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    !word.is_empty()
        && word.bytes().all(is_word)
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

impl PartialEq for Partition {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Partition {}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.id)
    }
}

impl fmt::Debug for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition_of(region: &str) -> Option<&'static str> {
        Partition::of_region(&region.parse().unwrap()).map(|partition| partition.id())
    }

    #[test]
    fn regions_are_found_in_their_partition() {
        assert_eq!(Partition::aws().id(), "aws");
        assert_eq!(partition_of("us-east-1"), Some("aws"));
        assert_eq!(partition_of("cn-north-1"), Some("aws-cn"));
        assert_eq!(partition_of("us-gov-west-1"), Some("aws-us-gov"));
        assert_eq!(partition_of("eusc-de-east-1"), Some("aws-eusc"));
    }

    #[test]
    fn a_region_newer_than_the_table_goes_by_its_beginning() {
        assert_eq!(partition_of("us-south-9"), Some("aws"));
        assert_eq!(partition_of("us-gov-north-9"), Some("aws-us-gov"));
        assert_eq!(partition_of("xx-nowhere-1"), None);
    }

    #[test]
    fn hosts_of_any_region_are_named_by_list_then_pattern_then_as_in_aws() {
        let id = |region| Partition::of_endpoint(region).id();
        assert_eq!(id("eusc-de-east-1"), "aws-eusc");
        assert_eq!(id("aws-global"), "aws");
        assert_eq!(id("aws-cn-global"), "aws-cn");
        assert_eq!(id("aws-iso-b-global"), "aws-iso-b");
        assert_eq!(id("us-gov-west-1"), "aws-us-gov");
        assert_eq!(id("us-gov-moon-12"), "aws-us-gov");
        assert_eq!(id("cn-moon-1"), "aws-cn");
        // Not the pattern: no number, no word, something behind it.
        for odd in ["cn-moon", "cn--1", "cn-moon-1x", "cn-moon-1-2", "mars-global", "", "-", "cn"] {
            assert_eq!(id(odd), "aws", "{odd:?}");
        }
    }

    #[test]
    fn suffixes_with_and_without_ipv6_are_known() {
        let china = Partition::from_id("aws-cn").unwrap();
        assert_eq!(china.dns_suffix(), "amazonaws.com.cn");
        assert_eq!(china.dual_stack_dns_suffix(), "api.amazonwebservices.com.cn");
        assert!(china.supports_fips() && china.supports_dual_stack());
    }

    #[test]
    fn seventeen_regions_are_on_by_default_in_aws() {
        assert_eq!(Partition::aws().default_regions().count(), 17);
        assert!(!Partition::aws().default_regions().any(|region| region.as_str() == "af-south-1"));
    }

    #[test]
    fn places_are_named() {
        assert_eq!(Partition::aws().place_of(&"eu-central-1".parse().unwrap()), Some("Europe (Frankfurt)"));
        assert_eq!(Partition::aws().place_of(&"us-south-9".parse().unwrap()), None);
    }

    #[test]
    fn every_region_in_the_table_is_well_formed() {
        for region in Partition::all().flat_map(|partition| partition.regions().collect::<Vec<_>>()) {
            assert_eq!(region.as_str().parse::<RegionName>().as_ref(), Ok(&region));
        }
    }
}
