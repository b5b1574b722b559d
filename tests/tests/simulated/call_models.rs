//! What there is to call, told without calling anything.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value;

use crate::support::{calm, world};

fn rows(ndjson: &str) -> Result<Vec<Value>> {
    Ok(ndjson.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

#[test]
fn the_services_are_listed_by_the_names_the_aws_cli_has_for_them() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let ran = stage.run_to(0, &["call", "--list", "--out", "services.ndjson"])?;
    assert_eq!(ran.stdout, "");
    let rows = rows(&stage.file("services.ndjson")?)?;
    let operations: BTreeMap<&str, u64> =
        rows.iter().filter_map(|row| Some((row["service"].as_str()?, row["operations"].as_u64()?))).collect();
    assert_eq!(rows.len(), operations.len(), "no name stands for two");
    assert!(rows.len() >= 438, "{} services", rows.len());
    assert!(operations["ec2"] > 700 && operations["iam"] > 150, "{operations:?}");
    for name in
        ["configservice", "deploy", "elbv2", "logs", "s3", "stepfunctions", "resourcegroupstaggingapi"]
    {
        assert!(operations.contains_key(name), "{name}");
    }
    assert!(rows.iter().all(|row| row["name"].as_str().is_some_and(|name| !name.is_empty())));
    assert_eq!(stage.simulator().connections(), 0);
    Ok(())
}

#[test]
fn the_operations_of_a_service_are_listed_with_what_they_do() -> Result<()> {
    let stage = calm(world(1, 1))?;
    for spelling in ["secretsmanager", "Secrets Manager"] {
        let ran = stage.run_to(0, &["call", "--list", spelling])?;
        let rows = rows(&ran.stdout)?;
        let find = |name: &str| rows.iter().find(|row| row["operation"] == name).cloned().unwrap_or_default();
        let says = |name: &str| (find(name)["effect"].clone(), find(name)["pages"].clone());
        assert_eq!(says("ListSecrets"), ("read".into(), true.into()));
        assert_eq!(says("GetSecretValue"), ("secret".into(), false.into()));
        assert_eq!(says("DeleteSecret"), ("write".into(), false.into()));
        assert!(rows.len() > 15, "{}", rows.len());
    }
    assert_eq!(stage.simulator().connections(), 0);
    Ok(())
}

#[test]
fn an_operation_is_described_by_what_it_takes_and_answers() -> Result<()> {
    let stage = calm(world(1, 1))?;
    for name in ["describe-instances", "DescribeInstances"] {
        let ran = stage.run_to(0, &["call", "--describe", "ec2", name])?;
        for told in [
            "ec2 DescribeInstances",
            "Filters",
            "MaxResults",
            "Reservations",
            "InstanceId",
            "effect: read",
            "called: in each region",
            "permission: ec2:DescribeInstances",
        ] {
            assert!(ran.stdout.contains(told), "`{told}` is not in:\n{}", ran.stdout);
        }
    }
    let ran = stage.run_to(0, &["call", "--describe", "s3", "list-buckets"])?;
    assert!(ran.stdout.contains("called: once per account"), "{}", ran.stdout);
    assert!(ran.stdout.contains("permission: s3:ListAllMyBuckets"), "{}", ran.stdout);
    assert_eq!(stage.simulator().connections(), 0);
    Ok(())
}

/// A service that nobody else has, in the layout of botocore's data.
const NOVELTY: &str = r#"{
  "metadata": {"apiVersion": "2030-01-01", "endpointPrefix": "novelty", "protocol": "json", "protocols": ["json"],
    "jsonVersion": "1.1", "targetPrefix": "Novelty", "serviceId": "Novelty", "serviceFullName": "A Novelty",
    "signatureVersion": "v4", "uid": "novelty-2030-01-01"},
  "operations": {"ListThings": {"name": "ListThings", "http": {"method": "POST", "requestUri": "/"},
    "input": {"shape": "In"}, "output": {"shape": "Out"}}},
  "shapes": {
    "In": {"type": "structure", "members": {"NextToken": {"shape": "String"}}},
    "Out": {"type": "structure", "members": {"Things": {"shape": "Strings"}, "NextToken": {"shape": "String"}}},
    "Strings": {"type": "list", "member": {"shape": "String"}}, "String": {"type": "string"}}
}"#;

#[test]
fn a_folder_of_models_adds_services() -> Result<()> {
    let stage = calm(world(1, 1))?;
    let folder = stage.path("models/novelty/2030-01-01");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("service-2.json"), NOVELTY)?;
    let ran = stage.run_to(0, &["call", "--list", "novelty", "--models", "models"])?;
    assert_eq!(rows(&ran.stdout)?.len(), 1);
    let ran = stage.run_to(0, &["call", "--describe", "novelty", "list-things", "--models", "models"])?;
    assert!(ran.stdout.contains("Things"), "{}", ran.stdout);
    stage.run_to(2, &["call", "--list", "novelty"])?;
    Ok(())
}
