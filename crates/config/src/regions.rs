//! Regions by name and pattern, of whatever partition: which one it is turns out at run time.

use std::sync::LazyLock;

use orgwide_names::{Glob, Partition, RegionName};

use crate::problem::{nearest, quoted};
use crate::reader::Objection;

/// Every region of every partition.
static ALL: LazyLock<Vec<RegionName>> = LazyLock::new(|| {
    Partition::all().flat_map(|partition| partition.regions().collect::<Vec<_>>()).collect()
});

pub(crate) const WHAT: &str = "a region, or a pattern that one fits";

/// What `region` takes.
pub(crate) fn included(text: &str) -> Result<String, Objection> {
    if text == "enabled" { Ok(text.to_owned()) } else { named_or_pattern(text, &["enabled"]) }
}

/// What `not_region` takes.
pub(crate) fn excluded(text: &str) -> Result<String, Objection> {
    if text == "global" { Ok(text.to_owned()) } else { named_or_pattern(text, &["global"]) }
}

/// What the `region` of a limit takes.
pub(crate) fn of_calls(text: &str) -> Result<String, Objection> {
    excluded(text)
}

/// A region by its name.
pub(crate) fn named(text: &str) -> Result<RegionName, Objection> {
    match text.parse::<RegionName>() {
        Ok(region) if ALL.contains(&region) => Ok(region),
        _ => Err(unknown(text, &[])),
    }
}

fn named_or_pattern(text: &str, words: &[&str]) -> Result<String, Objection> {
    if Glob::is_pattern(text) {
        let glob = Glob::new(text);
        return if ALL.iter().any(|region| glob.matches(region.as_str())) {
            Ok(text.to_owned())
        } else {
            Err(Objection { message: format!("no region fits `{}`", quoted(text)), hint: None })
        };
    }
    named(text).map(|region| region.to_string()).map_err(|_| unknown(text, words))
}

fn unknown(text: &str, words: &[&str]) -> Objection {
    let known = ALL.iter().map(RegionName::as_str).chain(words.iter().copied());
    let hint =
        nearest(text, known).or_else(|| Some("name regions as AWS does, such as eu-central-1".to_owned()));
    Objection { message: format!("`{}` is not a region", quoted(text)), hint }
}
