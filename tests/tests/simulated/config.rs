//! The configuration file: what is in it holds, flags win over it, and what is wrong in it is told with its place.

use std::collections::BTreeSet;

use anyhow::Result;
use orgwide_simulator::{RoleRule, WorldSpec};
use orgwide_tests::{Stage, all_of};
use serde_json::Value;

use crate::support::{calm, complaint, inventory, world};

/// A stage with this file in its folder.
fn with_file(accounts: usize, regions: usize, file: &str) -> Result<Stage> {
    let stage = calm(world(accounts, regions))?;
    std::fs::write(stage.path("orgwide.yaml"), file)?;
    Ok(stage)
}

const CONFIG: [&str; 2] = ["--config", "orgwide.yaml"];

/// `inventory` with the file, and more.
fn configured<'a>(more: &[&'a str]) -> Vec<&'a str> {
    inventory(&[&CONFIG[..], more].concat())
}

#[test]
fn a_run_selects_what_the_file_says() -> Result<()> {
    let stage =
        with_file(4, 3, "org: true\nregion: [us-*]\nnot_region: global\nnot_account: '${LEFT_OUT}'\n")?;
    let left_out = stage.truth().accounts[2].id.clone();
    let ran = stage.orgwide(&configured(&["ec2:instance"]))?.env("LEFT_OUT", &left_out).run()?;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let rows = stage.rows()?;
    assert!(rows.count() > 0);
    for (account, region, ..) in rows.places().keys() {
        assert!(region.starts_with("us-") && *account != left_out, "{account} {region}");
    }
    assert_eq!(stage.entries(&left_out), 0);
    assert_eq!(stage.summary()?.skipped, 1);
    Ok(())
}

#[test]
fn a_selection_by_flag_takes_the_place_of_the_files_and_its_exclusions_stay() -> Result<()> {
    let stage = calm(world(5, 2))?;
    let [a, b] = [1, 3].map(|index| stage.truth().accounts[index].id.clone());
    std::fs::write(stage.path("orgwide.yaml"), format!("org: true\nregion: us-east-1\nnot_account: {b}\n"))?;
    let accounts = format!("{a},{b}");
    stage.run_to(0, &configured(&["--account", &accounts, "--region", "enabled"]))?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.id == a))?;
    assert_eq!(stage.calls_of("organizations"), 0, "the file's `org` is not asked for");
    Ok(())
}

#[test]
fn a_set_goes_over_the_file_when_it_is_picked() -> Result<()> {
    let stage = calm(world(4, 2))?;
    let [a, b] = [1, 2].map(|index| stage.truth().accounts[index].id.clone());
    let file = format!("account: {a}\nsets:\n  other: {{account: {b}}}\n");
    std::fs::write(stage.path("orgwide.yaml"), file)?;
    stage.run_to(0, &configured(&[]))?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.id == a))?;
    stage.run_to(0, &configured(&["--set", "other", "--overwrite"]))?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.id == b))?;
    let (error, _) = complaint(&stage.run_to(2, &configured(&["--set", "othr"]))?);
    assert!(error.contains("no set `othr`; did you mean `other`?"), "{error}");
    Ok(())
}

#[test]
fn the_role_of_the_file_is_assumed_and_that_of_the_flag_instead() -> Result<()> {
    let stage = calm(world(2, 1))?;
    let member = stage.truth().accounts[1].id.clone();
    std::fs::write(stage.path("orgwide.yaml"), format!("account: {member}\nrole: audit/FromFile\n"))?;
    let asked = |flags: &[&str]| -> Result<String> {
        stage.run(&[&["targets"], &CONFIG[..], flags].concat())?;
        let last = stage.requests("AssumeRole").pop().and_then(|request| request.role_arn);
        Ok(last.unwrap_or_default())
    };
    assert!(asked(&[])?.ends_with(":role/audit/FromFile"));
    assert!(asked(&["--role", "FromFlag"])?.ends_with(":role/FromFlag"));
    Ok(())
}

#[test]
fn a_chain_of_the_file_gives_each_role_what_it_has_of_its_own() -> Result<()> {
    let base = WorldSpec { role: "Audit".to_owned(), ..world(4, 1) };
    let jump = base.account_id(1);
    let hop = format!("arn:aws:iam::{jump}:role/Jump");
    let roles = vec![
        RoleRule::new("Jump").account(&jump).external_id("of-the-hop"),
        RoleRule::new("Audit").trusts(&hop).external_id("of-the-leaf"),
    ];
    let stage = calm(WorldSpec { roles, ..base })?;
    let member = stage.truth().accounts[2].id.clone();
    let leaf = "{name: Audit, external_id: of-the-leaf, session_name: leaf, duration: 30m}";
    let file =
        format!("account: {member}\nrole:\n  - {{name: '{hop}', external_id: of-the-hop}}\n  - {leaf}\n");
    std::fs::write(stage.path("orgwide.yaml"), file)?;
    stage.run_to(0, &configured(&[]))?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.id == member))?;
    let asked: Vec<_> =
        stage.requests("AssumeRole").into_iter().filter_map(|request| request.session).collect();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1].session_name.as_deref(), Some("leaf"));
    assert_eq!(asked[1].duration_seconds.as_deref(), Some("1800"));
    assert_ne!(asked[0].session_name.as_deref(), Some("leaf"));
    let own = ["--external-id", "of-the-flag", "--session-name", "flag", "--overwrite"];
    stage.run_to(1, &configured(&own))?;
    let last = stage.requests("AssumeRole").pop().and_then(|request| request.session?.session_name);
    assert_eq!(last.as_deref(), Some("flag"));
    // The chain is the flag's as soon as the flag names one role.
    stage.run_to(1, &configured(&["--role", "Audit", "--overwrite"]))?;
    let ran = stage.run_to(0, &["whoami", "--config", "orgwide.yaml", "--account", &member])?;
    assert_eq!(ran.stdout.lines().count(), 3, "the caller, the hop and the account: {}", ran.stdout);
    Ok(())
}

#[test]
fn units_tags_and_lists_of_the_file_select() -> Result<()> {
    let stage = calm(world(30, 1))?;
    let listed = |flags: &[&str]| -> Result<BTreeSet<String>> {
        let ran = stage.run_to(0, &[&["accounts"], flags].concat())?;
        let rows = ran.stdout.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
        Ok(rows
            .iter()
            .filter(|row| row["included"] == true)
            .map(|row| row["account_id"].to_string())
            .collect())
    };
    let unit = stage.truth().units[0].id.clone();
    let [a, b] = [3, 4].map(|index| stage.truth().accounts[index].id.clone());
    std::fs::create_dir(stage.path("settings"))?;
    std::fs::write(stage.path("settings/list.txt"), format!("{a}\n{b}\n"))?;
    let file = format!(
        "sets:\n  unit: {{ou: {unit}, tag: env=*}}\n  list: {{accounts_file: list.txt, not_account: {b}}}\n"
    );
    std::fs::write(stage.path("settings/orgwide.yaml"), file)?;
    let set = |name: &'static str| listed(&["--config", "settings/orgwide.yaml", "--set", name]);
    let by_flag = listed(&["--ou", &unit, "--tag", "env=*"])?;
    assert!(!by_flag.is_empty());
    assert_eq!(set("unit")?, by_flag);
    assert_eq!(set("list")?, [format!("\"{a}\"")].into(), "the list is found beside the file that names it");
    Ok(())
}

#[test]
fn limits_lists_those_of_the_file_after_those_of_the_flags() -> Result<()> {
    let file = "limit: [ec2=7/s burst 3, {rule: '*=9/s burst 9', ceiling: account-region}]\nin_flight: 5\n";
    let stage = with_file(1, 1, file)?;
    let ran = stage.run_to(0, &["limits", "--config", "orgwide.yaml", "--limit", "ec2=8/s burst 4"])?;
    let rows = ran.stdout.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let own: Vec<_> = rows.iter().filter(|row| row["origin"] == "set by you").collect();
    let rates: Vec<_> = own.iter().map(|row| row["rate_per_second"].as_f64().unwrap_or_default()).collect();
    assert!(
        own.iter().any(|row| row["kind"] == "ceiling" && row["one_per"] == "account and region"),
        "{own:?}"
    );
    let at = |rate: f64| rates.iter().position(|other| *other == rate);
    assert!(at(8.0) < at(7.0) && at(8.0).is_some(), "{rates:?}");
    assert!(rows.iter().any(|row| row["in_flight"] == 5), "{rows:?}");
    let explained =
        stage.run_to(0, &["limits", "explain", "ec2:DescribeVpcs", "--config", "orgwide.yaml"])?;
    assert!(explained.stdout.contains("7/s"), "{}", explained.stdout);
    Ok(())
}

#[test]
fn an_endpoint_of_the_file_takes_the_calls_of_its_service() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let file = format!(
        "endpoint_url: http://127.0.0.1:9\nendpoints: {{sts: '{}'}}\n",
        stage.server().endpoint_url()
    );
    std::fs::write(stage.path("orgwide.yaml"), file)?;
    let ran = stage.orgwide(&["whoami", "--config", "orgwide.yaml"])?.without("AWS_ENDPOINT_URL").run()?;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(stage.calls("sts", "GetCallerIdentity"), 1);
    Ok(())
}

#[test]
fn everything_that_is_wrong_is_told_with_its_place_before_anything_is_done() -> Result<()> {
    let file = "regoin: us-east-1\naccount: 12345678901\nregion: [eu-cental-1]\nlimit: ec2=fast\n";
    let stage = with_file(1, 1, file)?;
    for verb in [
        configured(&["--out", "rows.ndjson"]),
        [&["accounts"], &CONFIG[..]].concat(),
        [&["targets"], &CONFIG[..]].concat(),
        [&["regions"], &CONFIG[..]].concat(),
        [&["whoami"], &CONFIG[..]].concat(),
        [&["limits"], &CONFIG[..]].concat(),
        [&["call", "sts", "get-caller-identity"], &CONFIG[..]].concat(),
        vec!["config", "check"],
    ] {
        let ran = stage.run_to(2, &verb)?;
        for place in
            ["orgwide.yaml:1:1: ", "orgwide.yaml:2:10: ", "orgwide.yaml:3:10: ", "orgwide.yaml:4:8: "]
        {
            assert!(ran.stderr.contains(place), "{verb:?}: `{place}` is not in\n{}", ran.stderr);
        }
        let (error, _) = complaint(&ran);
        assert!(error.contains("4 problems"), "{error}");
        assert!(ran.stdout.is_empty());
    }
    assert!(stage.simulator().log().is_empty(), "something was called");
    assert!(!stage.path("rows.ndjson").exists());
    Ok(())
}

#[test]
fn a_file_that_cannot_be_read_and_a_set_without_a_file_are_usage() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let (error, _) = complaint(&stage.run_to(2, &["accounts", "--config", "not-there.yaml"])?);
    assert!(error.contains("not-there.yaml cannot be read"), "{error}");
    assert!(stage.run_to(2, &["accounts", "--set", "a"])?.stderr.contains("--config"));
    Ok(())
}

#[test]
fn check_prints_what_is_in_force_and_hides_external_ids() -> Result<()> {
    let file = "x-a: &a {region: [us-*], role: {name: A, external_id: canary-1}}\nsets: {s: {<<: *a, account: 012345678901}}\nprofile: ${WHO:-audit}\n";
    let stage = with_file(1, 1, file)?;
    let ran = stage.run_to(0, &["config", "check"])?;
    assert!(ran.stdout.starts_with("profile: audit\nsets:\n  s:\n"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("account: '012345678901'") && !ran.stdout.contains("canary"),
        "{}",
        ran.stdout
    );
    let ran = stage.run_to(0, &["config", "check", "orgwide.yaml", "--set", "s"])?;
    assert!(ran.stdout.starts_with("profile: audit\nrole:\n  name: A\n"), "{}", ran.stdout);
    Ok(())
}

#[test]
fn import_prints_a_file_that_check_takes_and_tells_what_is_lost() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let accounts = "accounts:\n  - {account_id: '012345678901', name: a, role: Audit, regions: [us-east-1], tags: ['k:v']}\n";
    std::fs::write(stage.path("accounts.yml"), accounts)?;
    let ran = stage.run_to(0, &["config", "import", "accounts.yml"])?;
    assert!(
        ran.stderr.contains("accounts.yml:2:78: `tags` of accounts are not carried over"),
        "{}",
        ran.stderr
    );
    std::fs::write(stage.path("orgwide.yaml"), &ran.stdout)?;
    let checked = stage.run_to(0, &["config", "check"])?;
    assert_eq!(checked.stdout, "role: Audit\naccount: '012345678901'\nregion: us-east-1\n");
    Ok(())
}

#[test]
fn the_schema_is_json() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let ran = stage.run_to(0, &["config", "schema"])?;
    let schema: Value = serde_json::from_str(&ran.stdout)?;
    assert!(schema["properties"]["sets"].is_object());
    Ok(())
}
