//! Rules with something wrong in them.

use orgwide_models::endpoint_rules::{BuiltIn, EndpointRules};
use serde_json::{Value, json};

use super::super::{Parameters, resolve_by};

fn call(function: &str, arguments: Value) -> Value {
    json!({"fn": function, "argv": arguments})
}

/// A rule set with every kind of thing in it.
fn varied() -> Value {
    json!({
        "version": "1.1",
        "parameters": {
            "Region": {"type": "string", "builtIn": "AWS::Region", "required": true},
            "UseFIPS": {"type": "boolean", "builtIn": "AWS::UseFIPS", "required": true, "default": false},
            "List": {"type": "stringArray", "default": ["arn:aws:s3:r:a:b/c"], "required": true},
            "Endpoint": {"type": "string", "builtIn": "SDK::Endpoint"},
        },
        "rules": [
            {"type": "tree", "conditions": [
                call("isSet", json!([{"ref": "Endpoint"}])),
                {"fn": "parseURL", "argv": [{"ref": "Endpoint"}], "assign": "url"},
            ], "rules": [{"type": "endpoint", "conditions": [], "endpoint": {
                "url": "{url#scheme}://{Region}.{url#authority}{url#normalizedPath}"}}]},
            {"type": "tree", "conditions": [
                {"fn": "getAttr", "argv": [{"ref": "List"}, "[0]"], "assign": "first"},
                {"fn": "aws.parseArn", "argv": [{"ref": "first"}], "assign": "arn"},
                {"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "partition"},
                {"fn": "ite", "argv": [{"ref": "UseFIPS"}, "-fips", ""], "assign": "suffix"},
                {"fn": "coalesce", "argv": [{"fn": "substring", "argv": ["abc", 0, 9, true]}, "d"], "assign": "d"},
                {"fn": "split", "argv": [{"ref": "first"}, "/", 2], "assign": "parts"},
                call("not", json!([call("stringEquals", json!([{"fn": "uriEncode", "argv": ["{d}"]}, "x"]))])),
                call("booleanEquals", json!([call("isValidHostLabel", json!([{"ref": "d"}, true])), true])),
            ], "rules": [
                {"type": "error", "conditions": [call("stringEquals", json!([{"ref": "Region"}, "no"]))],
                    "error": "{Region} is {arn#resourceId[1]}"},
                {"type": "endpoint", "conditions": [], "endpoint": {
                    "url": "https://s{suffix}.{Region}.{partition#dnsSuffix}",
                    "headers": {"x": ["{arn#region}", {"fn": "getAttr", "argv": [{"ref": "parts"}, "[-1]"]}]},
                    "properties": {"p": [1, true, {"q": "{d}"}], "authSchemes": [
                        {"name": "sigv4", "signingName": "s", "signingRegion": "{arn#region}"}]}}},
            ]},
        ],
    })
}

/// All places in a document, counted.
fn places(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(places).sum(),
        Value::Object(members) => members.values().map(places).sum(),
        _ => 0,
    }
}

/// Puts another value at that place.
fn put(value: &mut Value, place: &mut usize, new: &Value) {
    if *place == 0 {
        *value = new.clone();
    }
    *place = place.wrapping_sub(1);
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| put(value, place, new)),
        Value::Object(members) => members.values_mut().for_each(|value| put(value, place, new)),
        _ => {}
    }
}

#[test]
fn changed_rules_give_endpoints_or_errors_and_no_panic() {
    let original = varied();
    let parameters = [
        Parameters::new("eu-west-1"),
        Parameters::new("no"),
        Parameters::new("a").with(BuiltIn::Endpoint, "http://b/c".to_owned()),
    ];
    let good = |rules: &EndpointRules| parameters.iter().filter(|p| resolve_by(rules, p).is_ok()).count();
    assert_eq!(
        good(&EndpointRules::from_botocore(&original).unwrap()),
        2,
        "the rules work before they are changed"
    );

    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(2_147_483_648_u64),
        json!(""),
        json!("{Region}"),
        json!("{arn#resourceId[-9]}"),
        json!("}"),
        json!([]),
        json!({}),
        json!({"ref": "UseFIPS"}),
        json!({"ref": "arn"}),
        call("aws.parseArn", json!(["{Region}"])),
        call("getAttr", json!([{"ref": "List"}, "[-2147483648]"])),
        call("split", json!([{"ref": "Region"}, "", -1])),
    ];
    let mut random = fastrand::Rng::with_seed(7);
    let (mut refused, mut failed, mut resolved) = (0, 0, 0);
    for _ in 0..2000 {
        let mut changed = original.clone();
        for _ in 0..random.usize(1..3) {
            let mut place = random.usize(0..places(&changed));
            put(&mut changed, &mut place, &values[random.usize(0..values.len())]);
        }
        match EndpointRules::from_botocore(&changed) {
            Err(_) => refused += 1,
            Ok(rules) if good(&rules) < 2 => failed += 1,
            Ok(_) => resolved += 1,
        }
    }
    // Each way out was taken often, so the changes reach all of the code.
    assert!(refused > 1000 && failed > 100 && resolved > 50, "{refused} {failed} {resolved}");
}
