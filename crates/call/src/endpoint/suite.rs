//! botocore's own cases, for the rules of every service: read from the source distribution in the folder that
//! `ORGWIDE_BOTOCORE` names.

use std::path::{Path, PathBuf};

use orgwide_models::Model;
use orgwide_models::endpoint_rules::{BuiltIn, EndpointRules};
use orgwide_names::Partition;
use serde_json::{Map, Value, json};

use super::parameters::ParameterValue;
use super::{AuthScheme, Endpoint, EndpointError, Parameters, resolve, resolve_by};

/// As many cases, those of the rules of whole services, must pass at least. It may only rise.
const SERVICE_CASES: usize = 14_589;
/// The same for those that come with an operation and its input.
const OPERATION_CASES: usize = 646;
/// The same for the cases of single functions.
const FUNCTION_CASES: usize = 101;

/// As many sets of rules must be there to be read.
const RULE_SETS: usize = 473;

/// Cases that are known not to pass, by their documentation, with the reason. One that passes fails the test.
#[rustfmt::skip]
const NOT_FOUND_IN_INPUT: &[&str] = &[
    "{ResourceArnList=[arn:aws:dynamodb:us-east-1:333333333333:table/table_name], Region=us-east-1, AccountIdEndpointMode=preferred, UseFIPS=false, UseDualStack=false}",
    "{AccountId=111111111111, ResourceArnList=[arn:aws:dynamodb:us-east-1:333333333333:table/table_name], Region=us-east-1, AccountIdEndpointMode=preferred, UseFIPS=false, UseDualStack=false}",
    "{ResourceArnList=[arn:aws:dynamodb:us-east-1:333333333333:table/table_name], Region=us-east-1, AccountIdEndpointMode=preferred, UseFIPS=false, UseDualStack=true}",
    "{ResourceArnList=[arn:aws:dynamodb:us-east-1:333333333333:table/table_name], Region=us-east-1, AccountIdEndpointMode=required, UseFIPS=false, UseDualStack=false}",
    "{AccountId=111111111111, ResourceArnList=[arn:aws:dynamodb:us-east-1:333333333333:table/table_name], Region=us-east-1, AccountIdEndpointMode=required, UseFIPS=false, UseDualStack=false}",
    "{ResourceArnList=[arn:aws:dynamodb:us-east-1:333333333333:table/table_name], Region=us-east-1, AccountIdEndpointMode=required, UseFIPS=false, UseDualStack=true}",
    "{ResourceArnList=[arn:aws-cn:dynamodb:cn-north-1:333333333333:table/table_name], Region=cn-north-1, AccountIdEndpointMode=preferred, UseFIPS=false, UseDualStack=false}",
    "{ResourceArnList=[arn:aws-cn:dynamodb:cn-north-1:333333333333:table/table_name], Region=cn-north-1, AccountIdEndpointMode=required, UseFIPS=false, UseDualStack=false}",
    "{ResourceArnList=[arn:aws-us-gov:dynamodb:us-gov-east-1:333333333333:table/table_name], Region=us-gov-east-1, AccountIdEndpointMode=preferred, UseFIPS=false, UseDualStack=false}",
    "{ResourceArnList=[arn:aws-us-gov:dynamodb:us-gov-east-1:333333333333:table/table_name], Region=us-gov-east-1, AccountIdEndpointMode=required, UseFIPS=false, UseDualStack=false}",
];
const REASON: &str =
    "parameters at a path in the input only serve hosts for every account, which are not wanted";

fn botocore() -> Option<PathBuf> {
    let folder = std::env::var_os("ORGWIDE_BOTOCORE").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: ORGWIDE_BOTOCORE names no source distribution of botocore");
    }
    folder
}

fn json(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// The newest version of a service's data.
fn newest(botocore: &Path, service: &str) -> PathBuf {
    let versions = entries(&botocore.join("botocore/data").join(service));
    versions.into_iter().rfind(|folder| folder.join("endpoint-rule-set-1.json").is_file()).unwrap()
}

fn cases(file: &Path) -> Vec<Value> {
    json(file)["testCases"].as_array().unwrap().clone()
}

fn service_cases(botocore: &Path) -> impl Iterator<Item = (String, Vec<Value>)> {
    let folders = entries(&botocore.join("tests/functional/endpoint-rules"));
    folders.into_iter().filter(|folder| folder.is_dir()).map(|folder| {
        (
            folder.file_name().unwrap().to_str().unwrap().to_owned(),
            cases(&folder.join("endpoint-tests-1.json")),
        )
    })
}

/// What was given, in the form of the cases.
fn told(resolved: Result<Endpoint, EndpointError>) -> Value {
    let endpoint = match resolved {
        Err(error) => return json!({"error": error.to_string()}),
        Ok(endpoint) => endpoint,
    };
    let mut told = Map::from_iter([("url".to_owned(), json!(endpoint.url))]);
    let mut properties = endpoint.properties;
    if !endpoint.auth.is_empty() {
        properties.insert("authSchemes".into(), endpoint.auth.into_iter().map(told_scheme).collect());
    }
    if !properties.is_empty() {
        told.insert("properties".into(), properties.into());
    }
    if !endpoint.headers.is_empty() {
        told.insert(
            "headers".into(),
            endpoint.headers.into_iter().map(|(name, values)| (name, json!(values))).collect(),
        );
    }
    json!({"endpoint": told})
}

fn told_scheme(scheme: AuthScheme) -> Value {
    let members = [
        ("name", Some(json!(scheme.name))),
        ("signingName", scheme.signing_name.map(Value::from)),
        ("signingRegion", scheme.signing_region.map(Value::from)),
        ("signingRegionSet", scheme.signing_region_set.map(Value::from)),
        ("disableDoubleEncoding", scheme.disable_double_encoding.then_some(Value::Bool(true))),
    ];
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// What was expected, without what is empty.
fn expected(case: &Value) -> Value {
    let mut expected = case["expect"].clone();
    if let Some(endpoint) = expected.get_mut("endpoint").and_then(Value::as_object_mut) {
        endpoint.retain(|_, value| value.as_object().is_none_or(|object| !object.is_empty()));
    }
    expected
}

fn parameters(case: &Value) -> Parameters {
    let given = case.get("params").and_then(Value::as_object).into_iter().flatten();
    given.fold(Parameters::default(), |parameters, (name, value)| {
        parameters.named(name, ParameterValue::from_json(value).unwrap())
    })
}

/// Counts what passes and fails on the rest.
#[derive(Default)]
struct Tally {
    /// By documentation.
    expected_failures: &'static [&'static str],
    passed: usize,
    failed: Vec<String>,
}

impl Tally {
    fn count(&mut self, of: &str, case: &Value, told: Value) {
        let documentation = case["documentation"].as_str().unwrap_or_default();
        let is_expected_to_fail = self.expected_failures.contains(&documentation);
        let expected = expected(case);
        match (told == expected, is_expected_to_fail) {
            (true, false) => self.passed += 1,
            (false, true) => {}
            (true, true) => {
                self.failed.push(format!("{of}: {documentation}: passes by now, although {REASON}"))
            }
            (false, false) => {
                self.failed.push(format!("{of}: {documentation}\n  gave     {told}\n  expected {expected}"));
            }
        }
    }

    fn finish(self, floor: usize) {
        let shown: Vec<&str> = self.failed.iter().take(20).map(String::as_str).collect();
        assert!(self.failed.is_empty(), "{} failed:\n{}", self.failed.len(), shown.join("\n"));
        assert!(self.passed >= floor, "{} cases passed, {floor} did before", self.passed);
        println!("{} cases passed", self.passed);
    }
}

#[test]
fn the_rules_of_every_service_give_what_botocore_expects() {
    let Some(botocore) = botocore() else { return };
    let mut tally = Tally::default();
    for (service, cases) in service_cases(&botocore) {
        let document = json(&newest(&botocore, &service).join("endpoint-rule-set-1.json"));
        let rules = EndpointRules::from_botocore(&document).unwrap();
        for case in cases {
            tally.count(&service, &case, told(resolve_by(&rules, &parameters(&case))));
        }
    }
    tally.finish(SERVICE_CASES);
}

#[test]
fn operations_and_their_input_set_the_parameters() {
    let Some(botocore) = botocore() else { return };
    let mut tally = Tally { expected_failures: NOT_FOUND_IN_INPUT, ..Tally::default() };
    for (service, cases) in service_cases(&botocore) {
        if cases.iter().all(|case| case.get("operationInputs").is_none()) {
            continue;
        }
        let model = Model::from_folder(&service, &newest(&botocore, &service)).unwrap();
        for case in cases {
            for given in case.get("operationInputs").and_then(Value::as_array).into_iter().flatten() {
                let built_ins = given["builtInParams"].as_object().unwrap();
                let settings = built_ins.iter().fold(Parameters::default(), |settings, (name, value)| {
                    let value = ParameterValue::from_json(value).unwrap();
                    settings.with(BuiltIn::from_name(name).unwrap(), value)
                });
                let operation = model.operation(given["operationName"].as_str().unwrap()).unwrap();
                let parameters = settings.of_call(&model, operation, &given["operationParams"]);
                tally.count(&service, &case, told(resolve(&model, &parameters)));
            }
        }
    }
    tally.finish(OPERATION_CASES);
}

#[test]
fn the_cases_of_single_functions_pass() {
    let Some(botocore) = botocore() else { return };
    let folder = botocore.join("tests/unit/data/endpoints");
    let mut tally = Tally::default();
    for file in entries(&folder.join("test-cases")) {
        let rules = json(&folder.join("valid-rules").join(file.file_name().unwrap()));
        let rules = EndpointRules::from_botocore(&rules).unwrap();
        for case in cases(&file) {
            tally.count(&name(&file), &case, told(resolve_by(&rules, &parameters(&case))));
        }
    }
    tally.finish(FUNCTION_CASES);
}

#[test]
fn services_without_regions_are_told_from_the_others() {
    let Some(botocore) = botocore() else { return };
    let is_global = |service: &str, partition: &str| {
        let model = Model::from_folder(service, &newest(&botocore, service)).unwrap();
        super::is_global(&model, Partition::from_id(partition).unwrap())
    };
    for service in [
        "account",
        "billing",
        "budgets",
        "ce",
        "cloudfront",
        "iam",
        "networkmanager",
        "organizations",
        "route53",
        "savingsplans",
        "shield",
        "support",
        "waf",
    ] {
        assert!(is_global(service, "aws"), "{service}");
    }
    for service in
        ["acm", "cloudtrail", "ec2", "dynamodb", "neptune-graph", "s3", "s3control", "sts", "wafv2"]
    {
        assert!(!is_global(service, "aws"), "{service}");
    }
    // Their regions are so few that a regional service could look global.
    for partition in ["aws-cn", "aws-eusc", "aws-iso-e", "aws-us-gov"] {
        assert!(is_global("iam", partition) && !is_global("ec2", partition), "{partition}");
    }
}

#[test]
fn rules_of_every_version_of_every_service_can_be_read() {
    let Some(botocore) = botocore() else { return };
    let services = entries(&botocore.join("botocore/data")).into_iter().filter(|folder| folder.is_dir());
    let files = services.flat_map(|service| entries(&service)).map(|f| f.join("endpoint-rule-set-1.json"));
    let mut read = 0;
    for file in files.filter(|file| file.is_file()) {
        let rules = EndpointRules::from_botocore(&json(&file));
        assert!(rules.is_ok(), "{}: {rules:?}", file.display());
        read += 1;
    }
    assert!(read >= RULE_SETS, "{read} rule sets were there");
}
