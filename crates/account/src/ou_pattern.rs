use std::fmt;
use std::str::FromStr;

use orgwide_names::Glob;

use crate::{OuPath, OuTree, ParseSelectionError};

/// Organizational units by id, or by a pattern over their names; units below them belong to them.
///
/// An id is `ou-ab12-11111111`, or `r-ab12` for the root and so for every account. Anything else is a path of
/// names from below the root, parted by slashes: `*` and `?` stand for characters within one name, `**` for any
/// number of names. `Root/` before it is taken for the root's own name; a slash before it says that it is a path
/// where it could be an id.
///
/// ```
/// use orgwide_account::OuPattern;
///
/// assert!("ou-ab12-11111111".parse::<OuPattern>()?.unit_id().is_some());
/// assert!("Workloads/Prod*".parse::<OuPattern>()?.unit_id().is_none());
/// # Ok::<(), orgwide_account::ParseSelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OuPattern {
    text: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Id,
    Names(Vec<Segment>),
}

#[derive(Debug, Clone, PartialEq)]
enum Segment {
    /// `**`
    AnyDepth,
    Name(Glob),
}

impl OuPattern {
    /// The id, where it is one.
    #[must_use]
    pub fn unit_id(&self) -> Option<&str> {
        matches!(self.kind, Kind::Id).then_some(self.text.as_str())
    }

    /// Whether what is at `path` is in such a unit, or in one below it. Patterns of names need the tree.
    #[must_use]
    pub fn matches(&self, path: &OuPath, tree: Option<&OuTree>) -> bool {
        match &self.kind {
            Kind::Id => path.parents().any(|parent| parent == self.text),
            Kind::Names(segments) => tree.is_some_and(|tree| {
                let names = tree.names(path);
                (0..=names.len()).any(|depth| fits(segments, &names[..depth]))
            }),
        }
    }
}

fn fits(segments: &[Segment], names: &[&str]) -> bool {
    match (segments.split_first(), names.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((Segment::AnyDepth, after)), rest) => {
            fits(after, names) || rest.is_some_and(|(_, deeper)| fits(segments, deeper))
        }
        (Some((Segment::Name(glob), after)), Some((name, deeper))) => {
            glob.matches(name) && fits(after, deeper)
        }
        (Some((Segment::Name(_), _)), None) => false,
    }
}

/// Whether the text has the form of a unit's or a root's id (the patterns of the Organizations API).
fn is_id(text: &str) -> bool {
    let part = |text: &str, shortest: usize| {
        (shortest..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    match (text.strip_prefix("ou-"), text.strip_prefix("r-")) {
        (Some(rest), _) => rest.split_once('-').is_some_and(|(root, unit)| part(root, 4) && part(unit, 8)),
        (None, Some(rest)) => part(rest, 4),
        (None, None) => false,
    }
}

impl FromStr for OuPattern {
    type Err = ParseSelectionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let kind = if is_id(text) {
            Kind::Id
        } else {
            let path = text.strip_prefix('/').unwrap_or(text);
            let path = path.strip_suffix('/').unwrap_or(path);
            let below = match path.strip_prefix("Root") {
                Some("") => "",
                Some(rest) => rest.strip_prefix('/').unwrap_or(path),
                None => path,
            };
            let is_empty = |name: &str| name.trim().is_empty();
            if text.is_empty() || (!below.is_empty() && below.split('/').any(is_empty)) {
                return Err(ParseSelectionError::Unit(text.escape_debug().take(128).collect()));
            }
            let segment = |name: &str| match name {
                "**" => Segment::AnyDepth,
                name => Segment::Name(Glob::new(name)),
            };
            Kind::Names(below.split('/').filter(|name| !name.is_empty()).map(segment).collect())
        };
        Ok(Self { text: text.to_owned(), kind })
    }
}

impl fmt::Display for OuPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Workloads (Prod (EU), Dev), Sandbox, and a unit that is called like a root's id.
    fn tree() -> OuTree {
        let mut tree = OuTree::of("o-abcdefghij");
        tree.add("r-ab12", "Root", None);
        for (id, name, parent) in [
            ("ou-ab12-workload", "Workloads", "r-ab12"),
            ("ou-ab12-prodprod", "Prod", "ou-ab12-workload"),
            ("ou-ab12-eueueueu", "EU", "ou-ab12-prodprod"),
            ("ou-ab12-devdevde", "Dev", "ou-ab12-workload"),
            ("ou-ab12-sandboxx", "Sandbox", "r-ab12"),
            ("ou-ab12-teamteam", "r-team", "r-ab12"),
        ] {
            tree.add(id, name, Some(parent));
        }
        tree
    }

    /// The names of the units whose accounts the pattern takes in.
    fn taken(pattern: &str) -> Vec<String> {
        let (pattern, tree) = (pattern.parse::<OuPattern>().unwrap(), tree());
        let mut taken: Vec<String> = tree
            .ids()
            .filter(|id| pattern.matches(&tree.path(id).unwrap(), Some(&tree)))
            .map(|id| tree.name(id).unwrap().to_owned())
            .collect();
        taken.sort();
        taken
    }

    #[test]
    fn a_unit_takes_in_those_below_it() {
        assert_eq!(taken("ou-ab12-workload"), ["Dev", "EU", "Prod", "Workloads"]);
        assert_eq!(taken("ou-ab12-eueueueu"), ["EU"]);
        assert_eq!(taken("Workloads"), ["Dev", "EU", "Prod", "Workloads"]);
        assert_eq!(taken("Workloads/Prod"), ["EU", "Prod"]);
        let all = ["Dev", "EU", "Prod", "Root", "Sandbox", "Workloads", "r-team"];
        for whole in ["r-ab12", "Root", "/", "Root/", "**"] {
            assert_eq!(taken(whole), all, "{whole}");
        }
    }

    #[test]
    fn stars_stay_within_a_name_and_two_go_any_depth() {
        assert_eq!(taken("Workloads/*"), ["Dev", "EU", "Prod"], "not what is in Workloads itself");
        assert_eq!(taken("*/Prod"), ["EU", "Prod"]);
        assert_eq!(taken("*/EU"), [""; 0]);
        assert_eq!(taken("**/EU"), ["EU"]);
        assert_eq!(taken("**/Sandbox"), ["Sandbox"]);
        assert_eq!(taken("Work*/?ev"), ["Dev"]);
        assert_eq!(taken("workloads"), [""; 0], "names tell case");
    }

    #[test]
    fn a_leading_slash_or_the_roots_name_makes_it_a_path() {
        assert_eq!(taken("r-team"), [""; 0], "which has the form of an id");
        assert_eq!(taken("/r-team"), ["r-team"]);
        assert_eq!(taken("Root/Sandbox/"), ["Sandbox"]);
        assert_eq!(taken("Rootless"), [""; 0]);
    }

    #[test]
    fn empty_names_are_refused() {
        for bad in ["", "a//b", "//a", "a/ /b"] {
            assert!(bad.parse::<OuPattern>().is_err(), "{bad:?}");
        }
    }
}
