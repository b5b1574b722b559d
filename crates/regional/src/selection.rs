use std::fmt;

use orgwide_names::{Glob, Partition, RegionName};

use crate::known::{known, pattern};
use crate::{NotChosen, ParseRegionsError};

/// Which regions of each account a run is about.
///
/// Names alone need no call to any account; patterns and `enabled`, the default, pick from the regions each
/// account has enabled. Exclusions are subtracted and always win.
///
/// ```
/// use orgwide_names::Partition;
/// use orgwide_regional::RegionSelection;
///
/// let eu = RegionSelection::parse(Partition::aws(), &["eu-*"], &["eu-south-*"])?;
/// assert!(eu.needs_discovery());
/// assert!(RegionSelection::parse(Partition::aws(), &["eu-cental-1"], &["us-*"]).is_err());
/// # Ok::<(), orgwide_regional::ParseRegionsError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct RegionSelection {
    names: Vec<RegionName>,
    patterns: Vec<Glob>,
    all_enabled: bool,
    excluded: Vec<Glob>,
}

const ENABLED: &str = "enabled";
const GLOBAL: &str = "global";

impl RegionSelection {
    /// Reads what to include (names, patterns, `enabled`) and what to exclude (names, patterns, `global`).
    ///
    /// # Errors
    ///
    /// [`ParseRegionsError`] when a name or a pattern is of no region in the partition.
    pub fn parse(
        partition: Partition,
        include: &[impl AsRef<str>],
        exclude: &[impl AsRef<str>],
    ) -> Result<Self, ParseRegionsError> {
        let mut selection = Self { all_enabled: include.is_empty(), ..Self::default() };
        for text in include.iter().map(AsRef::as_ref) {
            if text == ENABLED {
                selection.all_enabled = true;
            } else if Glob::is_pattern(text) {
                selection.patterns.push(pattern(Some(partition), text)?);
            } else {
                let name = known(Some(partition), text)?;
                if !selection.names.contains(&name) {
                    selection.names.push(name);
                }
            }
        }
        for text in exclude.iter().map(AsRef::as_ref) {
            let glob = if text == GLOBAL || Glob::is_pattern(text) {
                if text == GLOBAL { Glob::new(text) } else { pattern(Some(partition), text)? }
            } else {
                Glob::new(known(Some(partition), text)?.as_str())
            };
            selection.excluded.push(glob);
        }
        Ok(selection)
    }

    /// All regions that are enabled in each account.
    #[must_use]
    pub fn enabled() -> Self {
        Self { all_enabled: true, ..Self::default() }
    }

    /// No region at all, for work that needs none.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether each account has to be asked which regions it has enabled.
    #[must_use]
    pub fn needs_discovery(&self) -> bool {
        self.all_enabled || !self.patterns.is_empty()
    }

    /// The regions chosen, given those an account has enabled; those are not looked at when the selection
    /// is by name alone.
    #[must_use]
    pub fn choose(&self, enabled: &[RegionName]) -> Vec<RegionName> {
        let fits = |region: &&RegionName| {
            self.all_enabled || self.patterns.iter().any(|pattern| pattern.matches(region.as_str()))
        };
        let mut chosen = self.names.clone();
        chosen.extend(enabled.iter().filter(fits).filter(|region| !self.names.contains(region)).cloned());
        chosen.retain(|region| !self.excludes(region));
        chosen
    }

    /// Why a region is not among those chosen; none when it is. `enabled` are the regions the account has, as for
    /// [`choose`](Self::choose).
    #[must_use]
    pub fn why_not(&self, region: &RegionName, enabled: &[RegionName]) -> Option<NotChosen> {
        let is_named = self.names.contains(region);
        let fits = self.all_enabled || self.patterns.iter().any(|p| p.matches(region.as_str()));
        if self.excludes(region) && (is_named || fits) {
            Some(NotChosen::Excluded)
        } else if is_named {
            None
        } else if !fits {
            Some(NotChosen::NotSelected)
        } else {
            (!enabled.contains(region)).then_some(NotChosen::NotEnabled)
        }
    }

    /// Whether services without regions are in.
    #[must_use]
    pub fn includes_global(&self) -> bool {
        !self.excluded.iter().any(|excluded| excluded.as_str() == GLOBAL)
    }

    /// Whether an exclusion takes out every region that could be chosen, as far as names tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.needs_discovery() && self.choose(&[]).is_empty()
    }

    fn excludes(&self, region: &RegionName) -> bool {
        self.excluded.iter().any(|excluded| excluded.matches(region.as_str()))
    }
}

impl fmt::Display for RegionSelection {
    /// For people: what was asked for, then what is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.all_enabled.then(|| "all enabled in each account".to_owned());
        let names = self.names.iter().map(ToString::to_string);
        let patterns = self.patterns.iter().map(ToString::to_string);
        let included: Vec<String> = all.into_iter().chain(names).chain(patterns).collect();
        f.write_str(&included.join(", "))?;
        if !self.excluded.is_empty() {
            let excluded: Vec<String> = self.excluded.iter().map(ToString::to_string).collect();
            write!(f, "; without {}", excluded.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regions(names: &[&str]) -> Vec<RegionName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    fn parse(include: &[&str], exclude: &[&str]) -> Result<RegionSelection, ParseRegionsError> {
        RegionSelection::parse(Partition::aws(), include, exclude)
    }

    #[test]
    fn names_need_no_discovery_and_patterns_do() {
        assert!(!parse(&["us-east-1", "eu-west-1"], &["us-*"]).unwrap().needs_discovery());
        assert!(parse(&["us-east-1", "eu-*"], &[]).unwrap().needs_discovery());
        assert!(parse(&[], &[]).unwrap().needs_discovery());
        assert!(parse(&["enabled"], &[]).unwrap().needs_discovery());
    }

    #[test]
    fn names_and_patterns_are_united_and_exclusions_win() {
        let selection = parse(&["us-east-1", "eu-*"], &["eu-west-2", "global"]).unwrap();
        let chosen = selection.choose(&regions(&["eu-west-1", "eu-west-2", "us-east-1", "us-west-2"]));
        assert_eq!(chosen, regions(&["us-east-1", "eu-west-1"]));
        assert!(!selection.includes_global());
    }

    #[test]
    fn a_region_aws_does_not_have_is_refused_with_the_nearest() {
        let error = parse(&["eu-cental-1"], &[]).unwrap_err();
        assert!(error.to_string().contains("did you mean `eu-central-1`?"), "{error}");
        for bad in ["us-east-99", "evil.com#", "", "cn-north-1", "xx-*"] {
            assert!(parse(&[bad], &[]).is_err(), "{bad:?}");
            assert!(parse(&[], &[bad]).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn each_region_is_chosen_or_there_is_one_reason_why_not() {
        let enabled = regions(&["eu-west-1", "eu-west-2", "us-east-1", "us-west-2"]);
        let why = |selection: &RegionSelection, region: &str| {
            selection.why_not(&region.parse().unwrap(), &enabled).map(|why| why.to_string())
        };
        let selection = parse(&["us-east-2", "eu-*"], &["eu-west-2", "us-west-*"]).unwrap();
        for (region, reason) in [
            ("us-east-2", None),
            ("eu-west-1", None),
            ("eu-west-2", Some("excluded")),
            ("eu-west-3", Some("not enabled in the account")),
            ("us-east-1", Some("not selected")),
            ("us-west-2", Some("not selected")),
        ] {
            assert_eq!(why(&selection, region).as_deref(), reason, "{region}");
        }
        let all = parse(&[], &["us-*"]).unwrap();
        assert_eq!(why(&all, "us-gov-west-1").as_deref(), Some("excluded"));
        for selection in [selection, all] {
            let chosen = selection.choose(&enabled);
            for region in Partition::aws().regions() {
                let why = selection.why_not(&region, &enabled);
                assert_eq!(chosen.contains(&region), why.is_none(), "{region}: {why:?}");
            }
        }
    }

    #[test]
    fn exclusions_that_leave_no_named_region_leave_an_empty_selection() {
        assert!(parse(&["us-east-1"], &["us-*"]).unwrap().is_empty());
        assert!(!parse(&[], &["us-*"]).unwrap().is_empty());
    }
}
