//! Which types there are to collect, and what a run over many of them says.

use anyhow::Result;
use orgwide_simulator::{Answer, Fault, WorldSpec};
use orgwide_tests::{Stage, all_of};
use serde_json::{Value, json};

use crate::support::{always, calm, complaint, disturbed, inventory, world};

fn list(stage: &Stage, flags: &[&str]) -> Result<Vec<Value>> {
    let ran = stage.run_to(0, &[&["inventory", "--list"], flags].concat())?;
    Ok(ran.stdout.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

#[test]
fn the_list_tells_of_each_type_where_it_is_asked_for_and_what_it_needs() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let all = list(&stage, &[])?;
    assert!(all.len() > 50, "{}", all.len());
    let row = |kind: &str| all.iter().find(|row| row["type"] == kind).unwrap_or_else(|| panic!("no {kind}"));
    let bucket = row("s3:bucket");
    assert_eq!(
        [&bucket["scope"], &bucket["operation"], &bucket["common"], &bucket["permissions"]],
        [&json!("global"), &json!("s3:ListBuckets"), &json!(true), &json!(["s3:ListAllMyBuckets"])]
    );
    assert_eq!(row("ec2:instance")["scope"], "regional");
    assert_eq!(row("organizations:account")["scope"], "organization");
    assert_eq!(all.iter().filter(|row| row["common"] == true).count(), 20);
    let named = list(&stage, &["ec2:instance", "S3:*"])?;
    let names: Vec<_> = named.iter().map(|row| &row["type"]).collect();
    assert!(names.contains(&&json!("ec2:instance")) && names.contains(&&json!("s3:bucket")), "{names:?}");
    assert!(names.len() < 10, "{names:?}");
    assert_eq!(stage.simulator().connections(), 0);
    Ok(())
}

#[test]
fn the_list_goes_into_files_and_the_permissions_into_one_line() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let ran = stage.run_to(0, &["inventory", "--list", "s3:bucket", "--out", "types.csv"])?;
    assert_eq!(ran.stdout, "");
    let file = stage.file("types.csv")?;
    assert!(file.starts_with("type,also,scope,operation,"), "{file}");
    assert!(file.lines().nth(1).is_some_and(|line| line.starts_with("s3:bucket,")), "{file}");
    let ran = stage.run_to(0, &["inventory", "--list", "--permissions", "s3:bucket", "ec2:instance"])?;
    assert_eq!(ran.stdout, "[\"ec2:DescribeInstances\",\"s3:ListAllMyBuckets\"]\n");
    let ran = stage.run_to(2, &["inventory", "--permissions"])?;
    assert!(ran.stderr.contains("--list"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn what_is_asked_once_is_asked_by_the_caller_whatever_accounts_are_selected() -> Result<()> {
    let stage = calm(world(6, 3))?;
    let (hub, member) = (&stage.truth().accounts[0].id, stage.truth().accounts[2].id.clone());
    stage.run_to(0, &inventory(&["organizations:account", "s3:bucket", "--account", &member]))?;
    let rows = stage.rows()?;
    let mut ids: Vec<_> = rows.of("organizations:account").map(|row| row["id"].clone()).collect();
    ids.sort_by_key(ToString::to_string);
    let mut expected: Vec<_> = stage.truth().accounts.iter().map(|account| json!(account.id)).collect();
    expected.sort_by_key(ToString::to_string);
    assert_eq!(ids, expected, "every account of the organization, once");
    for row in rows.of("organizations:account") {
        assert_eq!((&row["account_id"], &row["region"]), (&json!(hub), &json!("global")));
    }
    assert!(rows.of("s3:bucket").all(|row| row["account_id"] == json!(member)));
    let summary = stage.summary()?;
    assert_eq!((summary.planned, summary.completed), (2, 2));
    assert_eq!(stage.entries(&member), 1, "no other account is entered");
    Ok(())
}

#[test]
fn alone_it_needs_no_account_and_says_whose_it_is() -> Result<()> {
    let stage = calm(world(45, 2))?;
    let ran = stage.run_to(0, &inventory(&["organizations:account", "--org"]))?;
    assert!(ran.stderr.contains("collecting organizations:account once, as the caller"), "{}", ran.stderr);
    assert_eq!((stage.summary()?.planned, stage.summary()?.rows), (1, 45));
    // Its own pages, and none to select accounts.
    assert_eq!(stage.calls("organizations", "ListAccounts"), 3);
    assert_eq!(stage.calls("sts", "AssumeRole"), 0);
    let ran =
        stage.run_to(3, &inventory(&["organizations:account", "--not-region", "global", "--overwrite"]))?;
    assert!(complaint(&ran).0.contains("no region is left for organizations:account"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn where_the_organization_is_listed_its_row_has_the_callers_name() -> Result<()> {
    let stage = calm(world(3, 1))?;
    stage.run_to(0, &inventory(&["organizations:account", "s3:bucket", "--org"]))?;
    let rows = stage.rows()?;
    let name = rows.of("s3:bucket").find(|row| row["account_id"] == json!(stage.truth().accounts[0].id));
    let name = &name.expect("the caller's own account has buckets")["account_name"];
    assert!(!name.is_null());
    assert!(rows.of("organizations:account").all(|row| row["account_name"] == *name));
    Ok(())
}

#[test]
fn a_caller_who_may_not_is_one_denied_target_and_the_rest_goes_on() -> Result<()> {
    // The first page selects accounts.
    let spec = world(5, 2);
    let fault = Fault::on("organizations", "ListAccounts").answers([Answer::Ok, Answer::AccessDenied]);
    let stage = disturbed(spec, [fault])?;
    let ran = stage.run_to(1, &inventory(&["organizations:account", "s3:bucket", "--org"]))?;
    let summary = stage.summary()?;
    assert_eq!((summary.planned, summary.denied, summary.completed), (6, 1, 5));
    assert!(summary.plan_complete);
    assert!(ran.stderr.contains("organizations:ListAccounts"), "{}", ran.stderr);
    stage.run_to(0, &["inventory", "--retry-failed", "--summary", "summary.json"])?;
    let summary = stage.summary()?;
    assert_eq!((summary.planned, summary.denied, summary.completed), (6, 0, 6));
    assert_eq!(stage.rows()?.of("organizations:account").count(), 5);
    Ok(())
}

#[test]
fn many_types_take_few_words() -> Result<()> {
    let stage = calm(world(2, 2))?;
    let kinds = ["ec2:instance", "s3:bucket", "organizations:account"];
    let ran = stage.run_to(0, &inventory(&kinds))?;
    assert!(
        ran.stderr.contains(&format!("collecting {} in regions", kinds_of(&ran.stderr))),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains(" type "), "three types need no table:\n{}", ran.stderr);
    let many = crate::types_of_ones_own::instances_by_other_names(&stage, 30)?;
    let ran =
        stage.run_to(0, &inventory(&["ec2:copy*", "s3:bucket", "--collectors", &many, "--overwrite"]))?;
    let said = &ran.stderr;
    assert!(said.contains("types (see orgwide inventory --list) in regions"), "{said}");
    assert!(said.contains(" type ") && said.contains(" not completed "), "{said}");
    assert!(said.lines().count() < 60 && said.lines().all(|line| line.chars().count() < 150), "{said}");
    Ok(())
}

/// What stands behind `collecting`.
fn kinds_of(said: &str) -> &str {
    let (_, rest) = said.split_once("collecting ").unwrap_or_default();
    rest.split(" in regions").next().unwrap_or_default()
}

#[test]
fn where_aws_says_that_a_service_is_not_there_nothing_has_failed() -> Result<()> {
    let absent = Answer::Error {
        status: 400,
        code: "UnknownOperationException".into(),
        message: "The requested operation is not supported in the called region.".into(),
    };
    let spec = WorldSpec { regions: ["us-east-1", "eu-west-1"].map(str::to_owned).to_vec(), ..world(3, 2) };
    let stage = disturbed(spec, [always("ec2", "DescribeInstances", absent).region("eu-west-1")])?;
    let ran = stage.run_to(0, &inventory(&["ec2:instance", "--org"]))?;
    let summary = stage.summary()?;
    assert_eq!((summary.completed, summary.skipped), (3, 3));
    assert!(ran.stderr.contains("3 skipped: ec2 is not offered in eu-west-1"), "{}", ran.stderr);
    let there = all_of(stage.truth(), |_| true).into_iter();
    stage.rows()?.are(there.filter(|(_, region, kind, _)| kind == "ec2:instance" && region == "us-east-1"))
}
