use std::collections::BTreeSet;

use orgwide_config::schema;
use serde_json::Value;

use crate::parse;

fn keys(map: &Value) -> BTreeSet<String> {
    map["properties"].as_object().unwrap().keys().cloned().collect()
}

/// Whether the parser knows the key, whatever it says of the value.
fn known(file: &str) -> bool {
    match parse(file) {
        Ok(_) => true,
        Err(error) => !error.problems().iter().any(|problem| problem.message.contains("there is no key")),
    }
}

#[test]
fn the_parser_knows_every_key_of_the_schema_and_reads_it() {
    let schema = schema();
    let role = &schema["$defs"]["role"]["anyOf"][1];
    let limit = &schema["$defs"]["limit"]["anyOf"][1];
    for (map, before, after) in [
        (&schema, "", ""),
        (&schema["$defs"]["settings"], "sets: {a: {", "}}"),
        (role, "role: {name: A, ", "}"),
        (limit, "limit: {rule: 'ec2=1/s', ", "}"),
    ] {
        for key in keys(map).iter().filter(|key| !before.contains(&format!("{key}:"))) {
            assert!(known(&format!("{before}{key}: x{after}")), "{key}");
            // A list of lists fits no key: what is read must object.
            assert!(parse(&format!("{before}{key}: [[]]{after}")).is_err(), "nothing reads {key}");
        }
        assert!(!known(&format!("{before}surely_not: x{after}")));
    }
}

#[test]
fn the_schema_lists_the_keys_of_the_readme_of_the_command_line() {
    let expected = [
        "profile",
        "home_region",
        "endpoint_url",
        "endpoints",
        "role",
        "verify_identity",
        "org",
        "ou",
        "account",
        "accounts_file",
        "tag",
        "not_account",
        "not_ou",
        "region",
        "not_region",
        "limit",
        "in_flight",
        "item_timeout",
        "deadline",
        "max_failures",
        "canary",
        "types",
        "details",
        "collectors",
        "store",
        "out",
        "require_complete",
        "summary",
        "errors_out",
        "sets",
    ];
    assert_eq!(keys(&schema()), expected.map(str::to_owned).into());
}

#[test]
fn every_reference_in_the_schema_leads_somewhere() {
    fn check(value: &Value, whole: &Value) {
        match value {
            Value::Object(parts) => {
                if let Some(Value::String(reference)) = parts.get("$ref") {
                    let pointer = reference.strip_prefix('#').unwrap();
                    assert!(whole.pointer(pointer).is_some(), "{reference}");
                }
                parts.values().for_each(|part| check(part, whole));
            }
            Value::Array(items) => items.iter().for_each(|item| check(item, whole)),
            _ => {}
        }
    }
    check(&schema(), &schema());
}
