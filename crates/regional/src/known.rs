//! Names and patterns of regions, held against those there are.

use orgwide_names::{Glob, Partition, RegionName};

/// A region was named that AWS does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseRegionsError {
    /// Neither a region nor a pattern.
    #[error("`{name}` is not a region of {}{}", place(*.partition), hint(.near.as_deref()))]
    Unknown {
        /// As it was written.
        name: String,
        /// The id of the partition it was looked for in; none for all of them.
        partition: Option<&'static str>,
        /// The most similar name.
        near: Option<String>,
    },
    /// A pattern that no region fits.
    #[error("no region of {} fits `{pattern}`", place(*.partition))]
    NothingFits {
        /// As it was written.
        pattern: String,
        /// The id of the partition it was looked for in; none for all of them.
        partition: Option<&'static str>,
    },
}

fn place(partition: Option<&str>) -> String {
    partition.map_or_else(|| "AWS".to_owned(), |partition| format!("partition {partition}"))
}

fn hint(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// The region of this name in the partition, or in any.
pub(crate) fn known(partition: Option<Partition>, text: &str) -> Result<RegionName, ParseRegionsError> {
    match text.parse::<RegionName>() {
        Ok(name) if regions(partition).any(|region| region == name) => Ok(name),
        _ => Err(ParseRegionsError::Unknown {
            name: text.escape_debug().take(64).collect(),
            partition: partition.map(|partition| partition.id()),
            near: nearest(partition, text),
        }),
    }
}

/// A pattern that some region of the partition fits, or of any.
pub(crate) fn pattern(partition: Option<Partition>, text: &str) -> Result<Glob, ParseRegionsError> {
    let glob = Glob::new(text);
    if regions(partition).any(|region| glob.matches(region.as_str())) {
        Ok(glob)
    } else {
        let pattern = text.escape_debug().take(64).collect();
        Err(ParseRegionsError::NothingFits { pattern, partition: partition.map(|partition| partition.id()) })
    }
}

/// Makes sure that `text` names or fits some region of AWS.
pub(crate) fn checked(text: &str) -> Result<String, ParseRegionsError> {
    if Glob::is_pattern(text) {
        pattern(None, text)?
    } else {
        Glob::new(known(None, text)?.as_str())
    };
    Ok(text.to_owned())
}

fn regions(partition: Option<Partition>) -> impl Iterator<Item = RegionName> {
    let is_meant = move |other: &Partition| partition.is_none_or(|partition| partition == *other);
    Partition::all().filter(is_meant).flat_map(|partition| partition.regions().collect::<Vec<_>>())
}

fn nearest(partition: Option<Partition>, text: &str) -> Option<String> {
    regions(partition)
        .map(|region| (strsim::jaro_winkler(text, region.as_str()), region))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, region)| region.to_string())
}
