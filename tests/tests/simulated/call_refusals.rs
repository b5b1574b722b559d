//! What cannot be meant is refused before anything is called, with what was probably meant.

use anyhow::Result;

use crate::support::{calm, complaint, world};

#[test]
fn names_that_do_not_exist_are_refused_with_the_nearest() -> Result<()> {
    let stage = calm(world(1, 1))?;
    for (names, says, step) in [
        (&["ecc", "describe-vpcs"][..], "did you mean `ec2`?", "--list"),
        (&["ec2", "describe-vpc"], "did you mean `DescribeVpcs`?", "--list ec2"),
        (&["quuxquux", "x"], "quuxquux", "--list"),
        (&["ec2"], "which operation of ec2?", "--list ec2"),
        (&["ecc"], "did you mean `ec2`?", "--list"),
        (&[], "a service and an operation are missing", "orgwide call"),
        (&["--list", "ecc"], "did you mean `ec2`?", "--list"),
        (&["--list", "ec2", "describe-vpcs"], "--list takes a service at most", "--describe"),
        (&["--describe", "ec2", "describe-vpc"], "did you mean `DescribeVpcs`?", "--list ec2"),
        (&["--describe", "ec2"], "which operation of ec2?", "--list ec2"),
    ] {
        let ran = stage.run_to(2, &[&["call"], names].concat())?;
        let (error, next) = complaint(&ran);
        assert!(error.contains(says), "{names:?}: {error}");
        assert!(next.as_deref().is_some_and(|next| next.contains(step)), "{names:?}: {next:?}");
    }
    assert_eq!(stage.simulator().connections(), 0);
    Ok(())
}

#[test]
fn parameters_that_do_not_fit_are_refused_all_at_once() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let params = r#"{"Filter": [], "MaxResults": "many", "InstanceIds": [1]}"#;
    let ran = stage.run_to(2, &["call", "ec2", "describe-instances", "--params", params])?;
    let (error, next) = complaint(&ran);
    for told in ["Filter", "Filters", "MaxResults", "InstanceIds[0]"] {
        assert!(error.contains(told), "`{told}` is not in: {error}");
    }
    assert!(next.is_some_and(|next| next.contains("--describe ec2 DescribeInstances")), "{}", ran.stderr);

    let ran = stage.run_to(2, &["call", "secretsmanager", "describe-secret"])?;
    assert!(complaint(&ran).0.contains("SecretId is missing"), "{}", ran.stderr);
    assert_eq!(stage.simulator().connections(), 0);
    Ok(())
}

#[test]
fn parameters_and_queries_that_cannot_be_read_are_refused_with_their_place() -> Result<()> {
    let stage = calm(world(1, 1))?;
    std::fs::write(stage.path("bad.json"), "{\n  \"MaxResults\": 5,\n}\n")?;
    std::fs::write(stage.path("list.json"), "[]")?;
    for (flag, value, says) in [
        ("--params", "{", "column 1"),
        ("--params", "[]", "not an object"),
        ("--params", "@bad.json", "line 3"),
        ("--params", "@list.json", "@list.json is not an object"),
        ("--params", "@nowhere.json", "nowhere.json"),
        ("--query", "Reservations[", "at its end"),
        ("--query", "a..b", "column 3"),
        ("--query", "lenght(@)", "no function `lenght`"),
        ("--query", "", "empty"),
        ("--models", "nowhere", "nowhere"),
    ] {
        let ran = stage.run_to(2, &["call", "ec2", "describe-instances", flag, value])?;
        let (error, _) = complaint(&ran);
        assert!(error.contains(says) && error.contains(flag), "{flag} {value}: {error}");
    }
    assert_eq!(stage.simulator().connections(), 0);
    Ok(())
}
