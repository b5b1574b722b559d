//! Rows are what there is, in the form that is promised.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use orgwide_simulator::{AccountTruth, Truth};
use orgwide_tests::{Orgwide, Rows, Summary, all_of, ask, buckets_of, instances_of, texts};
use tempfile::tempdir;

use crate::support::{calm, inventory, long_lists, world};

#[test]
fn the_simulated_organization_is_collected_whole_and_nothing_twice() -> Result<()> {
    let folder = tempdir()?;
    let mut serving = Orgwide::new(folder.path())?
        .args(["simulate", "--accounts", "200", "--truth", "truth.json"])
        .start()?;
    serving.wait_until("the address is told", |serving| serving.stdout_so_far().contains("AWS_REGION="))?;
    serving.signal("INT")?;
    assert_eq!(serving.end()?.code, Some(0), "the end of a simulator is no failure");
    let truth: Truth = serde_json::from_slice(&std::fs::read(folder.path().join("truth.json"))?)?;
    assert_eq!(truth.accounts.len(), 200);
    assert!(truth.totals.instances > 1_000 && truth.totals.buckets > 200, "{:?}", truth.totals);

    let ran = Orgwide::new(folder.path())?
        .args(inventory(&["ec2:instance", "s3:bucket", "--simulate=200"]))
        .run()?;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let rows = Rows::read(&std::fs::read_to_string(folder.path().join("rows.ndjson"))?)?;
    rows.are(all_of(&truth, |_| true))?;

    let summary = Summary::read(&std::fs::read_to_string(folder.path().join("summary.json"))?)?;
    assert_eq!(summary.planned, 200 * (5 + 1), "EC2 in five regions and S3 once");
    assert_eq!(summary.completed, summary.planned);
    assert!(summary.plan_complete);
    assert_eq!(summary.rows, (truth.totals.instances + truth.totals.buckets) as u64);
    assert_eq!((summary.rows, summary.duplicates), (rows.count(), 0));
    assert_eq!(summary.assume_role_calls, 199);
    Ok(())
}

#[test]
fn each_row_says_whose_it_is_and_when_it_was_seen() -> Result<()> {
    let stage = calm(world(4, 2))?;
    stage.run_to(0, &inventory(&["--org"]))?;
    let rows = stage.rows()?;
    let names: BTreeMap<&str, &str> =
        stage.truth().accounts.iter().map(|account| (account.id.as_str(), account.name.as_str())).collect();
    let place =
        |account: &AccountTruth| account.path.trim_end_matches('/').replace(&format!("/{}", account.id), "");
    let places: BTreeMap<&str, String> =
        stage.truth().accounts.iter().map(|account| (account.id.as_str(), place(account))).collect();
    for row in rows.iter() {
        let text = |field: &str| row[field].as_str().unwrap_or_else(|| panic!("{field} of {row}"));
        assert_eq!(text("account_name"), names[text("account_id")]);
        assert_eq!((text("ou_path"), text("partition")), (places[text("account_id")].as_str(), "aws"));
        let (account, region, id) = (text("account_id"), text("region"), text("id"));
        match text("type") {
            "ec2:instance" => {
                assert_eq!(text("arn"), format!("arn:aws:ec2:{region}:{account}:instance/{id}"));
                assert_eq!(row["data"]["InstanceId"], id);
                assert_eq!(row["name"], row["tags"].get("Name").cloned().unwrap_or_default());
                is_as_the_aws_cli_prints(row["data"]["LaunchTime"].as_str().context("LaunchTime")?);
            }
            _ => {
                assert_eq!((text("arn"), text("name")), (format!("arn:aws:s3:::{id}").as_str(), id));
                is_as_the_aws_cli_prints(row["data"]["CreationDate"].as_str().context("CreationDate")?);
            }
        }
        is_rfc_3339_utc(text("collected_at"));
    }
    Ok(())
}

fn is_rfc_3339_utc(time: &str) {
    assert_eq!(shape(time), "0000-00-00T00:00:00.000Z", "{time}");
}

/// Times inside `data` are RFC 3339 in UTC too, in the form that users know from there.
fn is_as_the_aws_cli_prints(time: &str) {
    assert_eq!(shape(time), "0000-00-00T00:00:00+00:00", "{time}");
}

fn shape(time: &str) -> String {
    time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

#[test]
fn tags_that_are_not_there_and_tags_that_were_not_read_are_told_apart() -> Result<()> {
    let stage = calm(world(3, 5))?;
    stage.run_to(0, &inventory(&["--account", &stage.truth().management_account]))?;
    let rows = stage.rows()?;

    // What EC2 itself says of the management account, read without the SDK.
    let mut tagged = BTreeMap::new();
    for region in &stage.truth().regions {
        let form = Some("Action=DescribeInstances&Version=2016-11-15");
        let answer = ask(stage.server().address(), "ec2", region, "/", form)?;
        for instance in answer.split("<instanceId>").skip(1) {
            let id = instance.split('<').next().context("an id")?;
            tagged.insert(id.to_owned(), instance.contains("<tagSet>") && instance.contains("<key>"));
        }
    }
    assert_eq!(rows.of("ec2:instance").count(), tagged.len());
    let mut seen = BTreeSet::new();
    for row in rows.of("ec2:instance") {
        let tags = row["tags"].as_object().with_context(|| format!("tags of {row}"))?;
        assert_eq!(!tags.is_empty(), tagged[row["id"].as_str().context("id")?], "{row}");
        seen.insert(tags.is_empty());
    }
    assert_eq!(seen.len(), 2, "there have to be instances of both kinds");
    assert!(rows.of("s3:bucket").count() > 0);
    assert!(rows.of("s3:bucket").all(|row| row["tags"].is_null()));
    Ok(())
}

#[test]
fn a_bucket_is_in_its_own_region_and_not_where_it_was_asked_for() -> Result<()> {
    let mut spec = world(2, 5);
    spec.buckets = 20;
    let stage = calm(spec)?;
    let management = &stage.truth().management_account;
    stage.run_to(0, &inventory(&["s3:bucket", "--account", management, "--region", "us-east-1"]))?;

    let answer = ask(stage.server().address(), "s3", "us-east-1", "/?max-buckets=10000", None)?;
    let expected: BTreeMap<&str, &str> =
        texts(&answer, "Name").into_iter().zip(texts(&answer, "BucketRegion")).collect();
    let rows = stage.rows()?;
    let found: BTreeMap<&str, &str> = rows
        .iter()
        .map(|row| (row["id"].as_str().unwrap_or_default(), row["region"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(found, expected);
    assert!(expected.values().collect::<BTreeSet<_>>().len() > 2, "they have to be in several regions");
    Ok(())
}

#[test]
fn pages_are_read_to_the_last() -> Result<()> {
    let stage = calm(long_lists())?;
    stage.run_to(0, &inventory(&["ec2:inst*"]))?;
    let own = &stage.truth().accounts[0];
    let pages = own.instances.values().map(|ids| ids.len().div_ceil(1_000));
    assert_eq!(stage.calls("ec2", "DescribeInstances"), pages.sum::<usize>() as u64);
    assert!(own.instances.values().all(|ids| ids.len() > 2_000), "three pages are needed everywhere");
    stage.rows()?.are(instances_of(own, |_| true))
}

#[test]
fn a_global_type_is_collected_once_whatever_the_regions() -> Result<()> {
    let stage = calm(world(3, 5))?;
    stage.run_to(0, &inventory(&["s3:*", "--org", "--region", "eu-west-1,us-west-2"]))?;
    stage.rows()?.are(stage.truth().accounts.iter().flat_map(buckets_of))?;
    assert_eq!(stage.calls("s3", "ListBuckets"), 3);
    assert_eq!(stage.calls_of("ec2") + stage.calls_of("account"), 0, "no region had to be listed");
    Ok(())
}
