//! Types of resources against moto: what is collected is what was put in, and needs no more than is listed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use orgwide_tests::{Listener, Ran, python, run};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

/// What `moto/resources.py` put in.
#[derive(Deserialize)]
struct Truth {
    accounts: Vec<String>,
    rows: Vec<Row>,
    caller: Option<Caller>,
}

/// A resource, as far as the truth knows it; a row has more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Row {
    account_id: String,
    region: String,
    #[serde(rename = "type")]
    kind: String,
    id: String,
    arn: Option<String>,
    name: Option<String>,
    tags: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct Caller {
    key: String,
    secret: String,
}

/// Types of which moto checks the permissions. Of the others it finds the signatures of any client wrong, or knows the
/// permissions by names that AWS does not use.
const CHECKED: [&str; 15] = [
    "dynamodb:table",
    "ec2:elastic-ip",
    "ec2:snapshot",
    "ec2:subnet",
    "ec2:volume",
    "ec2:vpc",
    "ecr:repository",
    "ecs:cluster",
    "iam:user",
    "kms:key",
    "logs:log-group",
    "rds:db",
    "s3:bucket",
    "sns:topic",
    "sqs:queue",
];

/// A filled server, and a folder for files.
struct Moto {
    server: Listener,
    truth: Truth,
    folder: TempDir,
}

impl Moto {
    /// `None` when the tests were started without Python.
    fn start(actions: Option<&[String]>) -> Result<Option<Self>> {
        let Some(mut script) = python("moto/resources.py") else { return Ok(None) };
        let folder = tempfile::tempdir()?;
        let truth = folder.path().join("truth.json");
        script.arg("--truth").arg(&truth).env("MOTO_EC2_LOAD_DEFAULT_AMIS", "false");
        if let Some(actions) = actions {
            let file = folder.path().join("actions.json");
            fs::write(&file, serde_json::to_string(actions)?)?;
            script.arg("--actions").arg(file);
        }
        let server = Listener::start(script)?;
        let truth = serde_json::from_str(&fs::read_to_string(truth)?)?;
        Ok(Some(Self { server, truth, folder }))
    }

    fn run(&self, arguments: &[&str]) -> Result<Ran> {
        let endpoint = self.server.endpoint_url();
        let caller = self.truth.caller.as_ref();
        let (key, secret) = caller.map_or(("hub", "x"), |caller| (&caller.key, &caller.secret));
        let environment = [
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_SECRET_ACCESS_KEY", secret),
            ("AWS_REGION", "us-east-1"),
        ];
        run(self.folder.path(), arguments, &environment)
    }

    fn rows(&self) -> Result<Vec<Row>> {
        let text = fs::read_to_string(self.folder.path().join("rows.ndjson"))?;
        let mut rows = text.lines().map(serde_json::from_str).collect::<Result<Vec<Row>, _>>()?;
        rows.sort();
        Ok(rows)
    }

    /// What is there, of these accounts and types.
    fn expected(&self, accounts: &[String], types: &[&str]) -> Vec<Row> {
        let is_meant = |row: &&Row| accounts.contains(&row.account_id) && types.contains(&row.kind.as_str());
        let mut rows: Vec<Row> = self.truth.rows.iter().filter(is_meant).cloned().collect();
        rows.sort();
        rows
    }
}

fn all_are(found: &[Row], expected: &[Row]) -> Result<()> {
    let missing: Vec<_> = expected.iter().filter(|row| !found.contains(row)).take(5).collect();
    let beyond: Vec<_> = found.iter().filter(|row| !expected.contains(row)).take(5).collect();
    ensure!(missing.is_empty() && beyond.is_empty(), "missing {missing:#?}\nand too many {beyond:#?}");
    ensure!(found.len() == expected.len(), "{} rows, {} expected", found.len(), expected.len());
    Ok(())
}

#[test]
fn twenty_two_types_in_three_accounts_and_two_regions_are_what_was_put_in() -> Result<()> {
    let Some(moto) = Moto::start(None)? else { return Ok(()) };
    let mut types: Vec<&str> = moto.truth.rows.iter().map(|row| row.kind.as_str()).collect();
    types.sort_unstable();
    types.dedup();
    ensure!(types.len() == 22, "{types:?}");
    let places = ["--org", "--region", "us-east-1,eu-west-1", "--out", "rows.ndjson"];
    let arguments = [&["inventory"], types.as_slice(), &places].concat();
    let ran = moto.run(&arguments)?;
    ensure!(ran.code == Some(0), "ended with {:?}:\n{}", ran.code, ran.stderr);
    all_are(&moto.rows()?, &moto.expected(&moto.truth.accounts, &types))
}

/// The permissions that `inventory --list` names for the types.
fn listed(folder: &Path) -> Result<Vec<String>> {
    let arguments = [&["inventory", "--list", "--out", "list.ndjson"], CHECKED.as_slice()].concat();
    let ran = run(folder, &arguments, &[])?;
    ensure!(ran.code == Some(0), "ended with {:?}:\n{}", ran.code, ran.stderr);
    let text = fs::read_to_string(folder.join("list.ndjson"))?;
    let mut actions = Vec::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line)?;
        let listed = row["permissions"].as_array().with_context(|| format!("no permissions in {line}"))?;
        actions.extend(listed.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    Ok(actions)
}

#[test]
fn a_role_with_the_permissions_that_are_listed_and_no_others_is_enough() -> Result<()> {
    let actions = listed(tempfile::tempdir()?.path())?;
    let Some(moto) = Moto::start(Some(&actions))? else { return Ok(()) };
    let members = moto.truth.accounts[1..].to_vec();
    let accounts = members.join(",");
    let places = ["--account", &accounts, "--role", "Inventory", "--region", "us-east-1,eu-west-1"];
    let arguments = [&["inventory", "--out", "rows.ndjson"], CHECKED.as_slice(), &places].concat();
    let ran = moto.run(&arguments)?;
    ensure!(ran.code == Some(0), "ended with {:?}:\n{}", ran.code, ran.stderr);
    all_are(&moto.rows()?, &moto.expected(&members, &CHECKED))?;

    // The same role may not do anything else, so the server does check.
    let ran = moto.run(&[
        "inventory",
        "ec2:route-table",
        "--account",
        &members[0],
        "--role",
        "Inventory",
        "--region",
        "us-east-1",
    ])?;
    ensure!(ran.code == Some(1), "ended with {:?}:\n{}", ran.code, ran.stderr);
    Ok(())
}
