//! A run that was stopped goes on: what was done is not done again, and every row stands once.

use std::time::Duration;

use anyhow::{Result, ensure};
use orgwide_simulator::{Answer, Fault};
use orgwide_tests::{Stage, all_of};

use crate::support::{always, call, calm, complaint, disturbed, inventory, simulator, world};

/// Calls for instances of this account and region that were answered.
fn calls_for(stage: &Stage, account: &str, region: &str) -> usize {
    let requests = stage.requests("DescribeInstances");
    requests
        .iter()
        .filter(|r| r.account.as_deref() == Some(account) && r.region.as_deref() == Some(region))
        .count()
}

/// A run that was interrupted when about half of its 120 targets with regions had ended.
fn interrupted() -> Result<Stage> {
    let stage = Stage::set(simulator(world(30, 4)).latency(Duration::from_millis(100)))?;
    let mut running = stage.orgwide(&inventory(&["--org", "--in-flight", "16"]))?.start()?;
    running.wait_until("half is done", |_| stage.calls("ec2", "DescribeInstances") >= 60)?;
    running.signal("INT")?;
    let ran = running.end()?;
    ensure!(ran.code == Some(130), "{:?}: {}", ran.code, ran.stderr);
    assert!(ran.stderr.contains("go on with: orgwide inventory --resume=1"), "{}", ran.stderr);
    Ok(stage)
}

#[test]
fn an_interrupted_run_goes_on_with_its_own_flags_and_files() -> Result<()> {
    let stage = interrupted()?;
    let before = stage.summary()?;
    assert!(before.completed >= 60 && before.completed < 150, "{before:?}");
    // No flag says which accounts, types or files.
    let ran = stage.run_to(0, &["inventory", "--resume", "--summary", "summary.json"])?;
    assert_eq!(ran.stdout, "", "rows go where they went before");
    stage.rows()?.are(all_of(stage.truth(), |_| true))?;
    let summary = stage.summary()?;
    assert_eq!((summary.planned, summary.completed), (150, 150), "{summary:?}");
    assert!(summary.plan_complete);
    assert_eq!(summary.rows, stage.rows()?.count());
    for account in &stage.truth().accounts {
        for region in account.instances.keys() {
            // One call each, but for those that were under way when the signal came.
            assert!(calls_for(&stage, &account.id, region) <= 2, "{} {region}", account.id);
        }
    }
    let calls = stage.calls("ec2", "DescribeInstances");
    assert!(calls <= 120 + 16, "{calls} calls for 120 targets, of which at most 16 were under way");
    Ok(())
}

#[test]
fn a_complete_run_has_nothing_to_go_on_with_and_calls_nothing_but_who_it_is() -> Result<()> {
    let stage = calm(world(3, 2))?;
    stage.run_to(0, &inventory(&["--org"]))?;
    let (rows, calls) = (stage.file("rows.ndjson")?, stage.simulator().calls());
    stage.run_to(0, &["inventory", "--resume"])?;
    assert_eq!(stage.file("rows.ndjson")?, rows);
    let mut expected = calls;
    *expected.get_mut(&("sts".to_owned(), "GetCallerIdentity".to_owned())).unwrap() += 1;
    assert_eq!(stage.simulator().calls(), expected);
    Ok(())
}

#[test]
fn what_failed_is_run_again_when_asked_for_and_only_that() -> Result<()> {
    let spec = world(6, 3);
    let denied = calm(spec.clone())?.truth().accounts[4].id.clone();
    // Denied until the fault is used up: the first sitting meets it in every region.
    let fault = Fault::on("ec2", "DescribeInstances").account(&denied).answers(vec![Answer::AccessDenied; 3]);
    let stage = disturbed(spec, [fault])?;
    stage.run_to(1, &inventory(&["--org", "ec2:instance"]))?;
    let first = stage.summary()?;
    assert_eq!((first.denied, first.completed), (3, 15));
    // Going on alone changes nothing: everything has ended.
    stage.run_to(1, &["inventory", "--resume", "--summary", "summary.json"])?;
    assert_eq!(stage.calls("ec2", "DescribeInstances"), 18);
    // Another kind is not meant.
    stage.run_to(1, &["inventory", "--retry-failed=throttled", "--summary", "summary.json"])?;
    assert_eq!(stage.calls("ec2", "DescribeInstances"), 18);
    stage.run_to(0, &["inventory", "--retry-failed=denied", "--summary", "summary.json"])?;
    assert_eq!(stage.calls("ec2", "DescribeInstances"), 21);
    let again = stage.summary()?;
    assert_eq!((again.denied, again.completed, again.planned), (0, 18, 18));
    let instances = all_of(stage.truth(), |_| true).into_iter().filter(|place| place.2 == "ec2:instance");
    stage.rows()?.are(instances)
}

#[test]
fn a_selection_that_changed_is_refused_and_the_difference_told() -> Result<()> {
    let stage = calm(world(3, 2))?;
    stage.run_to(0, &inventory(&["--org", "--region", "us-east-1"]))?;
    let calls = stage.simulator().calls();
    for (flags, told) in [
        (
            &["--region", "eu-west-1"][..],
            r#"--region: the run has ["us-east-1"], now it would be ["eu-west-1"]"#,
        ),
        (&["s3:bucket"], "types: "),
        (&["--role", "Other"], "--role: "),
        (&["--not-account", "111111111111"], "--not-account: the run has nothing"),
    ] {
        let ran = stage.run_to(2, &[&["inventory", "--resume"][..], flags].concat())?;
        let (error, next) = complaint(&ran);
        assert!(error.contains(told), "{flags:?}: {error}");
        assert!(next.is_some());
    }
    // The same again is no change.
    stage.run_to(0, &["inventory", "--resume", "--org", "--region", "us-east-1"])?;
    assert_eq!(
        stage.calls_of("ec2"),
        calls.iter().filter(|((s, _), _)| s == "ec2").map(|(_, n)| n).sum::<u64>()
    );
    Ok(())
}

#[test]
fn runs_that_are_not_there_are_refused() -> Result<()> {
    let stage = calm(world(2, 1))?;
    let ran = stage.run_to(2, &["inventory", "--resume"])?;
    assert!(complaint(&ran).0.contains("there is no ledger orgwide.sqlite"), "{}", ran.stderr);
    assert!(!stage.path("orgwide.sqlite").exists());
    stage.run_to(0, &inventory(&["--org"]))?;
    let ran = stage.run_to(2, &["inventory", "--resume=7"])?;
    assert!(complaint(&ran).0.contains("there is no run 7"), "{}", ran.stderr);
    let ran = stage.run_to(2, &["call", "--resume=1"])?;
    assert!(complaint(&ran).0.contains("run 1 is one of `orgwide inventory`"), "{}", ran.stderr);
    stage.run_to(2, &["inventory", "--resume=x"])?;
    Ok(())
}

#[test]
fn a_listing_that_broke_is_made_up_for_when_it_is_healed() -> Result<()> {
    let broken =
        Fault::on("organizations", "ListAccounts").answers([Answer::Ok, Answer::Ok, Answer::AccessDenied]);
    let stage = disturbed(world(60, 2), [broken])?;
    stage.run_to(4, &inventory(&["--org"]))?;
    assert!(!stage.summary()?.plan_complete);
    stage.run_to(0, &["inventory", "--resume", "--summary", "summary.json"])?;
    let summary = stage.summary()?;
    assert_eq!((summary.planned, summary.plan_complete), (180, true), "{summary:?}");
    stage.rows()?.are(all_of(stage.truth(), |_| true))
}

#[test]
fn regions_that_could_not_be_listed_are_listed_when_it_is_run_again() -> Result<()> {
    let spec = world(4, 2);
    let lost = calm(spec.clone())?.truth().accounts[3].id.clone();
    // Three attempts each, and then no more.
    let faults = [("account", "ListRegions"), ("ec2", "DescribeRegions")].map(|(service, operation)| {
        Fault::on(service, operation).account(&lost).answers(vec![Answer::Internal; 3])
    });
    let stage = disturbed(spec, faults)?;
    stage.run_to(1, &inventory(&["--org"]))?;
    assert_eq!((stage.summary()?.failed, stage.summary()?.planned), (1, 10));
    stage.run_to(0, &["inventory", "--retry-failed", "--summary", "summary.json"])?;
    let summary = stage.summary()?;
    assert_eq!((summary.planned, summary.completed), (12, 12), "{summary:?}");
    stage.rows()?.are(all_of(stage.truth(), |_| true))
}

#[test]
fn accounts_that_appeared_since_are_found_and_those_that_left_are_marked() -> Result<()> {
    let stage = Stage::set(simulator(world(30, 2)).latency(Duration::from_millis(100)))?;
    let ids: Vec<String> = stage.truth().accounts.iter().map(|account| account.id.clone()).collect();
    std::fs::write(stage.path("accounts.txt"), ids[..20].join("\n"))?;
    let flags = ["--accounts-file", "accounts.txt", "--in-flight", "4"];
    let mut running = stage.orgwide(&inventory(&flags))?.start()?;
    running.wait_until("some are done", |_| stage.calls("ec2", "DescribeInstances") >= 8)?;
    running.signal("KILL")?;
    running.end()?;
    // Ten more, and the last five of the first twenty are gone.
    std::fs::write(stage.path("accounts.txt"), [&ids[..15], &ids[20..]].concat().join("\n"))?;
    stage.run_to(0, &["inventory", "--resume", "--summary", "summary.json"])?;
    let summary = stage.summary()?;
    let rows = stage.rows()?;
    for (index, account) in stage.truth().accounts.iter().enumerate() {
        let found = rows.iter().filter(|row| row["account_id"] == *account.id).count();
        let all = all_of(stage.truth(), |other| other.id == account.id).len();
        match index {
            15..20 => assert!(found == 0 || found <= all, "{index}"),
            _ => assert_eq!(found, all, "{index}"),
        }
    }
    assert!(summary.plan_complete && summary.completed >= 25 * 3, "{summary:?}");
    assert_eq!(summary.completed + summary.skipped, summary.planned);
    Ok(())
}

#[test]
fn rows_on_stdout_come_again_or_only_the_new_ones() -> Result<()> {
    let spec = world(4, 1);
    let denied = calm(spec.clone())?.truth().accounts[2].id.clone();
    let fault = always("ec2", "DescribeInstances", Answer::AccessDenied).account(&denied);
    let stage = disturbed(spec.clone(), [fault])?;
    let ran = stage.run_to(1, &["inventory", "--org"])?;
    let before = ran.stdout.lines().count();
    assert!(before > 0);
    let ran = stage.run_to(1, &["inventory", "--retry-failed"])?;
    assert_eq!(ran.stdout.lines().count(), before);
    let ran = stage.run_to(1, &["inventory", "--retry-failed", "--new-only"])?;
    assert_eq!(ran.stdout, "");
    Ok(())
}

#[test]
fn an_external_id_is_not_kept_and_asked_for_again() -> Result<()> {
    let stage = calm(world(2, 1))?;
    stage.run_to(0, &inventory(&["--org", "--external-id", "canary-external-id"]))?;
    let ledger = std::fs::read(stage.path("orgwide.sqlite"))?;
    assert!(!ledger.windows(18).any(|bytes| bytes == b"canary-external-id"));
    let ran = stage.run_to(2, &["inventory", "--resume"])?;
    assert!(complaint(&ran).0.contains("--external-id: the run has \"one\""), "{}", ran.stderr);
    stage.run_to(0, &["inventory", "--resume", "--external-id", "canary-external-id"])?;
    Ok(())
}

#[test]
fn how_to_go_on_is_told_in_words_that_a_shell_takes() -> Result<()> {
    let stage = Stage::set(simulator(world(30, 2)).latency(Duration::from_millis(100)))?;
    std::fs::create_dir(stage.path("it's here"))?;
    let flags = ["--org", "--store", "it's here/l.sqlite", "--external-id", "abc", "--deadline", "1s"];
    let ran = stage.run_to(4, &inventory(&[&flags[..], &["--in-flight", "4"]].concat()))?;
    let told = r"go on with: orgwide inventory --resume=1 --store 'it'\''s here/l.sqlite' --external-id ID";
    assert!(ran.stderr.lines().any(|line| line == told), "{}", ran.stderr);
    stage.run_to(0, &["inventory", "--resume=1", "--store", "it's here/l.sqlite", "--external-id", "abc"])?;
    stage.rows()?.are(all_of(stage.truth(), |_| true))
}

#[test]
fn only_what_is_left_to_do_is_told() -> Result<()> {
    let spec = world(3, 1);
    let denied = calm(spec.clone())?.truth().accounts[2].id.clone();
    let fault = always("ec2", "DescribeInstances", Answer::AccessDenied).account(&denied);
    let stage = disturbed(spec, [fault])?;
    let ran = stage.run_to(1, &inventory(&["--org"]))?;
    assert!(!ran.stderr.contains("go on with"), "every target has ended: {}", ran.stderr);
    assert!(ran.stderr.contains("run again what failed: orgwide inventory --resume=1 --retry-failed"));
    Ok(())
}

#[test]
fn parameters_that_were_not_kept_are_asked_for() -> Result<()> {
    let denied = always("secretsmanager", "GetSecretValue", Answer::AccessDenied);
    let stage = disturbed(world(2, 1), [denied])?;
    let params = r#"{"SecretId":"canary-secret-name"}"#;
    let flags = ["secretsmanager", "get-secret-value", "--params", params, "--yes", "--store", "l.sqlite"];
    let ran = stage.run(&call(&flags))?;
    assert!(ran.stderr.contains("--retry-failed --store l.sqlite --yes --params JSON"), "{}", ran.stderr);
    let ledger = std::fs::read(stage.path("l.sqlite"))?;
    assert!(!ledger.windows(18).any(|bytes| bytes == b"canary-secret-name"));
    let ran = stage.run_to(2, &["call", "--resume", "--store", "l.sqlite", "--yes"])?;
    let (_, next) = complaint(&ran);
    assert!(next.is_some_and(|next| next.contains("give --params again")), "{}", ran.stderr);
    Ok(())
}

#[test]
fn files_that_have_to_be_complete_have_to_be_so_when_the_run_goes_on() -> Result<()> {
    let stage = Stage::set(simulator(world(30, 2)).latency(Duration::from_millis(100)))?;
    let flags = ["--org", "--require-complete", "--in-flight", "4"];
    stage.run_to(4, &inventory(&[&flags[..], &["--deadline", "1s"]].concat()))?;
    stage.run_to(4, &["inventory", "--resume", "--deadline", "200ms"])?;
    assert!(!stage.path("rows.ndjson").exists() && stage.path("rows.ndjson.partial").exists());
    stage.run_to(0, &["inventory", "--resume", "--in-flight", "64"])?;
    assert!(!stage.path("rows.ndjson.partial").exists());
    stage.rows()?.are(all_of(stage.truth(), |_| true))
}

#[test]
fn a_file_that_became_no_ledger_yet_has_no_run() -> Result<()> {
    let stage = calm(world(1, 1))?;
    // What is left of a process that was killed before it wrote anything.
    std::fs::write(stage.path("orgwide.sqlite"), "")?;
    let ran = stage.run_to(2, &["inventory", "--resume"])?;
    assert!(complaint(&ran).0.contains("there is no run in orgwide.sqlite"), "{}", ran.stderr);
    Ok(())
}
