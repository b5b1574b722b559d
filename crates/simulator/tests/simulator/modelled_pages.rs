//! Pages of operations answered from models.

use orgwide_models::{Catalog, Model};
use orgwide_simulator::{Answer, Fault, Simulator, Throttling, WorldSpec};
use serde_json::{Map, Value, json};

use crate::modelled::{at, exchange, said, tokens};
use crate::modelled_answers::{Came, output};
use crate::modelled_requests::request;
use crate::support::{Key, simulator};

/// One operation of each protocol: the service, the operation, its items, the member that asks for so many.
pub(crate) const LISTS: [(&str, &str, &str, &str); 7] = [
    ("iam", "ListGroups", "Groups", "MaxItems"),
    ("ec2", "DescribeNetworkAcls", "NetworkAcls", "MaxResults"),
    ("dynamodb", "ListExports", "ExportSummaries", "MaxResults"),
    ("kms", "ListAliases", "Aliases", "Limit"),
    ("lambda", "ListLayers", "Layers", "MaxItems"),
    ("route53", "ListHealthChecks", "HealthChecks", "MaxItems"),
    ("servicecatalog", "ListPortfolios", "PortfolioDetails", "PageSize"),
];

pub(crate) async fn ask(sim: &Simulator, region: &str, service: &str, operation: &str, input: Value) -> Came {
    let model = Catalog::embedded().model(service).unwrap();
    let Value::Object(input) = input else { panic!("an input is an object") };
    let request = request(&Key::hub(), region, &model, model.operation(operation).unwrap(), &input);
    exchange(sim, request).await
}

pub(crate) fn read(model: &Model, operation: &str, came: &Came) -> Value {
    assert_eq!(came.status, 200, "{}", said(came));
    output(model, model.operation(operation).unwrap(), came)
}

/// The items of each page, until there are so many pages.
async fn pages(
    sim: &Simulator,
    list: (&str, &str, &str, &str),
    input: Value,
    most: usize,
) -> Vec<Vec<Value>> {
    let (service, operation, items, _) = list;
    let model = Catalog::embedded().model(service).unwrap();
    let paginator = model.operation(operation).unwrap().paginator.as_ref().unwrap();
    let (mut pages, mut more) = (Vec::new(), Map::new());
    while pages.len() < most {
        let mut asked = input.clone();
        asked.as_object_mut().unwrap().extend(more);
        let page = read(&model, operation, &ask(sim, "us-east-1", service, operation, asked).await);
        pages.push(at(&page, items).unwrap().as_array().unwrap().clone());
        match tokens(&model, paginator, &page) {
            Some(tokens) => more = tokens,
            None => break,
        }
    }
    pages
}

#[tokio::test(start_paused = true)]
async fn a_page_has_as_many_items_as_are_asked_for_and_the_items_stay_the_same() {
    let (sim, small) = (simulator(|_| ()), simulator(|spec| spec.page_items = 1));
    for list in LISTS {
        let usual = pages(&sim, list, json!({}), 50).await;
        assert!(usual.len() == 2, "{list:?}: {} pages", usual.len());
        let all = usual.concat();
        assert!(all.len() >= 3);
        for one in [pages(&small, list, json!({}), 50).await, {
            // EC2 gives no page of fewer than five.
            let least = if list.0 == "ec2" { 5 } else { 1 };
            let size = if list.0 == "route53" { json!("1") } else { json!(least) };
            pages(&sim, list, json!({ list.3: size }), 50).await
        }] {
            assert_eq!(one.concat(), all, "{list:?}");
            assert!(list.0 == "ec2" || one.iter().all(|page| page.len() == 1), "{list:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_world_is_the_same_everywhere_and_accounts_and_regions_differ() {
    let volumes = async |sim: &Simulator, region: &str| {
        ask(sim, region, "ec2", "DescribeVolumes", json!({})).await.body
    };
    let (first, second) = (simulator(|_| ()), simulator(|_| ()));
    let strip = |body: Vec<u8>| {
        let text = String::from_utf8(body).unwrap();
        text.split_once("</requestId>").unwrap().1.to_owned()
    };
    assert_eq!(strip(volumes(&first, "us-east-1").await), strip(volumes(&second, "us-east-1").await));
    assert_ne!(strip(volumes(&first, "us-east-1").await), strip(volumes(&first, "eu-west-1").await));
    let other = simulator(|spec| spec.seed = 2);
    assert_ne!(strip(volumes(&first, "us-east-1").await), strip(volumes(&other, "us-east-1").await));
    let account = simulator(|spec| spec.hub = 1);
    assert_ne!(strip(volumes(&first, "us-east-1").await), strip(volumes(&account, "us-east-1").await));
}

#[tokio::test(start_paused = true)]
async fn several_tokens_belong_together() {
    let sim = simulator(|_| ());
    let model = Catalog::embedded().model("route53").unwrap();
    let operation = model.operation("ListResourceRecordSets").unwrap();
    let ask = async |more: Map<String, Value>| {
        let mut input = more;
        input.insert("HostedZoneId".to_owned(), "Z1".into());
        exchange(&sim, request(&Key::hub(), "us-east-1", &model, operation, &input)).await
    };
    let first = read(&model, "ListResourceRecordSets", &ask(Map::new()).await);
    assert_eq!(first["IsTruncated"], true);
    let next = tokens(&model, operation.paginator.as_ref().unwrap(), &first).unwrap();
    assert_eq!(next.len(), 3, "{next:?}");
    let last = read(&model, "ListResourceRecordSets", &ask(next.clone()).await);
    assert_eq!((&last["IsTruncated"], last.get("NextRecordName")), (&json!(false), None));
    let mut other = next;
    other.insert("StartRecordIdentifier".to_owned(), "another".into());
    assert_eq!(ask(other).await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn where_the_last_item_is_the_token_pages_go_on_behind_it() {
    let sim = simulator(|_| ());
    let model = Catalog::embedded().model("firehose").unwrap();
    let ask = async |input: Value| ask(&sim, "us-east-1", "firehose", "ListDeliveryStreams", input).await;
    let names = |came: &Came| {
        let page = read(&model, "ListDeliveryStreams", came);
        let names: Vec<String> = serde_json::from_value(page["DeliveryStreamNames"].clone()).unwrap();
        (names, page["HasMoreDeliveryStreams"] == true)
    };
    let (first, more) = names(&ask(json!({})).await);
    assert!(more);
    let (second, more) = names(&ask(json!({ "ExclusiveStartDeliveryStreamName": first.last() })).await);
    assert!(!more && !second.is_empty() && second.iter().all(|name| !first.contains(name)));
    let wrong = ask(json!({ "ExclusiveStartDeliveryStreamName": "none" })).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test(start_paused = true)]
async fn faults_break_the_paging_of_modelled_lists_too() {
    for list in LISTS {
        let twisted = async |answer: Answer, most: usize| {
            let fault = Fault::on("*", "*").answers([answer]).repeat();
            let builder = Simulator::builder(WorldSpec::default()).throttling(Throttling::off());
            pages(&builder.faults([fault]).build().unwrap(), list, json!({}), most).await
        };
        let right = pages(&simulator(|_| ()), list, json!({}), 50).await;
        let lengths = |pages: &[Vec<Value>]| pages.iter().map(Vec::len).collect::<Vec<_>>();
        let empty = twisted(Answer::EmptyPages(2), 50).await;
        assert_eq!(lengths(&empty)[..2], [0, 0], "{list:?}");
        assert_eq!(empty[2..], right, "{list:?}");
        assert_eq!(twisted(Answer::SameToken, 7).await.len(), 7, "{list:?}");
        let repeated = twisted(Answer::RepeatedPage, 50).await;
        assert_eq!(repeated.len(), right.len() + 1, "{list:?}");
        assert_eq!(repeated.last(), right.last(), "{list:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn cloud_control_lists_resources_with_properties_in_json() {
    let sim = simulator(|_| ());
    let list = ("cloudcontrol", "ListResources", "ResourceDescriptions", "MaxResults");
    let found = pages(&sim, list, json!({ "TypeName": "AWS::Logs::LogGroup" }), 50).await;
    assert!(found.len() >= 2);
    for description in found.concat() {
        let identifier = description["Identifier"].as_str().unwrap();
        let properties: Value = serde_json::from_str(description["Properties"].as_str().unwrap()).unwrap();
        assert_eq!(properties["Id"], identifier);
    }
    let model = Catalog::embedded().model("cloudcontrol").unwrap();
    let input = json!({ "TypeName": "AWS::Logs::LogGroup", "Identifier": "one" });
    let came = ask(&sim, "us-east-1", "cloudcontrol", "GetResource", input).await;
    let read = read(&model, "GetResource", &came);
    assert_eq!(read["ResourceDescription"]["Identifier"], "one");
    for (name, code) in [
        ("AWS::S3", "TypeNotFoundException"),
        ("bucket", "TypeNotFoundException"),
        ("AWS::EC2::VolumeAttachment", "UnsupportedActionException"),
    ] {
        let came = ask(&sim, "us-east-1", "cloudcontrol", "ListResources", json!({ "TypeName": name })).await;
        assert!(came.status >= 400 && said(&came).contains(code), "{name}: {}", said(&came));
    }
}
