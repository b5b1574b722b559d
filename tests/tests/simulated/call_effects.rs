//! What may change something or reads a secret needs a yes, and is told before.

use anyhow::Result;
use orgwide_tests::Stage;

use crate::support::{call, calm, complaint, world};

/// The calls that are neither STS's own nor Organizations'.
fn calls(stage: &Stage) -> usize {
    let log = stage.simulator().log();
    log.iter().filter(|request| !matches!(request.service.as_deref(), Some("sts" | "organizations"))).count()
}

#[test]
fn a_write_needs_a_yes_and_is_told_before() -> Result<()> {
    let stage = calm(world(3, 2))?;
    let start = [
        "ec2",
        "start-instances",
        "--org",
        "--not-account",
        "sandbox-*",
        "--region",
        "us-east-1,us-west-2",
        "--role",
        "ops/Starter",
        "--params",
        r#"{"InstanceIds": ["i-1"]}"#,
    ];
    let ran = stage.run_to(2, &[&["call"], &start[..]].concat())?;
    let (error, next) = complaint(&ran);
    assert!(error.contains("ec2:StartInstances") && error.contains("--yes is not given"), "{error}");
    assert!(next.is_some_and(|next| next.contains("add --yes")), "{}", ran.stderr);
    for told in [
        "ec2:StartInstances may change or start something",
        "all of the organization; without sandbox-*",
        "us-east-1, us-west-2",
        "ops/Starter",
        r#"{"InstanceIds":["i-1"]}"#,
    ] {
        assert!(ran.stderr.contains(told), "`{told}` is not in:\n{}", ran.stderr);
    }
    assert_eq!(stage.simulator().connections(), 0, "nothing was asked of anyone");
    assert_eq!(ran.stdout, "");
    Ok(())
}

#[test]
fn a_write_with_a_yes_is_told_made_once_and_not_again_when_it_fails() -> Result<()> {
    let stage = calm(world(2, 2))?;
    let start = ["ec2", "start-instances", "--org", "--params", r#"{"InstanceIds": ["i-1"]}"#, "--yes"];
    // The simulator starts nothing: each call is refused.
    let ran = stage.run_to(1, &call(&start))?;
    assert!(ran.stderr.contains("ec2:StartInstances may change or start something"), "{}", ran.stderr);
    assert_eq!(stage.calls("ec2", "StartInstances"), 4);
    assert_eq!(stage.summary()?.failed, 4);

    let stage = calm(world(1, 1))?;
    let ran = stage.run_to(1, &[&call(&start)[..], &["--quiet"]].concat())?;
    assert!(!ran.stderr.contains("may change"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn a_read_of_a_secret_needs_a_yes() -> Result<()> {
    let stage = calm(world(1, 1))?;
    for (service, operation, params) in [
        ("secretsmanager", "get-secret-value", r#"{"SecretId": "s"}"#),
        ("ec2", "get-password-data", r#"{"InstanceId": "i-1"}"#),
        ("ssm", "get-parameters", r#"{"Names": ["n"], "WithDecryption": true}"#),
    ] {
        let ran = stage.run_to(2, &["call", service, operation, "--params", params])?;
        assert!(complaint(&ran).0.contains("reads a secret"), "{}", ran.stderr);
        assert!(ran.stderr.contains("which will stand in the output"), "{}", ran.stderr);
    }
    assert_eq!(stage.simulator().connections(), 0);
    Ok(())
}

#[test]
fn what_is_told_of_the_parameters_has_no_secret_in_it() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let params = r#"{"UserName": "somebody", "Password": "CanaryPasswordThatNobodyMaySee"}"#;
    for yes in [&[][..], &["--yes"], &["--yes", "--log", "trace"]] {
        let ran = stage.run(&[&["call", "iam", "create-login-profile", "--params", params], yes].concat())?;
        assert!(ran.stderr.contains("iam:CreateLoginProfile may change"), "{}", ran.stderr);
        assert!(ran.stderr.contains("somebody") && ran.stderr.contains("(not shown)"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("Canary") && !ran.stdout.contains("Canary"), "{}", ran.stderr);
    }
    assert_eq!(calls(&stage), 2, "once for each yes");

    // Nor have those that are refused for what is beside it.
    let params = r#"{"UserName": 1, "Password": "CanaryPasswordThatNobodyMaySee"}"#;
    let ran = stage.run_to(2, &["call", "iam", "create-login-profile", "--params", params, "--yes"])?;
    assert!(!ran.stderr.contains("Canary"), "{}", ran.stderr);
    Ok(())
}
