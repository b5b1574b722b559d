//! Of well-known operations and types an item as its service documents it, and what its record is, by hand.

use std::collections::BTreeMap;

use orgwide_account::Account;
use orgwide_models::Catalog;
use orgwide_names::RegionName;
use orgwide_regional::RegionalAccount;
use orgwide_session::{Credentials, Session};
use orgwide_simulator::{Simulator, WorldSpec};
use serde::Deserialize;
use serde_json::Value;

use crate::expression::Path;
use crate::record::digest;
use crate::{Collector, Collectors, Record, Scope, cloud_control, shapes, undeclared};

const EXAMPLES: &str = include_str!("../../tests/undeclared.yaml");
const REGION: &str = "eu-west-1";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    #[serde(default)]
    scope: Scope,
    item: Value,
    /// `digest` where it is one of the item.
    id: String,
    arn: Option<String>,
    name: Option<String>,
    tags: Option<BTreeMap<String, String>>,
}

fn examples() -> BTreeMap<String, Example> {
    serde_saphyr::from_str(EXAMPLES).unwrap_or_else(|error| panic!("{error}"))
}

/// What is found where no type is declared.
fn collector(asked: &str) -> Collector {
    let found = undeclared::find(&Catalog::embedded(), &[], asked);
    let [collector] = &found.unwrap_or_else(|error| panic!("{error}"))[..] else { panic!("{asked}") };
    collector.clone()
}

async fn here() -> RegionalAccount {
    let simulator = Simulator::builder(WorldSpec::default()).build().unwrap();
    let session = Session::builder()
        .credentials(Credentials::new("AKIATEST", "secret", None, None, "test"))
        .region(REGION.parse().unwrap())
        .http_client(simulator.http_client())
        .load()
        .await
        .unwrap();
    let account = Account::new("123456789012".parse().unwrap(), None, session);
    RegionalAccount::new(account, REGION.parse::<RegionName>().unwrap())
}

#[tokio::test(start_paused = true)]
async fn of_what_nobody_declared_the_rules_find_what_a_person_would() {
    let here = here().await;
    for (asked, example) in examples() {
        let collector = collector(&asked);
        let record =
            Record::of(&collector, &here, example.item, &serde_json::Map::new(), "2026-11-24T12:00:00.000Z");
        let id = if example.id == "digest" { digest(&record.data) } else { example.id };
        assert_eq!(record.id, id, "{asked}");
        assert_eq!(record.arn, example.arn, "{asked}");
        assert_eq!(record.name, example.name, "{asked}");
        assert_eq!(record.tags, example.tags, "{asked}");
        assert_eq!(collector.scope(), example.scope, "{asked}");
    }
}

#[test]
fn every_example_is_of_the_form_that_the_model_of_its_service_has() {
    for (asked, example) in examples() {
        let collector = collector(&asked);
        let spec = collector.spec();
        let (model, operation) = orgwide_call::find(&spec.catalog, &spec.service, &spec.operation).unwrap();
        let at = Path::new(spec.items.as_deref().unwrap());
        let is_map = shapes::in_answer(&model, &operation, &at)
            .is_ok_and(|shape| model.shape(shape).kind == orgwide_models::Kind::Map);
        let Some(members) = example.item.as_object().filter(|_| !is_map) else { continue };
        let item = shapes::items(&model, &operation, &at).unwrap();
        for member in members.keys() {
            shapes::at(&model, item, &Path::new(member)).unwrap_or_else(|error| panic!("{asked}: {error}"));
        }
    }
}

#[test]
fn an_operation_is_found_in_any_spelling_and_called_in_one() {
    for (asked, called) in [
        ("glue:list-crawlers", "glue:ListCrawlers"),
        ("Glue:list_crawlers", "glue:ListCrawlers"),
        ("sfn:ListActivities", "stepfunctions:ListActivities"),
        ("states:list-activities", "stepfunctions:ListActivities"),
        (
            "iam:get-account-authorization-details.roledetaillist",
            "iam:GetAccountAuthorizationDetails.RoleDetailList",
        ),
        ("AWS::Logs::LogGroup", "cloudcontrol:AWS::Logs::LogGroup"),
        ("CloudControl:AWS::Logs::LogGroup", "cloudcontrol:AWS::Logs::LogGroup"),
    ] {
        assert_eq!(collector(asked).kind(), called);
    }
}

#[test]
fn an_operation_that_a_declared_type_is_listed_by_means_that_type() {
    let collectors = Collectors::built_in(Catalog::embedded()).unwrap();
    let kinds = |asked: &str| -> Vec<String> {
        collectors.find(&[asked]).unwrap().iter().map(|found| found.kind().to_string()).collect()
    };
    assert_eq!(kinds("ec2:describe-instances"), ["ec2:instance"]);
    assert_eq!(kinds("s3api:ListBuckets"), ["s3:bucket"]);
    assert_eq!(kinds("glue:ListCrawlers"), ["glue:ListCrawlers"]);
    assert_eq!(kinds("ec2:DescribeInstances.Reservations"), ["ec2:DescribeInstances.Reservations"]);
}

#[test]
fn what_cannot_be_collected_is_refused_with_what_to_do_instead() {
    let collectors = Collectors::built_in(Catalog::embedded()).unwrap();
    for (asked, told) in [
        ("glue:GetTables", &["needs DatabaseName", "`orgwide call glue GetTables --params JSON`"][..]),
        ("s3:ListObjectsV2", &["needs Bucket"]),
        ("ec2:TerminateInstances", &["only read"]),
        ("glue:GetConnections", &["secrets", "`orgwide call glue GetConnections --yes`"]),
        ("sts:GetCallerIdentity", &["not a list", "`orgwide call sts GetCallerIdentity`"]),
        (
            "iam:GetAccountAuthorizationDetails",
            &["several lists", "`iam:GetAccountAuthorizationDetails.UserDetailList`"],
        ),
        ("iam:GetAccountAuthorizationDetails.Users", &["no list `Users`", "UserDetailList"]),
        ("glue:ListCrawler", &["no operation `ListCrawler`", "`ListCrawlers`"]),
        ("gleu:ListCrawlers", &["no service is called `gleu`", "`glue`"]),
        ("glue:List*", &["one by one"]),
        ("crawlers", &["`glue:ListCrawlers`", "`AWS::Logs::LogGroup`"]),
        ("ec2:instances", &["`ec2:instance`?"]),
        ("ec2:", &["no declared type"]),
        ("cloudcontrol:AWS::EC2::*", &["registry", "list-types"]),
        ("AWS::EC2", &["written as AWS does"]),
        ("aws::ec2::vpc", &["in its case"]),
        ("AWS::logs::LogGroup", &["in its case"]),
        ("AWS::EC2::VPC::MODULE", &["written as AWS does"]),
        ("logs:StartLiveTail", &["only read"]),
    ] {
        let error = collectors.find(&[asked]).unwrap_err().to_string();
        for part in told {
            assert!(error.contains(part), "{asked}: `{part}` is not in: {error}");
        }
    }
}

#[test]
fn only_names_of_types_are_cloud_controls() {
    assert_eq!(cloud_control::type_name("cloudcontrol:AWS::Logs::LogGroup"), Some("AWS::Logs::LogGroup"));
    assert_eq!(cloud_control::type_name("AWS::Logs::LogGroup"), Some("AWS::Logs::LogGroup"));
    assert_eq!(cloud_control::type_name("cloudcontrol:ListResources"), None);
}
