//! What more calls tell of a resource, when it is asked for.

use anyhow::Result;
use orgwide_simulator::Answer;
use serde_json::{Value, json};

use crate::support::{always, calm, complaint, disturbed, inventory, world};

#[test]
fn details_stand_in_the_data_and_their_tags_are_the_resources() -> Result<()> {
    let stage = calm(world(2, 2))?;
    stage.run_to(0, &inventory(&["s3:bucket", "--org"]))?;
    let plain = stage.rows()?;
    assert!(plain.count() > 0 && plain.iter().all(|row| row["tags"].is_null()));
    assert_eq!(stage.calls("s3", "GetBucketTagging"), 0);
    stage.run_to(0, &inventory(&["s3:bucket", "--org", "--details", "--overwrite"]))?;
    let detailed = stage.rows()?;
    assert_eq!(detailed.count(), plain.count());
    assert!(detailed.iter().all(|row| row["tags"].is_object()), "{:?}", detailed.iter().next());
    assert_eq!(stage.calls("s3", "GetBucketTagging"), detailed.count());
    Ok(())
}

#[test]
fn only_the_types_that_are_named_are_asked_further() -> Result<()> {
    let stage = calm(world(2, 1))?;
    let flags = ["s3:bucket", "dynamodb:table", "--details=dynamodb:*", "--org"];
    stage.run_to(0, &inventory(&flags))?;
    assert_eq!(stage.calls("s3", "GetBucketTagging"), 0);
    assert!(stage.calls("dynamodb", "DescribeTable") > 0);
    // What a run asks for it goes on with, and with nothing else.
    stage.run_to(0, &["inventory", "--resume"])?;
    let (error, _) = complaint(&stage.run_to(2, &["inventory", "--resume", "--details"])?);
    assert!(error.contains(r#"details: the run has ["dynamodb:table"], now it would be ["#), "{error}");
    Ok(())
}

#[test]
fn a_name_that_no_type_of_the_run_has_is_refused_by_flag_and_passed_over_in_the_file() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let ran = stage.run_to(2, &inventory(&["ec2:instance", "--details=s3:*"]))?;
    assert!(
        complaint(&ran).0.contains("--details=s3:*: no type that is collected is called so"),
        "{}",
        ran.stderr
    );
    std::fs::write(stage.path("orgwide.yaml"), "details: s3:*\n")?;
    stage.run_to(0, &inventory(&["ec2:instance", "--config", "orgwide.yaml"]))?;
    assert_eq!(stage.calls("s3", "GetBucketTagging"), 0);
    stage.run_to(0, &inventory(&["s3:bucket", "--config", "orgwide.yaml", "--overwrite"]))?;
    assert!(stage.calls("s3", "GetBucketTagging") > 0);
    Ok(())
}

#[test]
fn a_detail_that_is_denied_is_told_in_the_row_and_counted_at_the_end() -> Result<()> {
    let denied = always("s3", "GetBucketVersioning", Answer::AccessDenied);
    let stage = disturbed(world(3, 1), [denied])?;
    let ran = stage.run_to(0, &inventory(&["s3:bucket", "--org", "--details"]))?;
    let rows = stage.rows()?;
    for row in rows.iter() {
        assert_eq!(row["data"]["GetBucketVersioning"]["error"]["code"], "AccessDenied", "{row}");
    }
    assert!(ran.stderr.contains("without what s3:GetBucketVersioning tells: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("--list --permissions --details"), "{}", ran.stderr);
    assert_eq!(stage.summary()?.denied, 0);
    Ok(())
}

#[test]
fn the_list_has_the_calls_and_permissions_of_details_when_they_are_asked_for() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let row = |flags: &[&str]| -> Result<Value> {
        let ran = stage.run_to(0, &[&["inventory", "--list", "s3:bucket"], flags].concat())?;
        Ok(serde_json::from_str(&ran.stdout)?)
    };
    let (plain, detailed) = (row(&[])?, row(&["--details"])?);
    assert_eq!((&plain["details"], &plain["calls"]), (&json!(true), &json!("1 per 10,000")));
    assert_eq!(plain["permissions"], json!(["s3:ListAllMyBuckets"]));
    let calls = detailed["calls"].as_str().unwrap_or_default();
    assert!(calls.starts_with("1 per 10,000") && calls.contains("per resource"), "{calls}");
    let needed = detailed["permissions"].as_array().map_or(0, Vec::len);
    assert!(needed > 5, "{detailed}");
    Ok(())
}
