//! The suites for answers that come with botocore's source: what it and the other SDKs are held to.

use std::collections::BTreeMap;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use base64::Engine;
use orgwide_models::{Model, Protocol};
use serde_json::{Value, json};

use super::{Head, ReadOptions, read, read_error};
use crate::suites::Suites;

const EVENTS: &str = "streams of events are refused before they are asked for";

/// Cases that fail, each with the reason. One that passes has to leave this list.
const EXPECTED_FAILURES: &[(&str, &str)] = &[
    (
        "rest-json:MediaTypeHeaderOutputBase64",
        "the value of a JSON header is JSON, not the text of it, as in botocore",
    ),
    ("legacy/json:3:1", "it has objects where its model has texts"),
    ("legacy/json:6:0", EVENTS),
    ("legacy/rest-xml:14:0", EVENTS),
    ("legacy/rest-xml:14:1", EVENTS),
    ("legacy/rest-xml:14:2", EVENTS),
];

/// How many cases pass, by file. These may only rise.
const FLOORS: &[(&str, usize)] = &[
    ("ec2", 29),
    ("json", 58),
    ("json_1_0", 32),
    ("json_1_0-query-compatible", 2),
    ("query", 38),
    ("rest-json", 90),
    ("rest-xml", 78),
    ("smithy-rpc-v2-cbor", 35),
    ("smithy-rpc-v2-cbor-non-query-compatible", 0),
    ("smithy-rpc-v2-cbor-query-compatible", 2),
    ("legacy/ec2", 13),
    ("legacy/json", 18),
    ("legacy/query", 19),
    ("legacy/rest-json", 33),
    ("legacy/rest-xml", 22),
];

const SUITES: Suites = Suites { expected_failures: EXPECTED_FAILURES, floors: FLOORS };

#[test]
fn answers_are_those_of_the_protocol_suites() {
    SUITES.judge("output", "", run);
}

#[test]
fn answers_are_those_of_the_older_protocol_suites() {
    SUITES.judge("legacy/output", "legacy/", run);
}

fn run(suite: &Value, case: &Value) -> Result<(), String> {
    let name = case["given"]["name"].as_str().unwrap_or("OperationName");
    let mut given = case["given"].clone();
    given["name"] = name.into();
    let output = given["output"]["shape"].as_str().unwrap_or_default();
    let has_members =
        suite["shapes"][output]["members"].as_object().is_some_and(|members| !members.is_empty());
    if suite["metadata"]["protocol"] == "query" && has_members {
        given["output"]["resultWrapper"] = format!("{name}Result").into();
    }
    let service = json!({
        "metadata": suite["metadata"], "shapes": shapes(suite), "operations": { name: given },
    });
    let model = Model::from_botocore("suite", &service, &[], None).map_err(|error| error.to_string())?;
    let operation = model.operation(name).unwrap();
    let response = &case["response"];
    let headers: Vec<(&str, &str)> = response["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    let status = response["status_code"].as_u64().unwrap() as u16;
    let head = Head { status, headers: &headers };
    let is_query = model.service().protocol == Protocol::Query;
    let text = response["body"].as_str().unwrap_or(if is_query { "<xml/>" } else { "" });
    let body = match model.service().protocol {
        Protocol::Cbor => base64::engine::general_purpose::STANDARD.decode(text).unwrap(),
        _ => text.as_bytes().to_vec(),
    };
    let options = ReadOptions { raw_blobs: true };
    if let Some(expected) = case.get("error") {
        let error = read_error(&model, operation, &head, &body, options);
        let same = |what: &str, ours: Option<&str>, expected: &Value| match expected.as_str() {
            Some(expected) if ours != Some(expected) => {
                Err(format!("{what} {ours:?}, expected {expected:?}"))
            }
            _ => Ok(()),
        };
        same("code", error.code.as_deref(), &case["errorCode"])?;
        same("message", error.message.as_deref(), &case["errorMessage"])?;
        // Of errors without a shape the suites expect no members; ours keep what came.
        let has_shape = error.code.as_deref().is_some_and(|code| model.error(code).is_some());
        return if has_shape { is_same(&error.members, expected) } else { Ok(()) };
    }
    let answer = read(&model, operation, &head, &body, options).map_err(|error| error.to_string())?;
    is_same(&answer, &case["result"])
}

/// Old suites have the place of a member on its shape, where no real model has it.
fn shapes(suite: &Value) -> Value {
    let mut shapes = suite["shapes"].clone();
    let places: BTreeMap<String, Value> = suite["shapes"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, shape)| Some((name.clone(), shape.get("location")?.clone())))
        .collect();
    for shape in shapes.as_object_mut().into_iter().flat_map(|shapes| shapes.values_mut()) {
        for member in shape
            .get_mut("members")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flat_map(|members| members.values_mut())
        {
            if let Some(place) = member["shape"].as_str().and_then(|name| places.get(name)) {
                member["location"] = place.clone();
            }
        }
    }
    shapes
}

fn is_same(ours: &Value, expected: &Value) -> Result<(), String> {
    if same(ours, expected) { Ok(()) } else { Err(format!("{ours}, expected {expected}")) }
}

/// Numbers by what they are worth, and points in time as the suites have them: seconds since 1970.
fn same(ours: &Value, expected: &Value) -> bool {
    match (ours, expected) {
        (Value::Object(ours), Value::Object(expected)) => {
            ours.len() == expected.len()
                && expected.iter().all(|(key, value)| ours.get(key).is_some_and(|ours| same(ours, value)))
        }
        (Value::Array(ours), Value::Array(expected)) => {
            ours.len() == expected.len() && ours.iter().zip(expected).all(|(ours, value)| same(ours, value))
        }
        (Value::String(time), Value::Number(seconds)) => {
            let time = DateTime::from_str(time, Format::DateTimeWithOffset);
            time.is_ok_and(|time| (time.as_secs_f64() - seconds.as_f64().unwrap()).abs() < 1e-6)
        }
        (Value::Number(ours), Value::Number(expected)) => ours.as_f64() == expected.as_f64(),
        _ => ours == expected,
    }
}
