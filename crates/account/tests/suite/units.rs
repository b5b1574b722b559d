//! Organizational units: who is in them, and which calls that takes.

use orgwide_account::{LeftOut, NotSelected, Organization, Selection};
use orgwide_simulator::{Answer, Fault, Simulator, Truth, UnitTruth, WorldSpec};

use crate::common::*;

fn world() -> WorldSpec {
    WorldSpec { accounts: 100, instances: 0, buckets: 0, ..WorldSpec::default() }
}

fn simulated(spec: WorldSpec) -> Simulator {
    Simulator::builder(spec).build().unwrap()
}

fn units(include: &[&str], exclude: &[&str]) -> Selection {
    let mut selection = Selection::default();
    include.iter().for_each(|text| selection.include_unit(text).unwrap());
    exclude.iter().for_each(|text| selection.exclude_unit(text).unwrap());
    selection
}

/// The accounts in a unit or below it.
fn inside(truth: &Truth, unit: &str) -> Vec<String> {
    let part = format!("/{unit}/");
    let accounts = truth.accounts.iter().filter(|account| account.path.contains(&part));
    accounts.map(|account| account.id.clone()).collect()
}

/// A unit right below the root, and one of the units in it: ids and names.
fn nested(truth: &Truth) -> [(String, String); 2] {
    let is_upper = |unit: &&UnitTruth| unit.parent == truth.root;
    let lower_in = |upper: &UnitTruth| {
        truth.units.iter().find(|unit| unit.parent == upper.id && !inside(truth, &unit.id).is_empty())
    };
    let mut uppers = truth.units.iter().filter(is_upper);
    let (upper, lower) = uppers.find_map(|upper| Some((upper, lower_in(upper)?))).unwrap();
    [upper, lower].map(|unit| (unit.id.clone(), unit.name.clone()))
}

#[tokio::test(start_paused = true)]
async fn a_unit_by_id_takes_in_those_below_it_and_needs_nothing_but_the_list() {
    let simulator = simulated(world());
    let hub = hub(&simulator).await;
    let [(upper, _), (lower, _)] = nested(simulator.truth());
    let chosen = chosen(&hub, units(&[&upper], &[])).await;

    let expected = inside(simulator.truth(), &upper);
    assert!(expected.len() > inside(simulator.truth(), &lower).len(), "the world has accounts in both");
    assert_eq!(chosen.ids(), expected);
    assert_eq!(chosen.not_selected, 100 - expected.len());
    for account in &chosen.included {
        let truth = simulator.truth().accounts.iter().find(|one| one.id == account.id().as_str()).unwrap();
        let path = truth.path.trim_end_matches('/').trim_end_matches(&format!("/{}", truth.id)).to_owned();
        assert_eq!(account.ou_path().unwrap().as_str(), path);
    }
    assert_eq!(asked(&simulator, "ListAccounts"), 5);
    assert_eq!(simulator.log().len(), 6, "the list, and who the caller is");
}

#[tokio::test(start_paused = true)]
async fn units_by_name_ask_for_the_tree_once() {
    let simulator = simulated(world());
    let hub = hub(&simulator).await;
    let [(_, upper), (lower, name)] = nested(simulator.truth());
    let chosen = chosen(&hub, units(&[&format!("/{upper}/{name}")], &[])).await;

    assert_eq!(chosen.ids(), inside(simulator.truth(), &lower));
    assert_eq!(asked(&simulator, "ListRoots"), 1);
    let units = simulator.truth().units.len();
    assert_eq!(asked(&simulator, "ListOrganizationalUnitsForParent"), 1 + units);
    assert_eq!(asked(&simulator, "ListAccountsForParent"), 0);
}

#[tokio::test(start_paused = true)]
async fn where_the_list_does_not_tell_units_are_asked_who_is_in_them() {
    let simulator = simulated(WorldSpec { paths: false, ..world() });
    let hub = hub(&simulator).await;
    let [(upper, _), (lower, name)] = nested(simulator.truth());
    let tree = 1 + simulator.truth().units.len();
    let truth = simulator.truth();

    let by_id = chosen(&hub, units(&[&upper], &[])).await;
    assert_eq!(by_id.ids(), inside(truth, &upper));
    assert_eq!(asked(&simulator, "ListOrganizationalUnitsForParent"), tree);
    let pages = asked(&simulator, "ListAccountsForParent");
    let in_unit = |id: &str| truth.accounts.iter().filter(|account| account.parent == id).count();
    let ids = truth.units.iter().map(|unit| unit.id.as_str()).chain([truth.root.as_str()]);
    assert_eq!(pages, ids.map(|id| in_unit(id).div_ceil(20).max(1)).sum::<usize>());

    let by_name = chosen(&hub, units(&[&format!("**/{name}")], &[])).await;
    assert!(inside(truth, &lower).iter().all(|id| by_name.ids().contains(id)));
    assert_eq!(asked(&simulator, "ListOrganizationalUnitsForParent"), 2 * tree, "once more, not twice");
}

#[tokio::test(start_paused = true)]
async fn excluded_units_win_and_say_where_an_account_is() {
    let simulator = simulated(world());
    let hub = hub(&simulator).await;
    let [(upper, upper_name), (lower, lower_name)] = nested(simulator.truth());
    let selection = units(&[&upper], &[&format!("{upper_name}/{lower_name}")]);
    let chosen = chosen(&hub, selection).await;

    let gone = inside(simulator.truth(), &lower);
    let expected = inside(simulator.truth(), &upper).into_iter().filter(|id| !gone.contains(id));
    assert_eq!(chosen.ids(), expected.collect::<Vec<_>>());
    assert_eq!(chosen.left_out.len(), gone.len());
    for (id, why) in &chosen.left_out {
        assert!(gone.contains(&id.to_string()));
        let LeftOut::ExcludedUnit(place) = why else { panic!("{why}") };
        assert!(place.starts_with(&format!("{upper_name}/{lower_name}")), "{place}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_root_is_every_account() {
    let simulator = simulated(world());
    let hub = hub(&simulator).await;
    let root = simulator.truth().root.clone();
    assert_eq!(chosen(&hub, units(&[&root], &[])).await.included.len(), 100);
    assert_eq!(chosen(&hub, units(&["Root"], &[])).await.included.len(), 100);
}

#[tokio::test(start_paused = true)]
async fn what_matches_no_account_is_told_at_the_end() {
    let simulator = simulated(world());
    let hub = hub(&simulator).await;
    let mut selection = units(&["ou-zzzz-99999999", "No/Such"], &["**/Nowhere"]);
    selection.include("Management").unwrap();
    selection.include("nobody-*").unwrap();
    selection.exclude("misspelt").unwrap();
    let chosen = chosen(&hub, selection).await;
    assert_eq!(chosen.ids(), [simulator.truth().management_account.as_str()]);
    let nothing = "matches no account of the organization";
    assert_eq!(
        chosen.unmatched,
        [
            format!("`nobody-*` {nothing}"),
            format!("`unit ou-zzzz-99999999` {nothing}"),
            format!("`unit No/Such` {nothing}"),
            format!("the exclusion of `misspelt` {nothing}"),
            format!("the exclusion of `unit **/Nowhere` {nothing}"),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_tree_that_cannot_be_read_whole_chooses_nothing() {
    let fault = Fault::on("organizations", "ListOrganizationalUnitsForParent");
    let fault = fault.answers([Answer::Ok, Answer::Ok, Answer::AccessDenied]);
    let simulator = Simulator::builder(world()).faults([fault]).build().unwrap();
    let all = all(&hub(&simulator).await, units(&["*"], &[])).await;
    assert_eq!(all.len(), 1);
    let failure = all[0].as_ref().unwrap_err();
    assert!(failure.class().is_denied());
    assert!(failure.to_string().starts_with("organizations:ListOrganizationalUnitsForParent"), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn the_tree_of_the_organization_is_the_true_one() {
    let simulator = simulated(WorldSpec { empty_pages: true, ..world() });
    let organization = Organization::of(&hub(&simulator).await);
    let tree = organization.units().await.unwrap();
    assert_eq!(tree.len(), simulator.truth().units.len() + 1);
    for unit in &simulator.truth().units {
        assert_eq!(tree.name(&unit.id), Some(unit.name.as_str()));
        assert_eq!(format!("{}/", tree.path(&unit.id).unwrap()), unit.path);
    }
    let places = organization.places().await.unwrap();
    assert_eq!(places.len(), 100);
}

#[tokio::test(start_paused = true)]
async fn an_account_of_which_only_the_exclusion_matters_is_not_asked_for() {
    let simulator = simulated(world());
    let hub = hub(&simulator).await;
    let [(upper, _), _] = nested(simulator.truth());
    let outside = simulator.truth().accounts.iter().find(|account| !account.path.contains(&upper)).unwrap();
    let mut selection = units(&[], &[&upper]);
    selection.include(&outside.id).unwrap();
    let chosen = chosen(&hub, selection).await;
    assert_eq!(chosen.ids(), [outside.id.as_str()]);
    assert!(chosen.unwanted.iter().all(|(_, why)| *why == NotSelected::NotIncluded));
}
