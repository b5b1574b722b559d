//! stdout carries data only, and files and stdout carry the same.

use anyhow::Result;
use orgwide_tests::{Rows, all_of};

use crate::support::{calm, disturbed, inventory, world};

#[test]
fn rows_go_to_stdout_where_it_is_not_a_terminal_and_nothing_else_does() -> Result<()> {
    let stage = calm(world(5, 2))?;
    let ran = stage.run_to(0, &["inventory", "ec2:instance", "s3:bucket", "--org"])?;
    Rows::read(&ran.stdout)?.are(all_of(stage.truth(), |_| true))?;
    assert!(ran.stderr.contains("targets"), "progress goes to stderr: {}", ran.stderr);
    Ok(())
}

#[test]
fn several_outputs_get_the_same_rows() -> Result<()> {
    let stage = calm(world(4, 2))?;
    let ran =
        stage.run_to(0, &[&inventory(&["--org", "--out", "-"])[..], &["--out", "more.ndjson"]].concat())?;
    assert_eq!(stage.file("rows.ndjson")?, stage.file("more.ndjson")?);
    assert_eq!(stage.file("rows.ndjson")?, ran.stdout);
    stage.rows()?.are(all_of(stage.truth(), |_| true))
}

#[test]
fn a_quiet_run_that_is_good_says_nothing() -> Result<()> {
    let stage = calm(world(5, 2))?;
    for verb in [inventory(&["--org", "--quiet"]), vec!["accounts", "--org", "-q", "--out", "a.ndjson"]] {
        let ran = stage.run_to(0, &verb)?;
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""), "{verb:?}");
    }
    assert_eq!(stage.file("a.ndjson")?.lines().count(), 5);
    Ok(())
}

#[test]
fn that_nobody_reads_what_is_told_changes_nothing() -> Result<()> {
    let stage = calm(world(3, 1))?;
    let arguments = inventory(&["--org"]);
    let ran = stage.orgwide(&arguments)?.under("sh", &["-c", "exec \"$0\" \"$@\" 2>/dev/full"]).run()?;
    assert_eq!(ran.code, Some(0));
    stage.rows()?.are(all_of(stage.truth(), |_| true))?;
    assert_eq!(stage.summary()?.completed, 6);
    Ok(())
}

#[test]
fn a_quiet_run_still_says_what_ended_it() -> Result<()> {
    let fault = crate::support::always("organizations", "*", orgwide_simulator::Answer::AccessDenied);
    let stage = disturbed(world(2, 1), [fault])?;
    let ran = stage.run_to(3, &inventory(&["--org", "--quiet"]))?;
    crate::support::complaint(&ran);
    Ok(())
}

#[test]
fn a_run_that_finds_nothing_leaves_an_empty_file() -> Result<()> {
    let mut spec = world(3, 1);
    (spec.instances, spec.buckets) = (0, 0);
    let stage = calm(spec)?;
    stage.run_to(0, &inventory(&["--org"]))?;
    assert_eq!(stage.file("rows.ndjson")?, "");
    assert_eq!(stage.summary()?.completed, 6);
    Ok(())
}
