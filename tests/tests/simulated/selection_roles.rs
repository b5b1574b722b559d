//! How accounts are entered: chains of roles, external ids, names of sessions, and whose account it really is.

use anyhow::Result;
use orgwide_simulator::{Answer, Fault, RoleRule, Simulator, WorldSpec};
use orgwide_tests::{Stage, all_of};

use crate::support::{calm, complaint, inventory, world};

#[test]
fn a_chain_leads_through_a_role_of_another_account() -> Result<()> {
    let base = WorldSpec { role: "Audit".to_owned(), ..world(4, 1) };
    let (own, jump) = (base.account_id(0), base.account_id(1));
    let roles = vec![
        RoleRule::new("Jump").account(&jump),
        RoleRule::new("Audit").trusts(format!("arn:aws:iam::{jump}:role/Jump")),
    ];
    let stage = calm(WorldSpec { roles, ..base })?;
    let targets: Vec<String> = stage.truth().accounts[2..].iter().map(|account| account.id.clone()).collect();
    let hop = format!("arn:aws:iam::{jump}:role/Jump");
    let flags = ["--account", &targets.join(","), "--role", &hop, "--role", "Audit"];
    stage.run_to(0, &inventory(&flags))?;
    stage.rows()?.are(all_of(stage.truth(), |account| targets.contains(&account.id)))?;
    let asked: Vec<_> = stage.requests("AssumeRole");
    let of = |account: &str| asked.iter().filter(|one| one.account.as_deref() == Some(account)).count();
    assert_eq!((of(&own), of(&jump)), (1, 2), "the way is gone once, and each account entered from its end");
    Ok(())
}

#[test]
fn an_external_id_and_the_name_of_the_sessions_are_as_given() -> Result<()> {
    let roles = vec![RoleRule::new("OrganizationAccountAccessRole").external_id("k7:x")];
    let stage = calm(WorldSpec { roles, ..world(3, 1) })?;
    let member = stage.truth().accounts[1].id.clone();
    let flags = ["--account", &member, "--external-id", "k7:x", "--session-name", "night@ops"];
    stage.run_to(0, &inventory(&flags))?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.id == member))?;
    let names: Vec<_> =
        stage.requests("AssumeRole").into_iter().filter_map(|request| request.session).collect();
    assert!(names.len() == 1 && names[0].session_name.as_deref() == Some("night@ops"), "{names:?}");
    let ran = stage.run_to(
        1,
        &["inventory", "ec2:instance", "s3:bucket", "--account", &member, "--external-id", "other-canary"],
    )?;
    assert!(!ran.stderr.contains("other-canary"), "{}", ran.stderr);
    for (flag, value) in [("--external-id", "x"), ("--external-id", "a b"), ("--session-name", "a b")] {
        let ran = stage
            .run_to(2, &["inventory", "ec2:instance", "s3:bucket", "--account", &member, flag, value])?;
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
    Ok(())
}

#[test]
fn an_identity_is_verified_in_each_account_only_when_asked_for() -> Result<()> {
    let stage = calm(world(4, 1))?;
    stage.run_to(0, &["targets", "--org", "--region", "us-east-1"])?;
    assert_eq!((stage.calls("sts", "GetCallerIdentity"), stage.calls("sts", "AssumeRole")), (1, 0));
    stage.run_to(0, &["targets", "--org", "--region", "us-east-1", "--verify-identity"])?;
    let members = 3;
    assert_eq!(stage.calls("sts", "AssumeRole"), members);
    let verified = stage.requests("GetCallerIdentity").into_iter();
    let verified = verified.filter(|request| !request.access_key_is_base).count() as u64;
    assert_eq!(verified, members);
    Ok(())
}

#[test]
fn an_account_whose_identity_cannot_be_verified_is_one_failed_target() -> Result<()> {
    let spec = world(4, 2);
    let member = spec.account_id(2);
    let fault =
        Fault::on("sts", "GetCallerIdentity").account(&member).answers([Answer::AccessDenied]).repeat();
    let stage = Stage::set(Simulator::builder(spec).faults([fault]))?;
    let ran = stage.run_to(1, &inventory(&["--org", "--verify-identity"]))?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.id != member))?;
    assert!(ran.stderr.contains(&member) && ran.stderr.contains("verify:identity"), "{}", ran.stderr);
    let ran = stage.run_to(1, &["accounts", "--org", "--verify-identity"])?;
    assert!(complaint(&ran).0.contains(&member), "{}", ran.stderr);
    Ok(())
}
