use orgwide_models::endpoint_rules::{BuiltIn, EndpointRules};
use serde_json::{Value, json};

use super::super::{AuthScheme, Endpoint, EndpointError, Parameters, resolve_by};

/// Evaluates an expression as the message of the only rule, under conditions.
fn under(conditions: Value, error: Value, parameters: &Parameters) -> Result<String, EndpointError> {
    let document = json!({
        "version": "1.1",
        "parameters": {
            "Region": {"type": "string", "builtIn": "AWS::Region"},
            "Flag": {"type": "boolean", "default": true, "required": true},
            "List": {"type": "stringArray"},
            "Unset": {"type": "string"},
        },
        "rules": [{"type": "error", "conditions": conditions, "error": error}],
    });
    let rules = EndpointRules::from_botocore(&document).unwrap();
    match resolve_by(&rules, parameters) {
        Err(EndpointError::Refused { message }) => Ok(message),
        Err(error) => Err(error),
        Ok(endpoint) => panic!("{endpoint:?}"),
    }
}

fn text(expression: Value) -> Result<String, EndpointError> {
    under(json!([]), expression, &Parameters::new("eu-west-1"))
}

fn holds(condition: Value) -> bool {
    match under(json!([condition]), json!("yes"), &Parameters::new("eu-west-1")) {
        Ok(_) => true,
        Err(EndpointError::NoRule) => false,
        Err(error) => panic!("{error}"),
    }
}

fn call(function: &str, arguments: Value) -> Value {
    json!({"fn": function, "argv": arguments})
}

fn unset() -> Value {
    json!({"ref": "Unset"})
}

#[test]
fn truth_is_taken_from_values() {
    assert!(holds(call("isSet", json!([{"ref": "Region"}]))));
    assert!(!holds(call("isSet", json!([unset()]))));
    assert!(holds(call("not", json!([call("isSet", json!([unset()]))]))));
    assert!(holds(call("isSet", json!([false]))), "what is false is set");
    assert!(holds(call("booleanEquals", json!([{"ref": "Flag"}, true]))));
    assert!(!holds(call("booleanEquals", json!([{"ref": "Flag"}, false]))));
    assert!(holds(call("stringEquals", json!(["eu-west-1", {"ref": "Region"}]))));
    assert!(!holds(call("stringEquals", json!(["eu-west", {"ref": "Region"}]))));
    assert!(holds(call("isValidHostLabel", json!(["a.b", true]))));
    assert!(!holds(call("isValidHostLabel", json!(["a.b", false]))));
    assert!(holds(call("aws.isVirtualHostableS3Bucket", json!(["bucket", false]))));
    assert!(!holds(call("aws.isVirtualHostableS3Bucket", json!(["Bucket", false]))));
}

#[test]
fn what_gives_nothing_does_not_hold() {
    assert!(!holds(call("substring", json!(["abc", 0, 4, false]))));
    assert!(!holds(call("parseURL", json!(["ftp://x"]))));
    assert!(!holds(call("aws.parseArn", json!(["x"]))));
    assert!(!holds(call("getAttr", json!([{"fn": "split", "argv": ["a", "-", 0]}, "[1]"]))));
}

#[test]
fn texts_are_computed() {
    assert_eq!(text(call("substring", json!(["abcd", 1, 3, false]))).unwrap(), "bc");
    assert_eq!(text(call("uriEncode", json!(["a/b"]))).unwrap(), "a%2Fb");
    let split = call("split", json!(["a--b--c", "--", 0]));
    assert_eq!(text(call("getAttr", json!([split, "[-1]"]))).unwrap(), "c");
    let arn = call("aws.parseArn", json!(["arn:aws:s3:r:a:x/y"]));
    assert_eq!(text(call("getAttr", json!([arn, "resourceId[1]"]))).unwrap(), "y");
    let url = call("parseURL", json!(["http://h:80/p"]));
    assert_eq!(text(call("getAttr", json!([url, "authority"]))).unwrap(), "h:80");
    let partition = call("aws.partition", json!(["cn-north-1"]));
    let suffix = text(call("getAttr", json!([partition, "dualStackDnsSuffix"])));
    assert_eq!(suffix.unwrap(), "api.amazonwebservices.com.cn");
}

#[test]
fn the_first_set_value_is_taken_even_if_it_is_false() {
    assert_eq!(text(call("coalesce", json!([unset(), unset(), "c"]))).unwrap(), "c");
    assert_eq!(text(call("coalesce", json!(["a", "c"]))).unwrap(), "a");
    assert!(!holds(call("coalesce", json!([unset(), false, true]))));
    assert!(!holds(call("coalesce", json!([unset(), unset()]))));
}

#[test]
fn one_of_two_values_is_chosen() {
    assert_eq!(text(call("ite", json!([{"ref": "Flag"}, "-fips", ""]))).unwrap(), "-fips");
    assert_eq!(text(call("ite", json!([false, "sigv4", "sigv4-s3express"]))).unwrap(), "sigv4-s3express");
    assert!(!holds(call("ite", json!([true, unset(), "x"]))));
}

#[test]
fn an_assigned_value_is_seen_by_later_conditions_and_below() {
    let assign = json!({"fn": "aws.parseArn", "argv": ["arn:aws:s3:us-west-2:1:x"], "assign": "arn"});
    let later =
        call("stringEquals", json!([call("getAttr", json!([{"ref": "arn"}, "region"])), "us-west-2"]));
    let told =
        under(json!([assign, later]), json!("{arn#service} in {Region}"), &Parameters::new("eu-west-1"));
    assert_eq!(told.unwrap(), "s3 in eu-west-1");
}

#[test]
fn a_tree_in_which_no_rule_applies_is_left_for_the_next_rule() {
    let never = call("isSet", json!([{"ref": "Unset"}]));
    let document = json!({
        "version": "1.0",
        "parameters": {"Unset": {"type": "string"}},
        "rules": [
            {"type": "tree", "conditions": [], "rules": [{"type": "error", "conditions": [never], "error": "no"}]},
            {"type": "endpoint", "conditions": [], "endpoint": {"url": "https://second.example"}},
        ],
    });
    let rules = EndpointRules::from_botocore(&document).unwrap();
    assert_eq!(resolve_by(&rules, &Parameters::default()).unwrap().url, "https://second.example");
}

#[test]
fn parameters_have_values_defaults_and_kinds() {
    let region = json!({"ref": "Region"});
    let given = |parameters: Parameters| under(json!([]), region.clone(), &parameters);
    assert_eq!(given(Parameters::new("a")).unwrap(), "a");
    assert_eq!(given(Parameters::new("a").with(BuiltIn::Region, "b".to_owned())).unwrap(), "b");
    let kind = EndpointError::Kind { name: "Region".into(), expected: "text" };
    assert_eq!(given(Parameters::default().with(BuiltIn::Region, true)), Err(kind));

    let document =
        json!({"version": "1.0", "parameters": {"Id": {"type": "string", "required": true}}, "rules": []});
    let rules = EndpointRules::from_botocore(&document).unwrap();
    let missing = EndpointError::Missing { name: "Id".into() };
    assert_eq!(resolve_by(&rules, &Parameters::default()), Err(missing));
    assert_eq!(resolve_by(&EndpointRules::default(), &Parameters::default()), Err(EndpointError::NoRule));
}

#[test]
fn values_of_the_wrong_kind_are_errors() {
    let broken = |expression| match text(expression) {
        Err(EndpointError::Broken { problem }) => problem,
        other => panic!("{other:?}"),
    };
    assert_eq!(broken(call("stringEquals", json!([unset(), "x"]))), "nothing where text is needed");
    assert_eq!(broken(call("not", json!(["x"]))), "text where true or false is needed");
    assert_eq!(broken(call("substring", json!(["x", "0", 1, false]))), "text where a number is needed");
    assert_eq!(broken(call("split", json!(["x", "", 0]))), "`split` needs a delimiter and no negative limit");
    assert_eq!(broken(json!("{Flag}")), "true or false where text is needed");
    assert_eq!(broken(json!("{Unset}")), "nothing where text is needed");
    assert!(broken(json!("{Region#service}")).starts_with("text has no such part"));
    assert!(broken(call("getAttr", json!([unset(), "name"]))).starts_with("nothing has no such part"));
}

#[test]
fn an_endpoint_is_filled_in() {
    let document = json!({
        "version": "1.0",
        "parameters": {"Region": {"type": "string", "builtIn": "AWS::Region"}},
        "rules": [{"type": "endpoint", "conditions": [], "endpoint": {
            "url": "https://s.{Region}.example",
            "headers": {"x-region": ["*", "{Region}"]},
            "properties": {
                "authSchemes": [
                    {"name": "sigv4a", "signingName": "n", "signingRegionSet": ["*"], "other": {}},
                    {"name": "sigv4", "signingRegion": "{Region}", "disableDoubleEncoding": true},
                ],
                "backend": "B-{Region}",
                "more": {"list": [1, true, "{Region}"]},
            },
        }}],
    });
    let rules = EndpointRules::from_botocore(&document).unwrap();
    let endpoint = resolve_by(&rules, &Parameters::new("r")).unwrap();
    let expected = Endpoint {
        url: "https://s.r.example".into(),
        headers: vec![("x-region".into(), vec!["*".into(), "r".into()])],
        auth: vec![
            AuthScheme {
                name: "sigv4a".into(),
                signing_name: Some("n".into()),
                signing_region: None,
                signing_region_set: Some(vec!["*".into()]),
                disable_double_encoding: false,
            },
            AuthScheme {
                name: "sigv4".into(),
                signing_name: None,
                signing_region: Some("r".into()),
                signing_region_set: None,
                disable_double_encoding: true,
            },
        ],
        properties: [
            ("backend".to_owned(), json!("B-r")),
            ("more".to_owned(), json!({"list": [1, true, "r"]})),
        ]
        .into_iter()
        .collect(),
    };
    assert_eq!(endpoint, expected);
}

#[test]
fn nothing_from_outside_leaves_the_host() {
    let document = json!({
        "version": "1.0",
        "parameters": {"Id": {"type": "string"}},
        "rules": [{"type": "endpoint", "conditions": [call("isSet", json!([{"ref": "Id"}]))],
            "endpoint": {"url": "https://{Id}.service.example"}}],
    });
    let rules = EndpointRules::from_botocore(&document).unwrap();
    let url = |id: &str| {
        let parameters = Parameters::default().named("Id", id.to_owned().into());
        resolve_by(&rules, &parameters).map(|endpoint| endpoint.url)
    };
    assert_eq!(url("abc").unwrap(), "https://abc.service.example");
    for odd in [
        "",
        "evil.com/",
        "evil.com/a",
        "evil.com#",
        "evil.com?",
        "me@evil.com",
        "a b",
        "a\r\nHost: evil.com",
        "a\\",
    ] {
        assert!(matches!(url(odd), Err(EndpointError::NotAUrl { .. })), "{odd}");
    }
}
