//! `whoami` says who the calls are made as, and asks no more than it must.

use anyhow::Result;
use orgwide_simulator::Answer;
use serde_json::{Value, json};

use crate::support::{always, calm, complaint, disturbed, world};

fn rows(stdout: &str) -> Result<Vec<Value>> {
    Ok(stdout.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

#[test]
fn the_caller_is_told_with_one_call_and_no_role() -> Result<()> {
    let stage = calm(world(3, 1))?;
    let ran = stage.run_to(0, &["whoami"])?;
    let own = &stage.truth().accounts[0];
    let [row] = &rows(&ran.stdout)?[..] else { panic!("{}", ran.stdout) };
    let expected = [
        ("frame", json!(0)),
        ("account_id", json!(own.id)),
        ("partition", json!("aws")),
        ("region", json!("us-east-1")),
        ("credentials", json!("environment variables")),
        ("expires_at", Value::Null),
    ];
    for (field, value) in expected {
        assert_eq!(row[field], value, "{field}");
    }
    let fields: Vec<&str> =
        ran.stdout.split('"').skip(1).step_by(2).filter(|f| row.get(*f).is_some()).collect();
    assert_eq!(
        fields,
        ["frame", "account_id", "arn", "user_id", "partition", "region", "credentials", "expires_at"]
    );
    assert!(row["arn"].as_str().is_some_and(|arn| arn.contains(&own.id)), "{row}");
    assert_eq!(stage.calls("sts", "GetCallerIdentity"), 1);
    assert_eq!(stage.simulator().log().len(), 1);
    assert!(!ran.stdout.contains("simulated"), "the secret key");
    Ok(())
}

#[test]
fn with_an_account_the_role_in_it_is_the_next_frame() -> Result<()> {
    let stage = calm(world(3, 1))?;
    let there = &stage.truth().accounts[2].id;
    let ran = stage.run_to(0, &["whoami", "--account", there])?;
    let [_, row] = &rows(&ran.stdout)?[..] else { panic!("{}", ran.stdout) };
    assert_eq!((&row["frame"], &row["account_id"]), (&json!(1), &json!(there)));
    let arn = row["arn"].as_str().unwrap_or_default();
    assert!(
        arn.starts_with(&format!("arn:aws:sts::{there}:assumed-role/OrganizationAccountAccessRole/")),
        "{arn}"
    );
    assert!(row["expires_at"].as_str().is_some_and(|time| time.ends_with('Z')), "{row}");
    assert_eq!((stage.entries(there), stage.simulator().log().len()), (1, 2));
    Ok(())
}

#[test]
fn a_role_that_cannot_be_assumed_leaves_the_caller_told_and_the_reason() -> Result<()> {
    let stage = disturbed(world(3, 1), [always("sts", "AssumeRole", Answer::AccessDenied)])?;
    let there = &stage.truth().accounts[2].id;
    let ran = stage.run_to(1, &["whoami", "--account", there])?;
    assert_eq!(rows(&ran.stdout)?.len(), 1);
    let (error, next) = complaint(&ran);
    assert!(error.contains(there) && next.is_some(), "{}", ran.stderr);
    Ok(())
}

#[test]
fn nobody_is_exit_3_and_leaves_no_file() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let orgwide = stage.orgwide(&["whoami", "--out", "who.ndjson"])?;
    let ran = orgwide.without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY").run()?;
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(complaint(&ran).0.contains("no usable AWS credentials"), "{}", ran.stderr);
    assert!(!stage.path("who.ndjson").exists());
    Ok(())
}

#[test]
fn a_profile_is_named_as_where_the_credentials_are_from() -> Result<()> {
    let stage = calm(world(1, 1))?;
    std::fs::write(
        stage.path("config"),
        "[profile hub]\naws_access_key_id = hub\naws_secret_access_key = a-secret-nobody-prints\n",
    )?;
    let orgwide = stage.orgwide(&["whoami", "--profile", "hub"])?;
    let orgwide = orgwide.without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY");
    let ran = orgwide.env("AWS_CONFIG_FILE", stage.path("config")).run()?;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(rows(&ran.stdout)?[0]["credentials"], "a profile");
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("a-secret-nobody-prints"));
    Ok(())
}

#[test]
fn a_role_of_another_account_is_refused_before_any_call() -> Result<()> {
    let stage = calm(world(3, 1))?;
    let [there, other] = [1, 2].map(|index| stage.truth().accounts[index].id.clone());
    let role = format!("arn:aws:iam::{other}:role/Audit");
    let ran = stage.run_to(2, &["whoami", "--account", &there, "--role", &role])?;
    assert!(complaint(&ran).0.contains("--role"), "{}", ran.stderr);
    assert_eq!(stage.simulator().log().len(), 0);
    Ok(())
}
