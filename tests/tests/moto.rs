//! The whole binary against moto: what it reports is what was put in.
//!
//! Names there are hostile, one cell has more than one page, one account is closed, and the management account
//! has resources, too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use orgwide_tests::{Ran, run};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

/// What `moto/seed.py` put in.
#[derive(Deserialize)]
struct Truth {
    management_account: String,
    regions: Vec<String>,
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    id: String,
    name: String,
    status: String,
    buckets: Vec<String>,
    instances: BTreeMap<String, Vec<String>>,
    instance_names: BTreeMap<String, String>,
    /// The names of the units it is in, parted by slashes; empty in the root.
    unit: String,
    unit_id: String,
    tags: BTreeMap<String, String>,
}

/// A row, as far as the truth knows it.
type Row = (String, Option<String>, String, String, String, Option<String>, Value);

impl Account {
    fn is_active(&self) -> bool {
        self.status == "ACTIVE"
    }

    fn instance_rows(&self, account_name: Option<&str>) -> Vec<Row> {
        let cells = self.instances.iter().flat_map(|(region, ids)| ids.iter().map(move |id| (region, id)));
        cells
            .map(|(region, id)| {
                let name = &self.instance_names[id];
                let tags = serde_json::json!({"Name": name, "team & <unit>": ""});
                self.row(account_name, region, "ec2:instance", id, Some(name), tags)
            })
            .collect()
    }

    fn bucket_rows(&self, account_name: Option<&str>) -> Vec<Row> {
        // Moto does not say where a bucket is.
        let row = |name| self.row(account_name, "global", "s3:bucket", name, Some(name), Value::Null);
        self.buckets.iter().map(|name| row(name.as_str())).collect()
    }

    fn row(
        &self,
        account_name: Option<&str>,
        region: &str,
        kind: &str,
        id: &str,
        name: Option<&str>,
        tags: Value,
    ) -> Row {
        let owned = |text: &str| text.to_owned();
        (
            owned(&self.id),
            account_name.map(owned),
            owned(region),
            owned(kind),
            owned(id),
            name.map(owned),
            tags,
        )
    }
}

/// A moto server in use by one test, with a folder for its files.
struct Moto {
    endpoint: String,
    truth: Truth,
    folder: TempDir,
}

impl Moto {
    /// `None`, and a word about it, when the tests were started without one.
    #[allow(clippy::print_stderr, reason = "a test that checks nothing must say so")]
    fn connect() -> Result<Option<Self>> {
        let set = |name| std::env::var(name).ok();
        let (endpoint, truth) = match (set("ORGWIDE_MOTO_ENDPOINT"), set("ORGWIDE_MOTO_TRUTH")) {
            (Some(endpoint), Some(truth)) => (endpoint, truth),
            (None, None) => {
                eprintln!("not run: there is no moto server; `cargo xtask test` starts one");
                return Ok(None);
            }
            _ => bail!("ORGWIDE_MOTO_ENDPOINT and ORGWIDE_MOTO_TRUTH belong together"),
        };
        let truth = std::fs::read_to_string(&truth).with_context(|| format!("cannot read {truth}"))?;
        Ok(Some(Self { endpoint, truth: serde_json::from_str(&truth)?, folder: tempfile::tempdir()? }))
    }

    fn run(&self, arguments: &[&str]) -> Result<Ran> {
        let environment = [
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "hub"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("AWS_REGION", "us-east-1"),
        ];
        let ran = run(self.folder.path(), arguments, &environment)?;
        ensure!(ran.code == Some(0), "{arguments:?} ended with {:?}:\n{}", ran.code, ran.stderr);
        Ok(ran)
    }

    fn file(&self, name: &str) -> Result<String> {
        let file: &Path = &self.folder.path().join(name);
        std::fs::read_to_string(file).with_context(|| format!("{name} was not written"))
    }

    fn active(&self) -> impl Iterator<Item = &Account> {
        self.truth.accounts.iter().filter(|account| account.is_active())
    }
}

fn rows(ndjson: &str) -> Result<Vec<Row>> {
    ndjson
        .lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).with_context(|| format!("not JSON: {line}"))?;
            let text = |field: &str| row[field].as_str().map(str::to_owned);
            let must = |field: &str| text(field).with_context(|| format!("no {field} in {line}"));
            Ok((
                must("account_id")?,
                text("account_name"),
                must("region")?,
                must("type")?,
                must("id")?,
                text("name"),
                row["tags"].clone(),
            ))
        })
        .collect()
}

/// Compares as sets with counts: nothing missing, nothing made up, nothing twice.
fn assert_same(found: Vec<Row>, expected: Vec<Row>) {
    let sorted = |rows: Vec<Row>| {
        let mut lines: Vec<String> = rows.into_iter().map(|row| format!("{row:?}")).collect();
        lines.sort();
        lines
    };
    let (found, expected) = (sorted(found), sorted(expected));
    let (seen, wanted): (BTreeSet<_>, BTreeSet<_>) = (found.iter().collect(), expected.iter().collect());
    let missing: Vec<_> = wanted.difference(&seen).take(5).collect();
    let made_up: Vec<_> = seen.difference(&wanted).take(5).collect();
    assert!(missing.is_empty() && made_up.is_empty(), "missing: {missing:#?}\nmade up: {made_up:#?}");
    assert_eq!(found.len(), expected.len(), "a row is there more than once");
}

#[test]
fn each_instance_and_bucket_is_one_row() -> Result<()> {
    let Some(moto) = Moto::connect()? else { return Ok(()) };
    let regions = moto.truth.regions.join(",");
    moto.run(&[
        "inventory",
        "ec2:instance",
        "s3:bucket",
        "--org",
        "--region",
        &regions,
        "--out",
        "rows.ndjson",
        "--summary",
        "summary.json",
    ])?;

    let expected: Vec<Row> = moto
        .active()
        .flat_map(|account| {
            // Moto takes the name as it is, so it must come back as it is.
            let name = Some(account.name.as_str());
            account.instance_rows(name).into_iter().chain(account.bucket_rows(name))
        })
        .collect();
    // The truth itself must be worth comparing with.
    let pages = |account: &Account| account.instances.values().any(|ids| ids.len() > 1000);
    assert!(moto.active().any(pages), "no cell needs a second page");
    let total = expected.len();
    assert_same(rows(&moto.file("rows.ndjson")?)?, expected);

    let summary: BTreeMap<String, Value> = serde_json::from_str(&moto.file("summary.json")?)?;
    let number = |field: &str| summary[field].as_u64().unwrap_or_else(|| panic!("{field}: {summary:?}"));
    let active = moto.active().count() as u64;
    let closed = moto.truth.accounts.len() as u64 - active;
    assert_eq!(closed, 1);
    // EC2 in each region and S3 once; the closed account is one target, left out.
    let targets = active * (moto.truth.regions.len() as u64 + 1);
    assert_eq!(number("planned"), targets + closed);
    assert_eq!(number("completed"), targets);
    assert_eq!(number("skipped"), closed);
    for none in ["denied", "failed", "timed_out", "cancelled", "duplicates", "throttled"] {
        assert_eq!(number(none), 0, "{none}");
    }
    assert_eq!(summary["plan_complete"], true);
    assert_eq!(number("rows"), total as u64);
    // The caller's own account is entered with the caller's own credentials.
    assert_eq!(number("assume_role_calls"), active - 1);
    // Each target is a call at least, the long cell two; entering and listing come on top.
    assert!(number("calls") > targets, "{summary:?}");
    Ok(())
}

#[test]
fn the_closed_account_is_left_out_with_its_reason() -> Result<()> {
    let Some(moto) = Moto::connect()? else { return Ok(()) };
    let ran = moto.run(&["accounts", "--org"])?;

    let listed = ran.stdout.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let seen: BTreeSet<(&str, &str, bool)> = listed
        .iter()
        .map(|row| {
            let text = |field: &str| row[field].as_str().unwrap_or_else(|| panic!("{field} of {row}"));
            (text("account_id"), text("account_name"), row["included"] == true)
        })
        .collect();
    let expected: BTreeSet<(&str, &str, bool)> =
        moto.truth.accounts.iter().map(|a| (a.id.as_str(), a.name.as_str(), a.is_active())).collect();
    assert_eq!(seen, expected);
    assert_eq!(listed.len(), moto.truth.accounts.len(), "an account is listed more than once");

    for row in &listed {
        let reason = row["reason"].as_str();
        if row["included"] == true {
            assert_eq!(reason, None, "an account that is in needs no reason: {row}");
        } else {
            assert!(reason.is_some_and(|reason| reason.contains("SUSPENDED")), "{row}");
        }
    }
    Ok(())
}

/// Moto does not say of an account where it is, so the tree is walked.
#[test]
fn accounts_are_selected_by_the_units_and_tags_moto_has() -> Result<()> {
    let Some(moto) = Moto::connect()? else { return Ok(()) };
    let in_unit =
        |account: &Account, unit: &str| format!("{}/", account.unit).starts_with(&format!("{unit}/"));
    let has = |account: &Account, key: &str, value: &str| account.tags.get(key).is_some_and(|v| v == value);
    let workloads = &moto.truth.accounts.iter().find(|account| account.unit == "Workloads");
    let id = workloads.context("nobody is in Workloads")?.unit_id.as_str();
    let select = |flags: &[&str], wanted: &dyn Fn(&Account) -> bool| -> Result<()> {
        let ran = moto.run(&[&["accounts"], flags].concat())?;
        let rows = ran.stdout.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
        let included = rows.iter().filter(|row| row["included"] == true);
        let found: BTreeSet<&str> = included.filter_map(|row| row["account_id"].as_str()).collect();
        let expected: BTreeSet<&str> =
            moto.active().filter(|account| wanted(account)).map(|account| account.id.as_str()).collect();
        assert!(!expected.is_empty() && expected.len() < moto.active().count(), "{flags:?} proves nothing");
        assert_eq!(found, expected, "{flags:?}");
        Ok(())
    };
    select(&["--ou", id], &|account| in_unit(account, "Workloads"))?;
    select(&["--ou", "Workloads/*"], &|account| in_unit(account, "Workloads/Prod"))?;
    select(&["--ou", "**/Prod,Sandbox"], &|account| {
        in_unit(account, "Workloads/Prod") || in_unit(account, "Sandbox")
    })?;
    select(&["--org", "--not-ou", id], &|account| !in_unit(account, "Workloads"))?;
    select(&["--org", "--tag", "env=pr*"], &|account| has(account, "env", "prod"))?;
    select(&["--ou", id, "--tag", "env=prod", "--tag", "team=a b"], &|account| {
        in_unit(account, "Workloads") && has(account, "team", "a b")
    })
}

#[test]
fn regions_are_found_though_list_regions_is_missing() -> Result<()> {
    let Some(moto) = Moto::connect()? else { return Ok(()) };
    // Moto answers account:ListRegions with an HTML page and 404.
    let management = &moto.truth.management_account;
    let cells = |account: &Account| account.instances.values().filter(|ids| !ids.is_empty()).count();
    let member = moto
        .active()
        .find(|account| account.id != *management && account.buckets.len() > 1 && cells(account) > 1)
        .context("no member has instances in two regions")?;
    let ran = moto.run(&["inventory", "ec2:instance", "--account", &member.id, "--out", "-"])?;

    // An id makes no call to Organizations, so the name stays unknown.
    assert_same(rows(&ran.stdout)?, member.instance_rows(None));
    Ok(())
}

#[test]
fn the_caller_and_its_regions_are_told() -> Result<()> {
    let Some(moto) = Moto::connect()? else { return Ok(()) };
    let told: Value = serde_json::from_str(&moto.run(&["whoami"])?.stdout)?;
    assert_eq!(told["account_id"], moto.truth.management_account.as_str());

    let ran = moto.run(&["regions", "--not-region", "us-*"])?;
    let rows = ran.stdout.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    for region in &moto.truth.regions {
        let row = rows.iter().find(|row| row["region"] == region.as_str()).context("no row")?;
        let is_excluded = region.starts_with("us-");
        assert_eq!(
            (row["included"] == true, row["reason"] == "excluded"),
            (!is_excluded, is_excluded),
            "{row}"
        );
    }
    Ok(())
}
