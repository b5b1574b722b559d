use std::fmt;

use orgwide_names::{Glob, Partition, RegionName};

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

/// A region was named that AWS does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseRegionsError {
    /// Neither a region of the partition nor a pattern.
    #[error("`{name}` is not a region of partition {partition}{}", hint(.near.as_deref()))]
    Unknown {
        /// As it was written.
        name: String,
        /// Where it was looked for.
        partition: &'static str,
        /// The most similar name.
        near: Option<String>,
    },
    /// A pattern that no region of the partition fits.
    #[error("no region of partition {partition} fits `{pattern}`")]
    NothingFits {
        /// As it was written.
        pattern: String,
        /// Where it was looked for.
        partition: &'static str,
    },
}

fn hint(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
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
                selection.patterns.push(pattern(partition, text)?);
            } else {
                let name = known(partition, text)?;
                if !selection.names.contains(&name) {
                    selection.names.push(name);
                }
            }
        }
        for text in exclude.iter().map(AsRef::as_ref) {
            let glob = if text == GLOBAL || Glob::is_pattern(text) {
                if text == GLOBAL { Glob::new(text) } else { pattern(partition, text)? }
            } else {
                Glob::new(known(partition, text)?.as_str())
            };
            selection.excluded.push(glob);
        }
        Ok(selection)
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

fn known(partition: Partition, text: &str) -> Result<RegionName, ParseRegionsError> {
    match text.parse::<RegionName>() {
        Ok(name) if partition.lists(&name) => Ok(name),
        _ => Err(ParseRegionsError::Unknown {
            name: text.escape_debug().take(64).collect(),
            partition: partition.id(),
            near: nearest(partition, text),
        }),
    }
}

fn pattern(partition: Partition, text: &str) -> Result<Glob, ParseRegionsError> {
    let glob = Glob::new(text);
    if partition.regions().any(|region| glob.matches(region.as_str())) {
        Ok(glob)
    } else {
        let pattern = text.escape_debug().take(64).collect();
        Err(ParseRegionsError::NothingFits { pattern, partition: partition.id() })
    }
}

fn nearest(partition: Partition, text: &str) -> Option<String> {
    partition
        .regions()
        .map(|region| (strsim::jaro_winkler(text, region.as_str()), region))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, region)| region.to_string())
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
    fn exclusions_that_leave_no_named_region_leave_an_empty_selection() {
        assert!(parse(&["us-east-1"], &["us-*"]).unwrap().is_empty());
        assert!(!parse(&[], &["us-*"]).unwrap().is_empty());
    }
}
