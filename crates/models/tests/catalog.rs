//! Which service a name means, and where its model comes from.
#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use orgwide_models::{Catalog, CatalogError, ImportError, Model};
use serde_json::{Value, json};
use tempfile::TempDir;

fn found(catalog: &Catalog, spelling: &str) -> String {
    catalog.service(spelling).unwrap().name.clone().into_owned()
}

#[test]
fn a_service_is_found_by_each_of_its_names() {
    let catalog = Catalog::embedded();
    for (spelling, name) in [
        ("ec2", "ec2"),
        ("EC2", "ec2"),
        ("Elastic Load Balancing v2", "elbv2"),
        ("elastic_load_balancing_v2", "elbv2"),
        ("elb", "elb"),
        ("elasticloadbalancing", "elb"),
        ("s3api", "s3"),
        ("configservice", "config"),
        ("config", "config"),
        ("deploy", "codedeploy"),
        ("monitoring", "cloudwatch"),
        ("states", "stepfunctions"),
        ("CloudWatch Logs", "logs"),
        ("resource-explorer-2", "resource-explorer-2"),
        ("Resource Explorer 2", "resource-explorer-2"),
        ("email", "ses"),
        // A copy of the next, and of its id, but called so.
        ("sms-voice", "sms-voice"),
        ("Pinpoint SMS Voice", "pinpoint-sms-voice"),
    ] {
        assert_eq!(found(&catalog, spelling), name, "{spelling}");
    }
}

#[test]
fn every_service_is_found_by_its_name_and_its_id() {
    let catalog = Catalog::embedded();
    let mut names = BTreeSet::new();
    for service in catalog.services() {
        assert!(names.insert(&service.name));
        assert_eq!(found(&catalog, &service.name), service.name);
        if service.name != "sms-voice" {
            assert_eq!(found(&catalog, &service.id), service.name, "{}", service.id);
        }
    }
    assert!(catalog.services().map(|service| &service.name).is_sorted());
}

#[test]
fn an_unknown_service_is_refused_with_the_nearest() {
    let catalog = Catalog::embedded();
    let error = |name: &str| catalog.model(name).unwrap_err().to_string();
    assert_eq!(error("organisations"), "no service is called `organisations`; did you mean `organizations`?");
    assert_eq!(error("quux"), "no service is called `quux`");
    assert_eq!(error(""), "no service is called ``");
    assert_eq!(error("a\nb"), "no service is called `a\\nb`");
    assert!(error(&"ec2".repeat(10_000)).len() < 100);
}

#[test]
fn a_model_is_read_once() {
    let catalog = Catalog::embedded();
    assert!(Arc::ptr_eq(&catalog, &Catalog::embedded()));
    assert!(Arc::ptr_eq(&catalog.model("sqs").unwrap(), &catalog.model("SQS").unwrap()));
}

#[test]
fn whoever_asks_at_the_same_time_gets_the_same_model() {
    let folder = TempDir::new().unwrap();
    let text = description("2026-02-02", "Quux", "ListQuuxes").to_string();
    write(&folder, "quux/2026-02-02/service-2.json", text.as_bytes());
    let catalog = Catalog::with_folder(folder.path()).unwrap();
    let models: Vec<Arc<Model>> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(|| catalog.model("quux").unwrap())).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    });
    assert!(models.iter().all(|model| Arc::ptr_eq(model, &models[0])));
}

fn description(version: &str, id: &str, operation: &str) -> Value {
    json!({
        "metadata": {
            "apiVersion": version, "serviceId": id, "serviceFullName": format!("Amazon {id}"),
            "protocol": "json", "endpointPrefix": "x", "documentation": "left out",
        },
        "operations": { operation: { "name": operation, "http": { "method": "POST", "requestUri": "/" } } },
        "shapes": {},
    })
}

fn write(folder: &TempDir, path: &str, content: &[u8]) {
    let file = folder.path().join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, content).unwrap();
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_folder_adds_services_and_replaces_those_of_its_names() {
    let folder = TempDir::new().unwrap();
    let old = description("2001-01-01", "SQS", "Old").to_string();
    let new = description("2030-01-01", "SQS", "New").to_string();
    write(&folder, "sqs/2001-01-01/service-2.json", old.as_bytes());
    write(&folder, "sqs/2030-01-01/service-2.json", new.as_bytes());
    write(&folder, "sqs/2031-01-01/something-else.json", b"{}");
    let quux = description("2026-02-02", "Quux Service", "ListQuuxes").to_string();
    write(&folder, "quux/2026-02-02/service-2.json", quux.as_bytes());
    write(&folder, "endpoints.json", b"{}");
    write(&folder, "empty/2026-02-02/paginators-1.json", b"{}");

    let catalog = Catalog::with_folder(folder.path()).unwrap();
    assert_eq!(catalog.services().len(), Catalog::embedded().services().len() + 1);
    assert!(catalog.services().map(|service| &service.name).is_sorted());
    let summary = catalog.service("quux service").unwrap();
    assert_eq!(
        (&*summary.name, &*summary.id, &*summary.full_name),
        ("quux", "Quux Service", "Amazon Quux Service")
    );
    assert_eq!((&*summary.version, summary.operations), ("2026-02-02", 1));
    assert!(catalog.model("Quux").unwrap().operation("list-quuxes").is_some());

    let sqs = catalog.model("sqs").unwrap();
    assert_eq!(sqs.service().version, "2030-01-01");
    assert!(sqs.operation("New").is_some() && sqs.operation("Old").is_none());
    // It has none there, and a service without rules has no endpoint.
    let rules = sqs.endpoint_rules();
    assert_eq!(rules, Catalog::embedded().model("sqs").unwrap().endpoint_rules());
    assert!(!rules.rules().is_empty());
    // The others are those that the whole process has.
    assert!(Arc::ptr_eq(&catalog.model("sts").unwrap(), &Catalog::embedded().model("sts").unwrap()));
}

#[test]
fn a_folder_may_have_its_files_as_an_installed_botocore_has() {
    let folder = TempDir::new().unwrap();
    let quux = description("2026-02-02", "Quux", "ListQuuxes").to_string();
    write(&folder, "quux/2026-02-02/service-2.json.gz", &gzip(&quux));
    let listed = json!({ "pagination": { "ListQuuxes": { "input_token": "A", "output_token": "B" } } });
    write(&folder, "quux/2026-02-02/paginators-1.json.gz", &gzip(&listed.to_string()));
    let model = Catalog::with_folder(folder.path()).unwrap().model("quux").unwrap();
    assert!(model.operation("ListQuuxes").unwrap().paginator.is_some());
}

fn error(folder: &Path) -> String {
    Catalog::with_folder(folder).unwrap_err().to_string()
}

#[test]
fn a_folder_without_a_service_or_that_is_none_is_an_error_that_names_it() {
    let folder = TempDir::new().unwrap();
    write(&folder, "sqs/service-2.json", b"{}");
    let message = error(folder.path());
    assert!(
        message.contains("has no service") && message.contains(&*folder.path().to_string_lossy()),
        "{message}"
    );
    let missing = folder.path().join("missing");
    assert!(error(&missing).contains(&*missing.to_string_lossy()));
}

#[test]
fn a_file_that_is_no_model_is_an_error_that_names_it() {
    for bad in ["", "[]", "{}", "{\"metadata\": {}}", "{\"metadata\": {}, \"operations\": []}", "<html>"] {
        let folder = TempDir::new().unwrap();
        write(&folder, "sqs/2001-01-01/service-2.json", bad.as_bytes());
        let message = error(folder.path());
        assert!(message.contains("service-2.json is not in botocore's form"), "{bad}: {message}");
    }
    let folder = TempDir::new().unwrap();
    write(&folder, "sqs/2001-01-01/service-2.json.gz", b"no gzip");
    assert!(error(folder.path()).contains("service-2.json.gz cannot be read"));
}

#[test]
fn a_file_that_grows_without_end_when_it_is_unpacked_is_refused() {
    let folder = TempDir::new().unwrap();
    write(&folder, "sqs/2001-01-01/service-2.json.gz", &gzip(&" ".repeat(65 << 20)));
    let message = error(folder.path());
    assert!(message.contains("service-2.json.gz") && message.contains("longer than"), "{message}");
}

#[test]
fn what_is_wrong_inside_a_model_is_told_when_it_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let mut broken = description("2026-02-02", "Quux", "ListQuuxes");
    broken["operations"]["ListQuuxes"]["input"] = json!({ "shape": "Missing" });
    write(&folder, "quux/2026-02-02/service-2.json", broken.to_string().as_bytes());
    let catalog = Catalog::with_folder(folder.path()).unwrap();
    let error = catalog.model("quux").unwrap_err();
    assert!(matches!(error, CatalogError::Import(ImportError::Broken { .. })), "{error:?}");
    assert_eq!(error.to_string(), "the model of quux is not whole: there is no shape \"Missing\"");
    assert!(catalog.model("sqs").is_ok());
}

#[test]
fn a_description_nested_without_end_is_refused() {
    let folder = TempDir::new().unwrap();
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = description("2026-02-02", "Quux", "X").to_string();
    let text = text.replace("\"left out\"", &deep);
    write(&folder, "quux/2026-02-02/service-2.json", text.as_bytes());
    // What is skipped may be as it likes; what is read may not.
    let catalog = Catalog::with_folder(folder.path());
    drop(catalog.map(|catalog| catalog.model("quux").map(drop)));
    let rules = format!("{{\"rules\": {deep}}}");
    write(&folder, "quux/2026-02-02/endpoint-rule-set-1.json", rules.as_bytes());
    let ok = description("2026-02-02", "Quux", "X").to_string();
    write(&folder, "quux/2026-02-02/service-2.json", ok.as_bytes());
    let error = Catalog::with_folder(folder.path()).unwrap().model("quux").unwrap_err().to_string();
    assert!(error.contains("endpoint-rule-set-1.json is not in botocore's form"), "{error}");
}
