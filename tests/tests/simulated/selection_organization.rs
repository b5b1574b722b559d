//! Who is selected by what the organization knows of accounts: units, tags and lists of them.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result};
use orgwide_simulator::{Truth, UnitTruth, WorldSpec};
use orgwide_tests::{Ran, Stage};
use serde_json::Value;

use crate::support::{calm, complaint, world};

fn rows(ran: &Ran) -> Result<Vec<Value>> {
    Ok(ran.stdout.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// The ids that a listing includes.
fn included(ran: &Ran) -> Result<BTreeSet<String>> {
    let rows = rows(ran)?;
    let included = rows.iter().filter(|row| row["included"] == true);
    included.map(|row| row["account_id"].as_str().map(str::to_owned).context("account_id")).collect()
}

fn accounts(stage: &Stage, flags: &[&str]) -> Result<BTreeSet<String>> {
    included(&stage.run_to(0, &[&["accounts"], flags].concat())?)
}

/// The accounts in a unit or below it.
fn inside(truth: &Truth, unit: &UnitTruth) -> BTreeSet<String> {
    let accounts = truth.accounts.iter().filter(|account| account.path.starts_with(&unit.path));
    accounts.map(|account| account.id.clone()).collect()
}

/// A unit right below the root with accounts in it and in a unit below it, and that one.
fn nested(truth: &Truth) -> Result<(&UnitTruth, &UnitTruth)> {
    let lower = |upper: &UnitTruth| {
        let mut below = truth.units.iter().filter(|unit| unit.parent == upper.id);
        below.find(|unit| (1..inside(truth, upper).len()).contains(&inside(truth, unit).len()))
    };
    let mut uppers = truth.units.iter().filter(|unit| unit.parent == truth.root);
    uppers.find_map(|upper| Some((upper, lower(upper)?))).context("no units within units")
}

fn tagged(truth: &Truth, key: &str, fits: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let has = truth.accounts.iter().filter(|account| account.tags.get(key).is_some_and(|value| fits(value)));
    has.map(|account| account.id.clone()).collect()
}

#[test]
fn units_are_chosen_by_id_and_by_path_with_those_below_and_exclusions_win() -> Result<()> {
    let stage = calm(world(60, 1))?;
    let (upper, lower) = nested(stage.truth())?;
    let [all, part] = [upper, lower].map(|unit| inside(stage.truth(), unit));
    assert_eq!(accounts(&stage, &["--ou", &upper.id])?, all);
    assert_eq!(stage.calls("organizations", "ListOrganizationalUnitsForParent"), 0);

    assert_eq!(accounts(&stage, &["--ou", &format!("/{}", upper.name)])?, all);
    let units = stage.truth().units.len() as u64;
    assert_eq!(stage.calls("organizations", "ListOrganizationalUnitsForParent"), 1 + units);

    let path = format!("{}/{}", upper.name, lower.name);
    assert_eq!(accounts(&stage, &["--ou", &path])?, part);
    let rest: BTreeSet<String> = all.difference(&part).cloned().collect();
    assert_eq!(accounts(&stage, &["--ou", &upper.id, "--not-ou", &path])?, rest);
    let own = &stage.truth().management_account;
    let union = [part.clone(), BTreeSet::from([own.clone()])].concat_sets();
    assert_eq!(accounts(&stage, &["--ou", &lower.id, "--account", own])?, union);
    Ok(())
}

/// Sets joined.
trait ConcatSets {
    fn concat_sets(self) -> BTreeSet<String>;
}

impl<const N: usize> ConcatSets for [BTreeSet<String>; N] {
    fn concat_sets(self) -> BTreeSet<String> {
        self.into_iter().flatten().collect()
    }
}

#[test]
fn the_list_says_why_an_account_is_out() -> Result<()> {
    let stage = calm(world(60, 1))?;
    let (upper, lower) = nested(stage.truth())?;
    let path = format!("{}/{}", upper.name, lower.name);
    let ran = stage.run_to(0, &["accounts", "--ou", &upper.id, "--not-ou", &path, "--tag", "env=*"])?;
    let (part, env) = (inside(stage.truth(), lower), tagged(stage.truth(), "env", |_| true));
    for row in rows(&ran)? {
        let id = row["account_id"].as_str().context("account_id")?;
        let reason = row["reason"].as_str().unwrap_or_default();
        if part.contains(id) {
            assert!(reason.starts_with(&format!("excluded: it is in {path}")), "{reason}");
        } else if inside(stage.truth(), upper).contains(id) {
            assert_eq!(reason.is_empty(), env.contains(id));
            assert!(reason.is_empty() || reason == "not selected: it has no tag env=*", "{reason}");
        } else {
            assert_eq!(reason, "not selected");
        }
    }
    Ok(())
}

#[test]
fn tags_filter_what_is_included_and_every_one_has_to_be_there() -> Result<()> {
    let stage = calm(world(40, 1))?;
    let env = tagged(stage.truth(), "env", |value| value == "prod");
    let team = tagged(stage.truth(), "team", |_| true);
    assert!(!env.is_empty() && env.intersection(&team).count() < env.len() + team.len());
    assert_eq!(accounts(&stage, &["--org", "--tag", "env=prod"])?, env);
    assert_eq!(stage.calls("organizations", "ListTagsForResource"), 40);
    let both: BTreeSet<String> = env.intersection(&team).cloned().collect();
    assert_eq!(accounts(&stage, &["--org", "--tag", "env=prod,team=*"])?, both);
    assert_eq!(accounts(&stage, &["--org", "--tag", "env=pr*", "--tag", "team=*"])?, both);
    Ok(())
}

#[test]
fn a_tag_alone_selects_nothing_and_says_so() -> Result<()> {
    let stage = calm(world(4, 1))?;
    let ran = stage.run_to(2, &["accounts", "--tag", "env=prod"])?;
    let (error, next) = complaint(&ran);
    assert!(error.contains("--tag") && next.context("next")?.contains("--org"), "{error}");
    assert_eq!(stage.simulator().connections(), 0);
    Ok(())
}

#[test]
fn a_file_lists_accounts_by_id_and_by_name_and_ids_alone_need_no_organization() -> Result<()> {
    let stage = calm(world(30, 1))?;
    let [a, b, c] = [3, 5, 7].map(|index| stage.truth().accounts[index].clone());
    fs::write(stage.path("ids.txt"), format!("# mine\n{}\n\n{} # and this\n", a.id, b.id))?;
    let two = BTreeSet::from([a.id.clone(), b.id.clone()]);
    assert_eq!(accounts(&stage, &["--accounts-file", "ids.txt"])?, two);
    assert_eq!(stage.calls_of("organizations"), 0);

    fs::write(stage.path("table.csv"), format!("Account ID,Name\n{},x\n\"{}\",y\n", a.id, c.name))?;
    let named = |name: &str| {
        let accounts = stage.truth().accounts.iter().filter(|account| account.name == name);
        accounts.map(|account| account.id.clone()).collect::<BTreeSet<_>>()
    };
    let both = [BTreeSet::from([a.id.clone()]), named(&c.name)].concat_sets();
    assert_eq!(accounts(&stage, &["--accounts-file", "table.csv"])?, both);

    let ran = stage.orgwide(&["accounts", "--accounts-file", "-"])?;
    let ran = ran.stdin(fs::File::open(stage.path("ids.txt"))?).run()?;
    assert_eq!((ran.code, included(&ran)?), (Some(0), two));
    Ok(())
}

#[test]
fn every_bad_line_of_a_file_is_told_before_anything_is_asked() -> Result<()> {
    let stage = calm(world(2, 1))?;
    fs::write(stage.path("bad.txt"), "000000000001\n12345678901\nx\n1.2E+11\n")?;
    let ran = stage.run_to(2, &["accounts", "--accounts-file", "bad.txt"])?;
    let (error, _) = complaint(&ran);
    for part in ["bad.txt", "line 2: `12345678901`", "twelve digits", "line 4: `1.2E+11`"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(!error.contains("line 3"), "{error}");
    for (file, code, word) in [("nowhere.txt", 2, "nowhere.txt"), ("empty.txt", 3, "empty")] {
        fs::write(stage.path("empty.txt"), "# nobody\n")?;
        let ran = stage.run_to(code, &["accounts", "--accounts-file", file])?;
        assert!(complaint(&ran).0.contains(word), "{}", ran.stderr);
    }
    assert_eq!(stage.simulator().connections(), 0);
    Ok(())
}

#[test]
fn what_a_selection_names_and_is_not_there_is_told() -> Result<()> {
    let stage = calm(world(5, 1))?;
    let flags = ["--account", "Management,nobody-*", "--not-ou", "ou-zzzz-99999999"];
    let ran = stage.run_to(0, &[&["accounts"], &flags[..]].concat())?;
    for text in
        ["`nobody-*` matches no account", "the exclusion of `unit ou-zzzz-99999999` matches no account"]
    {
        assert!(ran.stderr.contains(text), "{}", ran.stderr);
    }
    let ran = stage.run_to(3, &["accounts", "--ou", "No/Such"])?;
    assert!(ran.stderr.contains("`unit No/Such` matches no account"), "{}", ran.stderr);
    assert!(ran.stderr.contains("the selection is empty"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn targets_say_beforehand_what_a_selection_asks_of_the_organization() -> Result<()> {
    let stage = calm(WorldSpec { buckets: 0, instances: 0, ..world(60, 1) })?;
    let flags = ["--ou", "*", "--tag", "env=*", "--region", "us-east-1"];
    let ran = stage.run_to(0, &[&["targets"], &flags[..]].concat())?;
    let said: Vec<&str> =
        ran.stderr.lines().take_while(|line| !line.contains("matches no account")).collect();
    assert_eq!(said.first(), Some(&"this selection asks AWS Organizations:"));
    let said = said.join("\n");
    for (operation, calls) in [
        ("ListAccounts", 3),
        ("ListRoots", 1),
        ("ListOrganizationalUnitsForParent", 1 + stage.truth().units.len() as u64),
        ("ListAccountsForParent", 0),
    ] {
        assert!(said.contains(&format!("  {operation}: ")), "{operation}:\n{said}");
        assert_eq!(stage.calls("organizations", operation), calls, "{operation}");
    }
    let in_units =
        stage.truth().accounts.iter().filter(|account| account.parent != stage.truth().root).count();
    assert_eq!(stage.calls("organizations", "ListTagsForResource"), in_units as u64);
    assert!(
        said.contains("ListTagsForResource: ") && said.contains("1000 for 1000 of them, 167 s at 6/s"),
        "{said}"
    );
    assert!(said.contains("50 for 1000 of them, 10 s at 5/s"), "{said}");

    let own = stage.truth().management_account.clone();
    let ran = stage.run_to(0, &["targets", "--account", &own, "--region", "us-east-1"])?;
    assert!(!ran.stderr.contains("Organizations"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn units_and_tags_that_are_none_are_refused() -> Result<()> {
    let stage = calm(world(1, 1))?;
    for (flags, word) in [
        (["--ou", "a//b"], "--ou: `a//b`"),
        (["--not-ou", "x/ /y"], "--not-ou: `x/ /y`"),
        (["--tag", "env"], "--tag: `env`"),
        (["--account", "12345678901"], "--account: `12345678901`"),
        (["--not-account", "1234567890123"], "--not-account: `1234567890123`"),
    ] {
        let ran = stage.run_to(2, &["accounts", "--org", flags[0], flags[1]])?;
        assert!(complaint(&ran).0.contains(word), "{}", ran.stderr);
    }
    assert_eq!(stage.simulator().connections(), 0);
    Ok(())
}
