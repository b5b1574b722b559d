//! Descriptions of operations, as people read them.
#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

use orgwide_models::{Catalog, Model};
use serde_json::{Value, json};

fn model(shapes: Value) -> Model {
    let service = json!({
        "metadata": {
            "apiVersion": "2020-01-01", "serviceFullName": "Amazon Quux", "protocol": "json", "serviceId": "Quux",
            "endpointPrefix": "quux",
        },
        "operations": { "ListThings": {
            "name": "ListThings", "http": { "method": "POST", "requestUri": "/" },
            "input": { "shape": "Input" }, "output": { "shape": "Output" },
        } },
        "shapes": shapes,
    });
    Model::from_botocore("quux", &service, &[], None).unwrap()
}

fn description(shapes: Value) -> String {
    let model = model(shapes);
    model.describe(model.operation("ListThings").unwrap()).to_string()
}

#[test]
fn a_member_has_its_type_bounds_and_values_and_says_if_it_is_required() {
    let text = description(json!({
        "Input": { "type": "structure", "required": ["Name"], "members": {
            "Name": { "shape": "Name" },
            "Kinds": { "shape": "Kinds" },
            "One": { "shape": "One" },
            "Body": { "shape": "Body", "streaming": true },
            "MaxResults": { "shape": "Max" },
            "NextToken": { "shape": "Text" },
            "Tags": { "shape": "Tags" },
            "ClientToken": { "shape": "Text", "idempotencyToken": true },
            "Old": { "shape": "Flag", "deprecated": true },
            "Data": { "shape": "Data" },
            "Rate": { "shape": "Rate" },
            "Since": { "shape": "Time" },
            "Any": { "shape": "Any" },
            "Policy": { "shape": "Text", "jsonvalue": true },
        } },
        "Output": { "type": "structure", "members": { "Things": { "shape": "Things" }, "NextToken": { "shape": "Text" } } },
        "Name": { "type": "string", "min": 1, "max": 64 },
        "Kinds": { "type": "list", "member": { "shape": "Kind" }, "max": 5, "min": 0 },
        "Kind": { "type": "string", "enum": ["big", "small"] },
        "One": { "type": "list", "member": { "shape": "Text" }, "min": 1, "max": 1 },
        "Body": { "type": "blob", "min": 1 },
        "Max": { "type": "integer", "min": 5, "max": 1000 },
        "Text": { "type": "string" },
        "Flag": { "type": "boolean" },
        "Data": { "type": "blob", "sensitive": true },
        "Rate": { "type": "double", "min": 0.5 },
        "Time": { "type": "timestamp" },
        "Any": { "type": "structure", "members": {}, "document": true },
        "Tags": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Text" } },
        "Things": { "type": "list", "member": { "shape": "Thing" } },
        "Thing": { "type": "structure", "required": ["Id"], "members": { "Id": { "shape": "Name" } } },
    }));
    let expected = "\
quux ListThings
Amazon Quux, version 2020-01-01

input
  Any          any JSON
  Body         streamed bytes, at least 1 byte
  ClientToken  string, filled in when absent
  Data         bytes in base64, sensitive
  Kinds        list of string, at most 5 items: big | small
  MaxResults   integer, 5 to 1000
  Name         string, 1 to 64 characters, required
  NextToken    string
  Old          boolean, deprecated
  One          list of string, 1 item
  Policy       JSON in a text
  Rate         number, at least 0.5
  Since        timestamp
  Tags         map of string

output
  NextToken  string
  Things     list of Thing
    Id  string

pages: asked for with NextToken; items are in Things; MaxResults sets how many, at most 1000; found in the model, \
the AWS CLI gives the first page only";
    assert_eq!(text, expected);
}

#[test]
fn a_structure_is_shown_once_however_often_it_is_used() {
    let text = description(json!({
        "Input": { "type": "structure", "members": {
            "Having": { "shape": "Expression" }, "Where": { "shape": "Expression" },
        } },
        "Output": { "type": "structure", "members": {} },
        "Expression": { "type": "structure", "union": true, "members": {
            "And": { "shape": "Expressions" }, "Not": { "shape": "Expression" }, "Text": { "shape": "Text" },
        } },
        "Expressions": { "type": "list", "member": { "shape": "Expression" } },
        "Text": { "type": "string" },
    }));
    let expected = "\
quux ListThings
Amazon Quux, version 2020-01-01

input
  Having  one of Expression
    And   list of one of Expression, as above
    Not   one of Expression, as above
    Text  string
  Where   one of Expression, as above

output: nothing

pages: one";
    assert_eq!(text, expected);
}

#[test]
fn an_input_that_holds_itself_is_shown_once() {
    let text = description(json!({
        "Input": { "type": "structure", "members": { "Again": { "shape": "Input" } } },
        "Output": { "type": "structure", "members": {} },
    }));
    assert!(text.contains("\n  Again  Input, as above\n"), "{text}");
}

#[test]
fn many_values_are_cut_and_say_how_many_are_left() {
    let with = |count: usize| {
        let values: Vec<String> = (0..count).map(|value| format!("v{value}")).collect();
        let text = description(json!({
            "Input": { "type": "structure", "members": { "Kind": { "shape": "Kind" } } },
            "Output": { "type": "structure", "members": {} },
            "Kind": { "type": "string", "enum": values },
        }));
        text.lines().find(|line| line.contains("Kind")).unwrap().trim().to_owned()
    };
    assert_eq!(with(9), "Kind  string: v0 | v1 | v2 | v3 | v4 | v5 | v6 | v7 | v8");
    assert_eq!(with(30), "Kind  string: v0 | v1 | v2 | v3 | v4 | v5 | v6 | v7 | … 22 more");
}

#[test]
fn fewer_levels_can_be_asked_for() {
    let ec2 = Catalog::embedded().model("ec2").unwrap();
    let operation = ec2.operation("DescribeInstances").unwrap();
    let lines = |depth: usize| ec2.describe(operation).depth(depth).to_string().lines().count();
    assert!(lines(1) < lines(2) && lines(2) < lines(3) && lines(3) < lines(64));
    assert_eq!(lines(64), lines(usize::MAX));
    let outermost = ec2.describe(operation).depth(1).to_string();
    assert!(outermost.contains("\n  Reservations  list of Reservation, …\n"), "{outermost}");
    // Title, version, two headings with an empty line before each, the pages with one, and nothing else.
    let members = |id: Option<_>| id.map_or(0, |id| ec2.shape(id).members.len());
    assert_eq!(lines(1), 2 + 4 + members(operation.input) + members(operation.output) + 2);
}

#[test]
fn every_operation_has_a_description_with_each_of_its_members() {
    let catalog = Catalog::embedded();
    let (mut longest, mut characters) = (0, 0);
    for service in catalog.services() {
        let model = catalog.model(&service.name).unwrap();
        for operation in model.operations() {
            let text = model.describe(operation).to_string();
            longest = longest.max(text.lines().count());
            characters += text.len();
            for id in operation.input.iter().chain(&operation.output) {
                for member in &model.shape(*id).members {
                    let name = model.text(member.name);
                    let line = format!("\n  {name} ");
                    assert!(text.contains(&line), "{} {name}", model.text(operation.name));
                }
            }
        }
    }
    // The longest is a dashboard of QuickSight. Were shared structures shown each time, it would have millions.
    assert!((1_000..6_000).contains(&longest), "{longest} lines");
    assert!(characters < 100_000_000, "{characters} characters");
}
