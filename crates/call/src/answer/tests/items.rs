use std::sync::Arc;

use orgwide_models::Model;
use serde_json::{Value, json};

use super::super::{AnswerError, ItemPaths, PathError};
use super::fixtures::{Fixture, body, structure};

const PROTOCOLS: [&str; 4] = ["rest-xml", "query", "json", "smithy-rpc-v2-cbor"];

/// Reservations with instances, as EC2 has them, a list of names and a map beside.
pub(super) fn reservations(protocol: &str) -> Fixture {
    let shapes = json!({
        "Output": structure(&[
            ("Before", "String"), ("Reservations", "Reservations"), ("Names", "Strings"),
            ("Tags", "StringMap"), ("Page", "Page"), ("Token", "String"),
        ]),
        "Reservations": { "type": "list", "member": { "shape": "Reservation" } },
        "Reservation": structure(&[("Id", "String"), ("Instances", "Instances")]),
        "Instances": { "type": "list", "member": { "shape": "Instance" } },
        "Instance": structure(&[("Id", "String"), ("Cores", "Integer"), ("Names", "Strings")]),
        "Page": structure(&[("Items", "Strings"), ("Marker", "String")]),
    });
    let wrapper = if protocol == "query" {
        json!({ "output": { "shape": "Output", "resultWrapper": "AskResult" } })
    } else {
        json!({})
    };
    Fixture::with_operation(protocol, shapes, wrapper)
}

pub(super) fn answer() -> Value {
    json!({
        "Before": "b",
        "Reservations": [
            { "Id": "r-1", "Instances": [{ "Id": "i-1", "Cores": 1 }, { "Id": "i-2", "Names": ["x", "y"] }] },
            { "Id": "r-2", "Instances": [] },
            { "Instances": [{ "Id": "i-3" }] },
        ],
        "Names": ["n-1", "n-2"],
        "Tags": { "k-1": "v-1", "k-2": "v-2" },
        "Page": { "Items": ["p-1"], "Marker": "m" },
        "Token": "t",
    })
}

fn all(reader: impl Iterator<Item = Result<Value, AnswerError>>) -> Vec<Value> {
    reader.map(|item| item.unwrap()).collect()
}

#[test]
fn items_are_those_of_every_list_on_the_path_and_the_rest_is_what_is_beside() {
    for protocol in PROTOCOLS {
        let fixture = reservations(protocol);
        let body = body(protocol, &answer());
        assert_eq!(fixture.read(&body), Ok(answer()), "{protocol}");
        let mut reader = fixture.items(&["Reservations.Instances"], &body);
        let expected = [
            json!({ "Id": "i-1", "Cores": 1 }),
            json!({ "Id": "i-2", "Names": ["x", "y"] }),
            json!({ "Id": "i-3" }),
        ];
        assert_eq!(all(&mut reader), expected, "{protocol}");
        let mut rest = answer();
        rest.as_object_mut().unwrap().remove("Reservations");
        assert_eq!(reader.rest(), Ok(rest), "{protocol}");
        assert_eq!(reader.next(), None);
    }
}

#[test]
fn several_paths_are_followed_at_once_and_each_item_tells_its_own() {
    for protocol in PROTOCOLS {
        let fixture = reservations(protocol);
        let mut reader =
            fixture.items(&["Page.Items", "Names", "Tags", "Reservations"], body(protocol, &answer()));
        let mut found = Vec::new();
        while let Some(item) = reader.next() {
            found.push((reader.path(), item.unwrap()));
        }
        let answer = answer();
        let mut expected: Vec<_> =
            answer["Reservations"].as_array().unwrap().iter().map(|item| (3, item.clone())).collect();
        expected.extend([(1, json!("n-1")), (1, json!("n-2"))]);
        expected.extend([(2, json!({ "k-1": "v-1" })), (2, json!({ "k-2": "v-2" }))]);
        expected.push((0, json!("p-1")));
        // The bodies are written in the order of the names.
        found.sort_by_key(|(path, _)| *path);
        expected.sort_by_key(|(path, _)| *path);
        assert_eq!(found, expected, "{protocol}");
        let rest = json!({ "Before": "b", "Page": { "Marker": "m" }, "Token": "t" });
        assert_eq!(reader.rest(), Ok(rest), "{protocol}");
    }
}

#[test]
fn the_rest_is_read_even_when_items_are_left() {
    for protocol in PROTOCOLS {
        let mut reader = reservations(protocol).items(&["Names"], body(protocol, &answer()));
        assert_eq!(reader.next(), Some(Ok(json!("n-1"))));
        assert_eq!(reader.rest().unwrap()["Token"], "t", "{protocol}");
        assert_eq!(reader.next(), None);
    }
}

#[test]
fn an_answer_that_breaks_off_gives_what_came_before_then_one_error_then_nothing() {
    for protocol in PROTOCOLS {
        let fixture = reservations(protocol);
        let whole = body(protocol, &answer());
        let items = all(fixture.items(&["Reservations.Instances"], &whole));
        let mut most = 0;
        for end in 1..whole.trim_ascii_end().len() {
            let mut reader = fixture.items(&["Reservations.Instances"], &whole[..end]);
            let mut count = 0;
            let error = loop {
                match reader.next() {
                    Some(Ok(item)) => {
                        assert_eq!(item, items[count], "{protocol} cut at {end}");
                        count += 1;
                    }
                    other => break other,
                }
            };
            // A break before the first item of a page is an error as well as one after the last.
            assert!(matches!(error, Some(Err(_))), "{protocol} cut at {end}: {error:?}");
            assert_eq!(reader.next(), None, "{protocol} cut at {end}");
            most = most.max(count);
        }
        assert_eq!(most, items.len(), "{protocol}");
    }
}

#[test]
fn an_error_says_in_which_item_it_is() {
    let mut body = answer();
    body["Reservations"][2]["Instances"][0]["Cores"] = json!("many");
    for protocol in PROTOCOLS {
        let mut reader =
            reservations(protocol).items(&["Reservations.Instances"], super::fixtures::body(protocol, &body));
        let error = reader.find_map(Result::err).unwrap();
        assert_eq!(error.path(), "Reservations[2].Instances[0].Cores", "{protocol}");
        assert_eq!(reader.next(), None);
    }
}

#[test]
fn a_list_that_comes_twice_is_handed_out_once() {
    let fixture = reservations("json");
    let body = r#"{"Names":["a"],"Token":"t","Names":["b"],"Reservations":null,"Tags":{"k":"v"}}"#;
    assert_eq!(all(fixture.items(&["Names"], body)), [json!("a")]);
    let fixture = reservations("rest-xml");
    let body = "<R><Names><m>a</m></Names><Token>t</Token><Names><m>b</m></Names></R>";
    assert_eq!(all(fixture.items(&["Names"], body)), [json!("a")]);
}

#[test]
fn nothing_is_no_items() {
    for (protocol, bodies) in [
        ("json", vec!["", "{}", "null", r#"{"Names":null}"#, r#"{"Names":[]}"#]),
        ("rest-xml", vec!["", "<R/>", "<R></R>", "<R><Names/></R>", "<R><Names></Names></R>"]),
        ("query", vec!["<R><AskResult/></R>", "<R><AskResult><Names/></AskResult></R>"]),
    ] {
        for body in bodies {
            let mut reader = reservations(protocol).items(&["Names"], body);
            assert_eq!(reader.next(), None, "{protocol} {body:?}");
            assert_eq!(reader.rest(), Ok(json!({})), "{protocol} {body:?}");
        }
    }
    for body in ["", "<R/>", "<R><Names><m>a</m></Names></R>"] {
        let mut reader = reservations("query").items(&["Names"], body);
        assert!(matches!(reader.next(), Some(Err(_))), "{body:?}");
        assert_eq!(reader.next(), None);
    }
}

#[test]
fn elements_of_a_flattened_list_are_items_wherever_they_stand() {
    let fixture = flattened(None);
    let body = "<R><Contents><Key>a</Key></Contents><Marker>m</Marker><Contents><Key>b</Key></Contents><Contents/></R>";
    let mut reader = fixture.items(&["Contents"], body);
    assert_eq!(all(&mut reader), [json!({ "Key": "a" }), json!({ "Key": "b" }), json!({})]);
    assert_eq!(reader.rest(), Ok(json!({ "Marker": "m" })));
}

fn flattened(paginator: Option<Value>) -> Fixture {
    let shapes = json!({
        "Input": structure(&[("Marker", "String")]),
        "Output": structure(&[("Contents", "Contents"), ("Marker", "String"), ("Count", "Integer")]),
        "Contents": { "type": "list", "member": { "shape": "Object" }, "flattened": true },
        "Object": structure(&[("Key", "String")]),
    });
    Fixture::with_paginator("rest-xml", shapes, json!({ "input": { "shape": "Input" } }), paginator)
}

#[test]
fn where_a_token_is_made_of_the_last_item_that_one_stays_in_the_rest() {
    let paginator = |results: Value| json!({ "input_token": "Marker", "output_token": "Marker || Contents[-1].Key", "result_key": results });
    let fixture = flattened(Some(paginator(json!(["Contents", "Count"]))));
    let body = "<R><Contents><Key>a</Key></Contents><Contents><Key>b</Key></Contents><Count>2</Count></R>";
    let mut reader = fixture.items(&["Contents"], body);
    assert_eq!(all(&mut reader).len(), 2);
    assert_eq!(reader.rest(), Ok(json!({ "Contents": [{ "Key": "b" }], "Count": 2 })));

    let shapes = json!({
        "Input": structure(&[("Marker", "String")]),
        "Output": structure(&[("Contents", "Strings")]),
    });
    let operation = json!({ "input": { "shape": "Input" } });
    let fixture = Fixture::with_paginator("json", shapes, operation, Some(paginator(json!("Contents"))));
    let mut reader = fixture.items(&["Contents"], r#"{"Contents":["a","b","c"]}"#);
    assert_eq!(all(&mut reader).len(), 3);
    assert_eq!(reader.rest(), Ok(json!({ "Contents": ["c"] })));
}

#[test]
fn results_that_are_no_lists_are_no_items() {
    let fixture = flattened(Some(
        json!({ "input_token": "Marker", "output_token": "Marker", "result_key": ["Contents", "Count"] }),
    ));
    let operation = fixture.model.operation("Ask").unwrap();
    let (paths, names) = ItemPaths::of_results(&fixture.model, operation).unwrap();
    assert_eq!(names, ["Contents"]);
    assert_eq!(Ok(paths), ItemPaths::new(&fixture.model, operation, &["Contents"]));
}

#[test]
fn a_path_may_lead_through_the_payload() {
    for (protocol, body) in [
        ("rest-xml", "<L><Marker>m</Marker><Items><i>a</i><i>b</i></Items></L>"),
        ("rest-json", r#"{"Marker":"m","Items":["a","b"]}"#),
    ] {
        let shapes = json!({
            "Output": { "type": "structure", "payload": "List", "members": { "List": { "shape": "Page" } } },
            "Page": structure(&[("Items", "Strings"), ("Marker", "String")]),
        });
        let mut reader = Fixture::new(protocol, shapes).items(&["List.Items"], body);
        assert_eq!(all(&mut reader), [json!("a"), json!("b")], "{protocol}");
        assert_eq!(reader.rest(), Ok(json!({ "List": { "Marker": "m" } })), "{protocol}");
    }
}

#[test]
fn paths_that_lead_to_no_items_are_refused() {
    let fixture = reservations("json");
    let operation = fixture.model.operation("Ask").unwrap();
    let refusal = |paths: &[&str]| ItemPaths::new(&fixture.model, operation, paths).unwrap_err();
    assert_eq!(
        refusal(&["Reservations.Instance"]).to_string(),
        "Reservations.Instance: Ask answers with no Instance; there is Instances"
    );
    for path in ["Token", "Reservations.Id", "Reservations.Id.More", "Tags.k"] {
        assert_eq!(refusal(&[path]), PathError::NoItems { path: path.to_owned() }, "{path}");
    }
    for paths in [
        ["Names", "Names"],
        ["Reservations", "Reservations.Instances"],
        ["Reservations.Instances", "Reservations"],
    ] {
        assert_eq!(refusal(&paths), PathError::Overlap { path: paths[1].to_owned() }, "{paths:?}");
    }
    assert!(matches!(refusal(&[""]), PathError::Unknown { .. }));
    assert_eq!(refusal(&["Names"; 33]), PathError::TooMany);
}

#[test]
fn a_reader_can_be_sent_to_another_thread() {
    fn is_send<T: Send + 'static>(_: &T) {}
    is_send(&reservations("json").items(&["Names"], "{}"));
    is_send(&Arc::<Model>::clone(&reservations("json").model));
}
