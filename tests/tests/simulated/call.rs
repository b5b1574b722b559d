//! Any operation by its name: its rows are what AWS answers, a page each.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use orgwide_simulator::Answer;
use orgwide_tests::{Answers, instances_of};
use serde_json::{Value, json};

use crate::support::{always, call, calm, column, disturbed, long_lists, squeezed, world};

/// The ids of the instances in an answer.
fn instances(data: &Value) -> Vec<String> {
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let all = list(data, "Reservations").into_iter().flat_map(|reservation| list(&reservation, "Instances"));
    all.filter_map(|instance| Some(instance["InstanceId"].as_str()?.to_owned())).collect()
}

#[test]
fn an_answer_is_a_row_for_each_account_and_region() -> Result<()> {
    let stage = calm(world(5, 3))?;
    let ran = stage.run_to(0, &call(&["ec2", "DescribeInstances", "--org"]))?;
    assert!(ran.stderr.contains("calling ec2:DescribeInstances in regions: all enabled"), "{}", ran.stderr);
    let answers = stage.answers()?;
    for account in &stage.truth().accounts {
        for region in &stage.truth().regions {
            let [id, at] = [&account.id, region].map(|text| Value::from(text.as_str()));
            let row = answers.of(&id, &at).next().with_context(|| format!("{id} {at}"))?;
            assert_eq!(row["account_name"], account.name.as_str());
            assert_eq!((&row["service"], &row["operation"]), (&json!("ec2"), &json!("DescribeInstances")));
            let found: BTreeSet<String> = instances(&row["data"]).into_iter().collect();
            let expected = instances_of(account, |name| name == region).into_iter().map(|(_, _, _, id)| id);
            assert_eq!(found, expected.collect());
        }
    }
    let summary = stage.summary()?;
    assert_eq!((summary.planned, summary.completed, summary.rows), (15, 15, 15));
    assert_eq!(summary.assume_role_calls, 4);
    Ok(())
}

#[test]
fn names_are_taken_as_the_api_and_as_the_aws_cli_writes_them() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let spellings = [("ec2", "describe-regions"), ("EC2", "DescribeRegions"), ("ec2", "describe_regions")];
    for (service, operation) in spellings {
        let ran = stage.run_to(0, &["call", service, operation])?;
        let answers = Answers::read(&ran.stdout)?;
        let row = answers.only()?;
        assert_eq!((&row["service"], &row["operation"]), (&json!("ec2"), &json!("DescribeRegions")));
    }
    let ran = stage.run_to(0, &["call", "s3api", "list-buckets"])?;
    assert_eq!(Answers::read(&ran.stdout)?.only()?["service"], "s3");
    Ok(())
}

#[test]
fn all_pages_are_asked_for_and_numbered_unless_only_the_first_is_wanted() -> Result<()> {
    let stage = calm(long_lists())?;
    stage.run_to(0, &call(&["ec2", "describe-instances"]))?;
    let answers = stage.answers()?;
    let account = &stage.truth().accounts[0];
    for region in &stage.truth().regions {
        let rows: Vec<&Value> = answers.of(&account.id.as_str().into(), &region.as_str().into()).collect();
        let found: Vec<String> = rows.iter().flat_map(|row| instances(&row["data"])).collect();
        let expected = instances_of(account, |name| name == region);
        assert_eq!(rows.len(), expected.len().div_ceil(1_000), "a thousand a page");
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), expected.len());
        assert_eq!(found.len(), expected.len(), "none twice");
    }

    let before = stage.calls("ec2", "DescribeInstances");
    let ten = ["--params", r#"{"MaxResults": 10}"#, "--no-paginate", "--region", "us-east-1"];
    let ran = stage.run_to(0, &[&["call", "ec2", "describe-instances"], &ten[..]].concat())?;
    let answers = Answers::read(&ran.stdout)?;
    let row = answers.only()?;
    assert_eq!(instances(&row["data"]).len(), 10);
    assert!(row["data"]["NextToken"].is_string(), "where it goes on is told");
    assert_eq!(stage.calls("ec2", "DescribeInstances"), before + 1);
    Ok(())
}

#[test]
fn a_query_is_asked_of_each_page() -> Result<()> {
    let stage = calm(long_lists())?;
    let query = ["--query", "Reservations[].Instances[].InstanceId | {count: length(@), first: [0]}"];
    stage
        .run_to(0, &[&call(&["ec2", "describe-instances", "--region", "us-east-1"])[..], &query].concat())?;
    let answers = stage.answers()?;
    let expected = instances_of(&stage.truth().accounts[0], |region| region == "us-east-1");
    let counts: Vec<u64> = answers.iter().filter_map(|row| row["data"]["count"].as_u64()).collect();
    assert_eq!(counts.iter().sum::<u64>(), expected.len() as u64);
    assert!(counts.len() == expected.len().div_ceil(1_000) && counts[0] == 1_000, "{counts:?}");
    assert!(answers.iter().all(|row| row["data"]["first"].is_string()));
    Ok(())
}

#[test]
fn a_query_that_finds_nothing_gives_null() -> Result<()> {
    let stage = calm(world(2, 1))?;
    let ran = stage.run_to(0, &["call", "ec2", "describe-regions", "--org", "--query", "Nothing.There"])?;
    let answers = Answers::read(&ran.stdout)?;
    assert_eq!(answers.iter().map(|row| &row["data"]).collect::<Vec<_>>(), [&Value::Null; 2]);
    Ok(())
}

#[test]
fn a_query_that_does_not_fit_costs_its_target_and_says_so() -> Result<()> {
    let stage = calm(world(2, 1))?;
    let query = ["--query", "length(Nothing)"];
    let ran = stage.run_to(1, &[&call(&["ec2", "describe-regions", "--org"])[..], &query].concat())?;
    assert_eq!((stage.summary()?.failed, stage.summary()?.rows), (2, 0));
    let cause = squeezed(&column(&ran, "cause"));
    assert!(cause.contains("--query") && cause.contains("null"), "{cause}");
    Ok(())
}

#[test]
fn what_has_no_regions_is_called_once_per_account() -> Result<()> {
    let stage = calm(world(4, 3))?;
    for (service, operation) in [("s3", "ListBuckets"), ("account", "ListRegions")] {
        let regions = ["--region", "eu-west-1,us-west-2"];
        let ran = stage.run_to(0, &[&["call", service, operation, "--org"], &regions[..]].concat())?;
        assert!(ran.stderr.contains("once per account"), "{}", ran.stderr);
        let answers = Answers::read(&ran.stdout)?;
        assert_eq!(answers.iter().count(), 4);
        assert!(answers.iter().all(|row| row["region"] == "global"));
        assert_eq!(stage.calls(service, operation), 4);

        let ran = stage.run_to(3, &["call", service, operation, "--not-region", "global"])?;
        assert!(ran.stderr.contains("the selection is empty"), "{}", ran.stderr);
        assert_eq!(stage.calls(service, operation), 4);
    }
    assert_eq!(stage.calls_of("ec2"), 0);
    Ok(())
}

#[test]
fn buckets_are_those_there_are() -> Result<()> {
    let stage = calm(world(3, 2))?;
    let ran = stage.run_to(0, &["call", "s3", "list-buckets", "--org", "--query", "Buckets[].Name"])?;
    let found: BTreeMap<String, Value> = Answers::read(&ran.stdout)?
        .iter()
        .map(|row| (row["account_id"].as_str().unwrap_or_default().to_owned(), row["data"].clone()))
        .collect();
    for account in &stage.truth().accounts {
        let mut names = account.buckets.clone();
        names.sort();
        assert_eq!(found[&account.id], json!(names));
    }
    Ok(())
}

#[test]
fn parameters_come_from_a_file_as_well() -> Result<()> {
    let stage = calm(world(1, 2))?;
    std::fs::write(stage.path("params.json"), "{\n  \"AllRegions\": true\n}\n")?;
    for params in ["@params.json", r#"{"AllRegions": true}"#] {
        let ran = stage
            .run_to(0, &["call", "ec2", "describe-regions", "--region", "us-east-1", "--params", params])?;
        let answers = Answers::read(&ran.stdout)?;
        let statuses: BTreeSet<&str> = answers.only()?["data"]["Regions"]
            .as_array()
            .context("regions")?
            .iter()
            .filter_map(|region| region["OptInStatus"].as_str())
            .collect();
        assert!(statuses.contains("not-opted-in"), "{statuses:?}");
    }
    Ok(())
}

#[test]
fn a_denied_call_costs_its_target_and_names_the_permission() -> Result<()> {
    let spec = world(4, 2);
    let poor = calm(spec.clone())?.truth().accounts[1].id.clone();
    for (service, operation, action) in
        [("ec2", "DescribeInstances", "ec2:DescribeInstances"), ("s3", "ListBuckets", "s3:ListAllMyBuckets")]
    {
        let fault = always(service, operation, Answer::AccessDenied).account(&poor);
        let stage = disturbed(spec.clone(), [fault])?;
        let ran = stage.run_to(1, &call(&[service, operation, "--org", "--region", "us-east-1"]))?;
        let summary = stage.summary()?;
        assert_eq!((summary.denied, summary.completed), (1, 3));
        assert!(column(&ran, "account").contains(&poor), "{}", ran.stderr);
        let next = squeezed(&column(&ran, "next"));
        assert!(next.contains(&format!("allow{action}")), "{next}");
    }
    Ok(())
}

#[test]
fn an_operation_the_service_refuses_fails_where_it_was_called() -> Result<()> {
    let answer = Answer::Error { status: 400, code: "InvalidVpcRange".into(), message: String::new() };
    let stage = disturbed(world(2, 1), [always("ec2", "DescribeVpcs", answer)])?;
    let ran = stage.run_to(1, &call(&["ec2", "describe-vpcs", "--org"]))?;
    assert_eq!(stage.summary()?.failed, 2);
    let what = squeezed(&column(&ran, "what"));
    assert!(what.contains("ec2:DescribeVpcs"), "{what}");
    assert_eq!(stage.calls("ec2", "DescribeVpcs"), 2, "once each");
    Ok(())
}
