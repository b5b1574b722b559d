use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// The name of an AWS region, such as `eu-central-1`, or `global` for services that have none.
///
/// Parsing checks the form only, so that a region newer than this build can still be named by a
/// library user; [`Partition::of_region`](crate::Partition::of_region) tells whether it is known.
/// Nothing that is not of this form ever becomes part of a host name. Cloning shares the text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegionName(Arc<str>);

/// The text does not have the form of a region name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a region name: one looks like `eu-central-1`")]
pub struct ParseRegionNameError {
    text: String,
}

const GLOBAL: &str = "global";

impl RegionName {
    /// The stand-in for services that have no regions.
    #[must_use]
    pub fn global() -> Self {
        Self(GLOBAL.into())
    }

    /// Whether this is the stand-in for services that have no regions.
    #[must_use]
    pub fn is_global(&self) -> bool {
        &*self.0 == GLOBAL
    }

    /// The name as AWS writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For names from the built-in table, which have the right form by construction.
    pub(crate) fn known(name: &'static str) -> Self {
        Self(name.into())
    }
}

/// Two or more groups of letters and one last group of one or two digits, joined by hyphens.
fn has_form_of_region(text: &str) -> bool {
    let Some((words, number)) = text.rsplit_once('-') else { return false };
    let groups: Vec<&str> = words.split('-').collect();
    text.len() <= 32
        && groups.len() >= 2
        && groups.iter().all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_lowercase()))
        && (1..=2).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
}

impl FromStr for RegionName {
    type Err = ParseRegionNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == GLOBAL || has_form_of_region(text) {
            Ok(Self(text.into()))
        } else {
            Err(ParseRegionNameError { text: text.escape_debug().take(64).collect() })
        }
    }
}

impl fmt::Display for RegionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for RegionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for RegionName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_aws_uses_pass() {
        for good in
            ["us-east-1", "us-gov-west-1", "eusc-de-east-1", "us-isob-east-1", "ap-southeast-7", "global"]
        {
            assert!(good.parse::<RegionName>().is_ok(), "{good}");
        }
    }

    #[test]
    fn nothing_that_could_change_a_host_name_passes() {
        let long = "a".repeat(300);
        for bad in [
            "",
            "us-east",
            "evil.com#",
            "us-east-1.attacker.net/",
            "US-EAST-1",
            "us--1",
            "us-east-123",
            &long,
        ] {
            assert!(bad.parse::<RegionName>().is_err(), "{bad}");
        }
    }
}
