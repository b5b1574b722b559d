//! `regions` lists every region of every account: which are in, and why the others are not.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use orgwide_simulator::{Answer, WorldSpec};
use orgwide_tests::Stage;
use serde_json::Value;

use crate::support::{always, calm, disturbed, world};

/// The reason of each region by account and region; none for those that are in.
type Reasons = BTreeMap<(String, String), Option<String>>;

fn reasons(stdout: &str) -> Result<Reasons> {
    let mut reasons = Reasons::new();
    for line in stdout.lines() {
        let row: Value = serde_json::from_str(line)?;
        let text = |field: &str| row[field].as_str().map(str::to_owned);
        assert_eq!(row["included"] == true, row["reason"].is_null(), "{row}");
        let place = (text("account_id").context("no account")?, text("region").context("no region")?);
        assert!(reasons.insert(place, text("reason")).is_none(), "twice: {row}");
    }
    Ok(reasons)
}

fn of<'a>(reasons: &'a Reasons, account: &str, region: &str) -> Option<&'a str> {
    let place = (account.to_owned(), region.to_owned());
    assert!(reasons.contains_key(&place), "no row for {place:?}");
    reasons[&place].as_deref()
}

fn id(stage: &Stage, index: usize) -> &str {
    &stage.truth().accounts[index].id
}

#[test]
fn what_the_account_enabled_is_in_and_every_other_region_of_the_partition_is_not() -> Result<()> {
    let stage = calm(world(3, 2))?;
    let ran = stage.run_to(0, &["regions", "--org"])?;
    let reasons = reasons(&ran.stdout)?;
    let included: Vec<_> = reasons.iter().filter(|(_, why)| why.is_none()).map(|(place, _)| place).collect();
    assert_eq!(included.len(), 3 * 2);
    assert!(included.iter().all(|(_, region)| stage.truth().regions.contains(region)), "{included:?}");
    assert_eq!(of(&reasons, id(&stage, 1), "af-south-1"), Some("not enabled in the account"));
    let in_aws = reasons.keys().filter(|(account, _)| account == id(&stage, 1)).count();
    assert!(in_aws > 30, "{in_aws} regions");
    // One call to each account, as `targets` makes, and the two roles.
    assert_eq!((stage.calls("account", "ListRegions"), stage.calls("sts", "AssumeRole")), (3, 2));
    Ok(())
}

#[test]
fn what_is_left_out_has_the_flag_or_the_account_as_its_reason() -> Result<()> {
    let spec = WorldSpec {
        regions: ["us-east-1", "us-west-2", "eu-west-1"].map(str::to_owned).to_vec(),
        ..world(1, 5)
    };
    let stage = calm(spec)?;
    let flags = ["--region", "us-*,eu-north-1", "--not-region", "us-west-*"];
    let ran = stage.run_to(0, &[&["regions"][..], &flags].concat())?;
    let reasons = reasons(&ran.stdout)?;
    for (region, why) in [
        ("us-east-1", None),
        ("eu-north-1", None),
        ("us-west-2", Some("excluded")),
        ("us-east-2", Some("not enabled in the account")),
        ("eu-west-1", Some("not selected")),
    ] {
        assert_eq!(of(&reasons, id(&stage, 0), region), why, "{region}");
    }
    // What is in is what the targets are.
    let targets = stage.run_to(0, &[&["targets"][..], &flags].concat())?;
    let included = ran.stdout.lines().filter(|line| line.contains(r#""included":true"#));
    let mut lines: Vec<_> = [included.collect::<Vec<_>>(), targets.stdout.lines().collect()].into();
    lines.iter_mut().for_each(|lines| lines.sort_unstable());
    assert_eq!(lines[0], lines[1]);
    Ok(())
}

#[test]
fn regions_by_name_need_no_call_to_the_accounts() -> Result<()> {
    let stage = calm(world(3, 2))?;
    let ran = stage.run_to(0, &["regions", "--org", "--region", "us-east-1,eu-west-1"])?;
    let reasons = reasons(&ran.stdout)?;
    assert_eq!(reasons.values().filter(|why| why.is_none()).count(), 3 * 2);
    assert_eq!(of(&reasons, id(&stage, 2), "us-west-2"), Some("not selected"));
    assert_eq!((stage.calls("account", "ListRegions"), stage.calls("sts", "AssumeRole")), (0, 0));
    Ok(())
}

#[test]
fn an_account_that_refuses_to_tell_leaves_it_open_whether_more_are_enabled() -> Result<()> {
    let faults = [("account", "ListRegions"), ("ec2", "DescribeRegions")]
        .map(|(service, operation)| always(service, operation, Answer::AccessDenied));
    let stage = disturbed(world(1, 2), faults)?;
    let ran = stage.run_to(0, &["regions"])?;
    let reasons = reasons(&ran.stdout)?;
    assert_eq!(reasons.values().filter(|why| why.is_none()).count(), 17);
    let why = of(&reasons, id(&stage, 0), "af-south-1").unwrap_or_default();
    assert!(why.contains("not known to be enabled"), "{why}");
    assert!(ran.stderr.contains("enabled by default"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn accounts_that_are_left_out_or_cannot_be_entered_are_a_row_each() -> Result<()> {
    let spec = world(3, 2);
    let lost = id(&calm(spec.clone())?, 2).to_owned();
    let stage = disturbed(spec, [always("sts", "AssumeRole", Answer::AccessDenied).account(&lost)])?;
    let ran = stage.run_to(1, &["regions", "--org", "--not-account", id(&stage, 1)])?;
    let alone: Vec<Value> = ran
        .stdout
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<Vec<Value>, _>>()?
        .into_iter()
        .filter(|row| row["region"].is_null())
        .collect();
    assert_eq!(alone.len(), 2);
    let excluded = alone.iter().find(|row| row["account_id"] == id(&stage, 1));
    assert_eq!(excluded.map(|row| &row["reason"]), Some(&Value::from("excluded")));
    let denied = alone.iter().find(|row| row["account_id"] == lost.as_str()).context("no row")?;
    assert!(denied["reason"].as_str().is_some_and(|why| why.contains("AssumeRole")), "{denied}");
    Ok(())
}
