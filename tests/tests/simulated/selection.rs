//! Who and where: includes are united, exclusions win, and no call is made that is not needed.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use orgwide_simulator::{Simulator, Truth, WorldSpec};
use orgwide_tests::{Stage, all_of};
use serde_json::Value;

use crate::support::{calm, complaint, inventory, world};

/// The ids that `accounts` includes with these flags.
fn chosen(stage: &Stage, flags: &[&str]) -> Result<BTreeSet<String>> {
    let ran = stage.run_to(0, &[&["accounts"], flags].concat())?;
    let rows = ran.stdout.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let included = rows.iter().filter(|row| row["included"] == true);
    included.map(|row| row["account_id"].as_str().map(str::to_owned).context("account_id")).collect()
}

fn ids(truth: &Truth, which: impl Fn(usize, &str) -> bool) -> BTreeSet<String> {
    let accounts = truth.accounts.iter().filter(|account| which(account.index, &account.name));
    accounts.map(|account| account.id.clone()).collect()
}

#[test]
fn ids_need_no_call_to_the_organization() -> Result<()> {
    let stage = calm(world(5, 2))?;
    let [a, b] = [2, 4].map(|index| stage.truth().accounts[index].id.clone());
    stage.run_to(0, &inventory(&["--account", &format!("{a},{b}")]))?;
    let rows = stage.rows()?;
    rows.are(all_of(stage.truth(), |account| [&a, &b].contains(&&account.id)))?;
    assert!(rows.iter().all(|row| row["account_name"].is_null()), "nobody told the names");
    assert_eq!(stage.calls_of("organizations"), 0);
    assert_eq!(stage.calls("sts", "AssumeRole"), 2);
    Ok(())
}

#[test]
fn without_a_selection_it_is_the_callers_own_account_and_no_role() -> Result<()> {
    let stage = calm(world(3, 2))?;
    stage.run_to(0, &inventory(&[]))?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.index == 0))?;
    assert_eq!(stage.calls("sts", "AssumeRole"), 0);
    assert_eq!(stage.calls("sts", "GetCallerIdentity"), 1);
    assert_eq!(stage.calls_of("organizations"), 0);
    Ok(())
}

#[test]
fn the_callers_own_account_is_entered_without_a_role_when_it_is_named_too() -> Result<()> {
    let stage = calm(world(3, 2))?;
    let own = stage.truth().management_account.clone();
    stage.run_to(0, &inventory(&["--account", &own]))?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.id == own))?;
    assert_eq!(stage.calls("sts", "AssumeRole"), 0);
    Ok(())
}

#[test]
fn named_regions_need_no_call_to_list_them() -> Result<()> {
    let stage = calm(world(3, 5))?;
    stage.run_to(
        0,
        &inventory(&["ec2:instance", "--org", "--region", "eu-west-1", "--region", "us-east-1"]),
    )?;
    let whole = all_of(stage.truth(), |_| true);
    let wanted = |region: &str| ["eu-west-1", "us-east-1"].contains(&region);
    stage.rows()?.are(whole.into_iter().filter(|(_, region, _, _)| wanted(region)))?;
    assert_eq!(stage.calls_of("account") + stage.calls("ec2", "DescribeRegions"), 0);
    assert_eq!(stage.calls("ec2", "DescribeInstances"), 3 * 2);
    Ok(())
}

#[test]
fn region_patterns_pick_from_what_is_enabled_and_exclusions_win() -> Result<()> {
    let stage = calm(world(2, 5))?;
    let flags = ["--org", "--region", "eu-*,us-east-1", "--not-region", "eu-central-*,global"];
    stage.run_to(0, &inventory(&flags))?;
    let whole = all_of(stage.truth(), |_| true);
    let wanted = |region: &str| ["eu-west-1", "us-east-1"].contains(&region);
    stage.rows()?.are(whole.into_iter().filter(|(_, region, _, _)| wanted(region)))?;
    assert_eq!(stage.calls("s3", "ListBuckets"), 0, "`global` is out");
    assert_eq!(stage.calls("ec2", "DescribeInstances"), 2 * 2);
    Ok(())
}

#[test]
fn accounts_are_chosen_by_id_name_and_pattern_and_exclusions_win() -> Result<()> {
    let stage = calm(world(60, 1))?;
    let truth = stage.truth();
    let all = ids(truth, |_, _| true);
    let third = truth.accounts[3].id.clone();
    assert_eq!(chosen(&stage, &["--org"])?, all);
    assert_eq!(chosen(&stage, &["--account", "*"])?, all);
    assert_eq!(chosen(&stage, &["--account", "twin"])?, ids(truth, |_, name| name == "twin"));
    assert_eq!(
        chosen(&stage, &["--account", "*-prod-*,Management", "--account", &third])?,
        ids(truth, |index, name| name.contains("-prod-") || name == "Management" || index == 3)
    );
    assert_eq!(
        chosen(&stage, &["--org", "--not-account", "*-prod-*", "--not-account", &third])?,
        ids(truth, |index, name| !name.contains("-prod-") && index != 3)
    );
    assert_eq!(
        chosen(&stage, &["--account", "*-prod-*", "--not-account", "*-prod-*5?"])?,
        ids(truth, |_, name| {
            let tail: Vec<char> = name.chars().rev().take(2).collect();
            name.contains("-prod-") && tail.get(1) != Some(&'5')
        })
    );
    // `C:\win\name` and `a name of exactly …`: names are compared as they are.
    assert_eq!(chosen(&stage, &["--account", r"C:\win\name"])?.len(), 1);
    assert_eq!(chosen(&stage, &["--account", "comma?*inc"])?.len(), 1);
    Ok(())
}

#[test]
fn accounts_says_of_each_account_whether_it_is_in_and_enters_none() -> Result<()> {
    let stage = calm(world(30, 1))?;
    let ran = stage.run_to(0, &["accounts", "--account", "*-prod-*", "--not-account", "billing-*"])?;
    let rows = ran.stdout.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    assert_eq!(rows.len(), 30);
    for (row, account) in rows.iter().zip(&stage.truth().accounts) {
        assert_eq!(
            (&row["account_id"], &row["account_name"]),
            (&account.id.clone().into(), &account.name.clone().into())
        );
        let reason = match (account.name.starts_with("billing-"), account.name.contains("-prod-")) {
            (true, true) => "excluded".into(),
            (false, true) => Value::Null,
            (_, false) => row["reason"].clone(),
        };
        assert_eq!((&row["reason"], row["included"] == true), (&reason, reason.is_null()), "{row}");
    }
    assert_eq!(stage.calls("sts", "AssumeRole") + stage.calls_of("account") + stage.calls_of("ec2"), 0);
    Ok(())
}

#[test]
fn targets_are_every_account_in_every_region() -> Result<()> {
    let stage = calm(WorldSpec { suspended: 1, ..world(4, 2) })?;
    let ran = stage.run_to(0, &["targets", "--org"])?;
    let rows = ran.stdout.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let found: BTreeSet<(String, String, bool)> = rows
        .iter()
        .map(|row| {
            let text = |field: &str| row[field].as_str().unwrap_or("-").to_owned();
            (text("account_id"), text("region"), row["included"] == true)
        })
        .collect();
    let mut expected = BTreeSet::new();
    for account in &stage.truth().accounts {
        if account.status == "ACTIVE" {
            expected.extend(
                ["us-east-1", "us-west-2"].map(|region| (account.id.clone(), region.to_owned(), true)),
            );
        } else {
            expected.insert((account.id.clone(), "-".to_owned(), false));
        }
    }
    assert_eq!(found, expected);
    assert_eq!(rows.len(), expected.len());
    Ok(())
}

#[test]
fn a_role_is_a_name_a_path_a_template_or_one_accounts_arn() -> Result<()> {
    let spec = WorldSpec { role: "ops/Reader".to_owned(), ..world(4, 1) };
    let stage = calm(spec.clone())?;
    let member = stage.truth().accounts[1].id.clone();
    for role in ["ops/Reader", "/ops/Reader", "arn:aws:iam::{account}:role/ops/Reader"] {
        stage.run_to(0, &[&inventory(&["--org", "--role", role])[..], &["--overwrite"]].concat())?;
        stage.rows()?.are(all_of(stage.truth(), |_| true))?;
    }
    let arn = format!("arn:aws:iam::{member}:role/ops/Reader");
    stage.run_to(0, &[&inventory(&["--account", &member, "--role", &arn])[..], &["--overwrite"]].concat())?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.id == member))?;

    let stage = calm(spec)?;
    stage.run_to(
        1,
        &["inventory", "ec2:instance", "s3:bucket", "--account", &member, "--role", "audit-{account}"],
    )?;
    let asked = stage.requests("AssumeRole");
    let wanted = format!("arn:aws:iam::{member}:role/audit-{member}");
    assert!(asked.iter().all(|request| request.role_arn.as_ref() == Some(&wanted)), "{asked:?}");
    assert_eq!(asked.len(), 1);

    let ran = stage.run_to(2, &["inventory", "ec2:instance", "s3:bucket", "--org", "--role", &arn])?;
    assert!(complaint(&ran).0.contains("{account}"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn a_simulated_run_reads_nothing_of_the_callers_aws() -> Result<()> {
    let stage = Stage::set(Simulator::builder(world(1, 1)))?;
    // All of this would send a run elsewhere, or nowhere.
    let ran = stage
        .orgwide(&inventory(&["--simulate=3"]))?
        .env("AWS_PROFILE", "nowhere")
        .env("AWS_REGION", "mars-north-1")
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
        .run()?;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(stage.simulator().connections(), 0, "the endpoint of the environment was used");
    let expected = Simulator::new(WorldSpec { accounts: 3, ..WorldSpec::default() })?;
    stage.rows()?.are(all_of(expected.truth(), |_| true))
}
