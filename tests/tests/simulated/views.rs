//! Questions that have a name are answered, and what changed between two runs is told by its members.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use orgwide_simulator::{Answer, Fault, WorldSpec};
use orgwide_tests::{Rows, Stage};
use serde_json::{Value, json};

use crate::support::{calm, complaint, disturbed, inventory, world};

/// Lines of JSON.
fn lines(text: &str) -> Result<Vec<Value>> {
    text.lines().map(|line| serde_json::from_str(line).context(line.to_owned())).collect()
}

/// All of a view.
fn view(stage: &Stage, name: &str) -> Result<Vec<Value>> {
    lines(&stage.run_to(0, &["query", name])?.stdout)
}

/// A row for each value of a member: how many rows there are of it, and in how many accounts.
fn counted(rows: &Rows, member: &str) -> Vec<Value> {
    let mut counts = BTreeMap::<&str, Vec<&str>>::new();
    for row in rows.iter() {
        let account = row["account_id"].as_str().unwrap_or_default();
        counts.entry(row[member].as_str().unwrap_or_default()).or_default().push(account);
    }
    let accounts = |of: &[&str]| of.iter().collect::<std::collections::BTreeSet<_>>().len();
    counts.iter().map(|(value, of)| json!([value, of.len(), accounts(of)])).collect()
}

#[test]
fn every_view_agrees_with_the_rows_of_the_run() -> Result<()> {
    let stage = calm(WorldSpec { instances: 40, ..world(5, 3) })?;
    stage.run_to(0, &inventory(&["--org"]))?;
    let rows = stage.rows()?;
    let of = |row: &Value, member: &str| json!([row[member], row["resources"], row["accounts"]]);
    for (name, member) in [("by_type", "type"), ("by_region", "region"), ("by_ou", "ou_path")] {
        let told: Vec<_> = view(&stage, name)?.iter().map(|row| of(row, member)).collect();
        let told: Vec<_> = told.into_iter().filter(|row| row[1] != 0).collect();
        assert_eq!(told, counted(&rows, member), "{name}");
    }
    let told: Vec<_> = view(&stage, "by_account")?
        .iter()
        .filter(|row| row["resources"] != 0)
        .map(|row| json!([row["account_id"], row["resources"], 1]))
        .collect();
    assert_eq!(told, counted(&rows, "account_id"));
    assert!(view(&stage, "by_account")?.iter().all(|row| row["account_name"].is_string()));
    let bare = rows.iter().filter(|row| row["tags"] == json!({})).count();
    assert_eq!(view(&stage, "untagged")?.len(), bare);
    let by_type = view(&stage, "by_type")?;
    let untagged = |kind: &str| by_type.iter().find(|row| row["type"] == kind).map(|row| &row["untagged"]);
    assert_eq!(untagged("ec2:instance"), Some(&json!(bare)));
    // The list of buckets tells no tags.
    assert_eq!(untagged("s3:bucket"), Some(&json!(null)));
    let mut public: Vec<_> = rows
        .iter()
        .filter_map(|row| {
            let address = row["data"]["PublicIpAddress"].as_str()?;
            Some((row["id"].to_string(), format!("public address {address}")))
        })
        .collect();
    public.sort();
    assert!(!public.is_empty());
    let mut told: Vec<_> = view(&stage, "public")?
        .iter()
        .map(|row| (row["id"].to_string(), row["why"].as_str().unwrap_or_default().to_owned()))
        .collect();
    told.sort();
    assert_eq!(told, public);
    assert!(view(&stage, "incomplete")?.is_empty());
    Ok(())
}

#[test]
fn what_could_not_be_read_is_told_beside_the_counts() -> Result<()> {
    let spec = world(3, 1);
    let lost = calm(spec.clone())?.truth().accounts[1].id.clone();
    let fault = Fault::on("ec2", "DescribeInstances").account(&lost).answers([Answer::AccessDenied]);
    let stage = disturbed(spec, [fault.repeat()])?;
    stage.run_to(1, &inventory(&["--org"]))?;
    let told: Vec<_> = view(&stage, "incomplete")?
        .iter()
        .map(|row| json!([row["account_id"], row["type"], row["outcome"], row["hint"].is_string()]))
        .collect();
    assert_eq!(told, [json!([lost, "ec2:instance", "denied", true])]);
    let lacking: Vec<_> =
        view(&stage, "by_type")?.iter().map(|row| json!([row["type"], row["incomplete"]])).collect();
    assert_eq!(lacking, [json!(["ec2:instance", 1]), json!(["s3:bucket", 0])]);
    // Of the first run, where a second one is complete.
    stage.run_to(0, &["inventory", "s3:bucket", "--org", "--out", "b.ndjson"])?;
    assert!(view(&stage, "incomplete")?.is_empty());
    let first = stage.run_to(0, &["query", "incomplete", "--run", "1"])?;
    assert_eq!(lines(&first.stdout)?.len(), 1);
    Ok(())
}

#[test]
fn the_views_are_listed_with_their_columns_and_need_no_ledger() -> Result<()> {
    let stage = calm(world(2, 1))?;
    let listed = lines(&stage.run_to(0, &["query", "--list"])?.stdout)?;
    assert!(!stage.path("orgwide.sqlite").exists());
    stage.run_to(0, &inventory(&["--org"]))?;
    for row in &listed {
        let name = row["view"].as_str().context("no name")?;
        assert!(row["about"].as_str().is_some_and(|about| !about.is_empty()), "{row}");
        let csv = format!("{name}.csv");
        // Any spelling is the view, blanks round it too.
        stage.run_to(0, &["query", &format!(" {} ", name.to_uppercase()), "--out", &csv])?;
        let header = stage.file(&csv)?.lines().next().unwrap_or_default().to_owned();
        let columns: Vec<_> = header.split(',').map(Value::from).collect();
        assert_eq!(row["columns"], Value::from(columns), "{name}");
    }
    let names: Vec<_> = listed.iter().filter_map(|row| row["view"].as_str()).collect();
    for name in
        ["resources", "by_type", "by_account", "by_region", "by_ou", "untagged", "public", "incomplete"]
    {
        assert!(names.contains(&name), "{names:?}");
    }
    let (error, next) = complaint(&stage.run_to(2, &["query", "by_tipe"])?);
    assert!(error.contains("by_tipe") && next.is_some_and(|next| next.contains("--list")), "{error}");
    stage.run_to(2, &["query"])?;
    stage.run_to(2, &["query", "by_type", "--list"])?;
    Ok(())
}

#[test]
fn a_change_is_told_by_its_members_and_left_out_where_that_is_asked_for() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let call = |query: &str, out: &str| {
        let words =
            ["call", "ec2", "describe-instances", "--region", "us-east-1", "--store", "orgwide.sqlite"];
        stage.run_to(0, &[&words[..], &["--query", query, "--out", out]].concat())
    };
    call("{State: {Name: 'running'}, \"a.b\": `[1, 2]`, Same: 'x'}", "a.ndjson")?;
    call("{State: {Name: 'stopped'}, \"a.b\": `[1, 3]`, Same: 'x', Since: 'now'}", "b.ndjson")?;
    let diff = |code, more: &[&str]| stage.run_to(code, &[&["diff", "1", "2"], more].concat());
    let ran = diff(1, &[])?;
    let found = lines(&ran.stdout)?;
    assert_eq!(found.len(), 1, "{}", ran.stdout);
    let mut changed: Vec<_> = found[0]["changed"].as_array().context("no paths")?.clone();
    changed.sort_by_key(|path| path.as_str().map(str::to_owned));
    assert_eq!(changed, [r#"data."a.b"[1]"#, "data.Since", "data.State.Name"]);
    assert_eq!(
        (&found[0]["change"], found[0]["before"]["data"]["State"]["Name"].as_str()),
        (&json!("changed"), Some("running"))
    );
    let told = ran.stderr.lines().collect::<Vec<_>>();
    assert!(told.contains(&"  ec2:DescribeInstances: 1 changed"), "{}", ran.stderr);
    // One that is left is enough to differ; with none, nothing does.
    let found = lines(&diff(1, &["--ignore", "data.State", "--ignore", "*Since"])?.stdout)?;
    assert_eq!(found[0]["changed"], json!([r#"data."a.b"[1]"#]));
    let ran = diff(0, &["--ignore", "data.State", "--ignore", "*Since", "--ignore", "data.\"a.b\"*"])?;
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("1 differ only in what --ignore names"), "{}", ran.stderr);
    // In a table of text the paths are JSON.
    diff(1, &["--out", "d.csv", "--ignore", "*a.b*"])?;
    let csv = stage.file("d.csv")?;
    assert_eq!(csv.lines().next(), Some("change,account_id,region,type,id,changed,before,after"));
    assert!(csv.contains(r#""[""data.State.Name"",""data.Since""]""#), "{csv}");
    Ok(())
}
