//! Types that a user declares in a file.

use std::fs;

use anyhow::Result;
use orgwide_tests::{Stage, all_of};
use serde_json::json;

use crate::support::{calm, complaint, inventory, world};

/// A file that declares instances under so many other names.
pub(crate) fn instances_by_other_names(stage: &Stage, count: usize) -> Result<String> {
    let types: String = (0..count).map(|n| declared(&format!("ec2:copy{n}"))).collect();
    fs::write(stage.path("own.yaml"), format!("service: ec2\ntypes:\n{types}"))?;
    Ok("own.yaml".to_owned())
}

fn declared(kind: &str) -> String {
    format!(
        "  - type: {kind}\n    operation: DescribeInstances\n    items: Reservations.Instances\n    \
         id: InstanceId\n    tags: Tags\n    page: 1000\n"
    )
}

#[test]
fn what_a_file_declares_is_collected_by_its_name() -> Result<()> {
    let stage = calm(world(3, 2))?;
    let file = instances_by_other_names(&stage, 1)?;
    stage.run_to(0, &inventory(&["ec2:copy0", "--collectors", &file, "--org"]))?;
    let instances = all_of(stage.truth(), |_| true).into_iter().filter(|place| place.2 == "ec2:instance");
    stage.rows()?.are(instances.map(|(account, region, _, id)| (account, region, "ec2:copy0".into(), id)))
}

#[test]
fn a_type_of_the_same_name_takes_the_place_of_the_one_that_comes_along_and_the_last_file_counts() -> Result<()>
{
    let stage = calm(world(1, 1))?;
    let declare = |name: &str, note: &str| {
        let text = format!("service: ec2\ntypes:\n{}    note: {note}\n", declared("ec2:instance"));
        fs::write(stage.path(name), text)
    };
    declare("a.yaml", "first")?;
    declare("b.yaml", "second")?;
    let files = ["--collectors", "a.yaml", "--collectors", "b.yaml"];
    let ran = stage.run_to(0, &[&["inventory", "--list", "ec2:instance"], &files[..]].concat())?;
    assert!(ran.stdout.contains(r#""note":"second""#), "{}", ran.stdout);
    assert_eq!(ran.stdout.lines().count(), 1);
    Ok(())
}

#[test]
fn everything_that_is_wrong_in_a_file_is_told_with_its_place_and_nothing_is_called() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let text =
        "service: ec2\ntypes:\n  - type: ec2:x\n    operation: DescribeInstancs\n    items: A\n    id: B\n";
    fs::write(stage.path("own.yaml"), text)?;
    let ran = stage.run_to(2, &inventory(&["--collectors", "own.yaml"]))?;
    assert!(
        ran.stderr.contains("own.yaml:4:16: ") && ran.stderr.contains("DescribeInstances"),
        "{}",
        ran.stderr
    );
    assert!(complaint(&ran).0.contains("own.yaml: 1 problem"), "{}", ran.stderr);
    let ran = stage.run_to(2, &inventory(&["--collectors", "not-there.yaml"]))?;
    assert!(complaint(&ran).0.contains("not-there.yaml cannot be read"), "{}", ran.stderr);
    assert_eq!(stage.simulator().connections(), 0);
    assert!(!stage.path("rows.ndjson").exists() && !stage.path("orgwide.sqlite").exists());
    Ok(())
}

#[test]
fn a_run_goes_on_only_with_what_the_file_declared() -> Result<()> {
    let stage = calm(world(2, 2))?;
    let file = instances_by_other_names(&stage, 2)?;
    stage.run_to(0, &inventory(&["ec2:copy*", "--collectors", &file, "--org"]))?;
    let text = stage.file(&file)?;
    // A comment declares nothing.
    fs::write(stage.path(&file), format!("# mine\n{text}"))?;
    stage.run_to(0, &["inventory", "--resume"])?;
    fs::write(stage.path(&file), text.replace("InstanceId", "ImageId"))?;
    let (error, next) = complaint(&stage.run_to(2, &["inventory", "--resume"])?);
    assert!(error.contains("hash of --collectors: the run has"), "{error}");
    assert!(next.is_some_and(|next| next.contains("bring the files of --collectors back")), "{error}");
    // The file is kept by its whole path.
    fs::write(stage.path(&file), text)?;
    fs::create_dir(stage.path("elsewhere"))?;
    let resume = "cd elsewhere && \"$0\" inventory --resume --store ../orgwide.sqlite";
    let ran = stage.orgwide(&[])?.under("sh", &["-c", resume]).run()?;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    Ok(())
}

#[test]
fn types_files_and_ends_of_the_configuration_file_hold() -> Result<()> {
    let stage = calm(world(3, 2))?;
    fs::create_dir(stage.path("conf"))?;
    fs::write(stage.path("conf/own.yaml"), format!("service: ec2\ntypes:\n{}", declared("ec2:mine")))?;
    let file = "org: true\ntypes: ec2:mine\ncollectors: own.yaml\nstore: runs.sqlite\nout: rows.ndjson\n\
                summary: summary.json\nerrors_out: errors.ndjson\ndeadline: 5m\nmax_failures: 2%\n";
    fs::write(stage.path("conf/orgwide.yaml"), file)?;
    let config = ["inventory", "--config", "conf/orgwide.yaml"];
    let ran = stage.run_to(0, &config)?;
    assert_eq!(ran.stdout, "");
    for name in ["conf/runs.sqlite", "conf/rows.ndjson", "conf/summary.json", "conf/errors.ndjson"] {
        assert!(stage.path(name).exists(), "{name} is not there");
    }
    assert!(!stage.path("orgwide.sqlite").exists());
    let rows = orgwide_tests::Rows::read(&stage.file("conf/rows.ndjson")?)?;
    assert!(rows.count() > 0 && rows.iter().all(|row| row["type"] == json!("ec2:mine")));
    // The run is found again in the ledger that the file names.
    let calls = stage.calls("ec2", "DescribeInstances");
    stage.run_to(0, &[&config[..], &["--resume"]].concat())?;
    assert_eq!(stage.calls("ec2", "DescribeInstances"), calls);
    // Flags go before the file.
    let flags = ["s3:bucket", "--store", "other.sqlite", "--out", "other.ndjson"];
    stage.run_to(0, &[&config[..], &flags].concat())?;
    let rows = orgwide_tests::Rows::read(&stage.file("other.ndjson")?)?;
    assert!(rows.count() > 0 && rows.iter().all(|row| row["type"] == json!("s3:bucket")));
    assert!(stage.path("other.sqlite").exists());
    Ok(())
}
