//! What operations answered from models refuse, in the form of each protocol.

use minicbor::Decoder;
use orgwide_models::Catalog;
use orgwide_simulator::{Answer, Denial, Fault, Simulator, Throttling, WorldSpec};
use serde_json::{Value, json};

use crate::modelled::{exchange, said};
use crate::modelled_answers::Came;
use crate::modelled_pages::{LISTS, ask};
use crate::modelled_requests::request;
use crate::support::{Key, member, simulator, texts};

/// The status and the code of an error, read as its protocol has it.
fn refused(service: &str, came: &Came) -> (u16, String) {
    use orgwide_models::Protocol;
    assert!(came.status >= 400, "{}", said(came));
    let model = Catalog::embedded().model(service).unwrap();
    let code = match model.service().protocol {
        Protocol::Json10 | Protocol::Json11 => {
            serde_json::from_slice::<Value>(&came.body).unwrap()["__type"].as_str().unwrap().to_owned()
        }
        Protocol::RestJson => came.error_type.clone().unwrap(),
        Protocol::Cbor => {
            let mut decoder = Decoder::new(&came.body);
            let members = decoder.map().unwrap().unwrap();
            let pairs: Vec<(String, String)> = (0..members)
                .map(|_| (decoder.str().unwrap().to_owned(), decoder.str().unwrap().to_owned()))
                .collect();
            pairs.into_iter().find(|(name, _)| name == "__type").unwrap().1
        }
        _ => texts(std::str::from_utf8(&came.body).unwrap(), "Code").remove(0),
    };
    (came.status, code)
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_token_of_another_listing_is_refused() {
    let sim = simulator(|_| ());
    for (service, operation, token, status, code) in [
        ("iam", "ListUsers", "Marker", 400, "ValidationError"),
        ("ec2", "DescribeVolumes", "NextToken", 400, "InvalidParameterValue"),
        ("dynamodb", "ListTables", "ExclusiveStartTableName", 400, "ValidationException"),
        ("kms", "ListKeys", "Marker", 400, "InvalidMarkerException"),
        ("lambda", "ListFunctions", "Marker", 400, "InvalidParameterValueException"),
        ("route53", "ListHostedZones", "Marker", 400, "InvalidInput"),
        ("servicecatalog", "ListPortfolios", "PageToken", 400, "InvalidParametersException"),
    ] {
        let came = ask(&sim, "us-east-1", service, operation, json!({ token: "0123456789" })).await;
        assert_eq!(refused(service, &came), is(status, code), "{service}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_size_that_there_is_not_is_refused() {
    let sim = simulator(|_| ());
    for (service, operation, size, code) in [
        ("iam", "ListUsers", json!({ "MaxItems": 1001 }), "ValidationError"),
        ("iam", "ListUsers", json!({ "MaxItems": 0 }), "ValidationError"),
        ("dynamodb", "ListTables", json!({ "Limit": 101 }), "ValidationException"),
        ("lambda", "ListFunctions", json!({ "MaxItems": 10_001 }), "InvalidParameterValueException"),
        ("route53", "ListHostedZones", json!({ "MaxItems": "many" }), "InvalidInput"),
    ] {
        let came = ask(&sim, "us-east-1", service, operation, size.clone()).await;
        assert_eq!(refused(service, &came), is(400, code), "{service} {size}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_required_and_not_there_is_refused_by_its_name() {
    let sim = simulator(|_| ());
    for (service, operation, input, name, code) in [
        ("dynamodb", "DescribeTable", json!({}), "TableName", "ValidationException"),
        ("iam", "GetRole", json!({}), "RoleName", "ValidationError"),
        (
            "ec2",
            "DescribeVolumeAttribute",
            json!({ "Attribute": "autoEnableIO" }),
            "VolumeId",
            "MissingParameter",
        ),
        ("lambda", "GetLayerVersionByArn", json!({}), "Arn", "InvalidParameterValueException"),
        ("servicecatalog", "DescribePortfolio", json!({}), "Id", "ValidationException"),
    ] {
        let came = ask(&sim, "us-east-1", service, operation, input).await;
        assert_eq!(refused(service, &came).1, code, "{service} {}", said(&came));
        assert!(String::from_utf8_lossy(&came.body).contains(name), "{service} {}", said(&came));
    }
}

#[tokio::test(start_paused = true)]
async fn denials_throttles_and_lost_sessions_are_told_in_each_protocol() {
    let told = async |simulator: &Simulator| {
        let mut told = Vec::new();
        for (service, operation, ..) in LISTS {
            told.push(refused(service, &ask(simulator, "us-east-1", service, operation, json!({})).await));
        }
        told
    };
    let denied = simulator(|spec| {
        spec.hub = 1;
        spec.denials = vec![Denial::of("*", "*")];
    });
    let expected = [
        (403, "AccessDenied"),
        (403, "UnauthorizedOperation"),
        (400, "AccessDeniedException"),
        (400, "AccessDeniedException"),
        (403, "AccessDeniedException"),
        (403, "AccessDenied"),
        (400, "AccessDeniedException"),
    ];
    assert_eq!(told(&denied).await, expected.map(|(status, code)| is(status, code)));

    let with = |answer: Answer| {
        let fault = Fault::on("*", "*").answers([answer]).repeat();
        let builder = Simulator::builder(WorldSpec::default()).throttling(Throttling::off());
        builder.faults([fault]).build().unwrap()
    };
    let expected = [
        (400, "Throttling"),
        (503, "RequestLimitExceeded"),
        (400, "ThrottlingException"),
        (400, "ThrottlingException"),
        (429, "ThrottlingException"),
        (400, "Throttling"),
        (400, "ThrottlingException"),
    ];
    assert_eq!(told(&with(Answer::Throttling)).await, expected.map(|(status, code)| is(status, code)));
    let expected = [
        (403, "ExpiredToken"),
        (400, "RequestExpired"),
        (400, "ExpiredTokenException"),
        (400, "ExpiredTokenException"),
        (403, "ExpiredTokenException"),
        (403, "ExpiredToken"),
        (400, "ExpiredTokenException"),
    ];
    assert_eq!(told(&with(Answer::Expired)).await, expected.map(|(status, code)| is(status, code)));
}

#[tokio::test(start_paused = true)]
async fn regions_that_are_not_enabled_answer_for_global_services_only() {
    let sim = simulator(|_| ());
    for (service, operation, ..) in LISTS {
        let came = ask(&sim, "af-south-1", service, operation, json!({})).await;
        let is_global = ["iam", "route53"].contains(&service);
        assert_eq!(came.status == 200, is_global, "{service}: {}", said(&came));
    }
    // And they say the same from everywhere.
    let [here, there] = [
        ask(&sim, "us-east-1", "route53", "ListHostedZones", json!({})).await.body,
        ask(&sim, "eu-west-1", "route53", "ListHostedZones", json!({})).await.body,
    ];
    assert_eq!(here, there);
}

#[tokio::test(start_paused = true)]
async fn the_log_says_what_permission_a_request_needs() {
    let sim = simulator(|_| ());
    for (service, operation, input) in [
        ("cloudwatch", "DescribeAlarms", json!({})),
        ("s3", "GetBucketEncryption", json!({ "Bucket": "b" })),
        ("apigateway", "GetRestApis", json!({})),
    ] {
        ask(&sim, "us-east-1", service, operation, input).await;
    }
    let log = sim.log();
    let actions: Vec<&str> = log.iter().map(|request| request.action.as_deref().unwrap()).collect();
    assert_eq!(actions, ["cloudwatch:DescribeAlarms", "s3:GetEncryptionConfiguration", "apigateway:GET"]);
    let operations: Vec<&str> = log.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(operations, ["DescribeAlarms", "GetBucketEncryption", "GetRestApis"]);
}

#[tokio::test(start_paused = true)]
async fn only_who_may_read_the_organization_reads_its_policies() {
    let sim = simulator(|_| ());
    let model = Catalog::embedded().model("organizations").unwrap();
    let operation = model.operation("ListPolicies").unwrap();
    let input = json!({ "Filter": "SERVICE_CONTROL_POLICY" });
    let ask = async |key: &Key| {
        exchange(&sim, request(key, "us-east-1", &model, operation, input.as_object().unwrap())).await.status
    };
    assert_eq!(ask(&Key::hub()).await, 200);
    assert_eq!(ask(&member(&sim, 1).await).await, 400);
}
