use std::collections::BTreeMap;

use crate::OuPath;

/// The units of an organization, from its root down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OuTree {
    organization: String,
    units: BTreeMap<String, Unit>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Unit {
    name: String,
    /// None for a root.
    parent: Option<String>,
}

/// AWS nests units five deep; what is deeper is a circle in an answer that is not AWS's.
const DEEPEST: usize = 64;

impl OuTree {
    /// A tree without units. The id of the organization is the first part of every path.
    pub(crate) fn of(organization: &str) -> Self {
        Self { organization: organization.to_owned(), units: BTreeMap::new() }
    }

    pub(crate) fn add(&mut self, id: &str, name: &str, parent: Option<&str>) {
        let unit = Unit { name: name.to_owned(), parent: parent.map(str::to_owned) };
        self.units.insert(id.to_owned(), unit);
    }

    /// How many units there are, the root among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there is not even a root.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The ids of the root and of all units, in alphabetical order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.units.keys().map(String::as_str)
    }

    /// The name of a unit, which is unique among those of its parent.
    #[must_use]
    pub fn name(&self, id: &str) -> Option<&str> {
        self.units.get(id).map(|unit| unit.name.as_str())
    }

    /// The path of what is in the root or the unit of this id.
    #[must_use]
    pub fn path(&self, id: &str) -> Option<OuPath> {
        let mut ids = vec![self.units.get_key_value(id)?.0.as_str()];
        let mut parent = self.units.get(id)?.parent.as_deref();
        while let Some(id) = parent {
            if ids.len() > DEEPEST {
                return None;
            }
            ids.push(id);
            parent = self.units.get(id)?.parent.as_deref();
        }
        ids.push(&self.organization);
        Some(OuPath::of_ids(ids.into_iter().rev()))
    }

    /// The names of the units on a path, from below the root down. A unit that is not in the tree, because it is
    /// newer, goes by its id.
    #[must_use]
    pub fn names<'a>(&'a self, path: &'a OuPath) -> Vec<&'a str> {
        path.parents().skip(1).map(|id| self.name(id).unwrap_or(id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> OuTree {
        let mut tree = OuTree::of("o-x");
        tree.add("r-y", "Root", None);
        tree.add("ou-a", "Workloads", Some("r-y"));
        tree.add("ou-b", "Prod", Some("ou-a"));
        tree
    }

    #[test]
    fn a_path_leads_from_the_organization_to_the_unit() {
        assert_eq!(tree().path("ou-b").unwrap().as_str(), "o-x/r-y/ou-a/ou-b");
        assert_eq!(tree().path("r-y").unwrap().as_str(), "o-x/r-y");
        assert_eq!(tree().path("ou-c"), None);
    }

    #[test]
    fn names_begin_below_the_root_and_newer_units_go_by_their_ids() {
        let path = OuPath::parse("o-x/r-y/ou-a/ou-new").unwrap();
        assert_eq!(tree().names(&path), ["Workloads", "ou-new"]);
        assert!(tree().names(&OuPath::parse("o-x/r-y").unwrap()).is_empty());
    }

    #[test]
    fn a_circle_has_no_path() {
        let mut tree = tree();
        tree.add("ou-a", "Workloads", Some("ou-b"));
        assert_eq!(tree.path("ou-b"), None);
    }
}
