//! Every read of every service.

use std::collections::{BTreeMap, HashSet};

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http::Request;
use http_body_util::BodyExt;
use orgwide_models::{Catalog, Kind, Model, Operation, Paginator, ShapeId};
use orgwide_simulator::Simulator;
use serde_json::{Map, Value};

use crate::modelled_answers::{Came, output};
use crate::modelled_requests::{least_input, request};
use crate::support::{Key, simulator};

/// Sends a request in process.
pub(crate) async fn exchange(simulator: &Simulator, request: Request<Vec<u8>>) -> Came {
    let request = HttpRequest::try_from(request.map(SdkBody::from)).unwrap();
    let response = simulator.http_connector(None).call(request).await.unwrap();
    let (parts, body) = response.try_into_http1x().unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    let error_type = parts.headers.get("x-amzn-errortype").map(|code| code.to_str().unwrap().to_owned());
    Came { status: parts.status.as_u16(), error_type, body }
}

/// What it says if it is no answer.
pub(crate) fn said(came: &Came) -> String {
    format!("{} {:?}", came.status, String::from_utf8_lossy(&came.body).chars().take(500).collect::<String>())
}

/// Whether an operation's name says that it reads one thing or lists some: fewer than the simulator answers.
fn is_plain_read(model: &Model, operation: &Operation) -> bool {
    let name = model.text(operation.name);
    let has_verb =
        ["Get", "List", "Describe", "BatchGet", "Search", "Head"].iter().any(|verb| name.starts_with(verb));
    let has_events = [operation.input, operation.output].into_iter().flatten().any(|shape| {
        model.shape(shape).members.iter().any(|member| model.shape(member.shape).is_event_stream)
    });
    has_verb && !has_events && model.service().name != "sts"
}

/// Whether it takes the name of a resource that must be there, or belongs to a list that has no pages without a size.
fn is_about_what_is_there(service: &str, operation: &str) -> bool {
    match service {
        "s3" => {
            operation.contains("Bucket")
                || operation.contains("Object")
                || operation.contains("Upload")
                || operation.contains("Part")
                || operation == "GetPublicAccessBlock"
        }
        "ecs" => ["ListServices", "DescribeServices", "ListTagsForResource"].contains(&operation),
        "sqs" => ["ListQueues", "ListQueueTags", "GetQueueAttributes"].contains(&operation),
        _ => DETAILS.contains(&(service, operation)),
    }
}

/// Reads of one resource that is named, which are tested with the names there are.
const DETAILS: [(&str, &str); 42] = [
    // Without the kinds of keys it has a part of them only.
    ("acm", "ListCertificates"),
    ("acm", "ListTagsForCertificate"),
    ("apigateway", "GetStages"),
    ("apigateway", "GetTags"),
    ("cloudfront", "ListTagsForResource"),
    ("cloudtrail", "GetTrailStatus"),
    ("cloudtrail", "ListTags"),
    ("cloudwatch", "ListTagsForResource"),
    ("config", "ListTagsForResource"),
    ("dynamodb", "DescribeTable"),
    ("dynamodb", "ListTagsOfResource"),
    ("ecr", "ListTagsForResource"),
    ("efs", "ListTagsForResource"),
    ("eks", "DescribeCluster"),
    ("eks", "ListTagsForResource"),
    ("elasticache", "ListTagsForResource"),
    ("elbv2", "DescribeTags"),
    ("guardduty", "GetDetector"),
    ("guardduty", "ListTagsForResource"),
    ("iam", "GetPolicy"),
    ("iam", "GetRole"),
    ("iam", "GetUser"),
    ("iam", "ListPolicyTags"),
    ("iam", "ListRoleTags"),
    ("iam", "ListUserTags"),
    ("kms", "DescribeKey"),
    ("kms", "GetKeyRotationStatus"),
    ("kms", "ListResourceTags"),
    ("lambda", "GetFunction"),
    ("lambda", "GetFunctionConfiguration"),
    ("lambda", "ListTags"),
    // At the same path as that of functions.
    ("lambda-microvms", "ListTags"),
    ("logs", "ListTagsForResource"),
    ("logs", "ListTagsLogGroup"),
    ("opensearch", "DescribeDomain"),
    ("opensearch", "ListTags"),
    ("rds", "ListTagsForResource"),
    ("route53", "ListTagsForResource"),
    ("route53", "ListTagsForResources"),
    ("sns", "GetTopicAttributes"),
    ("sns", "ListTagsForResource"),
    ("ssm", "ListTagsForResource"),
];

/// Hand-made ones are tested elsewhere; of those that several services share with others, one service answers.
fn is_answered_by_model(model: &Model, operation: &Operation) -> bool {
    let name = model.text(operation.name);
    match model.service().name.as_str() {
        "organizations" => name.starts_with("ListPolicies") || name.contains("Handshake"),
        "account" => name != "ListRegions",
        "iam" => name != "ListAccountAliases",
        "ec2" => !["DescribeRegions", "DescribeInstances"].contains(&name),
        "s3" => !["ListBuckets", "ListDirectoryBuckets", "GetBucketLifecycle", "GetBucketNotification"]
            .contains(&name),
        "docdb" | "neptune" => false,
        // Both versions have it at the same path.
        "greengrassv2" => name != "GetConnectivityInfo",
        _ => true,
    }
}

pub(crate) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |at, name| match name.strip_suffix("[-1]") {
        Some(list) => at.get(list)?.as_array()?.last(),
        None => at.get(name),
    })
}

/// The items of a page, each as text with its list's name, and whether the operation has lists of items at all.
fn items(model: &Model, operation: &Operation, paginator: &Paginator, page: &Value) -> (Vec<String>, bool) {
    let (mut items, mut has_lists) = (Vec::new(), false);
    for path in paginator.results.iter().map(|path| model.text(*path)) {
        match kind_at(model, operation.output.unwrap(), path) {
            Some(Kind::List) => {
                has_lists = true;
                let listed = at(page, path).and_then(Value::as_array);
                items.extend(listed.into_iter().flatten().map(|item| format!("{path} {item}")));
            }
            Some(Kind::Map) => {
                has_lists = true;
                let listed = at(page, path).and_then(Value::as_object);
                items.extend(listed.into_iter().flatten().map(|(key, _)| format!("{path} {key}")));
            }
            _ => {}
        }
    }
    (items, has_lists)
}

fn kind_at(model: &Model, root: ShapeId, path: &str) -> Option<Kind> {
    let mut id = root;
    for name in path.split('.') {
        id = model.shape(id).members.iter().find(|member| model.is(member.name, name))?.shape;
    }
    Some(model.shape(id).kind)
}

/// The tokens that a page has for the next one; none on the last.
pub(crate) fn tokens(model: &Model, paginator: &Paginator, page: &Value) -> Option<Map<String, Value>> {
    if let Some(more) = paginator.more.and_then(|more| at(page, model.text(more)))
        && *more == false
    {
        return None;
    }
    let names = paginator.input_tokens.iter().map(|name| model.text(*name).to_owned());
    let found = names.zip(&paginator.output_tokens).filter_map(|(name, path)| {
        let path = model.text(*path).split("||").next().unwrap().trim();
        Some((name, at(page, path)?.clone()))
    });
    let found: Map<String, Value> = found.collect();
    (!found.is_empty()).then_some(found)
}

/// Makes sure that the tokens are as long as the input takes them.
fn takes(model: &Model, operation: &Operation, tokens: &Map<String, Value>) -> Result<(), String> {
    for member in &model.shape(operation.input.unwrap()).members {
        let (name, shape) = (model.text(member.name), model.shape(member.shape));
        let least = shape
            .min
            .filter(|_| shape.kind == Kind::String)
            .map_or(0, |least| model.text(least).parse().unwrap());
        if let Some(token) = tokens.get(name).and_then(Value::as_str)
            && token.len() < least
        {
            return Err(format!("{name} takes {least} letters, not {token:?}"));
        }
    }
    Ok(())
}

/// The output, or how it is none.
fn read(model: &Model, operation: &Operation, came: &Came) -> Result<Value, String> {
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| output(model, operation, came)));
    read.map_err(|panic| panic.downcast_ref::<String>().map_or("it cannot be read".to_owned(), Clone::clone))
}

/// Reads all pages.
async fn walk(
    simulator: &Simulator,
    model: &Model,
    operation: &Operation,
    paginator: &Paginator,
) -> Result<(usize, Vec<String>, bool), String> {
    let (mut input, mut all, mut pages) = (least_input(model, operation), Vec::new(), 0);
    for token in &paginator.input_tokens {
        input.remove(model.text(*token));
    }
    loop {
        let came = exchange(simulator, request(&Key::hub(), "us-east-1", model, operation, &input)).await;
        if came.status != 200 {
            return Err(said(&came));
        }
        let page = read(model, operation, &came)?;
        let (found, has_lists) = items(model, operation, paginator, &page);
        pages += 1;
        all.extend(found);
        match tokens(model, paginator, &page) {
            Some(tokens) if pages < 20 => {
                takes(model, operation, &tokens)?;
                input.extend(tokens);
            }
            Some(_) => return Err("there is no end".to_owned()),
            None => return Ok((pages, all, has_lists)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_read_of_every_service_is_answered_in_its_format_and_pages_have_each_item_once() {
    // The caller is at home where there is more than a page of everything.
    let sim = simulator(|spec| {
        (spec.accounts, spec.hub, spec.delegated, spec.crowded) = (4, 3, vec![3], true);
    });
    let catalog = Catalog::embedded();
    let (mut wrong, mut counts) = (Vec::new(), BTreeMap::<&str, usize>::new());
    for service in catalog.services() {
        let model = catalog.model(&service.name).unwrap();
        for operation in model.operations() {
            if !is_plain_read(&model, operation) || !is_answered_by_model(&model, operation) {
                continue;
            }
            if is_about_what_is_there(&service.name, model.text(operation.name)) {
                continue;
            }
            let name = format!("{} {}", service.name, model.text(operation.name));
            let Some(paginator) = &operation.paginator else {
                *counts.entry("single").or_default() += 1;
                let input = least_input(&model, operation);
                let came = exchange(&sim, request(&Key::hub(), "us-east-1", &model, operation, &input)).await;
                match came.status {
                    200 => wrong
                        .extend(read(&model, operation, &came).err().map(|error| format!("{name}: {error}"))),
                    _ => wrong.push(format!("{name}: {}", said(&came))),
                }
                continue;
            };
            *counts.entry("paged").or_default() += 1;
            match walk(&sim, &model, operation, paginator).await {
                Err(error) => wrong.push(format!("{name}: {error}")),
                Ok((pages, items, has_lists)) => {
                    *counts.entry("items").or_default() += items.len();
                    let different: HashSet<&String> = items.iter().collect();
                    if pages < 2 || has_lists && items.len() < 2 || different.len() != items.len() {
                        wrong.push(format!(
                            "{name}: {pages} pages, {} of {} items",
                            different.len(),
                            items.len()
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong of {counts:?}: {:#?}", wrong.len(), &wrong[..wrong.len().min(60)]);
    assert!(counts["single"] > 3_000 && counts["paged"] > 3_000 && counts["items"] > 12_000, "{counts:?}");
}
