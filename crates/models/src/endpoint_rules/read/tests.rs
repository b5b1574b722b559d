use serde_json::{Value, json};

use super::super::{
    Attribute, BuiltIn, EndpointRules, Expression, Function, MAX_DEPTH, Outcome, ParameterDefault, Part,
};

fn set(rules: Value) -> Value {
    json!({
        "version": "1.0",
        "parameters": {
            "Region": {"type": "String", "builtIn": "AWS::Region", "required": true, "documentation": "d"},
            "UseFIPS": {"type": "boolean", "builtIn": "AWS::UseFIPS", "required": true, "default": false},
            "Odd": {"type": "stringArray", "builtIn": "AWS::Unheard", "default": ["a", "b"]},
        },
        "rules": rules,
    })
}

fn error(rules: Value) -> String {
    EndpointRules::from_botocore(&set(rules)).unwrap_err().to_string()
}

fn call(function: &str, arguments: Value) -> Value {
    json!({"fn": function, "argv": arguments})
}

/// A rule set whose only rule has that condition.
fn condition(condition: Value) -> String {
    error(json!([{"type": "error", "error": "e", "conditions": [condition]}]))
}

#[test]
fn parameters_keep_order_kind_source_and_default() {
    let rules = EndpointRules::from_botocore(&set(json!([]))).unwrap();
    let told: Vec<_> = rules
        .parameters()
        .iter()
        .map(|parameter| (rules.text(parameter.name), parameter.built_in, parameter.is_required))
        .collect();
    // The members of a JSON object are sorted here.
    let expected = [
        ("Odd", None, false),
        ("Region", Some(BuiltIn::Region), true),
        ("UseFIPS", Some(BuiltIn::UseFips), true),
    ];
    assert_eq!(told, expected);
    assert_eq!(rules.parameters()[2].default, Some(ParameterDefault::Boolean(false)));
    let Some(ParameterDefault::List(list)) = &rules.parameters()[0].default else { panic!() };
    assert_eq!(list.iter().map(|text| rules.text(*text)).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn variables_are_numbered_by_scope() {
    let assign = |name| json!({"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": name});
    let leaf = |name| json!({"type": "endpoint", "conditions": [assign(name)], "endpoint": {"url": format!("{{{name}#name}}")}});
    let tree =
        json!([{"type": "tree", "conditions": [assign("one")], "rules": [leaf("two"), leaf("three")]}]);
    let rules = EndpointRules::from_botocore(&set(tree)).unwrap();
    // Three parameters, `one`, and a place that `two` and `three` share.
    assert_eq!(rules.variables(), 5);
    let Outcome::Rules(leaves) = &rules.rules()[0].outcome else { panic!() };
    for leaf in leaves {
        let Outcome::Endpoint(endpoint) = &leaf.outcome else { panic!() };
        let Expression::Template(parts) = &endpoint.url else { panic!() };
        let [Part::Attribute(variable, path)] = parts.as_slice() else { panic!() };
        assert_eq!((variable.index(), path.attribute, path.index), (4, Some(Attribute::Name), None));
    }
}

#[test]
fn a_variable_ends_with_its_rule() {
    let assigns = json!({"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "one"});
    let later = json!([
        {"type": "tree", "conditions": [assigns], "rules": []},
        {"type": "error", "conditions": [], "error": "{one#name}"},
    ]);
    assert_eq!(error(later), "rules[1].error: nothing here is called `one`");
    let itself = json!({"fn": "isSet", "argv": [{"ref": "one"}], "assign": "one"});
    assert_eq!(condition(itself), "rules[0].conditions[0].argv[0].ref: nothing here is called `one`");
}

#[test]
fn templates_come_apart_and_double_braces_are_braces() {
    let read = |url: &str| {
        let rule = json!([{"type": "endpoint", "conditions": [], "endpoint": {"url": url}}]);
        let rules = EndpointRules::from_botocore(&set(rule)).unwrap();
        let Outcome::Endpoint(endpoint) = &rules.rules()[0].outcome else { panic!() };
        match &endpoint.url {
            Expression::Text(text) => format!("text {}", rules.text(*text)),
            Expression::Template(parts) => parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => format!("[{}]", rules.text(*text)),
                    Part::Variable(variable) => format!("<{}>", variable.index()),
                    Part::Attribute(..) => "<#>".to_owned(),
                })
                .collect(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(read("https://a"), "text https://a");
    assert_eq!(read("{{x}}"), "text {x}");
    assert_eq!(read("a{Region}{UseFIPS}.b"), "[a]<1><2>[.b]");
    assert_eq!(read("{{{Region}}}"), "[{]<1>[}]");
    assert_eq!(read("é{Region}ü"), "[é]<1>[ü]");
}

#[test]
fn what_is_wrong_is_refused_with_its_place() {
    for (rules, expected) in [
        (json!({}), "rules: not a list"),
        (json!([1]), "rules[0]: not an object"),
        (json!([{}]), "rules[0]: `type` is missing"),
        (json!([{"type": "bdd"}]), "rules[0].type: not `tree`, `endpoint` or `error`"),
        (json!([{"type": "tree"}]), "rules[0]: `rules` is missing"),
        (json!([{"type": "error"}]), "rules[0]: `error` is missing"),
        (json!([{"type": "endpoint"}]), "rules[0]: `endpoint` is missing"),
        (json!([{"type": "endpoint", "endpoint": {"url": null}}]), "rules[0].endpoint: `url` is missing"),
        (
            json!([{"type": "endpoint", "endpoint": {"url": "u", "headers": {"h": "v"}}}]),
            "rules[0].endpoint.headers.h: not a list",
        ),
        (
            json!([{"type": "endpoint", "endpoint": {"url": "u", "properties": {"authSchemes": [{}]}}}]),
            "rules[0].endpoint.properties.authSchemes[0]: `name` is missing",
        ),
        (
            json!([{"type": "endpoint", "endpoint": {"url": "u", "properties": {"p": [1.5]}}}]),
            "rules[0].endpoint.properties.p[0]: not a whole number",
        ),
        (json!([{"type": "error", "error": []}]), "rules[0].error: not an expression"),
        (
            json!([{"type": "error", "error": 3000000000_u64}]),
            "rules[0].error: not a whole number of 32 bits",
        ),
    ] {
        assert_eq!(error(rules), expected);
    }
    for odd in ["{", "}", "a}b", "{Region", "{{}"] {
        let problem = format!("rules[0].error: a single brace in `{odd}`");
        assert_eq!(error(json!([{"type": "error", "error": odd}])), problem);
    }
    assert_eq!(error(json!([{"type": "error", "error": "{}"}])), "rules[0].error: nothing here is called ``");
}

#[test]
fn what_no_function_knows_is_refused() {
    let at = "rules[0].conditions[0]";
    let region = json!({"ref": "Region"});
    assert_eq!(condition(call("isset", json!([region]))), format!("{at}.fn: no function is called `isset`"));
    assert_eq!(condition(call("isSet", json!([]))), format!("{at}.argv: `isSet` does not take 0 arguments"));
    assert_eq!(
        condition(call("coalesce", json!([region]))),
        format!("{at}.argv: `coalesce` does not take 1 arguments")
    );
    assert_eq!(
        condition(call("getAttr", json!([region]))),
        format!("{at}.argv: not the 2 arguments of `getAttr`")
    );
    for odd in ["", "nope", "region.x", "region[", "region[x]", "region]", "nope[0]", "[99999999999]"] {
        assert_eq!(
            condition(call("getAttr", json!([region, odd]))),
            format!("{at}.argv[1]: nothing has an attribute `{odd}`")
        );
    }
    let nested = json!({"fn": "isSet", "argv": [{"fn": "isSet", "argv": [region], "assign": "x"}]});
    assert_eq!(condition(nested), format!("{at}.argv[0].assign: only a condition assigns"));
    let again = json!({"fn": "isSet", "argv": [region], "assign": "Region"});
    assert_eq!(condition(again), format!("{at}.assign: `Region` is assigned twice"));
    assert_eq!(condition(region), format!("{at}: `fn` is missing"));
}

#[test]
fn other_documents_are_refused() {
    let refused = |document: Value| EndpointRules::from_botocore(&document).unwrap_err().to_string();
    assert_eq!(refused(json!(null)), "not an object");
    assert_eq!(refused(json!({})), "`version` is missing");
    assert_eq!(refused(json!({"version": "2.0"})), "version: version 2.0 is not known, only 1");
    // The form with decision diagrams has conditions and nodes, but no rules.
    let diagram = json!({"version": "1.1", "parameters": {}, "conditions": [], "nodes": ""});
    assert_eq!(refused(diagram), "`rules` is missing");
    let parameter =
        |parameter: Value| refused(json!({"version": "1.1", "rules": [], "parameters": {"P": parameter}}));
    assert_eq!(
        parameter(json!({"type": "integer"})),
        "parameters.P.type: not `string`, `boolean` or `stringArray`"
    );
    assert_eq!(
        parameter(json!({"type": "boolean", "default": "no"})),
        "parameters.P.default: not true or false"
    );
}

#[test]
fn nesting_is_bounded() {
    let rules = |depth: usize| {
        let leaf = json!({"type": "error", "error": "e", "conditions": []});
        (1..depth).fold(leaf, |inner, _| json!({"type": "tree", "conditions": [], "rules": [inner]}))
    };
    assert!(EndpointRules::from_botocore(&set(json!([rules(MAX_DEPTH)]))).is_ok());
    let deep = error(json!([rules(MAX_DEPTH + 1)]));
    assert!(deep.ends_with("nested more than 128 deep"), "{deep}");

    let nested = (0..MAX_DEPTH).fold(json!(true), |inner, _| call("not", json!([inner])));
    let deep = condition(nested);
    assert!(deep.ends_with("nested more than 128 deep"), "{deep}");

    let nested = (0..MAX_DEPTH).fold(json!(true), |inner, _| json!([inner]));
    let deep = json!([{"type": "endpoint", "endpoint": {"url": "u", "properties": {"p": nested}}}]);
    assert!(error(deep).ends_with("nested more than 128 deep"));
}

#[test]
fn every_function_of_the_specification_is_known_by_name_and_by_how_many_it_takes() {
    for (name, takes) in [
        ("isSet", 1),
        ("not", 1),
        ("booleanEquals", 2),
        ("stringEquals", 2),
        ("substring", 4),
        ("uriEncode", 1),
        ("parseURL", 1),
        ("isValidHostLabel", 2),
        ("coalesce", 2),
        ("ite", 3),
        ("split", 3),
        ("aws.partition", 1),
        ("aws.parseArn", 1),
        ("aws.isVirtualHostableS3Bucket", 2),
    ] {
        let function = Function::from_name(name).unwrap();
        assert!(function.takes(takes) && !function.takes(takes - 1), "{name}");
        assert_eq!(function.takes(takes + 1), name == "coalesce", "{name}");
    }
}

#[test]
fn rules_survive_being_written_and_read() {
    let rule = json!([{"type": "endpoint", "conditions": [call("isSet", json!([{"ref": "Region"}]))], "endpoint": {
        "url": {"ref": "Region"}, "headers": {"x-h": ["{Region}"]},
        "properties": {"backend": "B", "n": {"m": [1, true]}, "authSchemes": [
            {"name": "sigv4a", "signingName": "s", "signingRegionSet": ["*"], "disableDoubleEncoding": true}]},
    }}]);
    let rules = EndpointRules::from_botocore(&set(rule)).unwrap();
    let bytes = postcard::to_allocvec(&rules).unwrap();
    assert_eq!(postcard::from_bytes::<EndpointRules>(&bytes).unwrap(), rules);
}
