//! The organizational units.

use crate::seed::{Seed, word};
use crate::spec::WorldSpec;

const LOWER_AND_DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// The units directly under the root.
const TOP: [&str; 4] = ["Security", "Infrastructure", "Workloads", "Sandbox"];

/// How many units, the first ones, may have units below them: those of the first two levels.
const PARENTS: usize = 12;

/// An organizational unit.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) index: usize,
    /// `ou-…`
    pub(crate) id: String,
    /// Unique among the units of one parent only, as in AWS.
    pub(crate) name: String,
    /// The unit above; none under the root.
    pub(crate) parent: Option<usize>,
    /// The ids from the organization down to this unit, each with a slash behind it.
    pub(crate) path: String,
}

/// The tree of units: at most three levels, a parent always before its children.
pub(crate) fn units_of(spec: &WorldSpec, organization: &str, root: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::with_capacity(spec.units);
    for index in 0..spec.units {
        let parent = parent_of(index);
        let mut rng = Seed::new(spec.seed).text("unit").number(index as u64).rng();
        // The middle of a unit's id is the end of its root's.
        let id = format!("ou-{}-{}", root.trim_start_matches("r-"), word(&mut rng, LOWER_AND_DIGITS, 8));
        let above =
            parent.map_or_else(|| format!("{organization}/{root}/"), |parent| units[parent].path.clone());
        units.push(Unit { index, path: format!("{above}{id}/"), id, name: name_of(index), parent });
    }
    units
}

/// The unit an account is in; none for the root, where the management account always is.
pub(crate) fn home_of(spec: &WorldSpec, account: usize) -> Option<usize> {
    // Every fifth unit has no accounts of its own.
    let inhabited = spec.units - spec.units / 5;
    if account == 0 || inhabited == 0 {
        return None;
    }
    let mut rng = Seed::new(spec.seed).text("home").number(account as u64).rng();
    if rng.u8(..12) == 0 {
        return None;
    }
    let nth = rng.usize(..inhabited);
    Some(nth + nth / 4)
}

fn parent_of(index: usize) -> Option<usize> {
    index.checked_sub(TOP.len()).map(|below| below / 2 % PARENTS)
}

fn name_of(index: usize) -> String {
    let Some(below) = index.checked_sub(TOP.len()) else { return TOP[index].to_owned() };
    let pair = if parent_of(index).is_some_and(|parent| parent < TOP.len()) {
        ["Prod", "Non-Prod"]
    } else {
        ["Payments", "Data & ML"]
    };
    match below / (2 * PARENTS) {
        0 => pair[below % 2].to_owned(),
        round => format!("{} {}", pair[below % 2], round + 1),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::*;

    fn units(count: usize) -> Vec<Unit> {
        units_of(&WorldSpec { units: count, ..WorldSpec::default() }, "o-0123456789", "r-ab12")
    }

    #[test]
    fn the_default_tree_has_three_levels_and_twin_names() {
        let units = units(WorldSpec::default().units);
        let levels: BTreeSet<usize> = units.iter().map(|unit| unit.path.matches("ou-").count()).collect();
        assert_eq!(levels.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(units.iter().filter(|unit| unit.name == "Prod").count(), 4);
    }

    #[test]
    fn ids_are_unique_and_names_among_the_units_of_one_parent() {
        let units = units(2_000);
        assert_eq!(units.iter().map(|unit| &unit.id).collect::<HashSet<_>>().len(), 2_000);
        let named: HashSet<_> = units.iter().map(|unit| (unit.parent, &unit.name)).collect();
        assert_eq!(named.len(), 2_000);
        assert_eq!(units.iter().map(|unit| unit.path.matches("ou-").count()).max(), Some(3));
        // More than a page of children somewhere.
        assert!(units.iter().filter(|unit| unit.parent == Some(7)).count() > 20);
    }

    #[test]
    fn a_path_leads_from_the_organization_through_the_parents() {
        let units = units(16);
        let chain: Vec<&str> = units[12].path.split('/').collect();
        assert_eq!(chain, ["o-0123456789", "r-ab12", &units[0].id, &units[4].id, &units[12].id, ""]);
        assert!(units[12].id.starts_with("ou-ab12-"));
    }

    #[test]
    fn every_fifth_unit_is_without_accounts_and_the_others_are_not() {
        let spec = WorldSpec { accounts: 2_000, ..WorldSpec::default() };
        let homes: BTreeSet<Option<usize>> = (0..2_000).map(|account| home_of(&spec, account)).collect();
        let expected: BTreeSet<Option<usize>> =
            (0..16).filter(|index| index % 5 != 4).map(Some).chain([None]).collect();
        assert_eq!(homes, expected);
        assert_eq!(home_of(&spec, 0), None);
        assert!(
            (0..30)
                .all(|account| home_of(&WorldSpec { units: 0, ..WorldSpec::default() }, account).is_none())
        );
    }
}
